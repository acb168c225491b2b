"""Tables of a report: heads that repeat on paper, and cells as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from interhuman.exports.report.markup import Content, Markup, element
from interhuman.exports.report.subject import Subject
from interhuman.exports.report.tracks import glyph
from interhuman.findings.explanations import SHARES_NOTE
from interhuman.findings.statistics import (
    engagement_statistics,
    family_statistics,
    type_statistics,
)
from interhuman.findings.stitching_in_words import length_note
from interhuman.formats import ABSENT, NOT_KNOWN, SIGNALS_UNREAD, clock, label, length
from interhuman.text import cut, displayable

NAME_CHARACTERS = 500
"""The longest name of a type that a report shows; the published ones have 13."""


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Content]], *, caption: str, css: str = ""
) -> Markup:
    """Return a table; the first cell of a row is its head, `caption` is for who can't see it."""
    head = element("tr", [element("th", name, scope="col") for name in heads])
    body = [
        element("tr", element("th", first, scope="row"), [element("td", one) for one in rest])
        for first, *rest in rows
    ]
    return element(
        "table",
        element("caption", caption, class_="unseen"),
        element("thead", head),
        element("tbody", body),
        class_=css or None,
    )


def table_of_groups(
    heads: Sequence[str], groups: Iterable[tuple[Content, Sequence[Content]]], *, caption: str
) -> Markup:
    """Return a table in which each row of values stands below a line of its own."""
    bodies = [
        element(
            "tbody",
            element("tr", element("th", head, colspan=len(heads), scope="rowgroup")),
            element("tr", [element("td", value) for value in values]),
        )
        for head, values in groups
    ]
    return element(
        "table",
        element("caption", caption, class_="unseen"),
        element("thead", element("tr", [element("th", head, scope="col") for head in heads])),
        bodies,
        class_="many",
    )


def whole_label(name: str) -> str:
    """Return the name of a type or state as `label` does, but longer ones are hardly cut."""
    words = " ".join(displayable(name).replace("_", " ").split())
    return cut(words[:1].upper() + words[1:], NAME_CHARACTERS) or label("")


def statistics(subject: Subject, *, level: int) -> Iterator[Markup]:
    """Yield the statistics of families, types and engagement, under headings of `level`."""
    heading = f"h{level}"
    end_s = subject.end_s
    analyzed_s = subject.analysis.analyzed_s
    shares = length_note(subject.analysis, length(end_s, unknown=NOT_KNOWN))
    note = f"{shares} {SHARES_NOTE}"
    yield element("p", note, class_="muted")
    if subject.signals.empty:
        words = "No signals to count." if subject.analysis.signals_read else f"{SIGNALS_UNREAD}."
        yield element("p", words, class_="muted")
    else:
        families = family_statistics(subject.signals, end_s=end_s, analyzed_s=analyzed_s)
        names = [
            (glyph(name, "high"), label(name)) for name in families["family"].astype(str).tolist()
        ]
        yield _counted("Families", "Family", names, families, heading)
        types = type_statistics(subject.signals, end_s=end_s, analyzed_s=analyzed_s)
        columns = (types["family"].astype(str).tolist(), types["type"].tolist())
        labels = [
            (glyph(family, "high"), whole_label(name))
            for family, name in zip(*columns, strict=True)
        ]
        yield _counted("Types", "Type", labels, types, heading)
    yield _engagement(subject, heading)


def _counted(
    title: str, head: str, names: Sequence[Content], frame: pd.DataFrame, heading: str
) -> Markup:
    heads = (head, "Signals", "Time", "Share", "Per minute", "Mean length", "First")
    columns = ("count", "total_s", "share_of_recording", "per_minute", "mean_s", "first_s")
    values = zip(*(frame[column].tolist() for column in columns), strict=True)
    rows = [
        (name, f"{number:,}", _time(total), _share(share), _rate(rate), _time(mean), _time(first))
        for name, (number, total, share, rate, mean, first) in zip(names, values, strict=True)
    ]
    shown = table(heads, rows, caption=f"{title} of signals", css="numbers")
    return element("section", element(heading, title), shown)


def _engagement(subject: Subject, heading: str) -> Markup:
    frame = engagement_statistics(
        subject.engagement, end_s=subject.end_s, analyzed_s=subject.analysis.analyzed_s
    )
    columns = ("state", "total_s", "share_of_recording", "share_of_data")
    values = zip(*(frame[column].tolist() for column in columns), strict=True)
    rows = [
        (whole_label(state), _time(total), _share(of_recording), _share(of_data))
        for state, total, of_recording, of_data in values
    ]
    whole = "Of the analyzed time" if subject.analysis.gaps else "Of the recording"
    heads = ("State", "Time", whole, "Of time with data")
    shown = table(heads, rows, caption="Engagement states", css="numbers")
    return element("section", element(heading, "Engagement"), shown)


def _time(seconds: float) -> str:
    return ABSENT if pd.isna(seconds) else clock(seconds, tenths=not round(seconds, 1).is_integer())


def _share(share: float) -> str:
    return ABSENT if pd.isna(share) else f"{share:.1%}"


def _rate(rate: float) -> str:
    return ABSENT if pd.isna(rate) else f"{rate:.1f}"
