"""A queue that does nothing by itself: its items are where a test puts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from interhuman.library.library import Library
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import QueueStatus
from interhuman.runs.queue.states import ENDED, UNSENT, ItemState
from interhuman.runs.request import AnalysisRequest

_S = ItemState


def item(id: str = "a", state: ItemState = _S.PAUSED, **known: Any) -> QueueItem:
    """Return an item of which nothing is known but what is given."""
    values: dict[str, Any] = {
        "id": id,
        "title": known.get("file_name", "talk.mp4"),
        "file_name": "talk.mp4",
        "size_bytes": None,
        "duration_s": None,
        "model": "inter-1",
        "sandbox": True,
        "state": state,
        "words": str(state).capitalize(),
        "share": None,
        "quality_index": None,
        "signal_count": None,
        "problem": None,
        "remedy": None,
        "may_retry": False,
        "may_be_billed": False,
        "batch": None,
        "account": None,
        "place": None,
        "queued_at": None,
    }
    return QueueItem(**{**values, **known})


class FakeQueue:
    """Keeps items in memory, each with an ordinary row of the library."""

    def __init__(self, **_: object) -> None:
        self.held: dict[str, QueueItem] = {}
        self.state = QueueStatus(in_flight=0, limit=4)
        self.accounts: list[Account] = []
        self.sent_again: list[str] = []

    def put(self, *items: QueueItem) -> None:
        """Put items into the queue, or in the place of those with the same ids."""
        self.held.update({each.id: each for each in items})

    def connect(self, library: Library, account: Account) -> None:
        """Note the account."""
        self.accounts.append(account)

    def disconnect(self, library: Library, key: str) -> None:
        """Forget the account."""
        self.accounts = [each for each in self.accounts if each.key != key]

    def forget(self, library: Library) -> None:
        """Keep what a test looks at."""

    def add(
        self,
        request: AnalysisRequest,
        library: Library,
        account: Account,
        *,
        start: bool = True,
        once: bool = False,
    ) -> str:
        """Add an item, paused or waiting."""
        recording = request.recording
        assert recording is not None
        id = library.begin(
            name=recording.name,
            model=request.model,
            sha256=recording.digest,
            size_bytes=recording.size_bytes,
            duration_s=recording.duration_s,
        )
        self.put(
            item(
                id,
                _S.WAITING if start else _S.PAUSED,
                file_name=recording.name,
                size_bytes=recording.size_bytes,
                duration_s=recording.duration_s,
                model=request.model,
                queued_at=datetime.now(UTC),
            )
        )
        return id

    def items(self, library: Library, *, batch: str | None = None) -> tuple[QueueItem, ...]:
        """Return all items."""
        return tuple(self.held.values())

    def status(self, library: Library) -> QueueStatus:
        """Return what was set."""
        return self.state

    def start(
        self, library: Library, account: Account, *, batch: str | None = None, id: str | None = None
    ) -> int:
        """Let what is paused wait, and hold back nothing that is started."""
        held_back = [each for each in self.held.values() if id == each.id and each.is_held_back]
        self.put(*(replace(each, is_held_back=False) for each in held_back))
        return self._move(id, {_S.PAUSED}, _S.WAITING)

    def resume(self, library: Library, account: Account) -> None:
        """Forget the problem of an account, and go on with what waits for it."""
        problems = {key: why for key, why in self.state.problems.items() if key != account.key}
        self.state = replace(self.state, problems=problems)
        mine = [each for each in self.held.values() if each.account == account.key]
        self.put(*(replace(each, is_held_back=False) for each in mine))

    def pause(self, library: Library, *, batch: str | None = None, id: str | None = None) -> int:
        """Pause what isn't sent."""
        return self._move(id, UNSENT, _S.PAUSED)

    def cancel(self, library: Library, id: str) -> bool:
        """Cancel one."""
        return self._move(id, set(_S) - ENDED, _S.CANCELED) > 0

    def cancel_all(self, library: Library, *, batch: str | None = None) -> int:
        """Cancel all."""
        return self._move(None, set(_S) - ENDED, _S.CANCELED)

    def retry(self, library: Library, id: str, *, send_again: bool = False) -> bool:
        """Let one wait again, which may have been billed only if that is wanted."""
        known = self.held[id]
        if not known.may_retry or (known.may_be_billed and not send_again):
            return False
        self.sent_again += [id] if send_again else []
        return self._move(id, ENDED, _S.WAITING) > 0

    def ask(self, library: Library, id: str) -> bool:
        """Let one with a job wait for that."""
        return self.held[id].has_job and self._move(id, ENDED, _S.JOB) > 0

    def remove(self, library: Library, id: str) -> bool:
        """Take one off."""
        return self.held.pop(id, None) is not None

    def wait_for_change(self, seen: int, timeout_s: float) -> int:
        """Return at once."""
        return seen

    def close(self, timeout_s: float = 10.0) -> bool:
        """Do nothing."""
        return True

    def _move(
        self, id: str | None, among: set[ItemState] | frozenset[ItemState], to: ItemState
    ) -> int:
        moved = [
            replace(each, state=to, words=str(to).capitalize(), share=None)
            for each in self.held.values()
            if each.state in among and id in {None, each.id}
        ]
        self.put(*moved)
        return len(moved)
