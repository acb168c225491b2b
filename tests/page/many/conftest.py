"""The page with a library in a folder, and recordings that arrive as a browser sends them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from interhuman.page import state
from interhuman.runs.arrivals import Arrival
from interhuman.runs.recording import UploadedRecording
from tests import clips
from tests.page.conftest import Page
from tests.page.many.fake_queue import FakeQueue


@pytest.fixture
def library_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the page keeps its library."""
    folder = tmp_path / "library"
    monkeypatch.setenv("INTERHUMAN_LIBRARY", str(folder))
    return folder


@pytest.fixture
def fake(library_folder: Path, monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    """A queue in place of the process's own."""
    queue = FakeQueue()
    monkeypatch.setattr(state, "queue", lambda _, **__: queue)
    return queue


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def arrive(page: Page, folder: Path, name: str, data: bytes | None = None) -> None:
    """Have a recording arrive as if the browser had sent it."""
    data = clips.recording() if data is None else data
    path = folder / hashlib.sha256(name.encode()).hexdigest()
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    recording = UploadedRecording.in_file(name, path, digest, owned=True)
    page.visit.kept.many.arrivals.add(Arrival(name, recording, None))
