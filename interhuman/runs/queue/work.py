"""The work of one item: its recording is found, prepared and sent, each step once it is written."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Final

from interhuman.adaptive_limit import AdaptiveLimit, WaitCanceledError, slows
from interhuman.analysis import Analysis
from interhuman.answers.stitched import Stitched
from interhuman.api.retry import verdict
from interhuman.api.v1 import ANALYZE_PATH
from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanAPIError, InterhumanConfigError
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow
from interhuman.library.recordings import StoredRecording
from interhuman.library.recordings_folder import digest_of
from interhuman.library.rows import JOINED
from interhuman.media.cutting import CutPart
from interhuman.media.joining import Joined
from interhuman.runs.asked import sound_of
from interhuman.runs.queue.record import QueuedRecord
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.verdicts import RecordingElsewhereError, RecordingGoneError
from interhuman.runs.record import HEADER
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run, RunCanceledError
from interhuman.runs.sent_file import SentFile

NOT_CUT: Final = (
    "This machine doesn't convert recordings, so a long one can't be cut into parts here."
)


class QueuedRun(Run):
    """An analysis of the queue, which waits for its turn before it is sent.

    `limit` is that of its account in this process. `work` takes a function that returns the client
    of the account, which all of its items share. `gone` says why parts that are left to be sent
    can't be, where the recording isn't here. `on_ready` is called before the first is sent.
    """

    def __init__(
        self,
        request: AnalysisRequest,
        *,
        record: QueuedRecord,
        limit: AdaptiveLimit,
        convert: bool,
        gone: RecordingGoneError | None = None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(request, record=record, convert=convert)
        self._row, self._gone, self._on_ready = record, gone, on_ready
        self._limit = limit
        self._is_under_way = False
        """Whether a part of a long recording went out: the row is one that is sent from then on."""

    def _on_progress(self, sent_bytes: int, total_bytes: int) -> None:
        super()._on_progress(sent_bytes, total_bytes)
        self._row.check_kept()

    def _cut(self) -> Stitched | None:
        document = super()._cut()
        if document is not None:
            self._row.check_may_go_on()  # How it was cut is kept from here on.
        return document

    def _prepare(self, part: CutPart | None = None) -> SentFile | None:
        if part is not None:
            self._row.check_may_go_on()
            if self._gone is not None:
                raise self._gone
            if not self._convert:
                raise InterhumanConfigError(NOT_CUT)
        return super()._prepare(part)

    def _send(
        self, open_client: Callable[..., InterhumanClient], sent: SentFile | None
    ) -> Analysis:
        if not self._is_under_way and self.parts is not None:
            self._be_ready()  # The job of a part is waited for beside what is being prepared.
        if sent is None:
            return self._exchange(open_client, None)
        for attempt in itertools.count(1):
            if not self._is_under_way:
                self._be_ready()
            try:
                with self._limit.place(turn_of=self._row.owner, canceled=self._cancel.is_set):
                    check_source(self._row.row)
                    if self._is_under_way:
                        self._row.check_may_go_on()
                    analysis = self._exchange_counted(open_client, sent)
                    self._is_under_way = True
                    return analysis
            except WaitCanceledError:
                raise RunCanceledError from None
            except InterhumanAPIError as error:
                self._wait_to_send_again(error, attempt)
        raise AssertionError("unreachable")

    def _be_ready(self) -> None:
        """Move the row on to waiting for its turn; parts may have been sent before."""
        if self._row.state is not ItemState.READY:
            if self._row.state is ItemState.PREPARING:
                self._on_ready()
            has_sent_parts = self.parts is not None and self.parts.document.any_sent
            self._row.enter(ItemState.READY, sent=has_sent_parts)

    def _exchange_counted(
        self, open_client: Callable[..., InterhumanClient], sent: SentFile
    ) -> Analysis:
        """Send once all processes together leave room for it, counted until it is answered."""
        is_part = self.parts is not None
        self._row.reserve(limit=self._limit.at_once, canceled=self._cancel, is_part=is_part)
        try:
            return self._exchange(open_client, sent)
        finally:
            if is_part:
                self._row.end_part()

    def _wait_to_send_again(self, error: InterhumanAPIError, attempt: int) -> None:
        """Wait until the recording may be sent again; raise the error where it may not be."""
        may_slow = slows(error) and not self.has_job
        wait_s = verdict("POST", ANALYZE_PATH, error, attempt) if not self.has_job else None
        if wait_s is None and not may_slow:
            self._is_under_way = True
            raise error
        if self.parts is not None:
            self.parts.leave()  # It wasn't accepted.
        if wait_s is not None and not may_slow:  # Else the limit waits as long as the API asked.
            self._sleep(wait_s, error.advice.title)

    def _exchange(
        self, open_client: Callable[..., InterhumanClient], sent: SentFile | None
    ) -> Analysis:
        upload = open_client().uploads(
            sleep=self._sleep, on_answer=self._on_answer, on_retry=_leave_it_to_the_queue
        )
        return self._analyze(upload, sent)


def _leave_it_to_the_queue(error: InterhumanAPIError) -> None:
    raise error


def request_of(
    row: QueuedRow, recording: UploadedRecording | None, *, parts: Stitched | None = None
) -> AnalysisRequest:
    """Return what was asked for, as a row says; without a recording, the result of its job.

    `parts` are those of a long recording that are gone on with.
    """
    options = row.options
    context = options.get("conversation_context")
    return AnalysisRequest(
        recording,
        model=row.model,
        include=_texts(options.get("include")),
        goal_dimensions=_texts(options.get("goal_dimensions")),
        conversation_context=context if isinstance(context, str) else None,
        sandbox=row.sandbox,
        sound=sound_of(options),
        job_id=row.job_id if recording is None and parts is None else None,
        missing_of=parts.to_bytes() if parts is not None else b"",
        recording_name=row.name,
    )


def recording_of(row: QueuedRow, library: Library) -> UploadedRecording:
    """Return the recording of an item, from where its row says that it is.

    Reads all of it the first time. Raises RecordingGoneError (RecordingElsewhereError where
    another machine may have it), and LibraryError where a store that it is in can't be reached.
    """
    recording = _recording_of(row, library)
    recording.preparation.joined = Joined.from_json(row.options.get(JOINED))
    return recording


def _recording_of(row: QueuedRow, library: Library) -> UploadedRecording:
    check_source(row)
    kept = library.recordings
    found: Path | StoredRecording | None = Path(row.source) if row.source is not None else None
    if found is None and kept is not None and row.sha256 is not None:
        found = kept.find(row.sha256, anew=True)
    if found is None or row.sha256 is None:
        if kept is not None and kept.is_shared:
            raise RecordingGoneError(
                "The recording isn't in the shared store any more. Add it again."
            )
        raise RecordingElsewhereError("The recording isn't here any more. Add it again.")
    header = row.options.get(HEADER)
    if not isinstance(found, Path):
        size_bytes = row.size_bytes or found.size_bytes
        return UploadedRecording.in_store(row.name, found, size_bytes=size_bytes, header=header)
    try:
        return UploadedRecording.in_file(row.name, found, row.sha256, header=header)
    except OSError:
        raise RecordingGoneError("The recording isn't here any more. Add it again.") from None


def check_source(row: QueuedRow) -> None:
    """Raise RecordingGoneError where the file that a row names isn't what it was."""
    if row.source is None:
        return
    try:
        digest = digest_of(Path(row.source))
    except OSError:
        raise RecordingElsewhereError(
            "The file isn't where it was any more. Put it back, or add it again."
        ) from None
    if digest != row.sha256:
        raise RecordingGoneError("The file has changed since it was added. Add it again.")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
