"""An export that is written in the background, without Streamlit."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from interhuman.errors import InterhumanError
from interhuman.exports.named import NamedResult
from interhuman.library.library import Library
from interhuman.runs import recording_files
from interhuman.runs.file_run import FileRun
from interhuman.runs.kept_results import LeftOut, kept_results

FAILED = "The file couldn't be made. Try again."
CANCELED = "Canceled."
NO_ROOM = "The server is out of disk space."
NOTHING = "None of these analyses has a result that can be read."

MAX_REASONS: Final = 5
"""So many analyses are named with why they have no result, where none has one."""

Write = Callable[[Iterator[NamedResult], Path], object]
"""Writes results, which it asks for one after another, to a new file."""

Results = Callable[[LeftOut], Iterator[NamedResult]]
"""Begins to yield results; takes what hears of those that have to be left out."""


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How many results have been taken, of how many."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    written: int
    sandbox: int = 0
    """How many of them are the sandbox's."""
    left_out: tuple[tuple[str, str], ...] = ()
    """The titles of those that have no result to read, each with why."""


class ExportRun(FileRun[ExportProgress, Exported]):
    """An export that is being written, or was."""

    def __init__(self, results: Results, total: int, write: Write, *, suffix: str) -> None:
        """Begin to write `results`, of which there are `total` at most, with `write`."""
        super().__init__(
            recording_files.new_path(suffix, kind=recording_files.EXPORT),
            partial(_export, results=results, total=total, write=write),
            name="write an export",
            problems=(InterhumanError,),
            failed=FAILED,
        )


def of_library(library: Library, ids: Sequence[str]) -> Results:
    """Return the results of a library with these ids."""
    return lambda leave_out: kept_results(library, ids, leave_out=leave_out)


def _export(
    path: Path,
    /,
    *,
    results: Results,
    total: int,
    write: Write,
    on_progress: Callable[[ExportProgress], None],
    cancelled: Callable[[], bool],
) -> Exported:
    left_out: list[tuple[str, str]] = []
    written = sandbox = 0

    def counted() -> Iterator[NamedResult]:
        nonlocal written, sandbox
        for one in results(lambda title, why: left_out.append((title, why))):
            on_progress(ExportProgress(written + len(left_out), total))
            if cancelled():
                raise InterhumanError(CANCELED)
            yield one
            written += 1
            sandbox += one.analysis.sandbox
            on_progress(ExportProgress(written + len(left_out), total))

    on_progress(ExportProgress(0, total))
    found = counted()
    first = next(found, None)
    if first is None:
        raise InterhumanError(" ".join((NOTHING, *_reasons(left_out))))
    try:
        write(chain((first,), found), path)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise InterhumanError(NO_ROOM) from error
    return Exported(written, sandbox, tuple(left_out))


def _reasons(left_out: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield why there is nothing, for the first few."""
    for title, why in left_out[:MAX_REASONS]:
        yield f"{title}: {why}"
    if len(left_out) > MAX_REASONS:
        yield f"And {len(left_out) - MAX_REASONS:,} more."
