"""A server that counts what is sent to it, by the name of the file, and answers when it is told."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.answers.test_jobs import COMPLETED
from tests.server import ANALYZE, EXAMPLE, Scripted, Seen, Server

SUBMIT, JOBS = "/v2/upload/analyze", "/v2/upload/jobs/"


def job(id: str, **also: Any) -> dict[str, Any]:
    """Return the envelope of a job."""
    return {"job_id": id, "model": "inter-2", "status_url": JOBS + id, **also}


class CountingServer(Server):
    """Answers each recording `delay_s` after it is there, whichever model it is for.

    `uploads` is how often each file arrived whole and was taken, in the `order` of their arrival;
    `most_at_once` how many were under way at most. While `held` is set, no recording is answered.
    `refuse` may answer one itself, given its file name, and then does not take it.
    """

    def __init__(self, *, delay_s: float = 0.0) -> None:
        super().__init__()
        self.may_be_cut = True
        self.delay_s = delay_s
        self.uploads: Counter[str] = Counter()
        self.order: list[str] = []
        self.at_once = self.most_at_once = 0
        self.held = threading.Event()
        self.refuse: Callable[[str], Scripted | None] = lambda _: None
        self.job_runs = threading.Event()
        self._counting = threading.Lock()

    @property
    def begun(self) -> int:
        """How many uploads arrived whole or in part."""
        whole = len(self.requests(ANALYZE)) + len(self.requests(SUBMIT))
        return whole + sum(size > 0 for size in self.cut_after_bytes)

    def answer(self, seen: Seen) -> Scripted:
        if seen.path in {ANALYZE, SUBMIT}:
            return self._answer_upload(seen)
        if seen.path.startswith(JOBS):
            id = seen.path.removeprefix(JOBS)
            if self.job_runs.is_set():
                return Scripted(json=job(id, status="running"))
            return Scripted(json=job(id, status="completed", result=COMPLETED["result"]))
        return super().answer(seen)

    def _answer_upload(self, seen: Seen) -> Scripted:
        name = str(seen.file.filename)
        refused = self.refuse(name)
        with self._counting:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            if refused is None:
                self.uploads[name] += 1
                self.order.append(name)
            number = self.uploads.total()
        try:
            while self.held.is_set():
                time.sleep(0.005)
            time.sleep(self.delay_s)
        finally:
            with self._counting:
                self.at_once -= 1
        return refused or self._accepted(seen.path, number)

    def _accepted(self, path: str, number: int) -> Scripted:
        if path == ANALYZE:
            return Scripted(json=EXAMPLE)
        return Scripted(202, json=job(f"{number:032x}", status="queued"))

    def close(self) -> None:
        self.held.clear()
        super().close()
