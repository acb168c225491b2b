"""What the library keeps of one analysis, written while it goes on."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.jobs import UploadJob
from interhuman.answers.stitched import Stitched
from interhuman.errors import InterhumanAPIError, LibraryError
from interhuman.library.library import Library
from interhuman.library.reading import summarize
from interhuman.library.rows import JOINED
from interhuman.library.workers import BEAT_EVERY_S, WORKED_ON
from interhuman.media.facts import SoundChoice
from interhuman.media.probe import header_facts
from interhuman.runs.keeping import Keeping
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest

log = logging.getLogger(__name__)

JOB_LASTS = timedelta(hours=1)
"""How long the API keeps a job that does not say so itself."""

JOB_UNKNOWN = "ih4021"

SOUND = "sound"
"""In a row's options: which sound of the recording was analyzed, as `SoundChoice` has it."""

OPENED = "opened_from_file"
"""In a row's options: the analysis was not made here."""

HEADER = "header"
"""In a row's options: what the recording's header says, as `header_facts` gives it."""

CANCELED = "Canceled before the whole recording was sent, so nothing was analyzed."


class RunRecord:
    """The library's row of one analysis; used by the thread of its run alone.

    A library that cannot be written to costs no analysis: `problem` says why an answer is in
    memory only, and the analysis goes on. `keeping` is how it goes with the recording. `id` is the
    row's, None while there is none; `sha256` is the recording's, where it is known.
    """

    is_queued = False
    """Whether a long recording is gone on with by itself after an interruption."""

    def __init__(self, library: Library) -> None:
        self.id: str | None = None
        self.problem: str | None = None
        self.keeping: Keeping | None = None
        self.sha256: str | None = None
        self._library = library
        self._request = AnalysisRequest()
        self._facts: dict[str, Any] = {}
        self._missed: list[Answer] = []
        self._job_expires_at: datetime | None = None
        self._recording: weakref.ref[UploadedRecording] | None = None
        self._sending = self._sending_noted = False
        self._ended = threading.Event()

    def begin(self, request: AnalysisRequest) -> None:
        """Add the row; a job that is gone on with has its own already or gets one when it answers.

        The recording is kept beside the library meanwhile, where that is done.
        """
        self._request = request.without_recording
        self._facts = facts_of(request)
        self.sha256 = self._facts["sha256"]
        threading.Thread(target=self._keep_alive, name="keep alive", daemon=True).start()
        if request.job_id is not None:
            attempt(self._go_on)
            return
        if attempt(self._ensure_row) is None and request.recording is not None:
            self._recording = weakref.ref(request.recording)
            self._keep_in_background(request.recording)

    def leaves(self, error: Exception | None, parts: Stitched) -> bool:
        """Return whether missing parts are left for another time; `error` is None if canceled."""
        return False

    def keep_sound(self, sound: SoundChoice) -> None:
        """Note which sound of the recording is sent; it is written when that goes out."""
        self._facts["options"] |= sound_option(sound)

    def keep_sending(self) -> None:
        """Note, once, that the recording goes out."""
        if not self._sending:
            self._sending = True
            self._note_sending()

    def keep_answer(self, answer: Answer) -> None:
        """Keep an answer before anything reads it; what failed before is tried again with it."""
        self._missed.append(answer)
        self.problem = attempt(self._store_answers)

    def keep_job(self, job: UploadJob) -> None:
        """Note the job as soon as it is known, and until when it can be read."""
        if job.job_id and (self._job_expires_at is None or job.expires_at):
            expires_at = job.expires_at or datetime.now(UTC) + JOB_LASTS
            if expires_at != self._job_expires_at:
                self._job_expires_at = expires_at
                attempt(lambda: self._attach(job.job_id, expires_at))

    def end(
        self, *, analysis: Analysis | None, error: Exception | None, job: UploadJob | None
    ) -> None:
        """Note what became of the analysis; one whose job still runs is left to who asks next."""
        self._ended.set()
        if self._missed:
            self.problem = attempt(self._store_answers)
        if self.problem is not None:
            self._fail(f"A response arrived, but it couldn't be saved. {self.problem}")
        elif analysis is not None:
            attempt(lambda: self._finish(analysis))
        elif self._is_over(error, job):
            self._fail(str(error) if error is not None else CANCELED)
        else:
            attempt(self._release)
        if self.id is not None:
            WORKED_ON.discard(self.id)
        if self.keeping is not None:
            self.keeping.settle()

    def _is_over(self, error: Exception | None, job: UploadJob | None) -> bool:
        """Return whether no result can come any more."""
        unknown = isinstance(error, InterhumanAPIError) and error.error_id == JOB_UNKNOWN
        if unknown and self._request.sandbox:
            return True  # Elsewhere another account may know it, until it expires.
        return job.is_terminal if job is not None else self._request.job_id is None

    def _release(self) -> None:
        if self.id is not None:
            self._library.release(self.id)

    def _keep_alive(self) -> None:
        """Say now and then that this analysis is worked on, until it has ended."""
        while not self._ended.wait(BEAT_EVERY_S):
            if self.id is not None:
                self._beat(self.id)

    def _beat(self, id: str) -> None:
        attempt(partial(self._library.keep_alive, id))
        if self._sending and not self._sending_noted:
            self._note_sending()

    def _note_sending(self) -> None:
        """Note that the recording goes out; what could not be noted is tried again later."""
        recording = self._recording() if self._recording is not None else None
        options = {**header_option(recording), **self._facts["options"]}
        why = attempt(lambda: self._library.begin_sending(self._ensure_row(), options=options))
        self._sending_noted = why is None

    def _ensure_row(self) -> str:
        if self.id is None:
            self.id = self._library.begin(**self._facts)
            WORKED_ON.add(self.id)
        return self.id

    def _go_on(self) -> None:
        job_id = self._request.job_id or ""
        row = self._library.of_job(job_id, sandbox=self._request.sandbox)
        if row is not None:
            self.id, self.sha256, self._job_expires_at = row.id, row.sha256, row.job_expires_at
            WORKED_ON.add(row.id)
            self._library.claim(row.id)

    def _store_answers(self) -> None:
        while self._missed:
            try:
                self._library.store_answer(self._ensure_row(), self._missed[0])
            except LibraryError as error:
                if error.problem != "missing" or self.id is None:
                    raise
                # Its row was deleted meanwhile: what is paid for gets another, and the deleted one,
                # which may be brought back, is nobody's work any more.
                WORKED_ON.discard(self.id)
                self.id = None
                self._ensure_row()
                self._keep_again()
                continue
            del self._missed[0]

    def _attach(self, job_id: str, expires_at: datetime) -> None:
        self._library.attach_job(self._ensure_row(), job_id=job_id, expires_at=expires_at)

    def _finish(self, analysis: Analysis) -> None:
        if self.id is not None:
            self._library.finish(self.id, summary=summarize(analysis))

    def _fail(self, why: str) -> None:
        id = self.id
        if id is not None:
            attempt(lambda: self._library.fail(id, why))

    def _keep_in_background(self, recording: UploadedRecording) -> None:
        """Keep the recording while it is being sent."""
        if self._library.recordings is not None and self.id is not None:
            self.keeping = Keeping(self._library, self.id, recording)

    def _keep_again(self) -> None:
        """Keep the recording once more, which went with its row, while anybody has it."""
        recording = self._recording() if self._recording is not None else None
        if recording is not None and self.keeping is not None:
            self.keeping.settle()
            self._keep_in_background(recording)


