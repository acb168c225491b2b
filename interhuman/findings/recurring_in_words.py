"""What recurs in recordings as rows of words, for whoever draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from interhuman.findings.comparison import Compared
from interhuman.findings.comparison_in_words import MAX_TYPES, more_types
from interhuman.findings.recurring import THIRDS, recurring, recurring_moments
from interhuman.formats import clock, label

MAX_MOMENTS = 40
"""So many moments of a type in a third are listed."""


class Moments(TypedDict):
    """Moments as (place of the recording, seconds, words), and how many more there are."""

    moments: list[tuple[int, float, str]]
    left: int


class Third(Moments):
    """The moments of a type in a third, and how many recordings have any."""

    recordings: int


class RecurringRow(TypedDict):
    """Where a type occurs; `without` are its moments in recordings without length."""

    label: str
    family: str
    recordings: int
    thirds: list[Third]
    without: Moments


class Recurring(TypedDict):
    """What recurs in words; `none` is what to say without rows."""

    rows: list[RecurringRow]
    number: int
    none: str
    more: str


def recurring_in_words(
    recordings: Sequence[Compared], *, most: int | None = MAX_TYPES
) -> Recurring:
    """Return what recurs as rows for people, in values that JSON can hold.

    A row has its moments by third, each as (place of the recording, seconds, words). "number" is
    that of the recordings whose signals could be read. `most` is how many types are listed, None
    for all.
    """
    table, found = recurring(recordings), recurring_moments(recordings)
    moments: dict[tuple[str, str | None], list[tuple[int, float]]] = {}
    columns = found[["type", "third", "place", "start_s"]].astype({"third": "object"})
    for name, third, place, start_s in columns.itertuples(index=False, name=None):
        key = (name, third if isinstance(third, str) else None)
        moments.setdefault(key, []).append((place, start_s))
    rows: list[RecurringRow] = [
        {
            "label": label(row["type"]),
            "family": str(row["family"]),
            "recordings": row["recordings"],
            "thirds": [
                {"recordings": row[third], **_moments(moments.get((row["type"], third), []))}
                for third in THIRDS
            ],
            "without": _moments(moments.get((row["type"], None), [])),
        }
        for row in table[:most].to_dict("records")
    ]
    read = sum(each.signals_read for each in recordings)
    none = "No signals." if read == len(recordings) else "No signals that could be read."
    return {"rows": rows, "number": read, "none": none, "more": more_types(len(table), most)}


def _moments(moments: Sequence[tuple[int, float]]) -> Moments:
    """Return moments as (place of the recording, seconds, words), the first `MAX_MOMENTS`."""
    return {
        "moments": [(place, start_s, clock(start_s)) for place, start_s in moments[:MAX_MOMENTS]],
        "left": max(0, len(moments) - MAX_MOMENTS),
    }
