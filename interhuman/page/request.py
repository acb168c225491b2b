"""What a person asks for: a recording, and what is to be known about it."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from interhuman.media.facts import SoundChoice
from interhuman.media.probe import Probe, probe
from interhuman.page import recording_files
from interhuman.page.preparing import Preparation
from interhuman.vocabulary import INTER_1

GONE = "it is no longer on this machine"
NO_ROOM = "the disk of the machine that runs this page has no room for it"


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
    def in_file(cls, name: str, path: Path, digest: str) -> UploadedRecording:
        """Return a recording in a file that is another's: it is read, never copied or deleted.

        `digest` is the SHA-256 of its content. Raises OSError where there is no such file.
        """
        recording = cls.__new__(cls)
        recording._begin(name, path.stat().st_size)
        recording._stored.set_result((path, digest))
        threading.Thread(
            target=recording._probe, args=(path,), name="probe a recording", daemon=True
        ).start()
        return recording

    def _begin(self, name: str, size_bytes: int) -> None:
        self.name = name
        self.size_bytes = size_bytes
        self.preparation = Preparation()
        self._stored: Future[tuple[Path, str]] = Future()
        self._probing: Future[Probe] = Future()

    def __repr__(self) -> str:
        return f"UploadedRecording({self.name!r}, {self.size_bytes} bytes)"

    @property
    def path(self) -> Path:
        """The file; waits until it is written. Raises OSError where it could not be."""
        return self._stored.result()[0]

    @property
    def digest(self) -> str:
        """SHA-256 of the content, by which the same recording is recognized; waits as `path`."""
        return self._stored.result()[1]

    @property
    def probe(self) -> Probe:
        """What the file's header says; waits until it has been read."""
        return self._probing.result()

    @property
    def had_no_room(self) -> bool:
        """Whether it could not be written to the disk; False while that is not known."""
        return self._stored.done() and isinstance(self._stored.exception(), OSError)

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
        self._probe(path)

    def _probe(self, path: Path) -> None:
        try:
            self._probing.set_result(probe(path, self.name))
        except FileNotFoundError:
            # One of the library's that was deleted just now, to make room for another.
            self._probing.set_result(Probe(self.size_bytes, readable=False, why=GONE))
        except BaseException as error:
            self._probing.set_exception(error)


@dataclass(frozen=True)
class AnalysisRequest:
    """What a person asked for: an analysis of a recording, or the result of a job."""

    recording: UploadedRecording | None = None
    model: str = INTER_1
    include: tuple[str, ...] = ()
    goal_dimensions: tuple[str, ...] = ()
    conversation_context: str | None = None
    sandbox: bool = False
    sound: SoundChoice | None = None
    """Which sound of the recording; None for the one that is proposed."""
    job_id: str | None = None
    """A job that exists already: it is waited for, and nothing is sent."""
    recording_name: str | None = None
    """What the recording was called, where its content has been released."""

    @property
    def name(self) -> str:
        """What the request is called on the page."""
        if self.recording is not None:
            return self.recording.name
        return self.recording_name or f"Job {self.job_id}"

    @property
    def wants_feedback(self) -> bool:
        """Whether feedback is asked for, which only Inter-1 gives."""
        return bool(self.goal_dimensions or self.conversation_context)

    @property
    def without_recording(self) -> AnalysisRequest:
        """The same request in a few bytes: it still has its name, and cannot be sent again."""
        return replace(self, recording=None, recording_name=self.name)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """Equal for two requests that would get the same analysis."""
        content = self.recording.digest if self.recording is not None else None
        feedback = (self.goal_dimensions, self.conversation_context)
        what = (content, self.job_id, self.sound)
        return (*what, self.model, self.include, feedback, self.sandbox)
