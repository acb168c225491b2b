"""The tracks of a report: signals, notes, engagement and the quality index on one time axis.

Every mark is a link to its signal in the list. Color is the direction, fill the probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from interhuman.exports.report.axis import AXIS_PX, at, chart, name, percent, score_steps, time_axis
from interhuman.exports.report.markup import Content, Markup, element, joined
from interhuman.exports.report.subject import Subject
from interhuman.findings.lanes import lanes, row_label
from interhuman.findings.rows import Row, height_px, rows
from interhuman.findings.spans import placed
from interhuman.findings.stitching_in_words import NOT_ANALYZED
from interhuman.formats import NO_SIGNALS, SIGNALS_UNREAD, label, probability_words, span
from interhuman.text import one_line
from interhuman.vocabulary import FAMILIES, INDEX, PROBABILITIES, STATE_FAMILY

MAX_SIGNALS_PX = 260
"""So tall the signals are at most: the tracks stay in sight while the list scrolls."""

NO_SIGNALS_PX = 34
NOTES_PX, ENGAGEMENT_PX, SCORE_PX, GAP_PX = 18, 24, 58, 8

LIMITS_ID = "limits"
"""The id of the section that says what a result can and cannot tell."""

_TITLE_CHARACTERS = 300
"""How much of a reason a mark itself says; the list has all of it."""

_EXTENT = {"engaged": (0.0, 0.5), "neutral": (0.43, 0.57), "disengaged": (0.5, 1.0)}
"""From where to where of the ribbon's height each state is drawn; others as neutral."""


@dataclass(frozen=True, slots=True)
class _Area:
    """A track's place, in px from the top."""

    top_px: float
    height_px: float

    @property
    def middle_px(self) -> float:
        return self.top_px + self.height_px / 2


def tracks(subject: Subject) -> Markup:
    """Return the tracks of a result."""
    end_s = subject.end_s
    known = placed(subject.signals)
    stacked = rows(known, lanes(known), max_px=MAX_SIGNALS_PX)
    index = subject.quality_timeline[subject.quality_timeline["dimension"] == INDEX]
    signals_px = height_px(stacked) if stacked else NO_SIGNALS_PX
    names: list[Content] = [_names(stacked)]
    drawn: list[Content] = [_signals(subject, known, stacked)]
    bottom_px = signals_px
    for label_, given, tall_px in (
        ("Notes", bool(subject.notes), NOTES_PX),
        ("Engagement", not subject.engagement.empty, ENGAGEMENT_PX),
        ("Quality index", bool(index["value"].notna().any()), SCORE_PX),
    ):
        if not given:
            continue
        area = _Area(bottom_px + GAP_PX, tall_px)
        bottom_px = area.top_px + tall_px
        names.append(name(label_, area.middle_px))
        drawn.append(_track(label_, subject, index, area))
    axis = time_axis(end_s, height_px=bottom_px)
    if not stacked:
        none = NO_SIGNALS if subject.analysis.signals_read else SIGNALS_UNREAD
        says = element("text", none, class_="none", x="50%", y=20)
        drawn.append(says)
    return chart(
        names,
        [axis, drawn, _gaps(subject, bottom_px)],
        height_px=bottom_px + AXIS_PX,
        says="Tracks: each mark leads to its signal in the list",
    )


def _gaps(subject: Subject, height_px: float) -> Iterator[Markup]:
    """Yield a hatched area for each time that was not analyzed."""
    for start_s, end_s in subject.analysis.gaps:
        x, to = (percent(time_s, subject.end_s) for time_s in (start_s, end_s))
        yield element(
            "g",
            element("title", f"{label(NOT_ANALYZED)}, {span(start_s, end_s)}"),
            element("rect", class_="gap", x=at(x), width=at(to - x), y=0, height=height_px),
            element("text", NOT_ANALYZED, class_="none", x=at((x + to) / 2), y=height_px / 2),
        )


def legend() -> Markup:
    """Return what the colors and fills of marks mean, and a link to what that tells."""
    families = [element("span", glyph(family, "high"), label(family)) for family in FAMILIES]
    fills = [
        element("span", glyph("ink", one), label(probability_words(one)))
        for one in (*PROBABILITIES, None)
    ]
    meaning = element("a", "What these mean", href=f"#{LIMITS_ID}", class_="on-screen")
    return element("p", families, fills, meaning, class_="legend muted")


def glyph(family: str, probability: object) -> Markup:
    """Return a small mark with the color of a family, filled by how sure a detection is."""
    drawn = _fills(probability, x="1", width="10", top_px=1, bar_px=10, middle="6")
    return element("svg", drawn, class_=f"glyph {family}", width=12, height=12, aria_hidden="true")


def _names(stacked: Sequence[Row]) -> Iterator[Markup]:
    for family in FAMILIES:
        of_family = [row for row in stacked if row.family == family]
        if of_family:
            top, last = of_family[0].top_px, of_family[-1]
            tall = last.top_px + last.height_px - top - 2
            yield element("rect", class_=f"bar {family}", x=0, y=top + 1, width=3, height=tall)
    for row in stacked:
        yield name(row_label(row.name), row.middle_px)


