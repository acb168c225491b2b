"""What becomes of a recording, decided from what is in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.media.facts import Facts
from interhuman.media.fit_error import FitError
from interhuman.media.picture_size import MIN_LINES, constant_rate, picture_size
from interhuman.media.plan import (
    COPY,
    ENCODE,
    MAX_SHARE,
    MIN_SOUND_BITS_PER_S,
    corrected,
    plan,
)
from interhuman.media.worker.pictures import ConstantRate
from interhuman.vocabulary import MAX_FILE_BYTES
from tests.media.test_preflight import FACTS, PICTURE, SOUND


def phone(minutes: float, *, size: tuple[int, int] = (1920, 1080)) -> Facts:
    """Return what a phone records: HEVC at 17 Mbit/s."""
    seconds = 60.0 * minutes
    return replace(
        FACTS,
        container="mov",
        duration_s=seconds,
        size_bytes=round(2_150_000 * seconds),
        picture=replace(
            PICTURE,
            codec="hevc",
            width=size[0],
            height=size[1],
            size_bytes=round(2_125_000 * seconds),
            end_s=seconds,
        ),
        sound=replace(SOUND, size_bytes=round(20_000 * seconds), packets=round(47 * seconds)),
    )


@pytest.mark.parametrize(
    ("minutes", "size"),
    [(0.5, (1280, 720)), (3, (1280, 720)), (5, (960, 540)), (10, (854, 480)), (30, (854, 480))],
)
def test_the_longer_the_smaller_but_never_below_480_lines(
    minutes: float, size: tuple[int, int]
) -> None:
    picture = plan(phone(minutes), max_bytes=MAX_FILE_BYTES).picture
    assert (picture.action, (picture.width, picture.height)) == (ENCODE, size)


def test_a_portrait_has_its_lines_across() -> None:
    picture = plan(phone(10, size=(1080, 1920)), max_bytes=MAX_FILE_BYTES).picture
    assert (picture.width, picture.height) == (480, 854)


def test_half_an_hour_has_fewer_pictures_before_worse_ones() -> None:
    assert plan(phone(3), max_bytes=MAX_FILE_BYTES).picture.rate == 30
    assert plan(phone(30), max_bytes=MAX_FILE_BYTES).picture.rate == 10


@given(
    minutes=st.one_of(st.floats(0.06, 30), st.floats(30, 600)),
    width=st.integers(16, 8000),
    height=st.integers(16, 4320),
    frames_per_s=st.floats(0.01, 1000),
    channels=st.integers(1, 64),
    rate_hz=st.integers(4_000, 192_000),
)
def test_every_plan_fits_and_speech_comes_first(
    minutes: float, width: int, height: int, frames_per_s: float, channels: int, rate_hz: int
) -> None:
    facts = phone(minutes, size=(width, height))
    assert facts.picture is not None
    assert facts.sound is not None
    facts = replace(
        facts,
        picture=replace(facts.picture, frames_per_s=frames_per_s),
        sound=replace(facts.sound, codec="flac", channels=channels, rate_hz=rate_hz),
    )
    if minutes > 30:
        with contextlib.suppress(FitError):
            plan(facts, max_bytes=MAX_FILE_BYTES)
        return
    made = plan(facts, max_bytes=MAX_FILE_BYTES)
    bits_per_s = made.picture.bits_per_s + made.sound.bits_per_s
    assert bits_per_s * facts.duration_s / 8 <= MAX_SHARE * MAX_FILE_BYTES
    assert made.sound.bits_per_s >= MIN_SOUND_BITS_PER_S
    assert 1 <= made.sound.channels <= 2
    assert 16_000 <= made.sound.rate_hz <= 48_000
    assert made.picture.width % 2 == made.picture.height % 2 == 0
    assert 1 <= made.picture.rate <= 30
    aspect = (made.picture.width / made.picture.height) / (width / height)
    if min(made.picture.width, made.picture.height) > 100 and 0.2 < width / height < 5:
        assert 0.95 < aspect < 1.05
        assert min(made.picture.width, made.picture.height) >= min(MIN_LINES, width, height) * 0.98


def test_what_is_too_long_says_how_much_fits() -> None:
    with pytest.raises(FitError, match=r"^It's 1:00:00 long, .* about 37:32 fits\.") as caught:
        plan(phone(60), max_bytes=MAX_FILE_BYTES)
    assert caught.value.reason == "too_long"
    with pytest.raises(FitError, match=r"^It's 5:00:00 long, .* about 1:0\d:\d\d fits\."):
        plan(phone(300), max_bytes=MAX_FILE_BYTES, audio_only=True)


def test_sound_that_is_good_is_copied() -> None:
    assert plan(phone(3), max_bytes=MAX_FILE_BYTES).sound.action == COPY
    surround = replace(SOUND, channels=6)
    assert plan(replace(phone(3), sound=surround), max_bytes=MAX_FILE_BYTES).sound.action == ENCODE


def test_a_recording_alone_in_being_too_large_is_encoded() -> None:
    large = replace(FACTS, size_bytes=60_000_000, picture=replace(PICTURE, size_bytes=55_000_000))
    assert plan(large, max_bytes=MAX_FILE_BYTES).picture.action == ENCODE
    # What takes the room is no picture: copying leaves it out.
    padded = replace(FACTS, size_bytes=60_000_000)
    copied = plan(padded, max_bytes=MAX_FILE_BYTES)
    assert (copied.picture.action, copied.unchanged) == (COPY, False)


@pytest.mark.parametrize("more", [{"sound_tracks": 2}, {"picture_tracks": 2}], ids=str)
def test_of_several_tracks_one_is_sent(more: dict[str, Any]) -> None:
    assert plan(FACTS, max_bytes=MAX_FILE_BYTES).unchanged
    copied = plan(replace(FACTS, **more), max_bytes=MAX_FILE_BYTES)
    assert (copied.picture.action, copied.sound.action, copied.unchanged) == (COPY, COPY, False)


def test_of_several_tracks_of_sound_alone_one_is_sent() -> None:
    alone = replace(FACTS, container="m4a", picture=None, picture_tracks=0)
    assert plan(alone, max_bytes=MAX_FILE_BYTES, audio_only=True).unchanged
    two = replace(alone, sound_tracks=2)
    assert not plan(two, max_bytes=MAX_FILE_BYTES, audio_only=True).unchanged


@pytest.mark.parametrize("audio_only", [False, True])
def test_what_is_sent_begins_at_0_by_its_own_clock(audio_only: bool) -> None:
    facts = replace(FACTS, container="m4a", picture=None, picture_tracks=0) if audio_only else FACTS
    for origin_s, unchanged in ((0.02, True), (10.0, False)):
        sent = plan(replace(facts, origin_s=origin_s), max_bytes=10**8, audio_only=audio_only)
        assert sent.unchanged == unchanged


@pytest.mark.parametrize("size_bytes", [0.5, 0.8, 1.3, 3.0])
def test_a_missed_size_is_corrected_by_what_the_picture_took(size_bytes: float) -> None:
    first = plan(phone(10), max_bytes=MAX_FILE_BYTES)
    again = corrected(
        first, phone(10), size_bytes=size_bytes * MAX_FILE_BYTES, max_bytes=MAX_FILE_BYTES
    )
    assert (again.picture.bits_per_s < first.picture.bits_per_s) == (size_bytes > 1)
    assert again.sound == first.sound


@pytest.mark.parametrize(
    ("frames_per_s", "rate"),
    [
        (30.0, 30),
        (29.97, Fraction(30_000, 1001)),
        (25.0, 25),
        (50.0, 25),
        (59.94, Fraction(30_000, 1001)),
        (60.0, 30),
        (17.3, 20),
        (240.0, 30),
        (1.0, 10),
        (0.0, 10),
    ],
)
def test_the_constant_rate_is_a_usual_one(frames_per_s: float, rate: Fraction) -> None:
    assert constant_rate(frames_per_s) == rate


def test_a_small_picture_stays_as_it_is() -> None:
    assert picture_size((320, 180), rate=Fraction(30), bits_per_s=1.0) == (320, 180)
    assert picture_size((161, 91), rate=Fraction(30), bits_per_s=1e9) == (160, 92)


def numbered(times_s: list[float], *, rate: Fraction, end_s: float) -> list[tuple[int, int]]:
    """Return (number, which time) of everything that is shown."""
    selector = ConstantRate[int](rate, end_s=end_s)

    def shown() -> Iterator[tuple[range, int]]:
        for which, time_s in enumerate(times_s):
            yield from selector.feed(time_s, which)
        yield from selector.finish()

    return [(number, which) for numbers, which in shown() for number in numbers]


@given(
    times_s=st.lists(st.floats(-5.0, 40.0), min_size=1, max_size=60),
    rate=st.sampled_from([Fraction(10), Fraction(30_000, 1001), Fraction(30)]),
    end_s=st.floats(0.1, 30.0),
)
def test_every_number_is_shown_once_and_in_order(
    times_s: list[float], rate: Fraction, end_s: float
) -> None:
    shown = numbered(times_s, rate=rate, end_s=end_s)
    assert [number for number, _ in shown] == list(range(max(1, round(Fraction(end_s) * rate))))
    assert [which for _, which in shown] == sorted(which for _, which in shown)


@given(st.lists(st.floats(0.0, 20.0), min_size=1, max_size=60, unique=True).map(sorted))
def test_what_is_shown_is_at_most_half_a_number_away(times_s: list[float]) -> None:
    rate = Fraction(25)
    for number, which in numbered(times_s, rate=rate, end_s=20.0):
        if which > 0:
            assert times_s[which] <= number / rate + 0.0201
        later = [time_s for time_s in times_s[which + 1 :] if time_s <= number / rate - 0.0201]
        assert not later
