"""Several results as series: their values over time, and what recurs in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from interhuman.exports.report.markup import Content, Markup, element
from interhuman.exports.report.tables import table, table_of_groups
from interhuman.exports.report.tracks import glyph
from interhuman.findings.comparison import Compared
from interhuman.findings.over_time import MIN_FOR_LINE, over_time
from interhuman.findings.over_time_in_words import COLUMNS, over_time_caption, over_time_rows
from interhuman.findings.recurring import THIRDS
from interhuman.findings.recurring_in_words import Moments, Third, recurring_in_words
from interhuman.formats import ABSENT, count, label


def over_time_section(
    dated: Sequence[tuple[datetime | None, Compared]], heads: Sequence[Content]
) -> Markup | None:
    """Return the values of results in order of their dates, None for fewer than three.

    `heads` says of each result which one it is, and when and how it was made.
    """
    if len(dated) < MIN_FOR_LINE:
        return None
    frame = over_time(dated)
    groups = [(heads[place], values) for place, (_, *values) in over_time_rows(frame)]
    undated = len(dated) - len(groups)
    left_out = f"{count(undated, 'analysis', 'analyses')} without a date left out."
    return element(
        "section",
        element("h2", "Results over time"),
        element("p", over_time_caption(frame)),
        element("p", left_out, class_="muted") if undated else None,
        table_of_groups(COLUMNS[1:], groups, caption="Values in order of dates")
        if groups
        else None,
        class_="comparison",
    )


def recurring_section(recordings: Sequence[Compared], *, names: Sequence[str]) -> Markup:
    """Return in how many of the results each type occurs, in which third, and its moments."""
    recurs = recurring_in_words(recordings, most=None)
    rows: list[list[Content]] = []
    for row in recurs["rows"]:
        number: list[Content] = [f"{row['recordings']} of {recurs['number']}"]
        if row["without"]["moments"]:
            number += [" (length not known: ", _moments(row["without"], names), ")"]
        thirds = [_third(third, names) for third in row["thirds"]]
        rows.append([(glyph(row["family"], "high"), row["label"]), number, *thirds])
    heads = ("Signal", "Results", *map(label, THIRDS))
    shown = table(heads, rows, caption="In how many results each signal occurs", css="recurring")
    return element(
        "section",
        element("h2", "What recurs"),
        shown if rows else element("p", recurs["none"], class_="muted"),
        class_="comparison",
    )


def _third(third: Third, names: Sequence[str]) -> Content:
    if not third["recordings"]:
        return ABSENT
    return (f"in {third['recordings']}: ", _moments(third, names))


def _moments(moments: Moments, names: Sequence[str]) -> Markup:
    listed = [f"{names[place]}\N{NO-BREAK SPACE}{words}" for place, _, words in moments["moments"]]
    more = [f"and {moments['left']:,} more"] if moments["left"] else []
    return element("span", ", ".join([*listed, *more]), class_="muted")
