"""The parts that make the sample: its voice, its movement, its picture, its file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageChops

from interhuman.media.probe import probe
from interhuman.media.sample import SAMPLE_PAUSES
from tests.making.brush import mix_colors, smooth
from tests.making.make_sample import FPS, long_pauses, write
from tests.making.motion import Motion, interpolate_pose
from tests.making.picture import HEIGHT, WIDTH, Face, draw_background, draw_picture
from tests.making.script import LEAD_IN_S, PASSAGES, Pose
from tests.making.voice import (
    SAMPLE_RATE_HZ,
    Track,
    brightness,
    loudness,
    speak,
)

TONE = """
import sys, wave
with wave.open(sys.stdout.buffer, "wb") as file:
    file.setnchannels(1), file.setsampwidth(2), file.setframerate(22050)
    tone = b"".join(int(8000 * (-1) ** (n // 40)).to_bytes(2, "little", signed=True)
                    for n in range(11025))
    file.writeframes(bytes(4410) + tone + bytes(4410))
"""


@pytest.fixture
def fake_espeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that installs a Python program as espeak-ng, the only program on PATH."""

    def install(program: str) -> None:
        script = tmp_path / "program.py"
        script.write_text(program)
        espeak = tmp_path / "espeak-ng"
        espeak.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{script}'\n")
        espeak.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path))
    return install


def constant_tone(duration_s: float) -> Track:
    """Return a track of one low tone, its passages spread evenly."""
    t = np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    step = duration_s / len(PASSAGES)
    spans = tuple((step * n, step * (n + 0.8)) for n in range(len(PASSAGES)))
    return Track(0.3 * np.sin(2 * np.pi * 200 * t), spans)


def test_the_shipped_pauses_are_the_scripts_long_ones() -> None:
    scripted = [passage.pause_s for passage in PASSAGES[:-1] if passage.pause_s >= 1.5]
    assert [round(end - start, 2) for start, end in SAMPLE_PAUSES] == scripted


def test_passages_follow_each_other_with_their_pauses(fake_espeak: Callable[[str], None]) -> None:
    fake_espeak(TONE)
    track = speak(PASSAGES)
    assert track.spans[0] == pytest.approx((LEAD_IN_S, LEAD_IN_S + 0.5), abs=0.001)
    for span, after, passage in zip(track.spans, track.spans[1:], PASSAGES, strict=False):
        assert span[1] - span[0] == pytest.approx(0.5, abs=0.001)
        assert after[0] - span[1] == pytest.approx(passage.pause_s)
    assert [round(end - start, 2) for start, end in long_pauses(track)] == [2.0, 3.2]
    assert np.abs(track.samples).max() < 1
    loud = loudness(track.samples, FPS)
    middles = [loud[round(sum(span) / 2 * FPS)] for span in track.spans]
    levels = [passage.level_dbfs for passage in PASSAGES]
    assert np.argsort(middles).tolist() == np.argsort(levels).tolist()


@pytest.mark.usefixtures("fake_espeak")
def test_without_espeak_the_error_names_it() -> None:
    with pytest.raises(FileNotFoundError, match="espeak-ng is needed"):
        speak(PASSAGES)


def test_a_failing_espeak_is_an_error(fake_espeak: Callable[[str], None]) -> None:
    fake_espeak("raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="ended with 3"):
        speak(PASSAGES)


def test_loudness_and_brightness_follow_the_sound() -> None:
    t = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    low, high = np.sin(2 * np.pi * 200 * t), np.sin(2 * np.pi * 3000 * t)
    assert loudness(0.0 * low, FPS).max() == 0
    assert loudness(low, FPS).min() == 1
    assert 0.3 < loudness(0.03 * low, FPS).mean() < 0.6
    assert brightness(low, FPS).max() < 0.05
    assert brightness(high, FPS).min() > 0.95
    assert loudness(low, FPS).size == FPS


def test_a_pose_is_reached_exactly_and_left_exactly() -> None:
    before, after = Pose(), Pose(lean=10, smile=1)
    assert interpolate_pose(before, after, -1) == before
    assert interpolate_pose(before, after, 1) == after
    assert interpolate_pose(before, after, 0.5) == replace(after, lean=5.0, smile=0.675)


def test_no_move_begins_before_the_last_one_ends() -> None:
    for passage in PASSAGES:
        times = [at_s for at_s, _ in passage.moves]
        assert all(b - a >= 0.55 for a, b in pairwise(times))


def test_without_energy_only_mouth_and_eyes_move() -> None:
    still = tuple(replace(passage, energy=0.0, moves=()) for passage in PASSAGES)
    pictures = Motion(FPS, constant_tone(4.0), still).pictures()
    assert {pose for pose, _ in pictures} == {Pose()}
    assert min(face.eyes for _, face in pictures) < 0.5
    lively = Motion(FPS, constant_tone(4.0), PASSAGES).pictures()
    assert len({pose for pose, _ in lively}) > 50


def test_only_the_part_that_changes_is_drawn_differently() -> None:
    background = draw_background()
    rest = draw_picture(background, Pose(), Face())
    assert rest.size == (WIDTH, HEIGHT)
    assert ImageChops.difference(rest, draw_picture(background, Pose(), Face())).getbbox() is None
    speaking = ImageChops.difference(
        rest, draw_picture(background, Pose(), Face(mouth=0.8))
    ).getbbox()
    blinking = ImageChops.difference(
        rest, draw_picture(background, Pose(), Face(eyes=0.0))
    ).getbbox()
    humming = ImageChops.difference(rest, draw_picture(background, Pose(hum=1), Face())).getbbox()
    assert speaking is not None
    assert blinking is not None
    assert humming is not None
    assert blinking[3] < speaking[1]
    assert humming[0] > speaking[2]
    assert speaking[2] - speaking[0] < WIDTH / 8


def test_a_curve_passes_through_its_corners() -> None:
    corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    for closed in (False, True):
        curve = smooth(corners, closed=closed)
        assert all(np.abs(curve - corner).sum(axis=1).min() < 1e-9 for corner in corners)
    assert mix_colors("#000000", "#FF8000", 0.5) == "#804000"


def test_the_file_is_faststart_mp4_and_reproducible(tmp_path: Path) -> None:
    path = tmp_path / "sample.mp4"
    write(path, constant_tone(0.8))
    written = probe(path, path.name)
    assert (written.container, written.video_codec, written.audio_codec) == ("mp4", "h264", "aac")
    assert written.duration_s == pytest.approx(0.8, abs=0.05)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    again = tmp_path / "again.mp4"
    write(again, constant_tone(0.8))
    assert again.read_bytes() == data
