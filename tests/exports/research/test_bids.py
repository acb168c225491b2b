"""Events for BIDS, read back by pandas, and what their columns are said to mean."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
from hypothesis import given

from interhuman.analysis import Signal
from interhuman.exports.csv import inert
from interhuman.exports.named import NamedResult
from interhuman.exports.research.bids import BIDS_COLUMNS, events_json, events_tsv
from interhuman.exports.research.tracks import SIGNAL, length_ms, tracks
from tests.exports.results import FULL, RESULTS, is_formula, of


def read(result: NamedResult) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(events_tsv(result)), sep="\t", dtype=str, keep_default_na=False)


def sidecar(result: NamedResult) -> Any:
    return json.loads(events_json(result))


def comment_in(cell: str) -> str:
    """Return the comment in a cell, which says `n/a` where there is none."""
    return "" if cell == "n/a" else cell


def test_events_by_value() -> None:
    result = of(
        Signal("stress", 9.0, 12.0, None, 'Says "no"\tand\nleaves'),
        Signal("agreement", 1.25, 1.25, "high"),
    )
    assert events_tsv(result).decode() == (
        "onset\tduration\ttrial_type\tprobability\trationale\n"
        "1.250\t0.000\tagreement\thigh\tn/a\n"
        '9.000\t1.000\tstress\tn/a\t"Says ""no"" and leaves"\n'
    )


def test_the_sidecar_describes_every_column_and_level() -> None:
    described = sidecar(FULL)
    assert set(BIDS_COLUMNS) < set(described)
    assert described["onset"]["Units"] == described["duration"]["Units"] == "s"
    assert all(described[name]["Description"] for name in BIDS_COLUMNS)
    assert list(described["probability"]["Levels"]) == ["high", "medium", "low"]
    levels = described["trial_type"]["Levels"]
    assert levels["hesitation"] == "A signal of the family unsure"
    assert set(read(FULL)["trial_type"]) <= set(levels)
    assert described["Analysis"]["Title"] == "Pitch, June"
    assert described["Analysis"]["Source"] == "Interhuman API, inter-1"


def test_a_result_without_signals_has_its_columns() -> None:
    assert list(read(of())) == list(BIDS_COLUMNS)
    assert read(of()).empty


@given(result=RESULTS)
def test_any_result_is_read_back_with_its_times_and_no_formula(result: NamedResult) -> None:
    table = read(result)
    spans = sorted(
        (
            span.start_ms,
            span.end_ms - span.start_ms,
            inert(track.name),
            comment_in(inert(span.comment)),
        )
        for track in tracks(result)
        if track.kind == SIGNAL
        for span in track.spans
    )
    found = sorted(
        (
            round(1000 * float(onset)),
            round(1000 * float(duration)),
            kind,
            comment_in(rationale),
        )
        for onset, duration, kind, rationale in zip(
            table["onset"],
            table["duration"],
            table["trial_type"],
            table["rationale"],
            strict=True,
        )
    )
    assert found == spans
    onsets = table["onset"].astype(float)
    assert onsets.is_monotonic_increasing
    ends_s = onsets + table["duration"].astype(float)
    assert (ends_s <= length_ms(result.analysis) / 1000 + 1e-9).all()
    assert not any(map(is_formula, [*table["trial_type"], *table["rationale"]]))
    assert set(table["trial_type"]) <= set(sidecar(result)["trial_type"]["Levels"])
