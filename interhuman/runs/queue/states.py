"""The states of a queued analysis, and which of them may follow which.

| an item is | it becomes | when |
|---|---|---|
| paused | waiting | a person starts it |
| waiting | preparing | a worker takes it |
| preparing | ready | there is a file to send |
| ready | sending | fewer requests than allowed are under way |
| sending | waiting for a job | the API names the job |
| sending | ready | the API is known not to have accepted it: it is sent later |
| sending, waiting for a job | done | the response was read |
| sending, waiting for a job | sent, answer unknown | no usable response came or can come |
| preparing, ready | sent, answer unknown | a part of it was sent before and may be billed |
| any of these before sending | paused, canceled | a person wants that |
| preparing, ready, sending | waiting | its worker ended before anything was sent |
| sending | paused | a person wants that, between the parts of a long recording |
| sending | canceling | a person wants that, while it or a part of it is out |
| canceling | canceled | nothing of it was answered; its job continues, and can be asked for |
| canceling | done | it was answered, or a part of it was |
| canceling | failed, sent, answer unknown | as if nobody had wanted that: it was out whole |
| sending | waiting | its worker ended, between the parts of a long recording or in one |
| sent, answer unknown | waiting | a person wants it sent again, which may be billed twice |
| sent, answer unknown | done | the response arrives after all |
| failed, canceled | waiting | a person tries it again |
| failed, canceled, sent, answer unknown | waiting for a job | a person asks for its job again |
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from interhuman.library import rows


class ItemState(StrEnum):
    """Where an item of the queue is, as the column `stage` of its row has it."""

    PAUSED = "paused"
    """Added and not started, or held back by a person or by an account that can't send."""
    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    """There is a file to send; it waits for its turn."""
    SENDING = "sending"
    CANCELING = "canceling"
    """It is out, or a part of it, and whatever is answered is kept; nothing more is sent."""
    JOB = "waiting for a job"
    UNANSWERED = "sent, answer unknown"
    """It may have been analyzed and billed; no program ever sends it again."""
    DONE = "done"
    FAILED = "failed"
    """It may be tried again as it is."""
    REFUSED = "refused"
    """It failed, and would fail again."""
    CANCELED = "canceled"


_S = ItemState

UNSENT: Final = frozenset({_S.PAUSED, _S.WAITING, _S.PREPARING, _S.READY})
"""Nothing has been sent, and a person can still change their mind."""

WORKED_ON: Final = frozenset({_S.PREPARING, _S.READY, _S.SENDING, _S.CANCELING, _S.JOB})
"""A worker has it."""

ENDED: Final = frozenset({_S.UNANSWERED, _S.DONE, _S.FAILED, _S.REFUSED, _S.CANCELED})
"""Nothing more happens by itself."""

MAY_RETRY: Final = ENDED - {_S.DONE, _S.REFUSED}
"""A person can have it tried again."""

TRANSITIONS: Final[Mapping[ItemState, frozenset[ItemState]]] = MappingProxyType(
    {
        _S.PAUSED: frozenset({_S.WAITING, _S.CANCELED}),
        _S.WAITING: frozenset({_S.PREPARING, _S.PAUSED, _S.CANCELED, _S.FAILED}),
        _S.PREPARING: frozenset(
            {
                *(_S.READY, _S.WAITING, _S.PAUSED),
                *(_S.UNANSWERED, _S.CANCELED, _S.FAILED, _S.REFUSED),
            }
        ),
        _S.READY: frozenset(
            {
                *(_S.SENDING, _S.WAITING, _S.PAUSED),
                *(_S.UNANSWERED, _S.CANCELED, _S.FAILED, _S.REFUSED),
            }
        ),
        _S.SENDING: frozenset(
            {
                *(_S.READY, _S.WAITING, _S.PAUSED, _S.CANCELING),
                *(_S.JOB, _S.DONE, _S.UNANSWERED, _S.FAILED, _S.REFUSED, _S.CANCELED),
            }
        ),
        _S.CANCELING: frozenset({_S.DONE, _S.UNANSWERED, _S.FAILED, _S.REFUSED, _S.CANCELED}),
        _S.JOB: frozenset({_S.DONE, _S.UNANSWERED, _S.FAILED, _S.REFUSED, _S.CANCELED}),
        _S.UNANSWERED: frozenset({_S.WAITING, _S.JOB, _S.DONE}),
        _S.FAILED: frozenset({_S.WAITING, _S.JOB, _S.DONE}),
        _S.REFUSED: frozenset(),
        _S.CANCELED: frozenset({_S.WAITING, _S.JOB, _S.DONE}),
        _S.DONE: frozenset(),
    }
)
"""Every state with those that may follow it."""


def before(new: ItemState) -> frozenset[ItemState]:
    """Return the states that `new` may follow."""
    return frozenset(old for old, following in TRANSITIONS.items() if new in following)


def row_state(state: ItemState) -> rows.State:
    """Return what the library's list says of an item in that state."""
    if state is _S.DONE:
        return rows.DONE
    return rows.FAILED if state in ENDED else rows.RUNNING
