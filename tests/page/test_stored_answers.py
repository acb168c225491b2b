"""Answers kept on disk: listed by name, read when one is opened, whatever else is in the folder."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interhuman.answers.answer import Answer
from interhuman.library.store import ResultStore
from interhuman.page import state
from tests import examples
from tests.page.conftest import Page

NOW = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)
BODY = json.dumps(examples.FULL).encode()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ResultStore:
    """A folder of answers that the page offers to its visitors."""
    monkeypatch.setenv("INTERHUMAN_RESULTS_DIR", str(tmp_path / "results"))
    monkeypatch.setattr(state, "is_local_visitor", lambda: True)
    return ResultStore(tmp_path / "results")


def answer(status: int = 200, body: bytes = BODY) -> Answer:
    return Answer("/v1/upload/analyze", status, body, "c-1", sandbox=False, received_at=NOW)


def listed() -> Page:
    page = Page()
    page.press("Open a saved result")
    return page


def open_titled(page: Page, title: str) -> Page:
    box = page.at.selectbox(key="stored-answer")
    (option,) = [option for option in box.options if title in option]
    box.select(option).run()
    return page.press("Open this answer")


def test_whatever_is_in_the_folder_the_rest_can_be_opened(store: ResultStore) -> None:
    store.keep(answer(), recording="talk.mp4")
    os.mkfifo(store.folder / "pipe.json")
    Path(os.fsdecode(os.fsencode(store.folder) + b"/caf\xe9.json")).write_bytes(BODY)
    page = listed()
    assert not page.at.exception
    open_titled(page, "pipe")
    assert page.visit.results == []
    assert [error.value for error in page.at.error] == [
        r"This is not a file\, so not a saved result\."
    ]
    open_titled(page, "talk.mp4")
    assert page.visit.shown is not None
    assert page.visit.shown.name == "talk.mp4"
    assert not page.at.exception
    again = open_titled(listed(), "caf")
    assert again.visit.shown is not None
    assert not again.at.exception


def test_broken_characters_beside_an_answer_do_not_break_the_page(store: ResultStore) -> None:
    path = store.keep(answer(), recording="talk.mp4")
    content = json.loads(path.read_bytes())
    content.update(dict.fromkeys(("model", "correlation_id", "recording"), "a\ud800\x00b"))
    path.write_text(json.dumps(content))
    page = open_titled(listed(), "talk.mp4")
    assert page.visit.shown is not None
    assert not page.at.exception
    assert "a\ufffd\ufffdb" in page.text
    page.text.encode()


def test_two_answers_of_one_second_are_two(store: ResultStore) -> None:
    for name in ("A", "B"):
        body = json.dumps({"signals": [examples.signal(name, 0, 5)]}).encode()
        store.keep(answer(body=body), recording="talk.mp4")
    store.keep(
        answer(status=202, body=b'{"job_id": "a", "status": "queued"}'), recording="talk.mp4"
    )
    box = listed().at.selectbox(key="stored-answer")
    assert len(set(box.options)) == 3
    assert sum("a job that had yet to run" in option for option in box.options) == 1
    opened = set()
    for option in box.options:
        page = open_titled(listed(), option) if "job" in option else listed()
        if "job" not in option:
            page.at.selectbox(key="stored-answer").select(option).run()
            page.press("Open this answer")
            assert page.visit.shown is not None
            opened.add(page.visit.shown.analysis.signals[0].type)
        else:
            assert "had not ended yet" in page.at.error[0].value
    assert opened == {"A", "B"}
