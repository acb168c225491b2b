"""What signals say when they are pointed at; everything from outside in it is inert."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from interhuman.formats import (
    NAME_CHARACTERS,
    NOT_GIVEN,
    count,
    label,
    probability_words,
    span,
)
from interhuman.text import plain, shortened
from interhuman.vocabulary import PROBABILITIES


def signal_hovers(frame: pd.DataFrame) -> list[str]:
    """Return the hover text of each signal: type, family, times, probability, rationale.

    What repeats (types, times, probabilities) is put into words once.
    """
    types, probabilities = frame["type"].tolist(), frame["probability"].tolist()
    titles = {
        name: f"<b>{shortened(label(name), NAME_CHARACTERS)}</b>  ({family})"
        for name, family in set(zip(types, frame["family"].tolist(), strict=True))
    }
    spans = list(zip(frame["start_s"].tolist(), frame["end_s"].tolist(), strict=True))
    times = {(start_s, end_s): span(start_s, end_s) for start_s, end_s in set(spans)}
    certainty = {name: probability_words(name) for name in frame["probability"].unique()}
    hovers = []
    for name, start_and_end, probability, rationale in zip(
        types, spans, probabilities, frame["rationale"].tolist(), strict=True
    ):
        hover = f"{titles[name]}<br>{times[start_and_end]}, {certainty[probability]}"
        why = plain(rationale, width=52, lines=9) if isinstance(rationale, str) else ""
        hovers.append(f"{hover}<br>{why}" if why else hover)
    return hovers


def run_hover(row: str, *, start_s: float, end_s: float, numbers: Sequence[int]) -> str:
    """Return the hover text of signals folded into one mark.

    `row` is the label of their row, as it came; `numbers` says how many of them have a high, a
    medium, a low probability, and none.
    """
    fills = (*PROBABILITIES, NOT_GIVEN)
    known = ", ".join(
        f"{number} {fill}" for number, fill in zip(numbers, fills, strict=True) if number
    )
    title = f"<b>{shortened(row, NAME_CHARACTERS)}: {count(sum(numbers), 'signal')}</b>"
    return f"{title}<br>{span(start_s, end_s)}<br>Probability: {known}"
