"""The sections of one result in a report, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import pandas as pd

from interhuman.analysis import Feedback
from interhuman.exports.report.axis import AXIS_PX, chart, name, score_steps, time_axis
from interhuman.exports.report.markup import Content, Markup, element
from interhuman.exports.report.radar import radar
from interhuman.exports.report.subject import Subject
from interhuman.exports.report.tables import table, whole_label
from interhuman.exports.report.tracks import glyph
from interhuman.findings.descriptions import quality_caption, small_multiples_caption
from interhuman.findings.explanations import MOMENTS_TITLE, NO_QUALITY
from interhuman.findings.moments import NO_EVIDENCE_RULE, OWN_RULES, RULES, Moment, weightiest
from interhuman.formats import (
    NO_SIGNALS,
    SIGNALS_UNREAD,
    count,
    dimension_score,
    index_words,
    label,
    probability_words,
    score,
    span,
)
from interhuman.frames import overall_scores
from interhuman.vocabulary import DIMENSIONS, INDEX, SCORE_MEANINGS

DIMENSION_PX, DIMENSION_GAP_PX = 44, 10


def quality(subject: Subject) -> Iterator[Markup]:
    """Yield the radar, and every score for the whole recording."""
    scores = overall_scores(subject.quality)
    if all(value is None for value in scores.values()):
        given = subject.quality_timeline["value"].notna().any()
        words = "No scores were given for the whole recording." if given else NO_QUALITY
        yield element("p", words, class_="muted")
        return
    values = [scores[name] for name in DIMENSIONS]
    overall_is = subject.overall_is
    says = quality_caption(subject.quality, overall_is=overall_is)
    index = scores[INDEX]
    meaning = "" if index is None else f", {index_words(index, values)}"
    rows: list[tuple[Content, ...]] = [
        ("Quality index", element("strong", score(index) + meaning), SCORE_MEANINGS[INDEX])
    ]
    rows += [
        (label(name), element("strong", dimension_score(scores[name])), SCORE_MEANINGS[name])
        for name in DIMENSIONS
    ]
    shown = table(("Score", "0\N{EN DASH}100", "What it measures"), rows, caption="Scores")
    yield element("div", radar([scores], says=f"Radar. {says}"), shown, class_="quality")
    if overall_is is not None:
        yield element("p", f"These scores: {overall_is}.", class_="muted")


def quality_over_time(subject: Subject) -> Iterator[Markup]:
    """Yield the five dimensions over time, a row each; nothing where they were not given."""
    timeline = subject.quality_timeline
    given = timeline[timeline["dimension"] != INDEX]
    if not given["value"].notna().any():
        return
    names: list[Content] = []
    drawn: list[Content] = []
    top_px = 0.0
    for dimension in DIMENSIONS:
        windows = given[given["dimension"] == dimension]
        names.append(name(label(dimension), top_px + DIMENSION_PX / 2))
        drawn.append(
            score_steps(
                windows, dimension, end_s=subject.end_s, top_px=top_px, height_px=DIMENSION_PX
            )
        )
        top_px += DIMENSION_PX + DIMENSION_GAP_PX
    bottom_px = top_px - DIMENSION_GAP_PX
    axis = time_axis(subject.end_s, height_px=bottom_px)
    total_px = bottom_px + AXIS_PX
    yield element(
        "figure",
        chart(names, [axis, drawn], height_px=total_px, says="The five dimensions over time"),
        element("figcaption", small_multiples_caption(timeline), class_="muted"),
    )


def moments(subject: Subject, *, level: int) -> Iterator[Markup]:
    """Yield every moment with its reason, those that weigh most first, and the rules."""
    every = subject.moments()
    if not every:
        yield element("p", "No moments match the rules below.", class_="muted")
    first = weightiest(every)
    others = [moment for moment in every if moment not in first]
    if first:
        yield _moments(subject, first, "Where to look first")
    if others:
        yield element(f"h{level}", f"{count(len(others), 'more moment')}")
        yield _moments(subject, others, "More moments")
    rules = [
        element(
            "div",
            element("dt", rule.title),
            element("dd", rule.sentence, f" Up to {rule.max_shown} are listed first."),
        )
        for rule in RULES.values()
    ]
    yield element(
        "section",
        element(f"h{level}", MOMENTS_TITLE),
        element("dl", rules),
        element("p", f"{NO_EVIDENCE_RULE} {OWN_RULES}"),
        class_="rules muted",
    )


def _moments(subject: Subject, some: Iterable[Moment], caption: str) -> Markup:
    """Return moments in the order of time, as a table."""
    rows = []
    for moment in sorted(some, key=lambda one: (one.start_s, one.end_s)):
        where = subject.mark(moment.signal) if moment.signal is not None else None
        rows.append(
            (
                _time(moment.start_s, moment.end_s, href=where),
                element("span", moment.reason, dir="auto"),
                element("span", RULES[moment.rule].title, class_="muted"),
            )
        )
    return table(("Time", "What happens", "Rule"), rows, caption=caption, css="moments")


def signals(subject: Subject) -> Iterator[Markup]:
    """Yield the list of every signal, with its whole reason and what a person says of it."""
    frame, says = subject.signals, subject.result.annotations.says
    if frame.empty:
        none = f"{NO_SIGNALS}. That's normal: nothing notable was found."
        words = none if subject.analysis.signals_read else f"{SIGNALS_UNREAD}."
        yield element("p", words, class_="muted")
        return
    types = {name: place for place, name in enumerate(subject.types)}
    columns = ("type", "family", "probability", "rationale", "start_s", "end_s")
    values = (frame[column].tolist() for column in columns)
    rows = []
    for place, kind, family, sure, why, start_s, end_s in zip(
        frame.index.tolist(), *values, strict=True
    ):
        said = says.get(place)
        facts = element(
            "p",
            _time(start_s, end_s, href=subject.mark(place)),
            f" \N{MIDDLE DOT} {probability_words(sure)}",
            class_="muted",
        )
        title = element("p", glyph(family, sure), element("b", whole_label(kind), dir="auto"))
        no_reason = element("p", "No reason given", class_="muted")
        reason = no_reason if pd.isna(why) else element("p", why, dir="auto", class_="why")
        judged = element("p", f"Reviewer {said}s", class_="said") if said is not None else None
        rows.append(
            element(
                "tr",
                element("th", title, facts, scope="row"),
                element("td", reason, judged),
                id=subject.row(place),
                data_type=types[kind],
            )
        )
    heads = element("tr", element("th", "Signal", scope="col"), element("th", "Why", scope="col"))
    yield element(
        "table",
        element("caption", "Every signal, in order of time", class_="unseen"),
        element("thead", heads),
        element("tbody", rows),
        class_="signals",
    )


def notes(subject: Subject) -> Markup:
    """Return what a person wrote at a time."""
    rows = [
        element(
            "tr",
            element("th", _time(note.start_s, note.end_s), scope="row"),
            element("td", note.text, dir="auto"),
            id=subject.note(place),
        )
        for place, note in enumerate(subject.notes)
    ]
    heads = element("tr", [element("th", head, scope="col") for head in ("Time", "Note")])
    return element(
        "table",
        element("caption", "Notes in order of time", class_="unseen"),
        element("thead", heads),
        element("tbody", rows),
        class_="moments",
    )


def feedback(given: Feedback) -> Iterator[Markup]:
    """Yield the coaching feedback, or why there is none."""
    if given.message is None:
        reason = given.reason or "The API gave no reason."
        yield element("p", "No feedback: ", element("span", reason, dir="auto"), class_="muted")
        return
    yield element("p", given.message, dir="auto", class_="written")
    signal = (f"signal {given.primary_signal}",) if given.primary_signal else ()
    topics = ", ".join(chain(given.active_dimensions, signal))
    if topics:
        yield element("p", f"About {topics}", dir="auto", class_="muted")


def unread(subject: Subject) -> Iterator[Markup]:
    """Yield what of the response could not be read as it was sent."""
    yield element("p", "The saved result has the whole response.", class_="muted")
    rows = [(one.path, one.why) for one in subject.analysis.unread]
    yield table(("Where", "What"), rows, caption="What couldn't be read as sent")


def _time(start_s: float, end_s: float, *, href: str | None = None) -> Markup:
    """Return when something was, as what a browser marks on the tracks and plays from."""
    words = span(start_s, end_s)
    if href is not None:
        return element(
            "a", words, class_="time", href=f"#{href}", data_start=start_s, data_end=end_s
        )
    return element("span", words, class_="time", data_start=start_s, data_end=end_s)
