"""Writes the results of a command to its folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from interhuman.answers.saved import dump
from interhuman.exports.files import opened
from interhuman.exports.kinds import REPORT, kinds
from interhuman.exports.named import NamedResult
from interhuman.library.library import Library
from interhuman.runs.kept_results import LeftOut, kept_results

JSON: Final = "json"
_KIND_OF: Final = {"xlsx": "workbook", "research": "research", "report": REPORT}
FORMATS: Final = (JSON, *_KIND_OF)

_STEM = "interhuman"


def write_results(
    library: Library,
    ids: Sequence[str],
    out: Path,
    *,
    formats: Sequence[str],
    leave_out: LeftOut,
) -> list[Path]:
    """Write these analyses to a folder and return the files: one each as JSON, else one for all.

    Files of the same names are replaced. `leave_out` hears of those without a readable result.
    Raises LibraryError, and OSError.
    """
    written: list[Path] = []
    for format in formats if ids else ():
        results = kept_results(library, ids, leave_out=leave_out)
        if format == JSON:
            written += _write_each(results, out)
            continue
        (kind,) = (kind for kind in kinds() if kind.name == _KIND_OF[format])
        path = out / f"{_STEM}{kind.suffix}"
        kind.write(results, path)
        written.append(path)
    return written


def _write_each(results: Iterator[NamedResult], out: Path) -> Iterator[Path]:
    """Write a file for each that the page opens; recordings of one name are numbered."""
    names = Counter[str]()
    for result in results:
        stem = result.file_stem
        names[stem.casefold()] += 1
        number = names[stem.casefold()]
        path = out / f"{stem}{'' if number == 1 else f'-{number}'}.interhuman.json"
        saved = dump(
            result.analysis,
            recording=result.recording,
            saved_at=result.analyzed_at or datetime.now(UTC),
            annotations=result.annotations,
            note=result.note,
        )
        with opened(path) as file:
            file.write(saved)
        yield path
