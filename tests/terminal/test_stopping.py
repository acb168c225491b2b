"""The command in a process of its own, which is stopped, killed and run again."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from interhuman.library.engine import open_engine
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.library.library import Library
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.terminal.batch import STOPPING
from tests.server import ANALYZE, HELD_S, Scripted, Seen, Server
from tests.terminal.conftest import SECRET, SUBMIT, Place

JOB_ID = "0123456789abcdef0123456789abcdef"
JOB = f"/v2/upload/jobs/{JOB_ID}"
WAIT_S = 60.0


class HoldingServer(Server):
    """A server that takes recordings and answers, also of a job, only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = threading.Semaphore(0)
        self.let_go = threading.Event()
        self.may_be_cut = True

    def answer(self, seen: Seen) -> Scripted:
        if seen.path == ANALYZE:
            self.arrived.release()
            assert self.let_go.wait(HELD_S)
        if seen.path == SUBMIT:
            return Scripted(202, json={"job_id": JOB_ID, "status": "queued"})
        if seen.path == JOB:
            self.arrived.release()
            return Scripted(json={"job_id": JOB_ID, **self._job()})
        return super().answer(seen)

    def _job(self) -> dict[str, object]:
        if not self.let_go.is_set():
            return {"status": "running"}
        result = {"duration_seconds": 9.0, "window_seconds": 5.0, "windows": [], "signals": []}
        return {"status": "completed", "result": result}

    def wait_for(self, number: int) -> None:
        """Wait until so many uploads, or looks at the job, are there."""
        for _ in range(number):
            assert self.arrived.acquire(timeout=WAIT_S)

    def close(self) -> None:
        self.let_go.set()
        super().close()


@pytest.fixture
def server() -> Iterator[HoldingServer]:
    with HoldingServer() as running:
        yield running


def ended(process: subprocess.Popen[str]) -> tuple[int, Counter[str], str]:
    """Return the exit code, how many files became what, and all that was printed."""
    out, err = process.communicate(timeout=WAIT_S)
    assert SECRET not in out + err
    assert "Traceback" not in err, err
    results = [line.split("\t")[1] for line in out.splitlines() if "\t" in line]
    return process.returncode, Counter(results[1:]), out + err


def say_stop(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C and wait until that is understood."""
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert any(line.strip() == STOPPING for line in process.stderr)


def test_ctrl_c_keeps_what_was_sent_and_the_same_command_goes_on(
    server: HoldingServer, place: Place
) -> None:
    files = place.files(6)
    first = place.begin(".", "--jobs", "2")
    server.wait_for(2)
    say_stop(first)
    server.let_go.set()
    code, results, printed = ended(first)
    assert (code, results) == (130, {"Done": 2, "Not analyzed": 4}), printed
    assert "Run the same command again to go on." in printed
    assert place.sent.total() == 2
    assert len(list((place.folder / "results").iterdir())) == 2
    code, results, _ = ended(place.begin("."))
    assert (code, results) == (0, {"Done before": 2, "Done": 4})
    assert place.sent == Counter(path.name for path in files)


def test_a_second_ctrl_c_ends_at_once_and_what_was_sent_is_never_sent_again(
    server: HoldingServer, place: Place
) -> None:
    place.files(3)
    first = place.begin(".", "--jobs", "2")
    server.wait_for(2)
    say_stop(first)
    first.send_signal(signal.SIGINT)
    code, _, printed = ended(first)
    assert code == 130
    assert "2 recordings may have been sent and billed" in printed
    server.let_go.set()
    code, results, printed = ended(place.begin("."))
    assert (code, results) == (1, {"Sent, result unknown": 2, "Done": 1}), printed
    assert "--send-again" in printed
    assert set(place.sent.values()) == {1}


def test_after_a_kill_it_goes_on_and_sends_nothing_again_by_itself(
    server: HoldingServer, place: Place
) -> None:
    files = place.files(6)
    first = place.begin(".", "--jobs", "2")
    server.wait_for(2)
    first.kill()
    first.communicate(timeout=WAIT_S)
    killed = place.sent
    server.let_go.set()
    code, results, printed = ended(place.begin("."))
    assert (code, results) == (1, {"Sent, result unknown": 2, "Done": 4}), printed
    assert place.sent == Counter(path.name for path in files)
    code, results, _ = ended(place.begin(".", "--send-again"))
    assert (code, results) == (0, {"Done": 2, "Done before": 4})
    assert place.sent == Counter(path.name for path in files) + killed


def test_after_a_kill_a_job_is_asked_for_and_not_submitted_again(
    server: HoldingServer, place: Place
) -> None:
    place.files(1)
    first = place.begin(".", "--model", "inter-2")
    server.wait_for(1)
    first.kill()
    first.communicate(timeout=WAIT_S)
    server.let_go.set()
    assert ended(place.begin(".", "--model", "inter-2"))[:2] == (0, {"Done": 1})
    assert place.sent.total() == 1


def test_one_whose_items_another_program_pauses_ends(server: HoldingServer, place: Place) -> None:
    place.files(3)
    command = place.begin(".", "--jobs", "1")
    server.wait_for(1)
    library = Library(open_engine(place.folder / "data" / "interhuman"), owner=LOCAL_OWNER)
    queue = ThreadQueue(only=())
    paused = 0
    while paused < 2:
        paused += queue.pause(library)
    server.let_go.set()
    queue.close()
    assert ended(command)[:2] == (1, {"Done": 1, "Not analyzed": 2})


def test_commands_at_the_same_time_send_each_file_once(server: HoldingServer, place: Place) -> None:
    files = place.files(8)
    server.let_go.set()
    commands = [place.begin(".", "--out", f"results {number}") for number in range(2)]
    for command in commands:
        code, results, printed = ended(command)
        assert (code, results["Done"] + results["Done before"]) == (0, 8), printed
    assert place.sent == Counter(path.name for path in files)


def test_in_a_terminal_it_draws_bars(server: HoldingServer, place: Place) -> None:
    place.files(2)
    place.environ["TERM"] = "xterm-256color"
    server.let_go.set()
    reader, terminal = pty.openpty()
    process = place.begin(".", terminal=terminal)
    os.close(terminal)
    printed = b"".join(iter(lambda: read(reader), b"")).decode()
    os.close(reader)
    assert process.wait(WAIT_S) == 0, printed
    assert "2 of 2 in 0:" in printed
    assert "\x1b[?25l" in printed  # The cursor is hidden while bars are drawn,
    assert "\x1b[?25h" in printed  # and shown again.
    assert "Quality index" in printed
    assert "Traceback" not in printed


def read(descriptor: int) -> bytes:
    """Return what was written to a terminal; nothing when the program has ended."""
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""


def test_the_sandbox_needs_no_key_and_a_file_that_is_none_is_refused(
    place: Place, tmp_path: Path
) -> None:
    sample = Path(__file__).parents[2] / "interhuman" / "media" / "sample.mp4"
    (tmp_path / "talk.mp4").write_bytes(sample.read_bytes())
    (tmp_path / "notes.mp4").write_text("not a recording", encoding="utf-8")
    for name in ("INTERHUMAN_API_KEY", "INTERHUMAN_BASE_URL", "INTERHUMAN_CONVERT"):
        del place.environ[name]
    code, results, printed = ended(place.begin("notes.mp4", "talk.mp4", "--sandbox"))
    assert (code, results) == (1, {"Done": 1, "Can't be analyzed": 1}), printed
    assert "notes.mp4: This file can't be read" in printed
    assert "not Interhuman's model" in printed
    assert (tmp_path / "results" / "talk-sandbox.interhuman.json").is_file()
