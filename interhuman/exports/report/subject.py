"""One result of a report: its tables, computed once, and the ids of what a report links to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.annotations import Note
from interhuman.exports.named import NamedResult
from interhuman.findings.moments import Moment, find_moments
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.text import one_line

TITLE_CHARACTERS = 200
"""The longest title in a report, which has room for it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A result with its place among those of the report, and its tables."""

    number: int
    """From 1 on."""
    result: NamedResult
    signals: pd.DataFrame
    """In order of time; the index is a signal's place in the analysis."""
    engagement: pd.DataFrame
    quality: pd.DataFrame
    quality_timeline: pd.DataFrame
    types: Sequence[str]
    """The types of its signals; what a browser filters by is a place in these."""

    @property
    def analysis(self) -> Analysis:
        """What the result says."""
        return self.result.analysis

    @property
    def end_s(self) -> float:
        """Length of its time axis in seconds, 0 for none."""
        return self.analysis.end_s

    @property
    def overall_is(self) -> str | None:
        """What the overall scores are where the API did not judge the whole; None where it did."""
        quality = self.analysis.conversation_quality
        return quality.overall_is if quality is not None else None

    @property
    def title(self) -> str:
        """What it is called, in one line."""
        return one_line(self.result.title, TITLE_CHARACTERS) or "Untitled"

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a person wrote at a time, in order of time."""
        return self.result.annotations.notes

    @property
    def anchor(self) -> str:
        """The id of its section."""
        return f"r{self.number}"

    def row(self, place: int) -> str:
        """Return the id of a signal in the list."""
        return f"{self.anchor}-s{place}"

    def mark(self, place: int) -> str:
        """Return the id of a signal on the tracks."""
        return f"{self.anchor}-m{place}"

    def note(self, place: int) -> str:
        """Return the id of a note in the list of notes, by its place there."""
        return f"{self.anchor}-n{place}"

    def moments(self) -> tuple[Moment, ...]:
        """Return the moments of all its signals."""
        return find_moments(
            signals=self.signals,
            engagement=self.engagement,
            quality_timeline=self.quality_timeline,
        )


def subject_of(number: int, result: NamedResult) -> Subject:
    """Return a result as a report shows it; `number` is its place in the report, from 1 on."""
    signals = signals_frame(result.analysis)
    signals = signals.sort_values(["start_s", "end_s"], kind="stable")
    return Subject(
        number=number,
        result=result,
        signals=signals,
        engagement=engagement_frame(result.analysis),
        quality=quality_frame(result.analysis),
        quality_timeline=quality_timeline_frame(result.analysis),
        types=tuple(dict.fromkeys(signals["type"].tolist())),
    )