def _signals(subject: Subject, known: pd.DataFrame, stacked: Sequence[Row]) -> Iterator[Markup]:
    where = lanes(known)
    by_name = {row.name: row for row in stacked}
    types = {name: place for place, name in enumerate(subject.types)}
    columns = ("type", "family", "probability", "rationale", "start_s", "end_s")
    values = (known[column].tolist() for column in columns)
    for place, row_name, lane, kind, family, sure, why, start_s, end_s in zip(
        known.index.tolist(), where["row"].tolist(), where["lane"].tolist(), *values, strict=True
    ):
        row = by_name[row_name]
        seam_px = 1 if row.lane_px >= 4 else 0
        facts = f"{label(kind)}, {span(start_s, end_s)}, {probability_words(sure)}"
        reason = "" if pd.isna(why) else f": {one_line(why, _TITLE_CHARACTERS)}"
        yield element(
            "a",
            element("title", facts + reason),
            _mark(
                sure,
                start_s,
                end_s,
                subject.end_s,
                top_px=row.first_lane_px + lane * row.lane_px + seam_px / 2,
                bar_px=row.lane_px - seam_px,
            ),
            class_=f"mark {family}",
            id=subject.mark(place),
            href=f"#{subject.row(place)}",
            data_type=types[kind],
            data_start=start_s,
            data_end=end_s,
        )


def _mark(
    probability: object,
    start_s: float,
    end_s: float,
    axis_s: float,
    *,
    top_px: float,
    bar_px: float,
) -> Markup:
    """Return a bar that is true to its time; what has no length is a stroke 4 px wide."""
    x, to = percent(start_s, axis_s), percent(end_s, axis_s)
    middle = (x + to) / 2
    if to - x > 0:
        fills = _fills(
            probability, x=at(x), width=at(to - x), top_px=top_px, bar_px=bar_px, middle=at(middle)
        )
        drawn = joined(fills)
    else:
        fills = _fills(probability, x="-2", width="4", top_px=0, bar_px=bar_px, middle="0")
        drawn = element("svg", fills, class_="instant", x=at(x), y=top_px)
    if to - x > 2:
        return drawn
    hit = element("line", class_="hit", x1=at(middle), x2=at(middle), y1=top_px, y2=top_px + bar_px)
    return joined((hit, drawn))


def _fills(
    probability: object, *, x: str, width: str, top_px: float, bar_px: float, middle: str
) -> Iterator[Markup]:
    """Yield a bar: full for high, half for medium, empty for low, empty with "?" for none."""
    if probability == "high":
        yield element("rect", class_="full", x=x, width=width, y=top_px, height=bar_px)
        return
    css = "open" if probability in PROBABILITIES else "open unknown"
    yield element("rect", class_=css, x=x, width=width, y=top_px, height=bar_px)
    if probability == "medium":
        half = bar_px / 2
        yield element("rect", class_="full", x=x, width=width, y=top_px + half, height=half)
    elif probability not in PROBABILITIES and bar_px >= 8:
        y = top_px + bar_px / 2
        yield element("text", "?", class_="doubt", x=middle, y=y, dy="0.35em")


def _track(which: str, subject: Subject, index: pd.DataFrame, area: _Area) -> Content:
    if which == "Notes":
        return _notes(subject, area)
    if which == "Engagement":
        return _engagement(subject, area)
    return score_steps(
        index, INDEX, end_s=subject.end_s, top_px=area.top_px, height_px=area.height_px
    )


def _notes(subject: Subject, area: _Area) -> Iterator[Markup]:
    y = area.middle_px
    for place, note in enumerate(subject.notes):
        x, to = (at(percent(time_s, subject.end_s)) for time_s in (note.start_s, note.end_s))
        pin = element("path", d="M0-6 5 0 0 6-5 0Z")
        yield element(
            "a",
            element("title", f"Note, {span(note.start_s, note.end_s)}: {note.text}"),
            element("line", class_="stretch", x1=x, x2=to, y1=y, y2=y),
            element("svg", pin, class_="instant", x=x, y=y),
            class_="pin",
            href=f"#{subject.note(place)}",
            data_start=note.start_s,
            data_end=note.end_s,
        )


def _engagement(subject: Subject, area: _Area) -> Iterator[Markup]:
    frame = placed(subject.engagement)
    columns = (frame[column].tolist() for column in ("state", "start_s", "end_s"))
    middle = area.middle_px
    yield element("line", class_="grid", x1=0, x2="100%", y1=middle, y2=middle)
    for state, start_s, end_s in zip(*columns, strict=True):
        top, bottom = _EXTENT.get(state, _EXTENT["neutral"])
        x = percent(start_s, subject.end_s)
        width = percent(end_s, subject.end_s) - x
        yield element(
            "rect",
            element("title", f"{label(state)}, {span(start_s, end_s)}"),
            class_=f"state {STATE_FAMILY.get(state, 'unsure')}",
            x=at(x),
            width=at(width) if width > 0 else 2,
            y=area.top_px + top * area.height_px,
            height=(bottom - top) * area.height_px,
        )
