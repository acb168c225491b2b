"""Shows in a notebook how far many recordings are; needs nothing but the notebook's own IPython."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from interhuman.runs.file_update import FilePath, FileUpdate

_EVERY_S: Final = 0.2
_MAX_ROWS: Final = 12
_CELL: Final = '<td style="text-align: left">{}</td>'


class Board:
    """A picture of how far `total` files are, for a notebook to draw.

    What is under way and what failed has a line of its own, as far as there is room.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._updates: dict[str, FileUpdate] = {}

    def take(self, update: FileUpdate) -> None:
        """Note what is known now of a file."""
        self._updates.pop(os.fspath(update.file), None)
        self._updates[os.fspath(update.file)] = update

    @property
    def has_ended(self) -> bool:
        """Whether every file has its outcome."""
        return sum(update.outcome is not None for update in self._updates.values()) >= self._total

    def __repr__(self) -> str:
        """Return one line."""
        return self._summary()

    def _repr_html_(self) -> str:
        ended = self._number_of("done", "failed")
        bar = f'<progress max="{self._total}" value="{ended}"></progress>'
        shown = [one for one in self._updates.values() if one.state not in {"done", "canceled"}]
        shown.sort(key=lambda one: one.state == "waiting")
        rows = "".join(_row(one) for one in shown[:_MAX_ROWS])
        more = len(shown) - _MAX_ROWS
        rest = f"<div>and {more} more</div>" if more > 0 else ""
        return f"<div>{bar} {escape(self._summary())}</div><table>{rows}</table>{rest}"

    def _summary(self) -> str:
        failed = self._number_of("failed")
        text = f"{self._number_of('done')} of {self._total} recordings analyzed"
        return f"{text}, {failed} failed" if failed else text

    def _number_of(self, *states: str) -> int:
        return sum(update.state in states for update in self._updates.values())


def _row(update: FileUpdate) -> str:
    """Return a line of the table; names and errors come from outside."""
    share, error = update.share, update.outcome if update.state == "failed" else None
    state = update.state if share is None else f"{update.state} {share:.0%}"
    cells = (Path(update.file).name, state if error is None else f"{state}: {error}")
    return "".join(("<tr>", *(_CELL.format(escape(cell)) for cell in cells), "</tr>"))


def notebook_progress(
    files: Sequence[FilePath], *, clock: Callable[[], float] = time.monotonic
) -> Callable[[FileUpdate], None] | None:
    """Show a board in the notebook that this runs in; return what it is told of updates with.

    Returns None outside of one. Draws it five times a second at most, and the end always.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None:  # A terminal has no kernel.
        return None
    board = Board(len({os.fspath(file) for file in files}))
    display = importlib.import_module("IPython.display").display
    handle = display(board, display_id=True)
    drawn_s = clock()

    def tell(update: FileUpdate) -> None:
        nonlocal drawn_s
        board.take(update)
        if board.has_ended or clock() >= drawn_s + _EVERY_S:
            drawn_s = clock()
            handle.update(board)

    return tell
