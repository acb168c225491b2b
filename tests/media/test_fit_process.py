"""The process that makes recordings fit: its progress, its end, and what it leaves behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from interhuman import isolation
from interhuman.media import encoding_process
from interhuman.media.encoding_process import TURNS
from interhuman.media.fit import FitError, fit
from interhuman.media.partial import delete_orphans, partial_file
from interhuman.media.preflight import preflight
from interhuman.media.progress import PHASES, MediaProgress, ProgressClock
from interhuman.media.turns import Turns
from tests import processes
from tests.media import odd_clips
from tests.media.odd_clips import marked


def long() -> bytes:
    """Return what takes a moment to convert."""
    return marked(
        "matroska",
        video_codec="mjpeg",
        pixel_format="yuvj420p",
        size=(480, 270),
        noise=100,
        times_s=odd_clips.steady(25, 10.0),
        audio_codec=None,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing is left behind."""
    folder = tmp_path / "fitted"
    folder.mkdir()
    yield folder
    assert not list(folder.iterdir())
    assert not processes.opened_by()


def test_progress_goes_forward_and_says_how_long(folder: Path) -> None:
    progress: list[MediaProgress] = []
    fit(long(), folder / "out.mp4", max_bytes=500_000, on_progress=progress.append)
    (folder / "out.mp4").unlink()
    phases = list(dict.fromkeys(step.phase for step in progress))
    assert phases == sorted(phases, key=PHASES.index)
    shares = [step.share for step in progress if step.phase == "converting"]
    assert shares == sorted(shares)
    assert len(set(shares)) > 2


def test_the_remaining_time_follows_from_the_share() -> None:
    now_s = 0.0
    clock = ProgressClock(lambda: now_s)
    assert clock.at({"phase": "converting", "share": 0.0}).remaining_s is None
    now_s = 10.0
    assert clock.at({"phase": "converting", "share": 0.25}).remaining_s == pytest.approx(30.0)
    assert clock.at({"phase": "checking", "share": 0.5}).remaining_s is None


@pytest.mark.parametrize("report", [None, [], {"phase": "x", "share": 1}, {"phase": "reading"}])
def test_a_report_of_another_form_is_no_progress(report: Any) -> None:
    assert ProgressClock().at(report) == MediaProgress("reading", 0.0)


def test_it_can_be_canceled_while_it_converts(folder: Path) -> None:
    converting = threading.Event()

    def note(progress: MediaProgress) -> None:
        if progress.phase == "converting":
            assert list(folder.iterdir())
            converting.set()

    with pytest.raises(FitError) as caught:
        fit(long(), folder / "out.mp4", on_progress=note, cancelled=converting.is_set)
    assert caught.value.reason == "cancelled"


def test_an_error_of_the_one_who_is_told_ends_it(folder: Path) -> None:
    def fail(_: MediaProgress) -> None:
        raise KeyError("a fault of the caller's")

    with pytest.raises(KeyError):
        fit(long(), folder / "out.mp4", on_progress=fail)


def test_an_older_result_stays_until_there_is_a_new_one(folder: Path) -> None:
    target = folder / "out.mp4"
    target.write_bytes(b"an older one")
    with pytest.raises(FitError):
        fit(b"no recording", target)
    assert target.read_bytes() == b"an older one"
    target.unlink()


def test_who_has_to_wait_for_a_conversion_knows_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TURNS, "at_once", 1)
    converting, release = threading.Event(), threading.Event()

    def hold(_: MediaProgress) -> None:
        converting.set()
        assert release.wait(processes.TIMEOUT_S)

    def first() -> None:
        fit(long(), folder / "first.mp4", max_bytes=500_000, on_progress=hold)

    thread = threading.Thread(target=first)
    thread.start()
    assert converting.wait(processes.TIMEOUT_S)
    waited: list[MediaProgress] = []

    def note(progress: MediaProgress) -> None:
        waited.append(progress)
        release.set()

    fit(marked(), folder / "second.mp4", on_progress=note)
    thread.join()
    assert waited[0] == MediaProgress("waiting", 0.0, waiting_for=1)
    assert {path.name for path in folder.iterdir()} == {"first.mp4", "second.mp4"}
    for path in folder.iterdir():
        path.unlink()


def test_so_many_have_their_turn_at_once_and_the_next_when_one_ends() -> None:
    turns = Turns(2)
    waited: list[int] = []
    with ExitStack() as held:
        for _ in range(2):
            assert held.enter_context(turns.turn(on_wait=waited.append, cancelled=lambda: False))
        assert waited == []
        with turns.turn(on_wait=waited.append, cancelled=lambda: bool(waited)) as has_turn:
            assert not has_turn
    assert waited == [1]
    with turns.turn(on_wait=waited.append, cancelled=lambda: False) as has_turn:
        assert has_turn


def test_who_waits_can_be_canceled() -> None:
    turns = Turns(1)
    with turns.turn(on_wait=lambda _: None, cancelled=lambda: False) as first:
        waited: list[int] = []
        with turns.turn(on_wait=waited.append, cancelled=lambda: bool(waited)) as second:
            assert (first, second) == (True, False)
    with turns.turn(on_wait=lambda _: None, cancelled=lambda: False) as third:
        assert third


