"""A file that is made in the background, without Streamlit."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

log = logging.getLogger(__name__)

Made_co = TypeVar("Made_co", covariant=True)
Progress_co = TypeVar("Progress_co", covariant=True)


class Maker(Protocol[Progress_co, Made_co]):
    """Writes a file to a path where nothing is, and returns what it is."""

    def __call__(
        self,
        path: Path,
        /,
        *,
        on_progress: Callable[[Progress_co], None],
        cancelled: Callable[[], bool],
    ) -> Made_co:
        """Make the file, ending early where `cancelled` says so."""


@dataclass
class _Work(Generic[Progress_co, Made_co]):
    """What the thread and whoever holds the run share."""

    path: Path
    canceled: threading.Event = field(default_factory=threading.Event)
    progress: Progress_co | None = None
    made: Made_co | None = None
    problem: str | None = None


class FileRun(Generic[Progress_co, Made_co]):
    """A file that is being made, or was: it is there for as long as this is held.

    When nobody holds it any more, it stops and leaves nothing behind.
    """

    def __init__(
        self,
        path: Path,
        make: Maker[Progress_co, Made_co],
        *,
        name: str,
        problems: tuple[type[Exception], ...],
        failed: str,
    ) -> None:
        """Begin to make the file.

        `problems` are the errors whose text is for a person; `failed` is the sentence for any
        other one, which the log has. `name` is the thread's.
        """
        self._work = _Work[Progress_co, Made_co](path)
        weakref.finalize(self, _let_go, self._work)
        threading.Thread(
            target=_make, args=(self._work, make, problems, failed), name=name, daemon=True
        ).start()

    @property
    def path(self) -> Path:
        """Where the file is as soon as it is made."""
        return self._work.path

    @property
    def progress(self) -> Progress_co | None:
        """How far it is; None before that is known."""
        return self._work.progress

    @property
    def made(self) -> Made_co | None:
        """What was made; None until it is ready."""
        return self._work.made

    @property
    def problem(self) -> str | None:
        """Why there is no file, as a sentence for a person."""
        return self._work.problem

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.made is not None or self.problem is not None

    def cancel(self) -> None:
        """Stop, and delete the file."""
        _let_go(self._work)


def _make(
    work: _Work[Progress_co, Made_co],
    make: Maker[Progress_co, Made_co],
    problems: tuple[type[Exception], ...],
    failed: str,
) -> None:
    take = partial(setattr, work, "progress")
    try:
        work.made = make(work.path, on_progress=take, cancelled=work.canceled.is_set)
    except problems as problem:
        work.problem = str(problem)
    except Exception:
        log.exception("A file could not be made")
        work.problem = failed
    finally:
        if work.canceled.is_set() or work.made is None:
            _let_go(work)


def _let_go(work: _Work[Progress_co, Made_co]) -> None:
    work.canceled.set()
    work.path.unlink(missing_ok=True)
