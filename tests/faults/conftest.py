from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from interhuman import Analysis, Answer, InterhumanAPIError, InterhumanClient
from interhuman.api.multipart import FileInput
from tests.faults.raw import CERTIFICATE, RawServer
from tests.server import Clock

SECRET = "ih_live_51b8e0"
MAX_CASE_S = 20.0
"""No case may take this long: it would hang."""


@dataclass
class Outcome:
    """How one upload ended."""

    analysis: Analysis | None = None
    error: InterhumanAPIError | None = None
    answers: list[Answer] = field(default_factory=list)
    waits: list[tuple[float, str]] = field(default_factory=list)

    @property
    def failed(self) -> InterhumanAPIError:
        assert self.error is not None, "it did not fail"
        return self.error


def bounded(work: Callable[[], Any]) -> Any:
    """Do something in a thread; fail if it hangs."""
    results: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(MAX_CASE_S)
    assert not thread.is_alive(), "it hangs"
    if errors:
        raise errors[0]
    return results[0]


Upload = Callable[..., Outcome]


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording that no socket's buffers can hold."""
    path = tmp_path_factory.mktemp("films") / "big.mp4"
    with path.open("wb") as file:
        file.truncate(20_000_000)
    return path


@pytest.fixture
def upload(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """Upload to a server and say how it ended; no secret may show anywhere."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))

    def send(server: RawServer | str, film: FileInput = b"film", timeout_s: float = 5.0) -> Outcome:
        outcome = Outcome()
        clock = Clock()
        client = InterhumanClient(
            access_token=SECRET,
            base_url=server if isinstance(server, str) else server.base_url,
            timeout_s=timeout_s,
            on_answer=outcome.answers.append,
            sleep=clock.sleep,
        )
        try:
            outcome.analysis = bounded(lambda: client.upload.analyze(film))
        except InterhumanAPIError as error:
            outcome.error = error
            assert_no_secret(error)
        outcome.waits = clock.slept
        assert SECRET not in caplog.text
        return outcome

    return send


def assert_no_secret(error: BaseException) -> None:
    assert error.__cause__ is None
    assert error.__context__ is None
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    inside = [frame for frame in trace.stack if "/interhuman/" in frame.filename]
    assert inside, "the traceback does not pass through the package"
    for text in (str(error), repr(error), str(vars(error)), str([f.locals for f in inside])):
        assert SECRET not in text
