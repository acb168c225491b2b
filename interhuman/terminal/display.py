"""Shows how far a command is: with bars in a terminal, else with a line for each step."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Protocol, Self, TextIO

from rich import box
from rich.console import Console
from rich.live import Live
from rich.logging import RichHandler
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from interhuman.formats import clock, count, index_as
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.states import ENDED, WORKED_ON, ItemState
from interhuman.terminal.outcomes import Outcome
from interhuman.text import displayable, name_line

_BAR_WIDTH: Final = 24
_STEPS: Final = WORKED_ON - {ItemState.READY}
_HEADER: Final = ("Recording", "Result", "Length", "Quality index", "Signals")


class Display(Protocol):
    """Shows how far a command is while its `with` lasts."""

    def __enter__(self) -> Self:
        """Begin to show it."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Show no more."""

    def say(self, sentence: str) -> None:
        """Show a sentence that stays."""

    def show(self, items: Sequence[QueueItem], *, ended: int, total: int) -> None:
        """Show how far these items are, and how many files of all have ended."""


def display_on(stream: TextIO) -> Display:
    """Return what shows a command's progress on a stream."""
    console = Console(file=stream, highlight=False)
    return _Bars(console) if console.is_terminal else _Lines(stream)


class _Lines:
    """A line for each step of each file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told: dict[str, str] = {}
        self._handler = logging.StreamHandler(stream)

    def __enter__(self) -> Self:
        logging.getLogger("interhuman").addHandler(self._handler)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("interhuman").removeHandler(self._handler)

    def say(self, sentence: str) -> None:
        """Show a sentence that stays."""
        print(displayable(sentence), file=self._stream, flush=True)

    def show(self, items: Sequence[QueueItem], *, ended: int, total: int) -> None:
        """Show what changed since the last time."""
        for item in items:
            is_told = item.state in _STEPS or item.state in ENDED
            if is_told and self._told.get(item.id) != item.words:
                self._told[item.id] = item.words
                self.say(f"[{ended}/{total}] {name_line(item.file_name)}: {item.words}")


class _Bars:
    """A bar for all files and one for each that is worked on; what has ended stands above."""

    def __init__(self, console: Console) -> None:
        self._under_way: Sequence[QueueItem] = ()
        self._ended = self._total = 0
        self._began_s = time.monotonic()
        self._told: set[str] = set()
        self._handler = RichHandler(console=console, show_path=False, markup=False)
        self._live = Live(console=console, get_renderable=self._draw, refresh_per_second=8)

    def __enter__(self) -> Self:
        logging.getLogger("interhuman").addHandler(self._handler)
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        logging.getLogger("interhuman").removeHandler(self._handler)

    def say(self, sentence: str) -> None:
        """Show a sentence that stays."""
        self._live.console.print(Text(displayable(sentence)))

    def show(self, items: Sequence[QueueItem], *, ended: int, total: int) -> None:
        """Draw the bars as things are now."""
        self._ended, self._total = ended, total
        self._under_way = [item for item in items if item.state in WORKED_ON]
        for item in items:
            if item.state in ENDED and item.id not in self._told:
                self._told.add(item.id)
                self.say(f"{name_line(item.file_name)}: {item.words}")

    def _draw(self) -> Table:
        grid = Table.grid(Column(max_width=40, no_wrap=True), Column(), Column(), padding=(0, 1))
        passed = clock(time.monotonic() - self._began_s)
        bar = ProgressBar(total=max(1, self._total), completed=self._ended, width=_BAR_WIDTH)
        grid.add_row(Text("All"), bar, Text(f"{self._ended} of {self._total} in {passed}"))
        for item in self._under_way:
            pulse = item.share is None
            bar = ProgressBar(total=1.0, completed=item.share or 0.0, width=_BAR_WIDTH, pulse=pulse)
            grid.add_row(Text(name_line(item.file_name)), bar, Text(displayable(item.words)))
        return grid


def print_summary(outcomes: Sequence[Outcome], stream: TextIO) -> None:
    """Print a line for each file, and below what went wrong; with tabs where it is no terminal."""
    console = Console(file=stream, highlight=False)
    rows = [_row(outcome) for outcome in outcomes]
    if console.is_terminal:
        table = Table(*_HEADER, box=box.SIMPLE_HEAD)
        for column in table.columns[2:]:
            column.justify = "right"
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
    else:
        for row in (_HEADER, *rows):
            print("\t".join(row), file=stream)
    for outcome in outcomes:
        if outcome.problem is not None:
            line = Text(f"{outcome.name}: {displayable(outcome.problem)}")
            console.print(line, soft_wrap=not console.is_terminal)
    done = sum(outcome.is_done for outcome in outcomes)
    rest = len(outcomes) - done
    gaps = sum(outcome.has_gap for outcome in outcomes)
    but = (f", {gaps} with a gap" if gaps else "") + (f", {rest} not" if rest else "")
    console.print(f"{done} of {count(len(outcomes), 'file')} analyzed{but}.")
    if any(outcome.goes_on for outcome in outcomes):
        console.print("Run the same command again to go on.")


def _row(outcome: Outcome) -> tuple[str, ...]:
    index, signals = outcome.quality_index, outcome.signal_count
    return (
        outcome.name,
        outcome.words,
        clock(outcome.duration_s) if outcome.duration_s is not None else "",
        index_as(index, outcome.overall_is) if index is not None else "",
        str(signals) if signals is not None else "",
    )
