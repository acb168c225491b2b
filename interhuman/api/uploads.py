"""What a client can do with recordings: analyze one, submit one, look at a job, wait for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from interhuman.analysis import Analysis
from interhuman.answers.jobs import UNKNOWN, UploadJob
from interhuman.api import v1, v2
from interhuman.api.multipart import FileInput, FileToSend, OnProgress
from interhuman.api.sender import Sender, Sleep
from interhuman.api.transport import OnAnswer


class UploadClient:
    """Sends recordings and gets their analyses.

    `file` is a path, bytes, or an open binary file, sent from its current position in pieces; at
    most 32 MiB. `filename` is what it is called, else its own name; only the last part of a path
    goes out. `content_type` is its MIME type, else that of the name's extension. `on_progress`
    is called with (sent_bytes, total_bytes) of the file; what it raises stops the upload.
    """

    def __init__(
        self,
        sender: Sender,
        *,
        base_url: str,
        timeout_s: float,
        on_answer: OnAnswer | None,
        sleep: Sleep,
        clock: Callable[[], float],
    ) -> None:
        self._sender = sender
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._on_answer = on_answer
        self._sleep = sleep
        self._clock = clock

    def analyze(
        self,
        file: FileInput,
        *,
        include: Sequence[str] | None = None,
        goal_dimensions: Sequence[str] | None = None,
        conversation_context: str | None = None,
        filename: str | None = None,
        content_type: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Analysis:
        """Analyze a recording with Inter-1 and return what it says; takes up to minutes.

        `include` may hold "conversation_quality_overall" and "conversation_quality_timeline".
        `goal_dimensions` are those to give feedback on; the API ignores them when there is a
        `conversation_context`: free text on what the conversation is about.

        Raises InterhumanConfigError before anything is sent, InterhumanAPIError when the API
        refuses or gives no usable answer, and whatever `on_progress` or `on_answer` raised.
        """
        return v1.analyze(
            self._sender,
            FileToSend(file, filename=filename, content_type=content_type),
            include=include,
            goal_dimensions=goal_dimensions,
            conversation_context=conversation_context,
            timeout_s=self._timeout_s,
            on_progress=on_progress,
            on_answer=self._on_answer,
        )

    def submit(
        self,
        file: FileInput,
        *,
        model: str,
        include: Sequence[str] | None = None,
        wait_seconds: int = 0,
        filename: str | None = None,
        content_type: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> UploadJob:
        """Submit a recording to an Inter-2 model and return its job, ended or not.

        `model` is "inter-2" (picture and sound), "inter-2-audio" (sound alone) or any other that
        the API knows. `include` may hold "signals" (the merged list) and the two quality flags
        that `analyze` takes. `wait_seconds`, 0 to 120, is how long the API may hold its answer
        for the job to end. Keep the `job_id`: it is all that is needed to come back, from
        anywhere, within the hour.

        Raises as `analyze` does.
        """
        return v2.submit(
            self._sender,
            FileToSend(file, filename=filename, content_type=content_type),
            model=model,
            include=include,
            wait_seconds=wait_seconds,
            timeout_s=self._timeout_s,
            on_progress=on_progress,
            on_answer=self._on_answer,
        )

    def get_job(self, job_id: str | UploadJob) -> UploadJob:
        """Look at a job once; a failed one is returned, not raised.

        Raises InterhumanAPIError (ih4021 when the job is unknown to this account or an hour
        old) and InterhumanConfigError for what is no job's id.
        """
        path = v2.path_of(job_id, self._base_url)
        return v2.get_job(self._sender, path, on_answer=self._on_answer)

    def wait_for_job(
        self,
        job_id: str | UploadJob,
        *,
        timeout: float | None = None,
        poll_interval: float = v2.DEFAULT_JOB_POLL_INTERVAL_SECONDS,
        on_update: v2.OnUpdate | None = None,
    ) -> UploadJob:
        """Look at a job every `poll_interval` seconds until it has ended, and return it.

        `timeout` is in seconds, ten minutes if None; `on_update` gets the job at every look. Lost
        connections and an overloaded API do not end the waiting. Between two looks the client's
        `sleep` is called; what it raises does.

        Raises UploadJobTimeoutError (the job runs on), InterhumanAPIError and
        InterhumanConfigError as `get_job` does.
        """
        path = v2.path_of(job_id, self._base_url)
        return v2.wait_for_job(
            lambda timeout_s: v2.get_job(
                self._sender, path, timeout_s=timeout_s, tries=1, on_answer=self._on_answer
            ),
            job_id if isinstance(job_id, UploadJob) else UploadJob(job_id, UNKNOWN),
            timeout_s=v2.DEFAULT_JOB_TIMEOUT_S if timeout is None else timeout,
            poll_interval_s=poll_interval,
            on_update=on_update,
            clock=self._clock,
            sleep=self._sleep,
        )
