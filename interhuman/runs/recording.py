"""A recording in a file of its own, and what is to be known about it."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import Future
from pathlib import Path, PurePath

from interhuman.library.recordings import StoredRecording
from interhuman.media.facts import GONE
from interhuman.media.probe import Probe, header_from, probe
from interhuman.runs import recording_files
from interhuman.runs.preparing import Preparation

NO_ROOM = "the app's disk has no room for it"


class LocalCopy:
    """A file on this machine of a stored recording, made when it is first asked for.

    It is deleted when nobody holds this any more; safe between threads.
    """

    def __init__(self, stored: StoredRecording, extension: str) -> None:
        self._stored = stored
        self._extension = extension
        self._lock = threading.Lock()
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """The file; waits until it is copied. Raises LibraryError and OSError."""
        with self._lock:
            if self._path is None:
                path = recording_files.new_path(self._extension)
                self._stored.copy_to(path)
                weakref.finalize(self, path.unlink, missing_ok=True)
                self._path = path
            return self._path


class UploadedRecording:
    """A recording in a file of its own, which is there for as long as this is held.

    The file is written and read in the background: what depends on it waits for that.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self._begin(name, len(data))
        threading.Thread(
            target=self._take_in, args=([data],), name="take in a recording", daemon=True
        ).start()

    @classmethod
    def in_file(
        cls, name: str, path: Path, digest: str, *, header: object = None, owned: bool = False
    ) -> UploadedRecording:
        """Return a recording in a file that is there already: it is read, never copied.

        It is deleted with the recording where it is `owned`, else it is another's. `digest` is the
        SHA-256 of its content, `header` the `header_facts` of it, where they are known from before.
        Raises OSError where there is no such file.
        """
        recording = cls.__new__(cls)
        recording._begin(name, path.stat().st_size)
        if owned:
            weakref.finalize(recording, path.unlink, missing_ok=True)
        recording._stored.set_result((path, digest))
        recording._know_header(header)
        return recording

    @classmethod
    def in_store(
        cls, name: str, stored: StoredRecording, *, size_bytes: int, header: object = None
    ) -> UploadedRecording:
        """Return a recording of a store: it plays from there, all else reads a copy of it.

        `header` is the `header_facts` of it; without them a copy is made at once.
        """
        recording = cls.__new__(cls)
        recording._begin(name, size_bytes)
        recording.stored = stored
        recording._copy = LocalCopy(stored, PurePath(name).suffix)
        recording._know_header(header)
        return recording

    def _know_header(self, header: object) -> None:
        known = header_from(header, size_bytes=self.size_bytes)
        if known is not None:
            self._probing.set_result(known)
            return
        threading.Thread(target=self._probe, name="probe a recording", daemon=True).start()

    def _begin(self, name: str, size_bytes: int) -> None:
        self.name = name
        self.size_bytes = size_bytes
        self.preparation = Preparation()
        self.stored: StoredRecording | None = None
        """Where it is, if that is not on this machine."""
        self._copy: LocalCopy | None = None
        self._stored: Future[tuple[Path, str]] = Future()
        self._probing: Future[Probe] = Future()

    def __repr__(self) -> str:
        return f"UploadedRecording({self.name!r}, {self.size_bytes} bytes)"

    @property
    def path(self) -> Path:
        """The file; waits until it is written or copied.

        Raises OSError where it could not be, and LibraryError where a store doesn't give it.
        """
        return self._copy.path if self._copy is not None else self._stored.result()[0]

    @property
    def digest(self) -> str:
        """SHA-256 of the content, by which the same recording is recognized; waits as `path`."""
        return self.stored.sha256 if self.stored is not None else self._stored.result()[1]

    @property
    def probe(self) -> Probe:
        """What the file's header says; waits until it has been read.

        Raises LibraryError where a store doesn't give the file.
        """
        return self._probing.result()

    @property
    def had_no_room(self) -> bool:
        """Whether it could not be written to the disk; False while that is not known."""
        return self._stored.done() and isinstance(self._stored.exception(), OSError)

    @property
    def duration_s(self) -> float | None:
        """How long it is: by its content where that has been read, else by its header."""
        return self.preparation.duration_s or self.probe.duration_s

    def probe_within(self, timeout_s: float) -> Probe | None:
        """Return what the file's header says, or None where reading it takes longer than that."""
        try:
            return self._probing.result(timeout_s)
        except TimeoutError:
            return None

    def _take_in(self, data: list[bytes]) -> None:
        """Write and probe; `data` is in a list so that it can be let go in between."""
        try:
            path = recording_files.new_path(PurePath(self.name).suffix)
            digest = recording_files.write(data.pop(), path)
        except OSError as error:
            self._stored.set_exception(error)
            self._probing.set_result(Probe(self.size_bytes, readable=False, why=NO_ROOM))
            return
        weakref.finalize(self, path.unlink, missing_ok=True)
        self._stored.set_result((path, digest))
        self._probe()

    def _probe(self) -> None:
        try:
            self._probing.set_result(probe(self.path, self.name))
        except FileNotFoundError:
            # One of the library's that was deleted just now, to make room for another.
            self._probing.set_result(Probe(self.size_bytes, readable=False, why=GONE))
        except BaseException as error:
            self._probing.set_exception(error)
