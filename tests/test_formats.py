"""How names, times, sizes and scores are written, by value."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman import formats
from interhuman.formats import (
    clock,
    count,
    day_and_time,
    dimension_score,
    duration_words,
    index_words,
    label,
    probability_words,
    score,
    size,
    span,
    time_of_day,
)
from interhuman.vocabulary import MAX_FILE_BYTES, band


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (72.0, "72"),
        (72.4, "72"),
        (72.5, "73"),
        (0.0, "0"),
        (100.0, "100"),
        (64.7, "64"),
        (49.6, "49"),
        (None, "not given"),
        (math.nan, "not given"),
    ],
)
def test_a_score_is_whole_and_stays_in_its_band(value: float | None, words: str) -> None:
    assert score(value) == words


@settings(deadline=None)
@given(st.floats(0, 100))
def test_a_score_reads_as_its_band_says(value: float) -> None:
    shown = float(score(value))
    assert band(shown) == band(value)
    assert abs(shown - value) <= 1


@pytest.mark.parametrize(
    ("value", "words"),
    [(50.0, "no evidence"), (50.4, "50.4"), (50.6, "51"), (49.9, "49"), (None, "not given")],
)
def test_only_exactly_fifty_is_no_evidence(value: float | None, words: str) -> None:
    assert dimension_score(value) == words


@pytest.mark.parametrize(
    ("index", "dimensions", "words"),
    [
        (50.0, [50.0] * 5, "no evidence"),
        (50.0, [50.0, 50.0, 50.0, 50.0, None], "moderate"),
        (50.0, [40.0, 60.0, 50.0, 50.0, 50.0], "moderate"),
        (81.0, [], "excellent"),
        (None, [50.0] * 5, "not given"),
    ],
)
def test_the_index_has_no_band_when_nothing_was_detected(
    index: float | None, dimensions: list[float | None], words: str
) -> None:
    assert index_words(index, dimensions) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0:00"),
        (5.0, "0:05"),
        (59.99, "0:59"),
        (29.9999999, "0:30"),
        (600.0, "10:00"),
        (3599.0, "59:59"),
        (3600.0, "1:00:00"),
        (36061.0, "10:01:01"),
        (-4.0, "0:00"),
        (None, "not given"),
        (math.nan, "not given"),
        (math.inf, "not given"),
    ],
)
def test_clock(seconds: float | None, words: str) -> None:
    assert clock(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0:00.0"), (12.34, "0:12.3"), (59.96, "1:00.0"), (3599.99, "1:00:00.0")],
)
def test_clock_with_tenths(seconds: float, words: str) -> None:
    assert clock(seconds, tenths=True) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (5.0, 10.0, "0:05\N{EN DASH}0:10"),
        (5.0, 10.5, "0:05.0\N{EN DASH}0:10.5"),
        (10.0, 10.0, "at 0:10"),
        (10.25, 10.25, "at 0:10.3"),
    ],
)
def test_span(start: float, end: float, words: str) -> None:
    assert span(start, end) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 seconds"),
        (1.0, "1 second"),
        (2.44, "2.4 seconds"),
        (45.0, "45 seconds"),
        (60.0, "1 minute"),
        (72.0, "1 minute 12 seconds"),
        (3661.0, "1 hour 1 minute 1 second"),
        (None, "not given"),
    ],
)
def test_duration_words(seconds: float | None, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        ("high", "high probability"),
        ("low", "low probability"),
        (None, "probability not given"),
        (math.nan, "probability not given"),
        (0.9, "probability not given"),
    ],
)
def test_probability_is_told_in_words(probability: object, words: str) -> None:
    assert probability_words(probability) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [("agreement", "Agreement"), ("odd_new_type", "Odd new type"), (" ", "(unnamed)")],
)
def test_label(name: str, words: str) -> None:
    assert label(name) == words


def test_count() -> None:
    assert count(1, "signal") == "1 signal"
    assert count(1024, "signal") == "1,024 signals"


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 kB"),
        (44_640, "44.6 kB"),
        (2_539_670, "2.5 MB"),
        (40_000_000, "40 MB"),
        (MAX_FILE_BYTES + 1, "33.6 MB"),
        (999_950_000, "1 GB"),
        (1_073_741_824, "1.07 GB"),
    ],
)
def test_a_size_reads_as_the_upload_widget_has_it_and_shows_what_is_too_large(
    size_bytes: int, words: str
) -> None:
    assert size(size_bytes) == words


def test_a_moment_is_written_in_the_time_zone_of_its_reader() -> None:
    moment = datetime(2026, 12, 31, 23, 5, 9, tzinfo=UTC)
    assert day_and_time(moment, UTC) == "Dec 31, 2026, 23:05"
    assert day_and_time(moment, ZoneInfo("Asia/Tokyo")) == "Jan 1, 2027, 08:05"
    assert time_of_day(moment, ZoneInfo("Asia/Tokyo")) == "08:05:09"


def test_no_date_is_written_in_a_way_that_windows_refuses() -> None:
    package = Path(formats.__file__).parent
    sources = [package.parent / "dashboard.py", *package.rglob("*.py")]
    odd = [path for path in sources if re.search(r"%[-#][a-zA-Z]", path.read_text("utf-8"))]
    assert odd == []
