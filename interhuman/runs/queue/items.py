"""An item of the queue as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from interhuman.runs.queue.states import ItemState


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
    """Whether `retry` does something; see `may_be_billed`."""
    may_be_billed: bool
    """Whether it was sent and may be billed: `retry` then takes `send_again` or asks its job."""
    batch: str | None
    place: int | None
    """How many of the queue are before it, 0 for the next one; None for one that isn't waiting."""
    queued_at: datetime | None
    part_of: str | None = None
    """The row of the whole recording, for a part of a long one."""
    part: int | None = None
    sent_as: str | None = None
    """What was done to the recording before it was sent, known to the process that did it."""
    in_memory_only: bool = False
    """Whether its recording is lost when this process ends, because it could not be kept."""
