"""Several results beside each other: what differs, and what makes that unfair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from interhuman.exports.report.markup import Content, Markup, element, joined
from interhuman.exports.report.radar import Scores, line_sample, radar
from interhuman.exports.report.result import when
from interhuman.exports.report.subject import Subject
from interhuman.exports.report.tables import ABSENT, table, whole_label
from interhuman.exports.report.tracks import glyph
from interhuman.findings.caveats import caveats
from interhuman.findings.comparison import (
    LETTERS,
    MAX_COMPARED,
    Compared,
    compared_engagement,
    compared_rates,
    compared_scores,
)
from interhuman.findings.descriptions import quality_caption
from interhuman.findings.engagement import share_engaged
from interhuman.formats import (
    NOT_GIVEN,
    clock,
    count,
    dimension_score,
    label,
    maker_words,
    percent,
    score,
)
from interhuman.frames import overall_scores
from interhuman.vocabulary import DIMENSIONS, INDEX, SCORES

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class _Brief:
    """The little of a result that a list of many needs."""

    anchor: str
    title: str
    facts: tuple[str, ...]
    scores: Scores
    engaged: float | None
    per_minute: float | None


class Comparison:
    """What is kept of the results of a report, to be compared: their tables while they are few."""

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
        """Take in another result; from the fifth on, they are listed and no longer compared."""
        self._briefs.append(_brief(subject, self._zone))
        if len(self._briefs) <= MAX_COMPARED:
            self._compared.append(_compared(subject))
        else:
            self._compared.clear()

    def markup(self) -> Markup:
        """Return the title and the comparison; nothing for a single result, which has its own."""
        if len(self._briefs) == 1:
            return Markup("")
        section = _compared_section if self._compared else _list_section
        return joined((element("h1", self.title), section(self._briefs, self._compared)))


def _compared(subject: Subject) -> Compared:
    return Compared(
        signals=subject.signals,
        engagement=subject.engagement,
        quality=subject.quality,
        end_s=subject.end_s,
        length_given=subject.analysis.duration_s is not None,
        model=subject.analysis.model,
        sandbox=subject.analysis.sandbox,
    )


def _brief(subject: Subject, zone: tzinfo) -> _Brief:
    end_s = subject.end_s
    model = maker_words(subject.analysis.model, sandbox=subject.analysis.sandbox)
    return _Brief(
        anchor=subject.anchor,
        title=subject.title,
        facts=(when(subject, zone), clock(end_s or None), model),
        scores=overall_scores(subject.quality),
        engaged=share_engaged(subject.engagement, end_s),
        per_minute=60 * len(subject.signals) / end_s if end_s > 0 else None,
    )


def _compared_section(briefs: Sequence[_Brief], compared: Sequence[Compared]) -> Markup:
    letters = LETTERS[: len(briefs)]
    unfair = [element("li", sentence) for sentence in caveats(compared)]
    says = " ".join(
        f"{letter}: {quality_caption(each.quality)}"
        for letter, each in zip(letters, compared, strict=True)
    )
    drawn = radar([brief.scores for brief in briefs], letters=letters, says=f"Radars. {says}")
    return element(
        "section",
        element("h2", "Comparison"),
        _who(briefs),
        element("div", element("h3", "Before you compare"), element("ul", unfair), class_="unfair")
        if unfair
        else None,
        element("div", drawn, _scores(compared), class_="quality"),
        element("h3", "Signals per minute"),
        _rates(compared, by="family"),
        _rates(compared, by="type"),
        class_="comparison",
    )


def _who(briefs: Sequence[_Brief]) -> Markup:
    items = [
        element(
            "li",
            line_sample(place),
            element("b", letter),
            " ",
            element("a", element("bdi", brief.title), href=f"#{brief.anchor}"),
            " ",
            _facts(brief),
        )
        for place, (letter, brief) in enumerate(zip(LETTERS, briefs, strict=False))
    ]
    return element("ul", items, class_="who")


def _facts(brief: _Brief) -> Markup:
    return element("span", " \N{MIDDLE DOT} ".join(brief.facts), class_="muted")


def _scores(compared: Sequence[Compared]) -> Markup:
    """Return index, dimensions and share engaged, each with its difference to A."""
    letters = LETTERS[: len(compared)]
    frame = compared_scores(compared)
    rows: list[list[Content]] = []
    for name in SCORES:
        read = score if name == INDEX else dimension_score
        of_score = frame[frame["score"] == name]
        columns = (of_score["value"].tolist(), of_score["difference"].tolist())
        cells = [
            _with_difference(read(None if math.isnan(value) else value), difference, 1.0)
            for value, difference in zip(*columns, strict=True)
        ]
        rows.append([label(name), *cells])
    engaged = compared_engagement(compared)
    shares = zip(engaged["share"].tolist(), engaged["difference"].tolist(), strict=True)
    rows.append(
        [
            "Engaged",
            *(
                _with_difference(NOT_GIVEN if math.isnan(one) else percent(one), difference, 100.0)
                for one, difference in shares
            ),
        ]
    )
    heads = ("", *letters)
    caption = "Scores and share of time engaged, with the difference to A"
    return element(
        "div",
        table(heads, rows, caption=caption, css="scores"),
        element("p", "Small numbers are the difference to A, in points.", class_="muted"),
    )


def _with_difference(words: str, difference: float, scale: float) -> Content:
    if math.isnan(difference):
        return words
    points = round(difference * scale)
    sign = "+" if points > 0 else MINUS if points < 0 else "\N{PLUS-MINUS SIGN}"
    return (words, " ", element("small", f"{sign}{abs(points)}"))


def _rates(compared: Sequence[Compared], *, by: Literal["family", "type"]) -> Markup | None:
    """Return signals a minute as numbers over bars on one scale."""
    frame = compared_rates(compared, by=by)
    if frame.empty:
        return None
    most = frame["per_minute"].max()
    rows: list[list[Content]] = []
    for name, of_name in frame.groupby("name", sort=False):
        family = str(of_name["family"].iloc[0])
        cells = [_rate(rate, most, family) for rate in of_name["per_minute"].tolist()]
        rows.append([(glyph(family, "high"), whole_label(str(name))), *cells])
    heads = (label(by), *LETTERS[: len(compared)])
    caption = f"Signals per minute by {by}"
    return table(heads, rows, caption=caption, css="rates")


def _rate(rate: float, most: float, family: str) -> Content:
    if math.isnan(rate):
        return ABSENT
    share = 100 * rate / most if most > 0 else 0.0
    bar = element("rect", class_="full", width=f"{share:.2f}%", height=6)
    drawn = element("svg", bar, class_=f"rate {family}", height=6, aria_hidden="true")
    return (f"{rate:.1f}", drawn)


def _list_section(briefs: Sequence[_Brief], _: Sequence[Compared]) -> Markup:
    """Return the results of a report one below the other, each with its scores."""
    heads = ("Index", *(label(name) for name in DIMENSIONS), "Engaged", "Per minute")
    note = (
        f"Up to {MAX_COMPARED} results are compared with each other. Here are more, so each stands "
        "for itself. Per minute: signals."
    )
    return element(
        "section",
        element("h2", "All results"),
        element("p", note, class_="muted"),
        element(
            "table",
            element("caption", "All results with their scores", class_="unseen"),
            element("thead", element("tr", [element("th", head, scope="col") for head in heads])),
            [_listed(brief, columns=len(heads)) for brief in briefs],
            class_="many",
        ),
        class_="comparison",
    )


def _listed(brief: _Brief, *, columns: int) -> Markup:
    link = element("a", element("bdi", brief.title), href=f"#{brief.anchor}")
    values = (
        score(brief.scores[INDEX]),
        *(dimension_score(brief.scores[name]) for name in DIMENSIONS),
        ABSENT if brief.engaged is None else percent(brief.engaged),
        ABSENT if brief.per_minute is None else f"{brief.per_minute:.1f}",
    )
    return element(
        "tbody",
        element("tr", element("th", link, _facts(brief), colspan=columns, scope="rowgroup")),
        element("tr", [element("td", value) for value in values]),
    )
