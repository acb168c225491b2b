"""An item of the queue as it is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from weakref import WeakKeyDictionary

from interhuman.answers.stitched import open_stitched
from interhuman.errors import SavedFileError
from interhuman.library.asking import documents_of
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow
from interhuman.library.reading import GAPS, OVERALL_IS
from interhuman.media.joining import Joined
from interhuman.runs.in_parts import NOT_AT_ALL, asked_until
from interhuman.runs.progress import Phase
from interhuman.runs.queue.joined import joined_of, without_joined
from interhuman.runs.queue.states import MAY_RETRY, ItemState
from interhuman.runs.queue.verdicts import ASK_AGAIN
from interhuman.runs.run import Run


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One analysis of the queue, as its row says and its worker adds."""

    id: str
    """That of its row: the result opens by it."""
    title: str
    """What to call it: the person's title, else the file's name."""
    file_name: str
    size_bytes: int | None
    duration_s: float | None
    model: str
    sandbox: bool
    state: ItemState
    words: str
    """What is done with it now or became of it, in a few words."""
    share: float | None
    """How much of the present step is done, from 0 to 1; None where nobody knows."""
    quality_index: float | None
    signal_count: int | None
    problem: str | None
    """What went wrong, or why nothing happens, as one or two sentences."""
    remedy: str | None
    """What to do about it, as one or two sentences."""
    may_retry: bool
    """Whether a person can have it tried again; see `may_be_billed`."""
    may_be_billed: bool
    """Whether it was sent and may be billed: `ask` asks its job, `retry` takes `send_again`."""
    batch: str | None
    account: str | None
    """The key of the account that it is sent on."""
    place: int | None
    """How many of the owner's are before it, 0 for the next one; None where it isn't waiting."""
    queued_at: datetime | None
    sent_as: str | None = None
    """What was done to the recording before it was sent, known to the process that did it."""
    is_worked_on: bool = False
    """Whether this process works on it; on a paused one until the part that is out is answered."""
    overall_is: str | None = None
    """What the quality index is where the API did not judge the whole."""
    in_memory_only: bool = False
    """Whether its recording is lost when this process ends, because it could not be kept."""
    is_held_back: bool = False
    """Whether it waits for an account that is stopped or that isn't known here."""
    has_job: bool = False
    """Whether `ask` can ask its job, or that of a part of it, which costs nothing."""
    joined: Joined | None = None
    """The files that its recording was joined from; removing it brings back its `ids`."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a process knows of one owner's items beyond their rows."""

    runs: Mapping[str, Run] = field(default_factory=dict)
    """The runs of the items that it works on, by the ids of their rows."""
    recordings: Collection[str] = ()
    """The owner's items whose recordings it alone has."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Why nothing is sent on an account, by its key."""
    accounts: Collection[str] | None = None
    """The keys of the accounts that the owner's items are sent on; None where nobody knows."""

    def why_waits(self, account: str) -> str | None:
        """Return why what waits for an account isn't begun; None where it will be."""
        if self.accounts is not None and account not in self.accounts:
            return NEEDS_KEY
        return self.problems.get(account)


NEEDS_KEY: Final = "It needs your key again: it waits for the one that it was started with."


WORDS: Final[Mapping[str, str]] = {
    ItemState.PAUSED: "Not started",
    ItemState.WAITING: "Waiting",
    ItemState.PREPARING: "Preparing",
    ItemState.READY: "Ready to send",
    ItemState.SENDING: "Sending",
    ItemState.CANCELING: "Canceling",
    ItemState.JOB: "Analyzing",
    ItemState.UNANSWERED: "Sent, result unknown",
    ItemState.DONE: "Done",
    ItemState.FAILED: "Failed",
    ItemState.REFUSED: "Can't be analyzed",
    ItemState.CANCELED: "Canceled",
}

_Until = dict[str, tuple[datetime | None, datetime]]
_ASKED_UNTIL: Final[WeakKeyDictionary[object, _Until]] = WeakKeyDictionary()
"""When a row changed last and until when a part of it can be asked, by its id, in each database.

The documents that say so are large, and items are listed often.
"""

WITH_A_GAP: Final = "{}, with a gap"
NOT_ANALYZED: Final = "Nothing was analyzed {}."
SEND_MISSING: Final = "Open the result to send only what is missing."


