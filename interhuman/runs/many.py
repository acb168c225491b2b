"""Analyzes many recordings from code: several at once, each result as it ends."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from interhuman.adaptive_limit import (
    DEFAULT_AT_ONCE,
    AccountStoppedError,
    AdaptiveLimit,
    WaitCanceledError,
    slows,
)
from interhuman.analysis import Analysis
from interhuman.answers.jobs import UploadJob
from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanAPIError, InterhumanConfigError, InterhumanError
from interhuman.media.fit import FitError
from interhuman.media.progress import MediaProgress
from interhuman.runs.file_update import FilePath, FileState, FileUpdate, Outcome
from interhuman.runs.notebook import notebook_progress
from interhuman.runs.preparing import Preparation
from interhuman.runs.sending import analyze_file
from interhuman.runs.sent_file import SentFile
from interhuman.vocabulary import INTER_1

log = logging.getLogger(__name__)

READY_AHEAD: Final = 2
"""Beside the recordings that are at Interhuman, so many are made ready to be sent next."""

JOB_TIMEOUT_S: Final = 3600.0
"""How long a job is waited for: as long as the API keeps it."""

_INTERRUPTIBLE_S = 0.5
"""On Windows, Ctrl-C is noticed only between waits."""


OnUpdate = Callable[[FileUpdate], None]


def analyze_many(
    client: InterhumanClient,
    files: Iterable[FilePath],
    *,
    model: str = INTER_1,
    include: Sequence[str] = (),
    goal_dimensions: Sequence[str] = (),
    conversation_context: str | None = None,
    max_concurrent: int = DEFAULT_AT_ONCE,
    convert: bool = True,
    on_update: OnUpdate | None = None,
) -> Generator[tuple[FilePath, Outcome], None, None]:
    """Analyze files and yield each, as it was given, with its analysis or error, as they end.

    At most `max_concurrent` recordings are at Interhuman at once, and fewer while it refuses that
    many. Without `convert` files are sent as they are. Files of the same content are sent once.
    `on_update` gets a `FileUpdate` whenever something changes, in this thread, while the next
    result is waited for; without one, a notebook shows the progress.

    Nothing begins before the first result is asked for. Closing the iterator cancels what isn't
    sent yet and waits for responses to what is, which `on_update` still gets; jobs run on. No
    program sends a file again that may have been billed: its error has `maybe_accepted` set.

    Raises InterhumanConfigError for text in place of a list. What goes wrong with a file is its
    error: an InterhumanError, or a FitError where it can't be converted.
    """
    if isinstance(files, str | os.PathLike) or isinstance(include, str):
        raise InterhumanConfigError("Give files and include as lists.")
    given = list(files)
    send = partial(
        analyze_file,
        model=model,
        include=tuple(include),
        goal_dimensions=tuple(goal_dimensions),
        conversation_context=conversation_context,
        timeout_s=JOB_TIMEOUT_S,
    )
    fit_for = model if convert else None
    batch = _Batch(client, given, limit=AdaptiveLimit(max_concurrent), fit_for=fit_for, send=send)
    return _results(batch, on_update or notebook_progress(given), max_concurrent)


def _results(
    batch: _Batch, on_update: OnUpdate | None, max_concurrent: int
) -> Generator[tuple[FilePath, Outcome], None, None]:
    tell = on_update or (lambda _: None)
    batch.group()
    workers = [
        threading.Thread(target=batch.work, name="analyze many", daemon=True)
        for _ in range(min(batch.left, max_concurrent + READY_AHEAD))
    ]
    try:
        for worker in workers:
            worker.start()
        while batch.left:
            update = batch.take()
            tell(update)
            if update.outcome is not None:
                yield update.file, update.outcome
    finally:
        batch.cancel()
        for worker in workers:
            worker.join()
        while batch.has_updates:
            tell(batch.take())


class _Recording:
    """A recording in a file that is another's."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name


@dataclass(eq=False)
class _Item:
    """Files of one content, by their places among all, and what is known of them."""

    files: Sequence[tuple[int, FilePath]]
    tell: Callable[[int, FileUpdate], None]
    update: FileUpdate

    @property
    def path(self) -> Path:
        """The file that is sent."""
        return Path(self.files[0][1])

    def change(self, state: FileState, share: float | None = None, **changed: Any) -> None:
        """Tell of a state and what else `changed`."""
        self.update = replace(self.update, state=state, share=share, **changed)
        for place, file in self.files:
            self.tell(place, replace(self.update, file=file))


