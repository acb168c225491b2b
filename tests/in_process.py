"""Stands in for the process that opens a recording, where a test is not about that process.

Starting one takes a third of a second of processor time. The processes themselves are tested in
`tests/isolation`, `tests/media` and `tests/sandbox`, and in a browser with the whole dashboard.
"""

from __future__ import annotations

import importlib
import json
import os
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Self

import pytest

from interhuman.isolation import Limits, OutOfMemoryError, RaisedError, caller
from interhuman.sandbox.http import workers


class _LeftError(BaseException):
    """Raised in a call that nobody waits for any more, at its next report."""


class CallInProcess:
    """Does what an `IsolatedCall` does, in a thread of this process and without limits."""

    def __init__(
        self,
        function: str,
        file: BinaryIO,
        arguments: Mapping[str, Any],
        *,
        limits: Limits,
        reports: bool = False,
    ) -> None:
        self.reports_received = 0
        self.latest_report: Any = None
        self._began_s = self._reported_s = time.monotonic()
        self._left = False
        self._result = ""
        self._error: Exception | None = None
        file.flush()
        given = json.loads(json.dumps(arguments)) | ({"report": self._report} if reports else {})
        opened = os.fdopen(os.dup(file.fileno()), "rb")
        self._thread = threading.Thread(target=self._run, args=(function, opened, given))
        self._thread.start()

    @property
    def running_s(self) -> float:
        return time.monotonic() - self._began_s

    @property
    def silent_s(self) -> float:
        return time.monotonic() - self._reported_s

    def has_ended(self) -> bool:
        return not self._thread.is_alive()

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return json.loads(self._result)

    def lower_priority(self) -> None:
        """Leave this process as it is."""

    def close(self) -> None:
        self._left = True
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, function: str, file: BinaryIO, arguments: dict[str, Any]) -> None:
        module, _, name = function.partition(":")
        with file:
            try:
                file.seek(0)
                call = getattr(importlib.import_module(module), name)
                self._result = json.dumps(call(file, **arguments))
            except _LeftError:
                pass
            except MemoryError:
                self._error = OutOfMemoryError()
            except Exception:
                self._error = RaisedError(traceback.format_exc())

    def _report(self, value: Any) -> None:
        if self._left:
            raise _LeftError
        self.latest_report = json.loads(json.dumps(value))
        self.reports_received += 1
        self._reported_s = time.monotonic()


@contextmanager
def open_in_process() -> Iterator[None]:
    """Open recordings in this process while the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (caller, workers):
            patch.setattr(module, "IsolatedCall", CallInProcess)
        yield
