"""What one visit knows of the recordings under way, beside what the library does."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from interhuman.library.library import Library
from interhuman.media.camera_parts import CameraFile
from interhuman.media.forecast import Forecast, forecast, forecast_of_files
from interhuman.media.probe import Probe, header_from
from interhuman.runs.arrivals import Arrival, Arrivals
from interhuman.runs.joining import JoinRun
from interhuman.runs.own_library import OwnLibrary
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.unstarted import repeats
from interhuman.runs.record import HEADER
from interhuman.runs.request import AnalysisRequest


@dataclass(frozen=True)
class Wanted:
    """What is asked of recordings that arrive, and where they are added."""

    queue: Queue
    library: Library
    account: Account
    options: AnalysisRequest
    convert: bool = True
    starts: bool = False
    """Whether what arrives is started at once, where nothing speaks against that."""


class Listed:
    """The list of one visit; what arrives is added to the queue in threads of the server's.

    `is_uploading` is whether the browser still sends recordings, `starts_arrivals` whether those
    are started when they have arrived, `moves` whether the list changed
    by itself when it was last read, `notice` what became of the last act where that isn't seen in
    the list, and `wanted` the options that all that isn't started has, with the account's key.
    """

    def __init__(self) -> None:
        self.is_uploading = self.starts_arrivals = False
        self.moves = False
        self.notice: str | None = None
        self.looked_from: tuple[float, int] | None = None
        """Since when somebody looks at what moves, and how many had ended then; see `pace_s`."""
        self.wanted: tuple[AnalysisRequest, str] | None = None
        self.dismissed: set[tuple[str, ...]] = set()
        """Series that are not to be offered again, by the ids of their recordings."""
        self.joins: list[JoinRun] = []
        """Recordings that are being joined, or whose end nobody has seen."""
        self.arrivals = Arrivals()
        self.own_key: str | None = None
        """The account of a visitor's own key, which the queue was given."""
        self.own: OwnLibrary | None = None
        """What stands in for a library where there is none."""
        self.shows_library = False
        """Whether that was put aside for the list of the library, which came later."""
        self.opened: dict[str, int] = {}
        """The numbers of the results that were opened from there, by their ids."""
        self._lock = threading.Lock()
        self._keys: list[str] = []
        self._headers: dict[str, Probe | None] = {}
        self._changed_at: dict[str, datetime | None] = {}

    def take_in(self, wanted: Wanted, arrival: Arrival) -> None:
        """Add a recording to the queue, and start it if that is wanted and it can be sent.

        One whose analysis is there already is never started unasked. Raises LibraryError and
        OSError.
        """
        recording = arrival.recording
        header = recording.probe
        request = wanted.options.about(recording, sandbox=wanted.account.sandbox)
        id = wanted.queue.add(request, wanted.library, wanted.account, start=False)
        with self._lock:
            self._keys.append(arrival.key)
            self._headers[id], self._changed_at[id] = header, arrival.changed_at
        expected = forecast(header, model=request.model, convert=wanted.convert)
        is_sendable = expected.hopeless or not expected.refused  # the queue says why it's hopeless
        if wanted.starts and is_sendable and id not in repeats(wanted.library):
            wanted.queue.start(wanted.library, wanted.account, id=id)

    def show(self, *, library: bool) -> None:
        """Show the list of the library, or that of the visit alone.

        What arrives waits until that list is read, and isn't started: it belongs to no other.
        """
        self.shows_library, self.wanted, self.looked_from = library, None, None
        self.starts_arrivals, self.arrivals.on_arrival = False, None

    @property
    def arrived_keys(self) -> list[str]:
        """What the browser knows those by that are in the queue."""
        with self._lock:
            return list(self._keys)

    def camera_files(self, items: Iterable[QueueItem]) -> list[CameraFile]:
        """Return what is known of the files of these items, whose forecasts were made."""
        headers, changed_at = self._headers, self._changed_at
        return [
            CameraFile.of(each.id, each.file_name, headers.get(each.id), changed_at.get(each.id))
            for each in items
        ]

    def end_joins(self) -> None:
        """Let go of what was joined, or could not be, which the notice then says.

        What was joined has the options that were chosen when that began: all are set again.
        """
        for run in [run for run in self.joins if run.finished]:
            self.joins.remove(run)
            self.notice = run.problem or self.notice
            self.wanted = self.wanted and (self.wanted[0], "")

    def forecasts(
        self, library: Library, items: Sequence[QueueItem], *, model: str, convert: bool
    ) -> dict[str, Forecast]:
        """Return what will be done to each item, as far as its header tells, by its id.

        `model` is what those that aren't started are to be analyzed by; others have their own.
        Reads of the library what this visit did not see arrive, once. Raises LibraryError.
        """
        found = {}
        for item in items:
            header = self._header(library, item)
            if header is not None:
                known = replace(header, duration_s=item.duration_s or header.duration_s)
                by = model if item.state is ItemState.PAUSED else item.model
                parts = item.joined.parts if item.joined is not None else ()
                lengths_s = [part.length_s for part in parts]
                expect = partial(forecast_of_files, lengths_s=lengths_s) if parts else forecast
                found[item.id] = expect(known, model=by, convert=convert)
        return found

    def _header(self, library: Library, item: QueueItem) -> Probe | None:
        if item.id not in self._headers:
            row = library.get(item.id)
            facts = row.options.get(HEADER) if row is not None else None
            self._headers[item.id] = header_from(facts, size_bytes=item.size_bytes or 0)
        return self._headers[item.id]
