"""Whether a recording was analyzed before in the very same way, or is about to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from interhuman.library import rows
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.media.facts import SoundChoice
from interhuman.runs.asked import sound_of
from interhuman.runs.queue.items import state_of
from interhuman.runs.queue.joined import joined_of
from interhuman.runs.queue.states import ENDED, ItemState
from interhuman.runs.request import AnalysisRequest

_FIRST_SOUND: Final = SoundChoice(0)
"""The sound that is proposed for nearly every recording."""


@dataclass(frozen=True, slots=True)
class Same:
    """An analysis of the same recording by the same model with the same options."""

    id: str
    """That of its row."""
    title: str
    state: ItemState
    """As in the queue, also for an analysis that never was in it."""
    created_at: datetime | None
    is_queued: bool
    """Whether it is on the queue's list."""
    may_be_billed: bool
    """Whether it was sent and has no result: sending it again may be billed twice."""

    @property
    def rules_out_sending(self) -> bool:
        """Whether the recording isn't sent again unless a person decides that."""
        return self.state is ItemState.DONE or self.state not in ENDED or self.may_be_billed


def find_same(
    library: Library, request: AnalysisRequest, *, sha256: str | None = None
) -> Same | None:
    """Return what there is of the same recording, model, options and side; None for nothing.

    A result comes first, then what is under way, what may have been billed, and what failed; of
    several the newest. `sha256` is that of a recording which isn't open; else waits until the
    request's own has been hashed. Raises LibraryError.
    """
    if sha256 is None:
        if request.recording is None:
            return None
        sha256 = request.recording.digest
    rows = QueueRows(library.access)
    found = rows.of_recordings([sha256], model=request.model, sandbox=request.sandbox)
    same = [row for row in found if is_same(row.options, request)]
    is_hidden = any(row.stage == ItemState.PAUSED for row in same)
    wholes = wholes_in(rows.all()) if is_hidden else {}
    return best_of([wholes.get(row.id, row) for row in same])


def wholes_in(queued: Sequence[QueuedRow]) -> dict[str, QueuedRow]:
    """Return the rows that others were joined to, by the ids of those that are hidden by them."""
    paused = {row.id for row in queued if row.stage == ItemState.PAUSED}
    joined = ((row, joined_of(row)) for row in queued)
    return {id: row for row, whole in joined if whole for id in whole.ids if id in paused}


def is_ruled_out(request: AnalysisRequest, found: Sequence[QueuedRow]) -> bool:
    """Return whether one of the analyses of a recording rules out sending a request."""
    same = best_of([row for row in found if is_same(row.options, request)])
    return same is not None and same.rules_out_sending


def best_of(found: Sequence[QueuedRow]) -> Same | None:
    """Return of some analyses, the oldest first, the one that says most; None for none."""
    return min(map(_same, reversed(found)), key=_rank, default=None)


def is_same(options: Mapping[str, object], request: AnalysisRequest) -> bool:
    """Return whether a row's options ask for what a request asks for."""
    match options:
        case {"include": list(include), "goal_dimensions": list(goals)}:
            asked = (set(map(str, include)), set(map(str, goals)))
        case _:
            return False
    wanted = (set(request.include), set(request.goal_dimensions))
    context = (options.get("conversation_context") or None, request.conversation_context or None)
    sound = sound_of(options) or request.sound or _FIRST_SOUND
    return asked == wanted and context[0] == context[1] and sound == (request.sound or _FIRST_SOUND)


def _same(row: QueuedRow) -> Same:
    plain = {rows.DONE: ItemState.DONE, rows.FAILED: ItemState.FAILED}
    state = state_of(row) or plain.get(row.state, ItemState.SENDING)
    return Same(
        id=row.id,
        title=row.title or row.name,
        state=state,
        created_at=row.created_at,
        is_queued=row.stage is not None,
        may_be_billed=row.sent and state in ENDED - {ItemState.DONE},
    )


def _rank(same: Same) -> int:
    if same.state is ItemState.DONE:
        return 0
    if same.state not in ENDED:
        return 1
    return 2 if same.may_be_billed else 3
