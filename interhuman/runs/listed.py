"""What one visit knows of the recordings under way, beside what the library does."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from interhuman.library.library import Library
from interhuman.media.camera_parts import CameraFile
from interhuman.media.forecast import Forecast, forecast
from interhuman.media.probe import Probe, header_from
from interhuman.runs.arrivals import Arrival, Arrivals
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.same import Same, find_same
from interhuman.runs.queue.states import ENDED, ItemState
from interhuman.runs.record import HEADER
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest

TOLD_OF = frozenset({*ItemState} - {*ENDED}) | {ItemState.DONE, ItemState.UNANSWERED}
"""Where an analysis of the same recording is, for that to be said; a failed one is no reason."""


@dataclass(frozen=True)
class Repeat:
    """A recording that came although its analysis is there or under way."""

    id: str
    """What the list knows it by."""
    arrival: Arrival
    same: Same
    """That analysis."""

    @property
    def recording(self) -> UploadedRecording:
        """The recording itself."""
        return self.arrival.recording

    @property
    def duration_s(self) -> float | None:
        """How long it is, as far as that is known without waiting."""
        header = self.recording.probe_within(0.0)
        return header.duration_s if header is not None else None


@dataclass(frozen=True)
class Wanted:
    """What is asked of recordings that arrive, and where they are added."""

    queue: Queue
    library: Library
    account: Account
    options: AnalysisRequest


class Listed:
    """The list of one visit; what arrives is added to it in threads of the server's.

    `is_uploading` is whether the browser still sends recordings, `moves` whether the list changed
    by itself when it was last read, `notice` what became of the last act where that isn't seen in
    the list, and `options` those that what isn't started has in the library.
    """

    def __init__(self) -> None:
        self.is_uploading = False
        self.moves = False
        self.notice: str | None = None
        self.options: AnalysisRequest | None = None
        self.dismissed: set[tuple[str, ...]] = set()
        """Series that are not to be offered again, by the ids of their recordings."""
        self.arrivals = Arrivals()
        self._lock = threading.Lock()
        self._keys: list[str] = []
        self._repeats: dict[str, Repeat] = {}
        self._headers: dict[str, Probe | None] = {}
        self._files: dict[str, CameraFile] = {}

    def take_in(self, wanted: Wanted, arrival: Arrival, *, although_same: bool = False) -> None:
        """Add a recording to the queue, or note that its analysis is there already.

        Raises LibraryError and OSError.
        """
        recording = arrival.recording
        header = recording.probe
        request = wanted.options.about(recording, sandbox=wanted.account.sandbox)
        same = None if although_same else find_same(wanted.library, request)
        if same is not None and same.state in TOLD_OF:
            repeat = Repeat(f"repeat-{secrets.token_hex(8)}", arrival, same)
            with self._lock:
                self._repeats[repeat.id] = repeat
                self._keys.append(arrival.key)
            return
        id = wanted.queue.add(request, wanted.library, wanted.account, start=False)
        with self._lock:
            self._headers[id] = header
            self._keys.append(arrival.key)
            self._files[id] = CameraFile(id, recording.name, header.duration_s, arrival.changed_at)

    @property
    def arrived_keys(self) -> list[str]:
        """What the browser knows those by that have arrived."""
        with self._lock:
            return list(self._keys)

    @property
    def repeats(self) -> list[Repeat]:
        """The recordings whose analysis is there already."""
        with self._lock:
            return list(self._repeats.values())

    def repeat(self, id: str) -> Repeat | None:
        """Return one of them."""
        with self._lock:
            return self._repeats.get(id)

    def drop_repeat(self, id: str) -> None:
        """Let go of one of them."""
        with self._lock:
            self._repeats.pop(id, None)

    def camera_files(self, items: Iterable[QueueItem]) -> list[CameraFile]:
        """Return what is known of the files of these items, of which nothing has been sent."""
        return [
            self._files.get(item.id) or CameraFile(item.id, item.file_name, item.duration_s, None)
            for item in items
        ]

    def forecasts(
        self, library: Library, items: Iterable[QueueItem], *, model: str, convert: bool
    ) -> dict[str, Forecast]:
        """Return what will be done to each item, as far as its header tells, by its id.

        Reads of the library what this visit did not see arrive, once. Raises LibraryError.
        """
        found = {}
        for item in items:
            if item.id not in self._headers:
                row = library.get(item.id)
                options = row.options if row is not None else {}
                size_bytes = item.size_bytes or 0
                self._headers[item.id] = header_from(options.get(HEADER), size_bytes=size_bytes)
            header = self._headers[item.id]
            if header is not None:
                header = replace(header, duration_s=item.duration_s or header.duration_s)
                found[item.id] = forecast(header, model=model, convert=convert)
        return found
