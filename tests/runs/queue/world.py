"""A library, a counting server and queues that work on the one and send to the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from interhuman.client import InterhumanClient
from interhuman.library.library import Library
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.media.probe import Probe, header_facts
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.acts import QueueActs
from interhuman.runs.queue.items import Held, QueueItem
from interhuman.runs.queue.procrastinate import ProcrastinateQueue
from interhuman.runs.queue.queue import Place, Queue
from interhuman.runs.queue.states import ENDED, ItemState
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.settings import Credentials
from tests.processes import wait_until

PATIENCE_S = 60.0
LOOK_EVERY_S = 0.2

MakeQueue = Callable[..., Queue]

IMPLEMENTATIONS: dict[str, MakeQueue] = {
    "threads": ThreadQueue,
    "procrastinate": ProcrastinateQueue,
}
"""Every way in which a queue is run, by its name."""

WAYS = ("threads-sqlite", "threads-postgresql", "procrastinate-postgresql")
"""Which of them works on which database."""


class AddingQueue(QueueActs):
    """Changes rows as any queue does, and works on none."""

    def disconnect(self, library: Library, key: str) -> None:
        """Have no accounts."""

    def _hold(self, library: Library, id: str, recording: UploadedRecording) -> None:
        raise AssertionError("the library keeps recordings")

    def _release(self, id: str) -> None:
        """Hold nothing."""

    def _held(self, library: Library) -> Held:
        return Held()

    def _stop(self, library: Library, id: str, *, after_part: bool = False) -> bool:
        return False

    def _changed(self, library: Library, account: Account | None = None) -> None:
        """Leave it to a queue that works."""


def account_of(base_url: str, key: str = "key") -> Account:
    """Return the account of these credentials at the server."""
    credentials = Credentials(key, "secret")

    def open_client(**options: Any) -> InterhumanClient:
        return InterhumanClient(key_id=key, key_secret="secret", base_url=base_url, **options)

    return Account.of(open_client, credentials=credentials, base_url="http://127.0.0.1")


def library_in(engine: Engine, folder: Path, owner: str = "coach") -> Library:
    """Return an owner's library in a database, its recordings in a folder."""
    recordings = RecordingsFolder(folder / "recordings", owner=owner)
    return Library(engine, owner=owner, recordings=recordings)


def recording(folder: Path, name: str, content: bytes | None = None) -> UploadedRecording:
    """Return a recording whose header is known, so that no process is started to read it."""
    content = content if content is not None else name.encode() * 50
    path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.mp4"
    path.write_bytes(content)
    header = Probe(
        len(content),
        container="mp4",
        duration_s=12.0,
        width=320,
        height=180,
        video_codec="h264",
        audio_codec="aac",
        has_picture=True,
        has_sound=True,
    )
    digest = hashlib.sha256(content).hexdigest()
    return UploadedRecording.in_file(name, path, digest, header=header_facts(header))


def add(
    queue: Queue | QueueActs,
    library: Library,
    account: Account,
    folder: Path,
    *names: str,
    start: bool = True,
    **asked: Any,
) -> list[str]:
    """Queue recordings of these names, and return their ids."""
    requests = [AnalysisRequest(recording(folder, name), **asked) for name in names]
    place = Place(batch="interviews")
    return [queue.add(one, library, account, place=place, start=start) for one in requests]


def states(queue: Queue | QueueActs, library: Library) -> dict[str, ItemState]:
    """Return the state of each item by its file's name."""
    return {item.file_name: item.state for item in queue.items(library)}


def item(queue: Queue | QueueActs, library: Library, id: str) -> QueueItem:
    """Return one item."""
    return next(item for item in queue.items(library) if item.id == id)


def wait_for_states(
    queue: Queue | QueueActs, library: Library, *wanted: ItemState, within_s: float = PATIENCE_S
) -> None:
    """Wait until all items are in one of these states, or have ended where none is given."""
    allowed = set(wanted or ENDED)
    wait_until(lambda: set(states(queue, library).values()) <= allowed, within_s=within_s)
