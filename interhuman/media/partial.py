"""Files that are being written: they get their name when they are whole, and leave no remains."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interhuman import processes

_PREFIX: Final = ".converting-"
_OWNED_FILE: Final = re.compile(rf"{re.escape(_PREFIX)}({processes.PATTERN})-")


@contextlib.contextmanager
def partial_file(target: Path) -> Iterator[Path]:
    """Yield a path beside `target` that becomes it at the end of the block, unless that raises.

    The path has the target's extension and nothing else of its name: everyone on the machine
    can read the arguments of a process. What earlier processes left in the folder when they
    were killed is deleted first.
    """
    delete_orphans(target.parent)
    name = f"{_PREFIX}{processes.this_process()}-{secrets.token_hex(6)}{target.suffix}"
    path = target.with_name(name)
    try:
        yield path
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)


def delete_orphans(folder: Path) -> None:
    """Delete the partial files of processes that no longer run."""
    for path in folder.glob(f"{_PREFIX}*"):
        written_by = _OWNED_FILE.match(path.name)
        if written_by is not None and processes.has_ended(written_by[1]):
            path.unlink(missing_ok=True)
