"""What the list of one visit is drawn from, and acted on, in one run of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interhuman.library.library import Library
from interhuman.media.camera_parts import Series, series_in
from interhuman.media.forecast import Forecast
from interhuman.media.joining import can_join
from interhuman.media.turns import AT_ONCE
from interhuman.page.many.rows import NOTHING_KNOWN
from interhuman.page.many.sums import Sums, is_moving
from interhuman.page.visit import Visit
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.estimate import Estimate, estimate
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.same import Same
from interhuman.runs.queue.states import ItemState


@dataclass(frozen=True)
class Desk:
    """The queue of one visit's library as it is now."""

    visit: Visit
    queue: Queue
    library: Library
    account: Account | None
    """What is sent with, None without a connection."""
    items: Sequence[QueueItem]
    forecasts: dict[str, Forecast]
    """What will be done to those that aren't sent, by their ids."""
    sames: dict[str, Same]
    """Of those that aren't started, an analysis of the same recording, by their ids."""
    sums: Sums
    """How many of the recordings are where."""
    left_s: float | None = None
    """About how long what was started still takes."""

    @property
    def is_sandbox(self) -> bool:
        """Whether what is started now is analyzed in the sandbox."""
        return self.account is not None and self.account.sandbox

    @property
    def has_library(self) -> bool:
        """Whether the list is that of a library, which outlives the visit."""
        return self.visit.kept.library is self.library

    @property
    def moves_on_own_key(self) -> bool:
        """Whether something goes on that is sent with a key that only this visit knows."""
        own_key = self.visit.kept.many.own_key
        moving = {each.account for each in self.items if is_moving(each)}
        return own_key is not None and own_key in moving

    @property
    def finished(self) -> list[QueueItem]:
        """What can be taken off the list without losing a result or bringing back its parts."""
        states = {ItemState.DONE, ItemState.CANCELED} if self.has_library else {ItemState.CANCELED}
        return [
            each
            for each in self.items
            if each.state in states and not (each.joined and each.joined.ids)
        ]

    @property
    def joining(self) -> set[str]:
        """The ids of those that are being joined now."""
        return joining_in(self.visit)

    @property
    def held_back(self) -> list[QueueItem]:
        """What waits for an account that is stopped or isn't known, and can be sent on this one."""
        held = [each for each in self.items if each.is_held_back]
        return [each for each in held if each.sandbox == self.is_sandbox]

    @property
    def estimate(self) -> Estimate:
        """What starting comes to."""
        ready = self.sums.ready
        return estimate(
            [item.duration_s for item in ready],
            requests=[self.forecasts.get(item.id, NOTHING_KNOWN).requests for item in ready],
            conversions=AT_ONCE,
            convert=self.visit.deployment.convert,
        )

    @property
    def series(self) -> list[Series]:
        """The recordings that look like parts of one and can be joined, once all have arrived."""
        listed = self.visit.kept.many
        if self.account is None or not self.visit.deployment.convert or listed.is_uploading:
            return []
        files = listed.camera_files(
            item
            for item in self.items
            if item.state is ItemState.PAUSED and not (item.joined or item.in_memory_only)
        )
        found = series_in(file for file in files if file.duration_s and can_join(file.form))
        return [
            series
            for series in found
            if series.ids not in listed.dismissed and self.joining.isdisjoint(series.ids)
        ]


def joining_in(visit: Visit) -> set[str]:
    """Return the ids of the recordings that are being joined now."""
    return {id for run in visit.kept.many.joins for id in run.series.ids}
