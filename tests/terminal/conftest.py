"""A place to run the command in: a folder with recordings, and a server that counts uploads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import ANALYZE, Server

ROOT = Path(__file__).parent.parent.parent
SECRET = "ih_live_that_nobody_may_see"
SUBMIT = "/v2/upload/analyze"


class Place:
    """A folder of a person's own, from which the command is run with an account at `server`."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        self.environ = {
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "INTERHUMAN_API_KEY": SECRET,
            "INTERHUMAN_BASE_URL": server.base_url,
            "INTERHUMAN_CONVERT": "off",
        }

    def files(self, number: int) -> list[Path]:
        """Return so many recordings, as far as the server cares."""
        paths = [self.folder / f"talk {place}.mp4" for place in range(number)]
        for place, path in enumerate(paths):
            path.write_bytes(bytes([place]) * 1000)
        return paths

    @property
    def sent(self) -> Counter[str]:
        """How often a file of each name came in whole."""
        seen = [*self.server.requests(ANALYZE), *self.server.requests(SUBMIT)]
        return Counter(one.file.filename or "" for one in seen)

    def begin(self, *arguments: str, terminal: int | None = None) -> subprocess.Popen[str]:
        """Start the command in a process of its own, in a terminal if one is given."""
        environ = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return subprocess.Popen(
            [sys.executable, "-m", "interhuman", "analyze", *arguments],
            cwd=self.folder,
            env={**environ, **self.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if terminal is None else terminal,
            stderr=subprocess.PIPE if terminal is None else terminal,
            text=True,
        )


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, server: Server) -> Place:
    return Place(tmp_path, server)
