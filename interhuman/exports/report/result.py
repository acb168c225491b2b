"""One result in a report: its head, then everything that is known of it."""

from __future__ import annotations

from datetime import tzinfo

from interhuman.exports.report import sections
from interhuman.exports.report.markup import Content, Markup, element, joined
from interhuman.exports.report.recordings import PLACE
from interhuman.exports.report.subject import Subject
from interhuman.exports.report.tables import statistics
from interhuman.exports.report.tracks import glyph, legend, tracks
from interhuman.exports.result_tables import source_of
from interhuman.findings.descriptions import tracks_caption
from interhuman.findings.spans import placed
from interhuman.findings.stitching_in_words import part_title, stitched_sentences
from interhuman.findings.time_axis import axis_end_s
from interhuman.formats import NOT_GIVEN, NOT_KNOWN, count, day_and_time, label, length, model_title
from interhuman.text import one_line
from interhuman.vocabulary import SANDBOX_NOTE

_FACT_CHARACTERS = 300


def result_section(
    subject: Subject, *, level: int, letter: str, has_recording: bool, zone: tzinfo
) -> Markup:
    """Return all of one result, its title as a heading of `level`.

    Where it `has_recording`, the markup holds `PLACE` once: there the player goes.
    """
    below = level + 1
    parts = [
        _head(subject, level=level, letter=letter, zone=zone),
        _section("Quality", sections.quality(subject), below),
        _feedback(subject, below),
        _over_time(subject, below, has_recording=has_recording),
        _section("The dimensions over time", sections.quality_over_time(subject), below),
        _section("Statistics", statistics(subject, level=below + 1), below),
    ]
    if subject.analysis.unread:
        things = count(len(subject.analysis.unread), "thing")
        title = f"{things} in the response couldn't be read as sent"
        parts.append(_section(title, sections.unread(subject), below))
    return element("article", parts, id=subject.anchor, class_="result")


def when(subject: Subject, zone: tzinfo) -> str:
    """Return when a result arrived, in a time zone that is named."""
    moment = subject.result.analyzed_at
    if moment is None:
        return NOT_GIVEN
    return f"{day_and_time(moment, zone)} {moment.astimezone(zone).tzname() or ''}".strip()


def _head(subject: Subject, *, level: int, letter: str, zone: tzinfo) -> Markup:
    analysis, result = subject.analysis, subject.result
    facts = {
        "Recording": result.recording,
        "Analyzed": when(subject, zone),
        "Length": length(analysis.end_s, unknown=NOT_KNOWN),
        "Model": model_title(analysis.model),
        "Source": "Sandbox" if analysis.sandbox else source_of(analysis),
        "Labels": ", ".join(result.labels),
        "Correlation ID": analysis.correlation_id or NOT_GIVEN,
        "Analysis ID": result.id,
    }
    rows = [
        element(
            "div", element("dt", name), element("dd", one_line(text, _FACT_CHARACTERS), dir="auto")
        )
        for name, text in facts.items()
        if text
    ]
    badge = element("p", SANDBOX_NOTE, class_="sandbox")
    stitched = " ".join(stitched_sentences(analysis))
    note = element("p", result.note, dir="auto", class_="note written")
    mark = element("span", letter, class_="letter-badge") if letter else None
    return element(
        "header",
        element(f"h{level}", mark, element("bdi", subject.title)),
        element("dl", rows, class_="facts"),
        badge if analysis.sandbox else None,
        element("p", stitched, class_="muted") if stitched else None,
        note if result.note else None,
    )


def _over_time(subject: Subject, level: int, *, has_recording: bool) -> Markup:
    """Return what is on one time axis: the tracks, and below them moments, signals, and notes."""
    finding = tracks_caption(
        placed(subject.signals),
        subject.engagement,
        subject.quality_timeline,
        end_s=subject.end_s,
        signals_read=subject.analysis.signals_read,
        gaps=subject.analysis.gaps,
    )
    pinned = element(
        "div",
        PLACE if has_recording else None,
        tracks(subject),
        class_="pinned",
        data_length=axis_end_s(subject.end_s),
    )
    signals = "Signals"
    if subject.analysis.signals_read:
        signals = count(len(subject.signals), "signal")
    return element(
        "div",
        element(
            "section",
            element(f"h{level}", "Over time"),
            element("p", finding),
            legend(),
            element("a", "Skip the tracks", href=f"#{subject.anchor}-list", class_="skip"),
            _filter(subject),
            class_="before-tracks",
        ),
        pinned,
        _section("Moments", sections.moments(subject, level=level + 1), level),
        _section(signals, sections.signals(subject), level, id_=f"{subject.anchor}-list"),
        _section("Notes", sections.notes(subject), level) if subject.notes else None,
        class_="timeline",
    )


def _filter(subject: Subject) -> Markup | None:
    """Return buttons for the types, the most frequent first, which appear where they work."""
    numbers = subject.signals.groupby("type", sort=False)["family"].agg(["first", "size"])
    numbers = numbers.sort_values("size", ascending=False, kind="stable")
    if len(numbers) < 2:
        return None
    places = {name: place for place, name in enumerate(subject.types)}
    columns = (numbers.index.tolist(), numbers["first"].tolist(), numbers["size"].tolist())
    buttons = [
        element(
            "button",
            glyph(family, "high"),
            f"{label(name)} {number:,}",
            type="button",
            aria_pressed="false",
            data_type=places[name],
        )
        for name, family, number in zip(*columns, strict=True)
    ]
    said = element("output", class_="muted")
    return element("div", buttons, said, class_="filter", hidden=True)


def _feedback(subject: Subject, level: int) -> Markup | None:
    analysis = subject.analysis
    if analysis.feedback is not None:
        return _section("Feedback", sections.feedback(analysis.feedback), level)
    by_part = [
        (element(f"h{level + 1}", part_title(number, part)), *sections.feedback(part.feedback))
        for number, part in enumerate(analysis.parts, start=1)
        if part.feedback is not None
    ]
    return _section("Feedback by part", by_part, level) if by_part else None


def _section(title: str, content: Content, level: int, *, id_: str | None = None) -> Markup | None:
    """Return a section under its heading, None for one without content."""
    inside = joined(content)
    return element("section", element(f"h{level}", title), inside, id=id_) if inside.html else None
