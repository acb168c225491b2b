"""Which implementation of the queue a library gets."""

from __future__ import annotations

import atexit
from typing import Final

from interhuman.adaptive_limit import DEFAULT_AT_ONCE
from interhuman.library.engine import folder_of
from interhuman.library.libraries import Libraries
from interhuman.runs.queue.threads import ThreadQueue

AT_EXIT_S: Final = 5.0
"""How long the end of a process waits for responses: whoever ends it may kill it after ten."""


def is_shared(libraries: Libraries) -> bool:
    """Return whether processes on other machines may work on what is in these libraries."""
    url = libraries.place.url
    return url is not None and folder_of(url) is None


def open_queue(
    libraries: Libraries, *, convert: bool = True, max_at_once: int = DEFAULT_AT_ONCE
) -> ThreadQueue:
    """Return a queue for these libraries: shared between machines where those are in PostgreSQL.

    It is closed when the process ends, if it wasn't before: also when a page is stopped.
    """
    queue = _open(libraries, convert=convert, max_at_once=max_at_once)
    atexit.register(queue.close, AT_EXIT_S)
    return queue


def _open(libraries: Libraries, *, convert: bool, max_at_once: int) -> ThreadQueue:
    if not is_shared(libraries):
        return ThreadQueue(convert=convert, max_at_once=max_at_once)
    # Only where it is needed: it takes a while to import.
    from interhuman.runs.queue.procrastinate import ProcrastinateQueue  # noqa: PLC0415

    return ProcrastinateQueue(library_of=libraries.of, convert=convert, max_at_once=max_at_once)
