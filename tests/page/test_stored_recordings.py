"""The page beside recordings in an object store, which may be away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from interhuman.library.object_store import UNREACHABLE
from interhuman.runs.keeping import TRIED_AGAIN
from interhuman.text import markdown_plain
from tests import clips
from tests.object_store import ObjectStore
from tests.page.conftest import Page
from tests.page.kept import KeptPlace, use_library
from tests.page.library.test_library import ANSWER, analyzed
from tests.processes import wait_until
from tests.server import ANALYZE, Server

TALK = clips.recording()


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    store = ObjectStore()
    yield store
    store.stop()


@pytest.fixture
def place(store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptPlace:
    kept_in = store.new_place()
    monkeypatch.setenv("INTERHUMAN_RECORDINGS", f"s3://{kept_in.bucket}/{kept_in.prefix}")
    for name, value in store.environ.items():
        monkeypatch.setenv(name, value)
    return use_library(monkeypatch, tmp_path / "library")


def analysis(server: Server) -> Page:
    server.script(ANALYZE, ANSWER)
    return analyzed(server, TALK)


def test_a_recording_goes_to_the_store_and_is_found_there(place: KeptPlace) -> None:
    with Server() as server:
        page = analysis(server)
        shown = page.visit.results.shown
        assert shown is not None
        assert shown.keeping is not None
        assert shown.keeping.wait(30)
        assert shown.recording_problem is None
    other = Page(address={"result": str(shown.kept_id)})
    opened = other.visit.results.shown
    assert opened is not None
    assert opened.recording is not None
    assert opened.recording.stored is not None
    assert opened.recording.digest == hashlib.sha256(TALK).hexdigest()
    assert "and an object store" in other.go_to("library").text
    beside_the_library = place.of().recordings
    assert beside_the_library is not None
    assert beside_the_library.space_used() == 0


def test_an_analysis_goes_on_while_the_store_is_away(place: KeptPlace, store: ObjectStore) -> None:
    store.stop()
    try:
        with Server() as server:
            page = analysis(server)
        shown = page.visit.results.shown
        assert shown is not None
        assert shown.kept_id is not None
        assert shown.keeping is not None
        assert shown.recording is not None
        wait_until(lambda: shown.recording_problem is not None)
        why = markdown_plain(f"{UNREACHABLE} {TRIED_AGAIN}")
        said = [info.value for info in page.rerun().at.info]
        assert f"The recording wasn't saved: {why}" in said
        captions = [caption.value for caption in page.go_to("library").at.caption]
        assert any(UNREACHABLE.rstrip(".") in caption for caption in captions)
        page.press("Delete 1 analysis")
        deleted = markdown_plain("It's deleted, but its recording isn't yet.")
        assert any(warning.value.startswith(deleted) for warning in page.at.warning)
        assert place.of().page().total == 0
    finally:
        store.start()


def test_without_its_package_the_page_says_what_to_do(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interhuman.recordings_setting.find_spec", lambda _: None)
    assert "run pip install s3fs" in Page().text
