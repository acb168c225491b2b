"""A process that is kept ready: it serves one call like any other process, and ends with us."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from interhuman import isolation
from interhuman.isolation.start import kept_ready
from tests import processes
from tests.isolation.test_caller import MIB, run

MODULE = "interhuman.media.worker.header"


@pytest.fixture(autouse=True)
def waiting() -> Iterator[psutil.Process]:
    """Keep a process ready, and give it."""
    with kept_ready(MODULE):
        processes.wait_until(lambda: len(processes.opened_by()) == 1)
        (process,) = processes.opened_by()
        yield process
    assert not processes.opened_by()


def test_the_process_that_waits_serves_the_next_call(waiting: psutil.Process) -> None:
    reply = run("echo", number=1.5, words=["é" * 100_000, None])
    assert reply.pop("from") == waiting.pid
    assert reply == {"read": "content", "number": 1.5, "words": ["é" * 100_000, None]}


def test_it_serves_one_call_alone_and_another_takes_its_place(waiting: psutil.Process) -> None:
    first, second = run("echo")["from"], run("echo")["from"]
    assert first == waiting.pid != second
    processes.wait_until(lambda: len(processes.opened_by()) == 1)
    (other,) = processes.opened_by()
    assert run("echo")["from"] == other.pid


def test_it_has_imported_what_it_was_told_to(waiting: psutil.Process) -> None:
    loaded = set(run("libraries_of", function=f"{MODULE}:read_header"))
    assert "av" in loaded
    assert "streamlit" not in loaded


def test_it_is_limited_as_any_other() -> None:
    with pytest.raises(isolation.OutOfMemoryError):
        run("take_memory", size_bytes=200 * MIB)


def test_it_gets_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERHUMAN_KEY_SECRET", "open sesame")
    assert "open sesame" not in run("environment").values()


def test_one_that_was_killed_meanwhile_costs_no_call(waiting: psutil.Process) -> None:
    waiting.kill()
    processes.wait_until(lambda: waiting.status() == psutil.STATUS_ZOMBIE)
    assert run("echo")["read"] == "content"


def test_a_call_that_reports_has_a_process_of_its_own(waiting: psutil.Process) -> None:
    run("report_and_return", last=3, on_report=lambda _: None)
    assert waiting.is_running()


KEEPING = f"""
from interhuman.isolation.start import kept_ready
with kept_ready({MODULE!r}):
    input()
"""


def test_it_ends_with_its_parent_however_that_ends() -> None:
    command = [sys.executable, "-c", KEEPING]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as parent:
        processes.wait_until(lambda: bool(processes.opened_by(parent.pid)))
        (child,) = processes.opened_by(parent.pid)
        parent.kill()
    processes.wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
