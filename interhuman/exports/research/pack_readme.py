"""What a research pack says about itself: its files, its columns, and what they can't tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import Final

from interhuman.exports.about import choice_of_moments, made_by, reading
from interhuman.exports.columns import COLUMNS, MEASURES, Column
from interhuman.exports.named import NamedResult
from interhuman.exports.research.bids import BIDS_COLUMNS
from interhuman.exports.research.boris_events import BORIS_COLUMNS
from interhuman.exports.research.facts import facts
from interhuman.exports.result_tables import (
    ENGAGEMENT,
    MOMENTS,
    NOTES,
    QUALITY,
    SIGNALS,
    STATISTICS,
)
from interhuman.exports.tables import WIDE_COLUMNS
from interhuman.formats import count
from interhuman.vocabulary import SANDBOX_NOTE

WIDTH: Final = 88

READING_TITLE: Final = "How the tables are read, and moments chosen"

_ABOUT: Final = (
    "Social signals, engagement and conversation quality as a model reports them. They are a "
    "model's judgment of how people came across, not a measurement of what they felt or meant.",
    "In the files for ELAN, Praat, BORIS and BIDS, and in the captions with one cue a signal, "
    "times are whole milliseconds, and none lies past the end of the recording.",
    "A signal without length is a moment. It lasts 1 ms in ELAN, Praat and the captions with one "
    "cue a signal, is a point event in BORIS, and has a duration of 0 in BIDS and CSV. Signals of "
    "one type that overlap stand on further tiers, such as “stress 2”.",
    "The files for ELAN and BORIS link to the recording by its name: put it beside them. No "
    "recording is in this pack.",
    "In CSV and TSV, an apostrophe stands before what a spreadsheet would run as a formula. In "
    "names and notes for ELAN, Praat, BORIS and BIDS, and in Praat for a backslash, look-alikes "
    "stand for characters that would be taken for markup.",
)

CSV_TABLES: Final = (SIGNALS, ENGAGEMENT, QUALITY, MOMENTS, STATISTICS, NOTES)

CSV_COLUMNS: Final[Mapping[str, Column]] = {
    **{name: COLUMNS[name] for table in CSV_TABLES for name in table.header},
    **{name: COLUMNS[name] for name in WIDE_COLUMNS},
    **{f"{measure}_<type>": column for measure, column in MEASURES.items()},
}

_TABLES: Final[Mapping[str, Mapping[str, Column]]] = {
    "Columns of the CSV files": CSV_COLUMNS,
    "Columns of the BIDS events": BIDS_COLUMNS,
    "Columns of the BORIS events": BORIS_COLUMNS,
}


def readme(
    files: Mapping[str, str], *, of_all: Mapping[str, str], results: int, from_sandbox: int
) -> str:
    """Return the text at the top of a pack.

    `files` names the ending of each file of a result, with what it is; `of_all` those of all
    results, beside this text.
    """
    blocks = [
        _title("Research pack"),
        ": ".join(made_by()),
        _wrapped(_holds(results, from_sandbox)),
        *map(_wrapped, _ABOUT),
        _title("Files"),
        _wrapped("Each analysis has a folder, and its files begin with the folder's name:"),
        *(_entry(ending, what) for ending, what in files.items()),
        _wrapped("Beside the folders are the tables of all analyses:"),
        *(_entry(name, what) for name, what in of_all.items()),
        _title(READING_TITLE),
        *(_entry(topic, text) for topic, text in (*reading(), *choice_of_moments())),
    ]
    for title, columns in _TABLES.items():
        blocks += [_title(title), *_dictionary(columns)]
    return "\n\n".join(blocks) + "\n"


def about_result(result: NamedResult) -> str:
    """Return what identifies a result and the program, for the folder of the result."""
    lines = (*facts(result).items(), made_by())
    return "".join(f"{topic}: {text}\n" for topic, text in lines)


def _holds(results: int, from_sandbox: int) -> str:
    text = f"It holds {count(results, 'analysis', 'analyses')}"
    if from_sandbox == 0:
        return f"{text}."
    return f"{text}, {from_sandbox:,} of them from the sandbox. {SANDBOX_NOTE}"


def _dictionary(columns: Mapping[str, Column]) -> Iterator[str]:
    for name, column in columns.items():
        meaning, unit = column.meaning.removesuffix("."), column.unit or "text"
        yield _entry(name, f"{meaning}. Unit: {unit}. From: {column.origin}.")


def _title(text: str) -> str:
    return f"{text}\n{'=' * len(text)}"


def _entry(name: str, text: str) -> str:
    return f"{name}\n{_wrapped(text, indent=' ' * 4)}"


def _wrapped(text: str, *, indent: str = "") -> str:
    return fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