def items_of(
    rows: Sequence[QueuedRow], held: Held, *, askable: Collection[str] = ()
) -> tuple[QueueItem, ...]:
    """Return the rows as they are shown, in their order; `askable` are those of `askable_of`."""
    shown = without_joined(rows)
    files = {row.id for row in rows} - {row.id for row in shown}
    waiting = [row.id for row in shown if row.stage == ItemState.WAITING]
    places = {id: place for place, id in enumerate(waiting)}
    return tuple(_item(row, held, places.get(row.id), files, askable) for row in shown)


def askable_of(library: Library, rows: Sequence[QueuedRow]) -> frozenset[str]:
    """Return the ids of the rows of which a part has a job that can be asked.

    Raises LibraryError.
    """
    ended = [row for row in rows if row.stage in MAY_RETRY and row.sent and row.job_id is None]
    known = _ASKED_UNTIL.setdefault(library.access.engine, {})
    changed = [row for row in ended if row.id not in known or known[row.id][0] != row.updated_at]
    documents = documents_of(library.access, [row.id for row in changed]) if changed else {}
    for row in changed:
        known[row.id] = (row.updated_at, _asked_until(documents.get(row.id)))
    now = datetime.now(UTC)
    return frozenset(row.id for row in ended if known[row.id][1] > now)


def _asked_until(document: bytes | None) -> datetime:
    try:
        return asked_until(open_stitched(document)) if document is not None else NOT_AT_ALL
    except SavedFileError:
        return NOT_AT_ALL


def state_of(row: QueuedRow) -> ItemState | None:
    """Return where a row is; None where another program says what this one doesn't know."""
    return ItemState(row.stage) if row.stage in set(ItemState) else None


def has_expired(row: QueuedRow) -> bool:
    """Return whether nobody can ask for the job of a row any more."""
    return row.job_expires_at is not None and row.job_expires_at <= datetime.now(UTC)


def _item(
    row: QueuedRow,
    held: Held,
    place: int | None,
    files: Collection[str],
    askable: Collection[str],
) -> QueueItem:
    state = state_of(row) or ItemState.FAILED
    run = held.runs.get(row.id)
    words, share = _progress(state, run)
    joined, kept = joined_of(row), files if not row.sent else ()
    waits_because = held.why_waits(row.account or "") if state is ItemState.WAITING else None
    known = row.tracks or {}
    gaps = known.get(GAPS) if state is ItemState.DONE else None
    missing = NOT_ANALYZED.format(gaps) if gaps is not None else None
    remedy = ASK_AGAIN if row.id in askable else row.remedy
    return QueueItem(
        id=row.id,
        title=row.title or row.name,
        file_name=row.name,
        size_bytes=row.size_bytes,
        duration_s=row.duration_s,
        model=row.model,
        sandbox=row.sandbox,
        state=state,
        words=words if gaps is None else WITH_A_GAP.format(words),
        share=share,
        quality_index=row.quality_index,
        signal_count=row.signal_count,
        problem=row.failure or waits_because or missing,
        remedy=SEND_MISSING if missing is not None else remedy,
        overall_is=known.get(OVERALL_IS),
        may_retry=state in MAY_RETRY,
        may_be_billed=row.sent and state in MAY_RETRY,
        batch=row.batch,
        account=row.account,
        place=place,
        queued_at=row.queued_at,
        sent_as=run.sent_as if run is not None else None,
        is_worked_on=run is not None,
        in_memory_only=row.id in held.recordings,
        is_held_back=waits_because is not None,
        has_job=row.id in askable or (row.job_id is not None and not has_expired(row)),
        joined=joined and replace(joined, ids=tuple(id for id in joined.ids if id in kept)),
    )


def _progress(state: ItemState, run: Run | None) -> tuple[str, float | None]:
    """Return what is done with an item now, and how much of that is done."""
    words = WORDS[state]
    if run is not None and state is ItemState.PAUSED:
        return "Pausing", None
    if run is None or state not in {ItemState.PREPARING, ItemState.SENDING, ItemState.JOB}:
        return words, None
    progress = run.progress()
    if progress.pause is not None:
        return f"{words}: {progress.pause.reason}", None
    if state is ItemState.SENDING and progress.phase in {Phase.ANALYZING, Phase.DONE}:
        words = "Analyzing"
    return words, progress.share