def attempt(write: Callable[[], object]) -> str | None:
    """Write to the library; return why that was refused, None when it was not."""
    try:
        write()
    except LibraryError as error:
        log.warning("an analysis is not in the library as it should be: %s", error)
        return str(error)
    return None


def sound_option(sound: SoundChoice | None) -> dict[str, object]:
    """Return what a row's options say of the sound that was chosen, nothing where none was."""
    return {SOUND: asdict(sound)} if sound is not None else {}


def header_option(recording: UploadedRecording | None) -> dict[str, object]:
    """Return what a row's options say of a recording, as far as its header has been read."""
    header = recording.probe_within(0.0) if recording is not None else None
    return {HEADER: header_facts(header)} if header is not None else {}


def joined_option(recording: UploadedRecording | None) -> dict[str, object]:
    """Return what a row's options say of the files that a recording was joined from, if any."""
    joined = recording.preparation.joined if recording is not None else None
    return {JOINED: joined.to_json()} if joined is not None else {}


def asked_options(request: AnalysisRequest) -> dict[str, object]:
    """Return what a row's options say of what was asked for."""
    return {
        "include": list(request.include),
        "goal_dimensions": list(request.goal_dimensions),
        "conversation_context": request.conversation_context,
    }


def facts_of(request: AnalysisRequest) -> dict[str, Any]:
    """Return what a row says of an analysis from its beginning."""
    recording = request.recording
    header = recording.probe_within(0.0) if recording is not None else None
    return {
        "name": request.name,
        "model": request.model,
        "options": {
            **asked_options(request),
            **header_option(recording),
            **joined_option(recording),
        },
        "sandbox": request.sandbox,
        "duration_s": recording.duration_s if recording and header else None,
        "size_bytes": recording.size_bytes if recording is not None else None,
        "sha256": recording.digest if recording is not None else None,
    }