KILLED = """
import sys
from pathlib import Path
from interhuman.media.fit import fit
def note(progress):
    if progress.phase == "converting":
        print("converting", flush=True)
fit(Path(sys.argv[1]), Path(sys.argv[2]), on_progress=note)
"""


def test_what_a_killed_page_left_is_deleted_by_the_next(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "long.mkv"
    source.write_bytes(long())
    command = [sys.executable, "-c", KILLED, str(source), str(folder / "killed.mp4")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as page:
        assert page.stdout is not None
        assert page.stdout.readline() == b"converting\n"
        (child,) = processes.opened_by(page.pid)
        page.kill()
    processes.wait_until(lambda: not child.is_running() or child.status() == "zombie")
    assert [path.name.partition("-")[0] for path in folder.iterdir()] == [".converting"]
    fit(marked(), folder / "next.mp4")
    (folder / "next.mp4").unlink()


def test_only_orphans_are_deleted(folder: Path) -> None:
    with partial_file(folder / "a person's name.mp4") as path:
        path.write_bytes(b"half")
        assert "person" not in path.name
        delete_orphans(folder)
        assert path.exists()
    (folder / "a person's name.mp4").unlink()
    others = [folder / name for name in (".converting-x-1.mp4", "talk.mp4")]
    for other in others:
        other.touch()
    delete_orphans(folder)
    for other in others:
        other.unlink()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_has_its_sentence(
    code: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(isolation, "run", fail)
    with pytest.raises(FitError, match="disk is full") as caught:
        fit(long(), folder / "out.mp4")
    assert caught.value.reason == "disk_full"


def test_room_is_looked_for_before_anything_is_converted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(total=10**9, used=10**9 - 1_000, free=1_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(FitError, match="disk is full") as caught:
        fit(long(), folder / "out.mp4")
    assert caught.value.reason == "disk_full"


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda folder: fit(long(), folder / "out.mp4"), "Converting it was interrupted"),
        (lambda _: preflight(long()), "Reading it was interrupted"),
    ],
)
def test_a_process_that_was_killed_is_no_damaged_recording(
    act: Callable[[Path], object], says: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise isolation.KilledError("It ended with status -9, without a result.")

    monkeypatch.setattr(isolation, "run", killed)
    with pytest.raises(FitError, match=says) as caught:
        act(folder)
    assert caught.value.reason == "failed"


def test_4k_of_10_bits_as_phones_record_it_takes_little_more_than_its_decoder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decoder holds the most of it of all that people have: 180 MiB."""
    monkeypatch.setattr(encoding_process, "_MAX_RESIDENT_BYTES", 320 * 1024**2)
    fine = marked(
        video_codec="libx265",
        audio_codec=None,
        pixel_format="yuv420p10le",
        size=(3840, 2160),
        times_s=tuple(number / 4 for number in range(14)),
        options=(("preset", "ultrafast"), ("x265-params", "log-level=none")),
    )
    made = fit(fine, folder / "out.mp4")
    (folder / "out.mp4").unlink()
    assert made.action == "encoded"
    assert made.after.picture is not None
    assert made.after.picture.codec == "h264"


def test_a_file_that_grows_beyond_what_is_allowed_is_no_crash(folder: Path) -> None:
    """The process's own limit is twice the file's, so it is met before the system's."""
    with pytest.raises(FitError) as caught:
        fit(long(), folder / "out.mp4", max_bytes=40_000)
    assert caught.value.reason == "too_long"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (isolation.OutOfMemoryError(), "too_demanding"),
        (isolation.OutOfTimeError(), "too_demanding"),
        (isolation.StalledError(), "too_demanding"),
        (isolation.CrashedError("status -11"), "failed"),
        (isolation.RaisedError("a trace"), "failed"),
    ],
)
def test_every_end_of_the_process_has_its_sentence(
    error: Exception, reason: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(isolation, "run", fail)
    with pytest.raises(FitError) as caught:
        fit(long(), folder / "out.mp4")
    assert caught.value.reason == reason
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {},
        {"reason": "unheard of", "sentence": "x"},
        {"action": "encoded", "picture": "copy", "sound": "copy", "before": {}, "after": {}},
    ],
)
def test_a_result_of_another_form_is_not_trusted(
    reply: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "run", lambda *_, **__: reply)
    with pytest.raises(FitError) as caught:
        fit(long(), folder / "out.mp4")
    assert caught.value.reason == "failed"


def test_it_takes_little_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mib = 1024**2
    monkeypatch.setattr(encoding_process, "_MAX_RESIDENT_BYTES", 200 * mib)
    high = marked(
        "matroska",
        video_codec="mjpeg",
        pixel_format="yuvj420p",
        size=(1920, 1080),
        noise=20,
        times_s=odd_clips.steady(25, 1.5),
        audio_codec=None,
    )
    assert fit(high, folder / "out.mp4").after.picture is not None
    (folder / "out.mp4").unlink()
