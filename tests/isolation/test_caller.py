"""Calls in a process of their own: their result, their limits, and their end."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psutil
import pytest

from interhuman import isolation
from tests import processes

MIB = 1024**2
WIDE = isolation.Limits(memory_bytes=100 * MIB, cpu_s=60, wall_s=60.0)


def run(
    name: str,
    *,
    limits: isolation.Limits = WIDE,
    on_report: Callable[[Any], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    stalled_after_s: float | None = None,
    **arguments: Any,
) -> Any:
    with tempfile.TemporaryFile() as file:
        file.write(b"content")
        return isolation.run(
            f"tests.isolation.functions:{name}",
            file,
            arguments,
            limits=limits,
            on_report=on_report,
            cancelled=cancelled,
            stalled_after_s=stalled_after_s,
        )


def test_it_returns_what_the_function_returns() -> None:
    reply = run("echo", number=1.5, words=["é", None])
    assert reply.pop("from") != os.getpid()
    assert reply == {"read": "content", "number": 1.5, "words": ["é", None]}


def test_memory_within_the_limit_is_given_and_more_is_not() -> None:
    assert run("take_memory", size_bytes=60 * MIB) == 60 * MIB
    with pytest.raises(isolation.OutOfMemoryError):
        run("take_memory", size_bytes=200 * MIB)


def test_memory_that_the_system_does_not_limit_is_watched() -> None:
    with pytest.raises(isolation.OutOfMemoryError):
        run("take_shared_memory", size_bytes=300 * MIB)
    assert not processes.opened_by()


def test_time_is_limited_by_the_processors_clock_and_by_the_wall() -> None:
    with pytest.raises(isolation.OutOfTimeError):
        run("take_processor", limits=isolation.Limits(100 * MIB, cpu_s=1, wall_s=60.0))
    with pytest.raises(isolation.OutOfTimeError):
        run("wait", limits=isolation.Limits(100 * MIB, cpu_s=60, wall_s=0.5))
    assert not processes.opened_by()


def test_it_ends_when_its_caller_leaves_the_block() -> None:
    with (
        tempfile.TemporaryFile() as file,
        isolation.IsolatedCall("tests.isolation.functions:wait", file, {}, limits=WIDE) as call,
    ):
        assert not call.has_ended()
        processes.wait_until(lambda: bool(processes.opened_by()))
    assert not processes.opened_by()


def test_what_it_reports_arrives_in_order_and_its_result_as_well() -> None:
    reported: list[int] = []
    result = run("report_and_return", last=2000, on_report=lambda r: reported.append(r["number"]))
    assert result == "done"
    assert reported == sorted(set(reported))


def test_it_ends_when_the_caller_cancels() -> None:
    reported: list[Any] = []
    with pytest.raises(isolation.CancelledError):
        run("report_and_wait", on_report=reported.append, cancelled=lambda: bool(reported))
    assert reported == ["began"]
    assert not processes.opened_by()


def test_it_ends_when_it_reports_nothing_new() -> None:
    with pytest.raises(isolation.StalledError):
        run("report_and_wait", on_report=lambda _: None, stalled_after_s=0.5)
    assert not processes.opened_by()


def test_a_report_that_is_none_is_passed_over() -> None:
    reported: list[Any] = []
    with pytest.raises(isolation.CancelledError):
        run(
            "report_nonsense",
            on_report=reported.append,
            cancelled=lambda: "after that" in reported,
        )


def test_the_files_that_it_writes_are_limited(tmp_path: Path) -> None:
    path = tmp_path / "written"
    limits = isolation.Limits(100 * MIB, cpu_s=60, wall_s=60.0, file_bytes=MIB)
    assert run("write_file", path=str(path), size_bytes=MIB, limits=limits) == MIB
    with pytest.raises(isolation.RaisedError, match="File too large"):
        run("write_file", path=str(path), size_bytes=MIB + 1, limits=limits)


def test_all_that_it_holds_can_have_a_limit_of_its_own() -> None:
    limits = isolation.Limits(400 * MIB, cpu_s=60, wall_s=60.0, resident_bytes=150 * MIB)
    assert run("take_memory", size_bytes=50 * MIB, limits=limits) == 50 * MIB
    with pytest.raises(isolation.OutOfMemoryError):
        run("take_shared_memory", size_bytes=200 * MIB, limits=limits)


def test_a_process_that_was_killed_did_not_crash_by_its_file() -> None:
    with pytest.raises(isolation.KilledError, match="status -9"):
        run("be_killed")


def test_a_full_disk_loses_no_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    in_memory = hasattr(os, "memfd_create")
    with (
        (tmp_path / "talk.mp4").open("w+b") as file,
        nullcontext() if in_memory else pytest.raises(OSError, match="No space"),
    ):
        reply = isolation.run("tests.isolation.functions:echo", file, {}, limits=WIDE)
        assert reply["read"] == ""


def test_a_crash_and_an_exception_are_distinguished() -> None:
    with pytest.raises(isolation.CrashedError, match="status -11, without a result"):
        run("crash")
    with pytest.raises(isolation.RaisedError, match="KeyError: 'a fault of our own'"):
        run("fail")


def test_it_gets_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERHUMAN_KEY_SECRET", "open sesame")
    environment = run("environment")
    assert "open sesame" not in environment.values()
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


@pytest.mark.parametrize(
    "function",
    [
        "interhuman.media.worker.header:read_header",
        "interhuman.media.worker.fit_call:make_fit",
        "interhuman.media.worker.full_read:read_whole",
        "interhuman.sandbox.measuring.entry_points:v1_answer",
    ],
)
def test_it_imports_no_library_that_opening_media_does_not_need(function: str) -> None:
    loaded = set(run("libraries_of", function=function))
    assert "av" in loaded
    assert not loaded & {"requests", "pandas", "plotly", "streamlit", "starlette", "uvicorn"}


ENDLESS = """
import tempfile
from interhuman import isolation
with tempfile.TemporaryFile() as file:
    limits = isolation.Limits(100 * 1024**2, cpu_s=600, wall_s=600.0)
    isolation.run("tests.isolation.functions:take_processor", file, {}, limits=limits)
"""


def test_it_ends_with_its_parent_however_that_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS]) as parent:
        processes.wait_until(lambda: bool(processes.opened_by(parent.pid)))
        (child,) = processes.opened_by(parent.pid)
        parent.kill()
    processes.wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
