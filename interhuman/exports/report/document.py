"""The report as one HTML file: complete, and closed to anything outside of it.

Styles and script stand in the file, and its policy lets a browser run these two alone, load
nothing, and send nothing anywhere. Without the script the file still reads whole.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import Final, TextIO

from interhuman.colors import DARK, LIGHT, Palette
from interhuman.exports.files import Target, opened, text_in
from interhuman.exports.named import Named, named_results
from interhuman.exports.report.comparison import Comparison
from interhuman.exports.report.markup import Content, Markup, element
from interhuman.exports.report.recordings import PLACE, Recording, player
from interhuman.exports.report.result import result_section
from interhuman.exports.report.subject import Subject, subject_of
from interhuman.exports.report.tracks import LIMITS_ID
from interhuman.findings.comparison import LETTERS, MAX_COMPARED
from interhuman.findings.explanations import AI_ACT, AI_ACT_URL, LIMITS, LIMITS_TITLE
from interhuman.formats import day_and_time
from interhuman.version import PROGRAM, VERSION

NO_RECORDINGS: Final[Mapping[str, Recording]] = MappingProxyType({})

_FOLDER = Path(__file__).parent
_SCRIPT = (_FOLDER / "report.js").read_text(encoding="utf-8")


_NOTHING = element("h1", "There are no analyses in this report")


def _variables(colors: Palette) -> str:
    names = {
        "ground": colors.ground,
        "raised": colors.raised,
        "text": colors.text,
        "muted": colors.muted,
        "grid": colors.grid,
        "band": colors.band,
        **colors.families,
    }
    return "".join(f"--{name}:{color};" for name, color in names.items())


_IS_DARK = "@media screen and (prefers-color-scheme:dark)"
_STYLES = (
    f":root{{color-scheme:light;{_variables(LIGHT)}}}"
    f"{_IS_DARK}{{:root{{color-scheme:dark;{_variables(DARK)}}}}}"
    + (_FOLDER / "report.css").read_text(encoding="utf-8")
)


def report_html(
    named: Named,
    *,
    recordings: Mapping[str, Recording] = NO_RECORDINGS,
    zone: tzinfo = UTC,
    made_at: datetime | None = None,
) -> str:
    """Return results as one HTML file: compared first where there are several, then each in full.

    `recordings` are embedded, by the `analysis_id` of their results; times of day are in `zone`;
    `made_at` is when the report is made, now if None. `write_report` needs less memory.
    Without a result, that is what it says. Raises OSError for a recording that can't be read.
    """
    sections, out = io.StringIO(), io.StringIO()
    comparison = _write_sections(sections, named, recordings, zone)
    _assemble(out, sections, comparison, made_at=made_at, zone=zone)
    return out.getvalue()


def write_report(
    named: Named,
    path: Target,
    *,
    recordings: Mapping[str, Recording] = NO_RECORDINGS,
    zone: tzinfo = UTC,
    made_at: datetime | None = None,
) -> None:
    """Write what `report_html` returns to a path or a binary file, one result at a time.

    Nothing is written before all results were read. Raises OSError.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as sections:
        comparison = _write_sections(sections, named, recordings, zone)
        with opened(path) as file, text_in(file, encoding="utf-8", newline="\n") as out:
            _assemble(out, sections, comparison, made_at=made_at, zone=zone)


def _write_sections(
    sections: TextIO, named: Named, recordings: Mapping[str, Recording], zone: tzinfo
) -> Comparison:
    """Write each result in full, and return what a comparison of them needs."""
    results = named_results(named)
    first = list(islice(results, MAX_COMPARED + 1))
    letters = LETTERS if 1 < len(first) <= MAX_COMPARED else ""
    comparison = Comparison(zone)
    for number, result in enumerate(chain(first, results), start=1):
        subject = subject_of(number, result)
        comparison.add(subject)
        section = result_section(
            subject,
            level=1 if len(first) == 1 else 2,
            letter=letters[number - 1 : number],
            has_recording=result.analysis_id in recordings,
            zone=zone,
        )
        for piece in _with_recording(section, subject, recordings):
            sections.write(piece)
    return comparison


def _assemble(
    out: TextIO,
    sections: TextIO,
    comparison: Comparison,
    *,
    made_at: datetime | None,
    zone: tzinfo,
) -> None:
    """Write the whole document around the results."""
    out.write(f'<!DOCTYPE html>\n<html lang="en">{_head(comparison.title).html}<body><main>')
    out.write(comparison.markup().html if sections.tell() else _NOTHING.html)
    sections.seek(0)
    shutil.copyfileobj(sections, out)
    out.write(_closing(made_at or datetime.now(UTC), zone).html)
    out.write(f"</main><script>{_SCRIPT}</script></body></html>\n")


def _with_recording(
    section: Markup, subject: Subject, recordings: Mapping[str, Recording]
) -> Iterator[str]:
    before, place, after = section.html.partition(PLACE.html)
    yield before
    if place:
        recording = recordings[subject.result.analysis_id]
        yield from player(recording, says=f"Recording: {subject.title}")
        yield after


def _head(title: str) -> Markup:
    policy = (
        f"default-src 'none'; style-src {_hash(_STYLES)}; script-src {_hash(_SCRIPT)}; "
        "img-src data:; media-src data:; base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("meta", name="generator", content=f"{PROGRAM} {VERSION}"),
        element("title", f"{title} \N{MIDDLE DOT} Interhuman report"),
        Markup(f"<style>{_STYLES}</style>"),
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _closing(made_at: datetime, zone: tzinfo) -> Markup:
    """Return what a result can and cannot tell, and what made this file."""
    topics = [
        element("div", element("dt", title), element("dd", _linked(words)))
        for title, words in LIMITS
    ]
    day = f"{day_and_time(made_at, zone)} {made_at.astimezone(zone).tzname() or ''}".strip()
    return element(
        "footer",
        element(
            "section",
            element("h2", LIMITS_TITLE),
            element("dl", topics),
            id=LIMITS_ID,
            class_="limits",
        ),
        element(
            "p",
            f"Made with {PROGRAM} {VERSION} on {day}. This file is complete: it opens without a "
            "network and sends nothing.",
            class_="muted",
        ),
    )


def _linked(words: str) -> Content:
    """Return our own words with the law they name as a link."""
    before, name, after = words.partition(AI_ACT)
    return (before, element("a", name, href=AI_ACT_URL), after) if name else words
