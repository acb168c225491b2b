"""Several results beside each other: what differs, what recurs, and what makes that unfair.

It reads as the page does: both take it from the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from interhuman.exports.report.markup import Content, Markup, element, joined
from interhuman.exports.report.radar import line_sample, radar
from interhuman.exports.report.recurring import over_time_section, recurring_section
from interhuman.exports.report.result import when
from interhuman.exports.report.subject import Subject
from interhuman.exports.report.tables import table, table_of_groups
from interhuman.exports.report.tracks import glyph
from interhuman.findings.caveats import caveats
from interhuman.findings.comparison import LETTERS, MAX_COMPARED, Compared, signals_per_minute
from interhuman.findings.comparison_in_words import (
    Numbers,
    RateCell,
    ScoreCell,
    comparison_in_words,
    rate_words,
)
from interhuman.findings.descriptions import quality_caption
from interhuman.formats import count, length, maker_words
from interhuman.frames import Tables, overall_scores

_TABLE_COLUMNS = ["type", "family", "start_s", "end_s"]


@dataclass(frozen=True, slots=True)
class _Brief:
    """What a comparison says of a result besides its numbers."""

    anchor: str
    title: str
    facts: tuple[str, ...]
    analyzed_at: datetime | None


class Comparison:
    """What is kept of the results of a report, to be compared: numbers and times, no reasons."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._briefs: list[_Brief] = []
        self._compared: list[Compared] = []

    @property
    def title(self) -> str:
        """What the report is called: as its only result, or how many there are."""
        number = len(self._briefs)
        return self._briefs[0].title if number == 1 else count(number, "analysis", "analyses")

    def add(self, subject: Subject) -> None:
        """Take in another result."""
        self._briefs.append(_brief(subject, self._zone))
        self._compared.append(_compared(subject))

    def markup(self) -> Markup:
        """Return the title and the comparison; nothing for a single result, which has its own."""
        if len(self._briefs) == 1:
            return Markup("")
        are_few = len(self._briefs) <= MAX_COMPARED
        section = _compared_section if are_few else _list_section
        names = [*LETTERS] if are_few else [str(place + 1) for place in range(len(self._briefs))]
        heads = [
            (f"{name} ", _link(brief), _facts(brief))
            for name, brief in zip(names, self._briefs, strict=False)
        ]
        dates = [brief.analyzed_at for brief in self._briefs]
        return joined(
            (
                element("h1", self.title),
                section(self._briefs, self._compared),
                over_time_section([*zip(dates, self._compared, strict=True)], heads),
                recurring_section(self._compared, names=names),
            )
        )


def _compared(subject: Subject) -> Compared:
    tables = Tables(
        signals=subject.signals[_TABLE_COLUMNS],
        engagement=subject.engagement,
        quality=subject.quality,
        quality_timeline=subject.quality_timeline.iloc[:0],
    )
    return Compared.of(subject.analysis, tables, subject.result.options)


def _brief(subject: Subject, zone: tzinfo) -> _Brief:
    maker = maker_words(subject.analysis.model, sandbox=subject.analysis.sandbox)
    return _Brief(
        anchor=subject.anchor,
        title=subject.title,
        facts=(when(subject, zone), length(subject.end_s), maker),
        analyzed_at=subject.result.analyzed_at,
    )


def _compared_section(briefs: Sequence[_Brief], compared: Sequence[Compared]) -> Markup:
    letters = LETTERS[: len(briefs)]
    numbers = comparison_in_words(compared, most=None)
    says = " ".join(
        f"{letter}: {quality_caption(each.quality)}"
        for letter, each in zip(letters, compared, strict=True)
    )
    scores = [overall_scores(each.quality) for each in compared]
    drawn = radar(scores, letters=letters, says=f"Radars. {says}")
    return element(
        "section",
        element("h2", "Comparison"),
        _who(briefs),
        _unfair(compared),
        element("div", drawn, _scores(numbers, letters), class_="quality"),
        element("h3", "Signals per minute"),
        _rates(numbers, letters),
        class_="comparison",
    )


def _unfair(compared: Sequence[Compared]) -> Markup | None:
    unfair = [element("li", sentence) for sentence in caveats(compared)]
    if not unfair:
        return None
    return element(
        "div", element("h3", "Before you compare"), element("ul", unfair), class_="unfair"
    )


def _who(briefs: Sequence[_Brief]) -> Markup:
    items = [
        element(
            "li", line_sample(place), element("b", letter), " ", _link(brief), " ", _facts(brief)
        )
        for place, (letter, brief) in enumerate(zip(LETTERS, briefs, strict=False))
    ]
    return element("ul", items, class_="who")


def _link(brief: _Brief) -> Markup:
    return element("a", element("bdi", brief.title), href=f"#{brief.anchor}")


def _facts(brief: _Brief) -> Markup:
    return element("span", " \N{MIDDLE DOT} ".join(brief.facts), class_="muted")


def _scores(numbers: Numbers, letters: str) -> Markup:
    """Return index, dimensions and share engaged, each with its difference from A."""
    rows: list[list[Content]] = [
        [row["label"], *map(_score, row["cells"])] for row in numbers["scores"]
    ]
    caption = "Scores and share of time engaged, with the difference from A"
    note = (
        "Beside each score: its difference from A, of the exact values. Time engaged in "
        "percentage points."
    )
    return element(
        "div",
        table(("", *letters), rows, caption=caption, css="scores"),
        element("p", note, class_="muted"),
    )


def _score(cell: ScoreCell) -> Content:
    beside = [element("small", words) for words in (cell["difference"], cell["band"]) if words]
    return (cell["words"], *((" ", one) for one in beside))


def _rates(numbers: Numbers, letters: str) -> Markup:
    """Return signals per minute as numbers over bars on one scale, types below their family."""
    rows: list[list[Content]] = []
    for row in numbers["rates"]:
        is_family = row["level"] == "family"
        name = (glyph(row["family"], "high"), element("b", row["label"])) if is_family else None
        cells = [_rate(cell, row["family"]) for cell in row["cells"]]
        rows.append([name or row["label"], *cells])
    caption = "Signals per minute by family and type"
    return table(("Signal", *letters), rows, caption=caption, css="rates")


def _rate(cell: RateCell, family: str) -> Content:
    bar = element("rect", class_="full", width=f"{100 * cell['share']:.2f}%", height=6)
    drawn = element("svg", bar, class_=f"rate {family}", height=6, aria_hidden="true")
    return (cell["words"], drawn if cell["share"] else None)


def _list_section(briefs: Sequence[_Brief], compared: Sequence[Compared]) -> Markup:
    """Return the results of a report one below the other, each with its scores."""
    # Whether a score is evidence depends on nothing but its own result.
    scores = comparison_in_words(compared, most=0)["scores"]
    heads = (*(row["label"] for row in scores), "Per minute")
    note = (
        f"Up to {MAX_COMPARED} results are compared with each other. Here are more, so each stands "
        "for itself. Per minute: signals."
    )
    groups: list[tuple[Content, list[Content]]] = []
    for place, (brief, each) in enumerate(zip(briefs, compared, strict=True)):
        cells = [row["cells"][place] for row in scores]
        values = [_score({**cell, "difference": ""}) for cell in cells]
        rate = rate_words(signals_per_minute(each))
        groups.append(((f"{place + 1} ", _link(brief), _facts(brief)), [*values, rate]))
    return element(
        "section",
        element("h2", "All results"),
        _unfair(compared),
        element("p", note, class_="muted"),
        table_of_groups(heads, groups, caption="All results with their scores"),
        class_="comparison",
    )
