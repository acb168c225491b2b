"""Tables of an analysis: pandas frames with columns, dtypes and units declared once.

Times are seconds from the start of the recording, scores run from 0 to 100. An empty
analysis gives an empty frame with the same columns and dtypes; what is missing stays
missing (NA), it never becomes 0, 50 or a word.

`probability` is an ordered category (low < medium < high), so that frames sort and filter by
how sure a detection is; any other word the API might send is NA here and stands in the raw
JSON. `family` and `dimension` are categories in display order. `type`, `state` and
`rationale` are open text in pandas' "string" dtype.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from interhuman.analysis import Analysis, QualityScores
from interhuman.text import displayable
from interhuman.vocabulary import FAMILIES, PROBABILITIES, SCORES, family_of

TEXT = pd.StringDtype()
FAMILY = pd.CategoricalDtype(list(FAMILIES))
_PROBABILITY = pd.CategoricalDtype(list(reversed(PROBABILITIES)), ordered=True)
_DIMENSION = pd.CategoricalDtype(list(SCORES))

Columns = Mapping[str, "str | pd.StringDtype | pd.CategoricalDtype"]
Cells = Mapping[str, Sequence[object]]

SIGNAL_COLUMNS: Columns = MappingProxyType(
    {
        "type": TEXT,
        "family": FAMILY,
        "start_s": "float64",
        "end_s": "float64",
        "duration_s": "float64",
        "probability": _PROBABILITY,
        "rationale": TEXT,
    }
)
ENGAGEMENT_COLUMNS: Columns = MappingProxyType(
    {"state": TEXT, "start_s": "float64", "end_s": "float64"}
)
QUALITY_COLUMNS: Columns = MappingProxyType({"dimension": _DIMENSION, "value": "float64"})
QUALITY_TIMELINE_COLUMNS: Columns = MappingProxyType(
    {"start_s": "float64", "end_s": "float64", "dimension": _DIMENSION, "value": "float64"}
)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one analysis, each of the columns above."""

    signals: pd.DataFrame
    engagement: pd.DataFrame
    quality: pd.DataFrame
    quality_timeline: pd.DataFrame


def tables_of(analysis: Analysis) -> Tables:
    """Return the tables of an analysis."""
    return Tables(
        signals=signals_frame(analysis),
        engagement=engagement_frame(analysis),
        quality=quality_frame(analysis),
        quality_timeline=quality_timeline_frame(analysis),
    )


def signals_frame(analysis: Analysis) -> pd.DataFrame:
    """Return one row per signal, in the API's order; the index is its place in the analysis.

    Columns: type, family ("toward", "unsure", "away"), start_s, end_s, duration_s (seconds),
    probability (low < medium < high, or NA), rationale (text, or NA).
    """
    signals = analysis.signals
    columns: Cells = {
        "type": [displayable(signal.type) for signal in signals],
        "family": [family_of(signal.type) for signal in signals],
        "start_s": [signal.start for signal in signals],
        "end_s": [signal.end for signal in signals],
        "duration_s": [signal.end - signal.start for signal in signals],
        "probability": [_published(signal.probability) for signal in signals],
        "rationale": [_displayable(signal.rationale) for signal in signals],
    }
    return typed_frame(columns, SIGNAL_COLUMNS)


def engagement_frame(analysis: Analysis) -> pd.DataFrame:
    """Return one row per stretch of engagement: state, start_s, end_s (seconds)."""
    spans = analysis.engagement
    columns: Cells = {
        "state": [displayable(span.state) for span in spans],
        "start_s": [span.start for span in spans],
        "end_s": [span.end for span in spans],
    }
    return typed_frame(columns, ENGAGEMENT_COLUMNS)


def quality_frame(analysis: Analysis) -> pd.DataFrame:
    """Return the overall scores, one row each: dimension (the index first), value (0-100 or NaN).

    Without overall scores there are no rows; a score that the API left out is a row with NaN.
    """
    quality = analysis.conversation_quality
    overall = quality.overall if quality is not None else None
    columns: Cells = {
        "dimension": SCORES if overall is not None else (),
        "value": _values(overall) if overall is not None else (),
    }
    return typed_frame(columns, QUALITY_COLUMNS)


def quality_timeline_frame(analysis: Analysis) -> pd.DataFrame:
    """Return the scores over time, one row per window and score, the index first.

    Columns: start_s, end_s (seconds), dimension, value (0-100, NaN where the API gave none).
    """
    quality = analysis.conversation_quality
    windows = quality.timeline if quality is not None else ()
    columns: Cells = {
        "start_s": [window.start for window in windows for _ in SCORES],
        "end_s": [window.end for window in windows for _ in SCORES],
        "dimension": SCORES * len(windows),
        "value": [value for window in windows for value in _values(window.values)],
    }
    return typed_frame(columns, QUALITY_TIMELINE_COLUMNS)


def overall_scores(frame: pd.DataFrame) -> dict[str, float | None]:
    """Return the index and the five dimensions of a `quality_frame`, None where not given."""
    known = frame.dropna(subset=["value"])
    given = dict(zip(known["dimension"].tolist(), known["value"].tolist(), strict=True))
    return {name: given.get(name) for name in SCORES}


def typed_frame(columns: Cells, dtypes: Columns) -> pd.DataFrame:
    """Return a frame with exactly the columns and dtypes of `dtypes`, rows or none."""
    return pd.DataFrame(
        {name: pd.Series(list(columns[name]), dtype=dtype) for name, dtype in dtypes.items()}
    )


def typed_rows(rows: Iterable[tuple[object, ...]], dtypes: Columns) -> pd.DataFrame:
    """Return a frame with the columns and dtypes of `dtypes` from rows in their order."""
    table = list(rows)
    columns: Cells = {name: [row[at] for row in table] for at, name in enumerate(dtypes)}
    return typed_frame(columns, dtypes)


def _values(scores: QualityScores) -> list[float | None]:
    return [getattr(scores, name) for name in SCORES]


def _published(probability: str | None) -> str | None:
    return probability if probability in PROBABILITIES else None


def _displayable(text: str | None) -> str | None:
    return None if text is None else displayable(text)