class _Batch:
    """What the threads of one `analyze_many` share."""

    def __init__(
        self,
        client: InterhumanClient,
        files: Sequence[FilePath],
        *,
        limit: AdaptiveLimit,
        fit_for: str | None,
        send: Callable[..., Analysis],
    ) -> None:
        self._client, self._limit, self._fit_for, self._send = client, limit, fit_for, send
        self._files = files
        self._waiting: deque[_Item] = deque()
        self._changed = threading.Condition()
        self._updates: dict[int, FileUpdate] = {}
        self._canceled = threading.Event()
        self.left = len(files)
        """How many files have no outcome yet that was taken."""

    def group(self) -> None:
        """Put files of the same content together; only files of one size are read for that."""
        same: dict[object, list[tuple[int, FilePath]]] = defaultdict(list)
        for place, file in enumerate(self._files):
            same[_size(file)].append((place, file))
        for size, files in list(same.items()):
            if len(files) > 1:
                del same[size]
                for place, file in files:
                    same[_digest(file) or place].append((place, file))
        for files in sorted(same.values()):
            self._waiting.append(_Item(files, self._tell, FileUpdate(files[0][1])))

    def cancel(self) -> None:
        """Send nothing more."""
        self._canceled.set()
        while self._waiting:
            with suppress(IndexError):  # A worker took the last one.
                self._waiting.popleft().change("canceled")

    @property
    def has_updates(self) -> bool:
        """Whether something changed that was not taken."""
        return bool(self._updates)

    def take(self) -> FileUpdate:
        """Return the latest of the file that changed first; wait until one did."""
        with self._changed:
            while not self._updates:
                self._changed.wait(_INTERRUPTIBLE_S)
            update = self._updates.pop(next(iter(self._updates)))
        self.left -= update.outcome is not None
        return update

    def work(self) -> None:
        """Analyze one after another until none is left, or all is canceled."""
        while not self._canceled.is_set():
            try:
                item = self._waiting.popleft()
            except IndexError:
                return
            try:
                item.change("done", outcome=self._analyze(item))
            except WaitCanceledError:
                item.change("canceled")
            except Exception as error:
                if not isinstance(error, InterhumanError | FitError):
                    log.exception("a recording could not be analyzed")
                item.change("failed", outcome=error)

    def _analyze(self, item: _Item) -> Analysis:
        if self._limit.stopped is not None:
            raise AccountStoppedError(self._limit.stopped)
        recording, preparation = _Recording(item.path), Preparation()
        sent = self._prepare(item, recording, preparation)
        while True:
            item.change("waiting")
            try:
                with self._limit.place(canceled=self._canceled.is_set):
                    analysis = self._upload(item, sent)
            except InterhumanAPIError as error:
                if not slows(error):
                    raise
            else:
                return analysis.with_duration(preparation.duration_s)

    def _prepare(self, item: _Item, recording: _Recording, preparation: Preparation) -> SentFile:
        if self._fit_for is None or not recording.path.is_file():
            return SentFile(
                recording.path, recording.name
            )  # The client says what is wrong with it.
        item.change("preparing")

        def on_progress(progress: MediaProgress) -> None:
            item.change("preparing", progress.share if progress.remaining_s is not None else None)

        try:
            return preparation.sent_file(
                recording,
                model=self._fit_for,
                sound=None,
                on_progress=on_progress,
                cancelled=self._canceled.is_set,
            )
        except FitError as error:
            if error.reason == "cancelled":
                raise WaitCanceledError(str(error)) from None
            raise

    def _upload(self, item: _Item, sent: SentFile) -> Analysis:
        def on_progress(sent_bytes: int, total_bytes: int) -> None:
            self._stop_if(self._canceled.is_set() and sent_bytes < total_bytes)
            is_out = sent_bytes >= total_bytes
            item.change(*(("analyzing",) if is_out else ("sending", sent_bytes / total_bytes)))

        def on_job(job: UploadJob) -> None:
            item.change("analyzing", job_id=job.job_id)

        uploads = self._client.uploads(sleep=self._sleep, on_retry=_leave_to_the_limit)
        return self._send(uploads, sent, on_progress=on_progress, on_job=on_job)

    def _sleep(self, seconds: float, _: str) -> None:
        self._stop_if(self._canceled.wait(seconds))

    def _stop_if(self, stopped: bool) -> None:
        if stopped:
            raise WaitCanceledError("Canceled.")

    def _tell(self, place: int, update: FileUpdate) -> None:
        with self._changed:
            self._updates.pop(place, None)  # So that the latest comes last.
            self._updates[place] = update
            self._changed.notify_all()


def _leave_to_the_limit(error: InterhumanAPIError) -> None:
    """End the client's own trying where all have to slow down, not this one file."""
    if slows(error):
        raise error


def _size(file: FilePath) -> int | None:
    with suppress(OSError):
        return Path(file).stat().st_size
    return None


def _digest(file: FilePath) -> str | None:
    """Return the SHA-256 of a file, None where it can't be read."""
    with suppress(OSError), Path(file).open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
    return None
