"""Where each signal stands on the tracks: its row, and its lane in the row.

Numbers only, no figure. A row is one signal type; signals of one type that overlap stand in
lanes under each other, so none is painted over another. Times are true: signals that touch do
not overlap, and however thin something is drawn, it takes no more room than it lasts.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from interhuman.findings.spans import free_lanes
from interhuman.formats import label
from interhuman.vocabulary import FAMILIES, FAMILY_OF

MAX_ROWS = 24
"""Rows of the tracks; further types share the last one, so that it stays readable."""

OTHERS = "\0"
"""The row name that the types beyond `MAX_ROWS` share; no displayable type can be it."""


def lanes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return row name and lane of every signal of a `signals_frame`, with its index.

    Columns: row (a type, or `OTHERS`), lane (0 is the uppermost free one).
    """
    names = row_of(frame).tolist()
    spans = list(zip(frame["start_s"].tolist(), frame["end_s"].tolist(), strict=True))
    members: dict[str, list[int]] = {}
    for place in sorted(range(len(spans)), key=spans.__getitem__):
        members.setdefault(names[place], []).append(place)
    lane = [0] * len(spans)
    for places in members.values():
        chosen = free_lanes(spans[place] for place in places)
        for place, number in zip(places, chosen, strict=True):
            lane[place] = number
    row_dtype, index = frame["type"].dtype, frame.index
    return pd.DataFrame(
        {"row": pd.Series(names, index, row_dtype), "lane": pd.Series(lane, index, "int64")}
    )


def row_of(frame: pd.DataFrame) -> pd.Series:
    """Return the name of the row that each signal of a `signals_frame` stands in."""
    return frame["type"].where(frame["type"].isin(row_names(frame)), OTHERS)


def row_label(name: str) -> str:
    """Return the name of a row as a person reads it."""
    return "Other types" if name == OTHERS else label(name)


def row_names(frame: pd.DataFrame) -> list[str]:
    """Return the types in row order, which is the same in every result: the published ones by
    family as `FAMILY_OF` lists them, others by name after those of their family.

    Of more than `MAX_ROWS` types the most frequent ones have a row, and one is left for the rest.
    """
    types, family = frame["type"].tolist(), _family_of_type(frame)
    published = {name: place for place, name in enumerate(FAMILY_OF)}

    def rank(name: str) -> tuple[int, int, str]:
        return FAMILIES.index(family[name]), published.get(name, len(published)), name

    names = sorted(set(types), key=rank)
    if len(names) <= MAX_ROWS:
        return names
    number = Counter(types)
    frequent = sorted(names, key=lambda name: (-number[name], name))[: MAX_ROWS - 1]
    return [name for name in names if name in frequent]


def _family_of_type(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame["type"].tolist(), frame["family"].tolist(), strict=True))
