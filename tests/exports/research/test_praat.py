"""Files for Praat, read back by praatio and pympi."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import pympi
from hypothesis import given
from praatio import textgrid as praatio_textgrid

from interhuman.analysis import Signal
from interhuman.exports.named import NamedResult
from interhuman.exports.research.praat import textgrid
from interhuman.exports.research.tracks import length_ms, tiers
from tests.exports.results import FULL, RESULTS, of

Intervals = list[tuple[float, float, str]]


def read(result: NamedResult, *, empty: bool = False) -> dict[str, Intervals]:
    """Return what praatio makes of the tiers of a result, with or without empty intervals."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.TextGrid"
        path.write_bytes(textgrid(result))
        grid = praatio_textgrid.openTextgrid(str(path), includeEmptyIntervals=empty)
    return {
        name: [tuple(interval) for interval in grid.getTier(name).entries]
        for name in grid.tierNames
    }


def test_praatio_reads_tiers_times_and_texts() -> None:
    found = read(FULL)
    assert list(found)[:3] == ["agreement", "confidence", "hesitation"]
    assert found["hesitation"] == [
        (10.0, 15.0, "high probability: A long pause before the price is named.")
    ]
    assert found["daydreaming"] == [(25.0, 25.001, "high probability: Looks out of the window.")]
    assert found["Notes"] == [(3.0, 4.5, "Good start")]


def test_every_tier_is_covered_from_start_to_end() -> None:
    assert read(of(Signal("stress", 0.0, 1.0), Signal("stress", 3.5, 10.0)), empty=True) == {
        "stress": [
            (0.0, 1.0, "probability not given"),
            (1.0, 3.5, ""),
            (3.5, 10.0, "probability not given"),
        ],
        "Engagement state": [(0.0, 10.0, "")],
    }


def test_quotes_are_doubled_and_no_backslash_becomes_a_greek_letter() -> None:
    result = of(Signal("stress", 0.0, 1.0, "low", 'Says "no" and \\al'))
    assert b'text = "low probability: Says ""no"" and \xef\xbc\xbcal"' in textgrid(result)
    assert read(result)["stress"] == [(0.0, 1.0, 'low probability: Says "no" and ＼al')]


def test_pympi_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.TextGrid"
    path.write_bytes(textgrid(FULL))
    grid = pympi.Praat.TextGrid(str(path))
    assert grid.xmax == 60.0
    assert [tier.name for tier in grid.get_tiers()] == [tier.name for tier in tiers(FULL)]


@given(result=RESULTS)
def test_any_result_is_read_back_as_it_was(result: NamedResult) -> None:
    expected = tiers(result)
    found = read(result, empty=True)
    end_s = length_ms(result.analysis) / 1000
    assert len(found) == len(expected)
    for tier, intervals in zip(expected, found.values(), strict=True):
        assert intervals[0][0] == 0.0
        assert intervals[-1][1] == end_s
        assert all(one[1] == other[0] for one, other in pairwise(intervals))
        assert all(start < end for start, end, _ in intervals)
        spans = {(span.start_ms / 1000, span.end_ms / 1000): span.text for span in tier.spans}
        for start, end, text in intervals:
            assert text == spans.pop((start, end), "").replace("\\", "＼").strip()
        assert not spans
