"""Speech, pauses and windows: known silences are found where they are."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.sandbox.containers import HEAD_BYTES, detect_demuxer
from interhuman.sandbox.measuring.decoding import measure_recording
from interhuman.sandbox.measuring.facts import read_facts
from interhuman.sandbox.measuring.measure import (
    Measurements,
    Pause,
    measure,
    pauses_between,
    window_spans,
)
from interhuman.sandbox.measuring.meter import HOP_S, RATE_HZ, Sound, SoundMeter
from interhuman.sandbox.measuring.speech import Span, speech_runs
from tests import clips


def measured(content: bytes, *, sound_only: bool = False) -> Measurements:
    file = io.BytesIO(content)
    facts = read_facts(file, detect_demuxer("", content[:HEAD_BYTES], sound_only=sound_only))
    return measure_recording(file, facts, with_picture=not sound_only)


def sound_of(*parts: tuple[float, float], wobble_db: float = 0.0) -> Sound:
    """Return a sound of (seconds, level) parts without pitch."""
    levels = np.concatenate([np.full(round(s / HOP_S), float(db)) for s, db in parts])
    levels += np.random.default_rng(3).normal(0.0, wobble_db, levels.size)
    return Sound(levels.astype(np.float32), np.zeros(levels.size // 5 + 1, dtype=np.float32))


def edges(spans: Iterable[Span | Pause]) -> list[float]:
    return [edge for span in spans for edge in (span.start_s, span.end_s)]


@pytest.mark.parametrize("container", [*clips.VIDEO_CONTAINERS, *clips.AUDIO_CONTAINERS])
def test_a_known_silence_is_found_in_every_container(container: str) -> None:
    sound_only = container in clips.AUDIO_CONTAINERS
    content = clips.recording(container=container, video=not sound_only)
    (pause,) = measured(content, sound_only=sound_only).pauses
    assert (pause.start_s, pause.end_s) == pytest.approx((4.0, 7.0), abs=0.05)
    assert pause.before_s == pytest.approx(4.0, abs=0.05)


def test_several_silences_are_found_to_a_tenth_of_a_second() -> None:
    silences = ((3.3, 4.5), (9.85, 12.25), (17.0, 17.6), (20.0, 21.55))
    found = measured(clips.recording(25.0, silences=silences)).pauses
    assert edges(found) == pytest.approx([3.3, 4.5, 9.85, 12.25, 20.0, 21.55], abs=0.05)
    assert [p.before_s for p in found] == pytest.approx([3.3, 5.35, 7.75], abs=0.1)


def test_a_pause_is_found_beside_soft_speech_and_in_noise() -> None:
    content = clips.recording(20.0, silences=((12.0, 14.4),), quiet=((5.0, 10.0),))
    (pause,) = measured(content).pauses
    assert (pause.start_s, pause.end_s) == pytest.approx((12.0, 14.4), abs=0.05)
    noisy = sound_of((6, -20), (2, -42), (4, -22), wobble_db=3.0)
    runs = speech_runs(noisy, duration_s=12.0)
    assert edges(runs) == pytest.approx([0, 6, 8, 12], abs=0.05)


@pytest.mark.parametrize("hum_hz", [100.0, 120.0])
def test_a_pause_is_found_over_a_hum(hum_hz: float) -> None:
    t = np.arange(20 * RATE_HZ) / RATE_HZ
    talk = clips.speech(20.0, silences=((12.0, 14.4),))[:: clips.SAMPLE_RATE_HZ // RATE_HZ]
    meter = SoundMeter()
    meter.feed((talk + 0.006 * np.sin(2 * np.pi * hum_hz * t)).astype(np.float32))
    runs = speech_runs(meter.result(), duration_s=20.0)
    assert edges(runs) == pytest.approx([0.0, 12.0, 14.4, 20.0], abs=0.05)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(5, -60.0)], []),
        ([(5, -120.0)], []),
        ([(5, -30.0)], [(0, 5)]),
        ([(2, -20), (0.28, -70), (2, -20)], [(0, 4.28)]),
        ([(2, -20), (0.32, -70), (2, -20)], [(0, 2), (2.32, 4.32)]),
        ([(2, -20), (1, -70), (0.04, -20), (1, -70), (2, -20)], [(0, 2), (4.04, 6.04)]),
        ([(1, -70), (3, -20), (1, -70)], [(1, 4)]),
    ],
)
def test_speech_is_what_stands_out(
    parts: list[tuple[float, float]], expected: list[tuple[float, float]]
) -> None:
    duration_s = sum(seconds for seconds, _ in parts)
    runs = speech_runs(sound_of(*parts), duration_s=duration_s)
    assert edges(runs) == pytest.approx([edge for span in expected for edge in span], abs=0.021)


def test_speech_before_a_pause_counts_from_the_pause_before() -> None:
    runs = (Span(0.5, 2.0), Span(2.5, 4.0), Span(6.4, 7.0), Span(8.0, 9.0))
    found = [(p.start_s, p.end_s, round(p.before_s, 3)) for p in pauses_between(runs)]
    assert found == [(4.0, 6.4, 3.5), (7.0, 8.0, 0.6)]
    assert pauses_between(()) == ()


@given(st.floats(0.1, 4000.0))
def test_windows_cover_the_recording_without_a_gap(duration_s: float) -> None:
    spans = window_spans(duration_s)
    assert spans[0].start_s == 0
    assert spans[-1].end_s == pytest.approx(duration_s, abs=0.001)
    for before, after in pairwise(spans):
        assert before.end_s == after.start_s
        assert before.length_s == 5.0
    assert len(spans) == 1 or 0.999 <= spans[-1].length_s < 6.001


@pytest.mark.parametrize(
    ("duration_s", "ends"),
    [(3.0, [3.0]), (5.0, [5.0]), (5.9, [5.9]), (6.0, [5.0, 6.0]), (12.0, [5.0, 10.0, 12.0])],
)
def test_what_is_left_at_the_end_is_a_window_from_a_second_on(
    duration_s: float, ends: list[float]
) -> None:
    assert [span.end_s for span in window_spans(duration_s)] == ends


def test_soft_speech_measures_20_db_lower_and_no_other_window_does() -> None:
    windows = measured(clips.recording(20.0, silences=(), quiet=((5.0, 10.0),))).windows
    levels = [window.level_db or 0.0 for window in windows]
    assert levels[1] - levels[0] == pytest.approx(-20.0, abs=0.5)
    assert [levels[2] - levels[0], levels[3] - levels[0]] == pytest.approx([0, 0], abs=0.3)
    assert all(window.speech_share == pytest.approx(1.0) for window in windows)


def test_shares_gaps_and_breaks_are_counted_in_their_windows() -> None:
    first, second, third = measured(clips.recording()).windows
    assert [w.speech_share for w in (first, second, third)] == pytest.approx(
        [0.8, 0.6, 1.0], abs=0.01
    )
    assert [w.breaks for w in (first, second, third)] == [1, 0, 0]
    assert [w.max_gap_s for w in (first, second, third)] == pytest.approx([1, 2, 0], abs=0.03)
    assert first.pitch_hz == pytest.approx(140, rel=0.15)


def test_a_still_picture_hardly_moves() -> None:
    moving, still = (measured(clips.recording(still=still)).windows for still in (False, True))
    assert all((window.movement or 0.0) > 0.03 for window in moving)
    assert all(window.movement == pytest.approx(0.0, abs=0.002) for window in still)


def test_pictures_with_keyframes_alone_measure_like_all_of_them() -> None:
    often = measured(clips.recording(fps=2)).windows
    for window, other in zip(often, measured(clips.recording()).windows, strict=True):
        assert window.movement == pytest.approx(other.movement or 0.0, rel=0.35)


def test_without_a_track_nothing_is_measured_of_it() -> None:
    seen = measured(clips.picture_only())
    assert (seen.runs, seen.pauses) == ((), ())
    assert all(w.speech_share is w.level_db is w.pitch_hz is w.breaks is None for w in seen.windows)
    heard = measured(clips.sound_only(), sound_only=True)
    assert all(window.movement is None for window in heard.windows)
    assert measure(None, None, duration_s=7.0).baseline.level_db is None


def test_a_gap_in_the_sound_track_is_silence() -> None:
    (run,) = measured(clips.late_sound()).runs
    assert (run.start_s, run.end_s) == pytest.approx((5.0, 12.0), abs=0.05)
