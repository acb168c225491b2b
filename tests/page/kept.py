"""A library of the tests' own beside the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interhuman.answers.answer import Answer
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.reading import read_kept, summarize
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.page import sign_in
from tests import examples

BODY = json.dumps(examples.FULL).encode()


class KeptPlace:
    """A folder with a library, which the page of this process uses too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine = open_engine(folder)

    def of(self, owner: str = "local") -> Library:
        """Return the library of an owner, as another process sees it."""
        recordings = RecordingsFolder(self.folder / "recordings", owner=owner)
        return Library(self._engine, owner=owner, recordings=recordings)

    def add(
        self,
        *,
        owner: str = "local",
        name: str = "talk.mp4",
        body: bytes = BODY,
        read: bool = True,
        sandbox: bool = False,
    ) -> str:
        """Add an analysis as an earlier process did; `read` is whether it came to its end."""
        library = self.of(owner)
        id = library.begin(name=name, model="inter-1", sandbox=sandbox, duration_s=40.0)
        library.store_answer(id, answer(body))
        row = library.get(id)
        assert row is not None
        if read:
            library.finish(id, summary=summarize(read_kept(row, body)))
        else:
            library.release(id)
        return id


def answer(body: bytes = BODY, *, status: int = 200) -> Answer:
    """Return an answer of the API."""
    moment = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
    return Answer("/v1/upload/analyze", status, body, "c-1", sandbox=False, received_at=moment)


def use_library(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *, local: Callable[[], bool] = lambda: True
) -> KeptPlace:
    """Have the page keep its library in a folder, for a visitor at this machine."""
    monkeypatch.setenv("INTERHUMAN_LIBRARY", str(folder))
    monkeypatch.setattr(sign_in, "is_local_visitor", local)
    return KeptPlace(folder)
