"""Adds files to the queue, unless the library has their results or something speaks against it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from interhuman.library.failures import AddedBeforeError
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.library.recordings_folder import digest_of
from interhuman.media.joining import Joined
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.joined import without_joined
from interhuman.runs.queue.queue import Place, Queue
from interhuman.runs.queue.same import Same, find_same
from interhuman.runs.queue.states import UNSENT, ItemState
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest

BILLED: Final = (
    "It was sent before and has no result. It wasn't sent again, because it may be billed twice: "
    "--send-again does that."
)
IS_JOINED: Final = (
    "On the page it's joined with other files to one recording. Start that there, or take it apart."
)
UNDER_WAY: Final = "The page analyzes it now. Run the same command again when it has ended."

_ONE_HEADER_S: Final = 5.0
"""How long to wait for a header before the next file: each is read in a process of its own."""


@dataclass(frozen=True, slots=True)
class AddedFile:
    """A file of the command, and the analysis that it has."""

    path: Path
    id: str | None = None
    """The row of its analysis; None where there is none."""
    same_as: Path | None = None
    """An earlier file of the command with the same content."""
    was_done: bool = False
    """Whether its result was there before."""
    problem: str | None = None
    """Why it isn't analyzed, as a sentence; None where it is or will be."""


class Adding:
    """Adds the files of one command, one after another; `ids` takes those of their analyses.

    When it `is_stopped`, it starts nothing that it adds. `joined` says of those that were joined
    from which files.
    """

    def __init__(
        self,
        queue: Queue,
        library: Library,
        account: Account,
        request: AnalysisRequest,
        *,
        ids: list[str],
        send_again: bool,
        joined: Mapping[Path, Joined | None] = MappingProxyType({}),
    ) -> None:
        self._queue, self._library, self._account = queue, library, account
        self._request, self._send_again = request, send_again
        self.ids, self._joined = ids, joined
        self._seen: dict[str, AddedFile] = {}
        self._opened: UploadedRecording | None = None
        self._is_stopped, self._starting = False, threading.Lock()

    def add(self, path: Path) -> AddedFile:
        """Add one file and return what became of it; reads all of it. Raises LibraryError."""
        try:
            digest = digest_of(path)
            if digest in self._seen:
                earlier = self._seen[digest]
                return replace(earlier, path=path, same_as=earlier.path)
            added = self._seen[digest] = self._place(path, digest)
            if self._opened is not None:
                self._opened.probe_within(_ONE_HEADER_S)
        except OSError as error:
            return AddedFile(path, problem=f"The file can't be read: {error.strerror}.")
        return added

    def _place(self, path: Path, digest: str) -> AddedFile:
        """Return the analysis of a recording that there is, or a new one in the queue."""
        while True:
            try:
                return self._place_now(path, digest)
            except AddedBeforeError:
                continue  # What somebody else has just added is there now.

    def _place_now(self, path: Path, digest: str) -> AddedFile:
        same = find_same(self._library, self._request, sha256=digest)
        if same is None:
            return self._new(path, digest)
        if same.state is ItemState.DONE:
            return AddedFile(path, same.id, was_done=True)
        if digest in self._files_of_joined:
            return AddedFile(path, problem=IS_JOINED)
        self.ids.append(same.id)
        if same.may_be_billed:
            return self._billed(path, digest, same)
        if same.state in UNSENT:
            self._start(same.id)
        elif same.state in (ItemState.FAILED, ItemState.CANCELED):
            # The file may lie elsewhere now.
            QueueRows(self._library.access).delete(same.id, old={same.state})
            return self._new(path, digest)
        return AddedFile(path, same.id, problem=UNDER_WAY if not same.is_queued else None)

    @property
    def _files_of_joined(self) -> frozenset[str | None]:
        """The SHA-256 of what another recording was joined from, which is sent in its place."""
        rows = QueueRows(self._library.access).all()
        shown = {row.id for row in without_joined(rows)}
        return frozenset(row.sha256 for row in rows if row.id not in shown)

    def _billed(self, path: Path, digest: str, same: Same) -> AddedFile:
        """Ask for the job of what may be billed; send it again only if a person decided so."""
        if self._queue.retry(self._library, same.id):
            return AddedFile(path, same.id)
        if not self._send_again:
            return AddedFile(path, same.id, problem=BILLED)
        if not self._queue.retry(self._library, same.id, send_again=True):
            row = QueueRows(self._library.access).get(same.id)
            if row is not None and row.stage != same.state:
                return AddedFile(path, same.id)  # Somebody else has it sent again.
            return self._new(path, digest, once=False)
        return AddedFile(path, same.id)

    def _new(self, path: Path, digest: str, *, once: bool = True) -> AddedFile:
        recording = self._opened = UploadedRecording.in_file(path.name, path, digest)
        recording.preparation.joined = self._joined.get(path)
        id = self._queue.add(
            replace(self._request, recording=recording),
            self._library,
            self._account,
            place=Place(source=path),
            start=False,
            once=once,
        )
        self.ids.append(id)  # First, or it is not begun.
        self._start(id)
        return AddedFile(path, id)

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is started any more; nothing is being started once this was set."""
        return self._is_stopped

    @is_stopped.setter
    def is_stopped(self, value: bool) -> None:
        with self._starting:
            self._is_stopped = value

    def _start(self, id: str) -> None:
        with self._starting:
            # Starting tries an account again that was stopped, which is for a person to decide.
            if not self._is_stopped and self._queue.status(self._library).problem is None:
                self._queue.start(self._library, self._account, id=id)
