"""What recurs: which signal types occur in several recordings, and in which third of them.

A signal belongs to the third in which it begins; one on the boundary to the later third. A
recording without length has no thirds: its signals count, and belong to none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from interhuman.findings.comparison import Compared, type_order
from interhuman.findings.spans import placed
from interhuman.frames import FAMILY, TEXT, Columns, typed_rows
from interhuman.vocabulary import family_of

THIRDS: Final = ("beginning", "middle", "end")
_THIRD = pd.CategoricalDtype(list(THIRDS))

RECURRING_COLUMNS: Columns = MappingProxyType(
    {
        "type": TEXT,
        "family": FAMILY,
        "recordings": "int64",
        **dict.fromkeys(THIRDS, "int64"),
    }
)
MOMENT_COLUMNS: Columns = MappingProxyType(
    {
        "type": TEXT,
        "place": "int64",
        "third": _THIRD,
        "start_s": "float64",
        "signal": "int64",
    }
)


def recurring(recordings: Sequence[Compared]) -> pd.DataFrame:
    """Return one row per signal type, the one that most recordings have first.

    Columns: type, family, recordings (how many have it), beginning, middle and end (in how many
    of them it begins in that third).
    """
    have: dict[str, set[int]] = {}
    begins: set[tuple[str, int, str | None]] = set()
    for name, place, third, *_ in _moments(recordings):
        have.setdefault(name, set()).add(place)
        begins.add((name, place, third))
    thirds = Counter((name, third) for name, _, third in begins)
    order = sorted(have, key=lambda name: (-len(have[name]), type_order(name)))
    rows = [
        (name, family_of(name), len(have[name]), *(thirds[name, third] for third in THIRDS))
        for name in order
    ]
    return typed_rows(rows, RECURRING_COLUMNS)


def recurring_moments(recordings: Sequence[Compared]) -> pd.DataFrame:
    """Return one row per signal of all recordings, in their order and that of time.

    Columns: type, place (that of the recording), third (in which it begins; NA in a recording
    without length), start_s (seconds), signal (its place in the analysis).
    """
    return typed_rows(_moments(recordings), MOMENT_COLUMNS)


def _moments(recordings: Sequence[Compared]) -> Iterator[tuple[str, int, str | None, float, int]]:
    for place, recording in enumerate(recordings):
        signals = placed(recording.signals).sort_values(["start_s", "end_s"], kind="stable")
        columns = (signals["type"].tolist(), signals["start_s"].tolist(), signals.index.tolist())
        for name, start_s, signal in zip(*columns, strict=True):
            yield name, place, _third(start_s, recording.end_s), start_s, signal


def _third(start_s: float, end_s: float) -> str | None:
    if end_s <= 0:
        return None
    return THIRDS[min(len(THIRDS) - 1, max(0, int(len(THIRDS) * start_s / end_s)))]
