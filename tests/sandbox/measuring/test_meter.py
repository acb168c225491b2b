"""Levels, pitches and movements of sounds and pictures that are known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.sandbox.measuring.meter import (
    HOP_S,
    PITCH_STEP_S,
    RATE_HZ,
    SILENCE_DB,
    Floats,
    PictureMeter,
    Sound,
    SoundMeter,
)


def tone(pitch_hz: float, *, peak: float = 0.5, duration_s: float = 2.0) -> Floats:
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return (peak * np.sin(2 * np.pi * pitch_hz * t)).astype(np.float32)


def metered(*pieces: Floats) -> Sound:
    meter = SoundMeter()
    for piece in pieces:
        meter.feed(piece)
    return meter.result()


def test_a_full_scale_tone_is_3_db_under_full_scale() -> None:
    levels = metered(tone(200, peak=1.0)).levels_db
    assert levels.size == round(2.0 / HOP_S)
    assert levels == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("factor_db", [-6.02, -20.0, -40.0])
def test_a_level_follows_the_amplitude(factor_db: float) -> None:
    loud = metered(tone(200)).levels_db
    soft = metered(tone(200, peak=0.5 * 10 ** (factor_db / 20))).levels_db
    assert float(soft.mean() - loud.mean()) == pytest.approx(factor_db, abs=0.05)


def test_silence_has_the_lowest_level_and_no_pitch() -> None:
    meter = SoundMeter()
    meter.feed_silence(1.0)
    sound = meter.result()
    assert set(sound.levels_db.tolist()) == {SILENCE_DB}
    assert not sound.pitches_hz.any()


@pytest.mark.parametrize("pitch_hz", [80, 110, 147, 200, 262, 350, 390])
def test_a_pitch_is_found_to_one_percent(pitch_hz: int) -> None:
    harmonics = sum(tone(k * pitch_hz, peak=0.2 / k) for k in range(2, 8))
    for sound in (metered(tone(pitch_hz)), metered(tone(pitch_hz, peak=0.2) + harmonics)):
        assert sound.pitches_hz.size == round(2.0 / PITCH_STEP_S)
        assert sound.pitches_hz == pytest.approx(float(pitch_hz), rel=0.01)


def test_noise_has_no_pitch() -> None:
    noise = np.random.default_rng(1).standard_normal(RATE_HZ * 5).astype(np.float32)
    assert not metered(0.2 * noise).pitches_hz.any()


def test_what_is_not_a_number_counts_as_silence() -> None:
    broken = np.array([np.nan, np.inf, -np.inf] * 1600, dtype=np.float32)
    assert np.isfinite(metered(broken).levels_db).all()
    assert metered(broken).levels_db.max() <= 0.01


@given(cuts=st.lists(st.integers(1, 20_000), max_size=8))
def test_how_the_samples_are_cut_into_pieces_changes_nothing(cuts: list[int]) -> None:
    whole = np.concatenate([tone(150), tone(250, peak=0.05)])
    pieces = np.split(whole, np.clip(np.cumsum(cuts, dtype=np.int64), 0, whole.size))
    one, many = metered(whole), metered(*pieces)
    assert np.array_equal(one.levels_db, many.levels_db)
    assert np.array_equal(one.pitches_hz, many.pitches_hz)


def test_an_unfinished_step_at_the_end_is_measured_too() -> None:
    assert metered(tone(200, duration_s=1.03)).levels_db.size == round(1.1 / HOP_S)


def test_movement_is_the_mean_difference_of_brightness() -> None:
    meter = PictureMeter()
    black, white = np.zeros((36, 64), dtype=np.uint8), np.full((36, 64), 255, dtype=np.uint8)
    half = black.copy()
    half[:18] = 255
    for time_s, picture in enumerate((black, black, white, half)):
        meter.feed(float(time_s), picture)
    seen = meter.result()
    assert seen.times_s.tolist() == [1.0, 2.0, 3.0]
    assert seen.movements == pytest.approx([0.0, 1.0, 0.5])
