"""Results to export in tests: with everything, and as hostile as an answer can be."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import strategies as st

from interhuman.analysis import Analysis, EngagementSpan, Signal
from interhuman.annotations import Annotations, Note, WriteNote, read_change
from interhuman.exports.named import NamedResult
from tests import examples

LENGTH_S = 10.0

HOSTILE_TEXTS = (
    '=HYPERLINK("http://evil.example")',
    "+1|cmd",
    "talk;=1+1",
    "<html><b>bold</b>",
    "]]></ANNOTATION_VALUE><x>",
    "00:00:01.000 --> 00:00:02.000",
    '"quoted" ""twice""',
    "one\r\ntwo\n\nthree\u2028four\x85five",
    "a\tb\tc",
    "שלום עולם \u202egnp.exe",
    "nul\x00 bell\x07",
    "half \ud800 a pair \udfff",
    "back\\slash \\al {\\an8} \\N",
    "n/a",
    "stress 2",
    "Engagement state",
    "STRESS",
    "../../etc/passwd",
    "CON",
    "a/b\\c",
    "…",
    "",
    " ",
    "😀 é",
)

TEXTS = st.sampled_from([*HOSTILE_TEXTS, "stress", "hesitation", "x" * 10_000]) | st.text(
    max_size=20
)
"""Texts from outside, of any characters."""

_TIMES = st.integers(0, 12_000).map(lambda thousandths: thousandths / 1000)


def _span(start_s: float, length_s: float) -> tuple[float, float]:
    return start_s, start_s + length_s


_SPANS = st.builds(_span, _TIMES, _TIMES | st.just(0.0))
_PROBABILITIES = st.sampled_from(["high", "medium", "low", None, "=certain"])
_NOTES = st.builds(
    lambda span, text: read_change(
        {"note": {"id": "0123456789abcdef", "start": span[0], "end": span[1], "text": text}},
        end_s=LENGTH_S,
        signals=0,
    ),
    _SPANS,
    TEXTS,
)
"""What a person may have written, as the library keeps it; None where it is no note."""

ANALYSES = st.builds(
    Analysis,
    signals=st.lists(
        st.builds(
            lambda kind, span, how_sure, why: Signal(kind, span[0], span[1], how_sure, why),
            st.sampled_from(["stress", "hesitation"]) | TEXTS,
            _SPANS,
            _PROBABILITIES,
            TEXTS | st.none(),
        ),
        max_size=12,
    ).map(tuple),
    engagement=st.lists(
        st.builds(
            lambda state, span: EngagementSpan(state, *span),
            st.sampled_from(["engaged", "neutral"]) | TEXTS,
            _SPANS,
        ),
        max_size=4,
    ).map(tuple),
    duration_s=st.sampled_from([LENGTH_S, 9.9996, None, 0.0]),
    model=TEXTS,
    correlation_id=TEXTS | st.none(),
    sandbox=st.booleans(),
    raw_bytes=st.binary(max_size=20),
)

RESULTS = st.builds(
    NamedResult,
    title=TEXTS,
    analysis=ANALYSES,
    id=TEXTS,
    recording=TEXTS,
    analyzed_at=st.datetimes(timezones=st.just(UTC)) | st.none(),
    annotations=st.lists(_NOTES, max_size=3).map(
        lambda written: Annotations(
            tuple(one.note for one in written if isinstance(one, WriteNote))
        )
    ),
    note=TEXTS,
)
"""Results whose signals overlap, have no length, or lie past the end of the recording."""

FULL = NamedResult(
    "Pitch, June",
    examples.read(examples.FULL).with_duration(60.0),
    id="analysis-1",
    recording="pitch june.mp4",
    analyzed_at=datetime(2026, 11, 27, 20, 15, 4, tzinfo=UTC),
    annotations=Annotations((Note("0123456789abcdef", 3.0, 4.5, "Good start"),), {0: "agree"}),
)
"""A result with everything."""


def of(*signals: Signal, duration_s: float | None = LENGTH_S) -> NamedResult:
    """Return a result with these signals."""
    return NamedResult("Talk.mp4", Analysis(signals=signals, duration_s=duration_s))


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet might run a cell, whatever it takes for a separator."""
    return any(
        part.lstrip(" '\"").startswith(("=", "+", "-", "@")) and not part.startswith("'")
        for part in re.split(r"[;\t\r\n]", cell)
    )
