"""What the browser gets of tracks under each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node

from interhuman.page.compare import tracks
from interhuman.page.keys import Key
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.results import Result
from tests import examples
from tests.browser import known_talk
from tests.page.part import result_of

SCRIPT = """
import streamlit as st
from interhuman.page.compare.tracks import draw_tracks

draw_tracks(st.session_state["results"], named="one,two")
"""


def nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Block):
        for child in node.children.values():
            yield from nodes(child)


def drawn(*results: Result) -> AppTest:
    """Draw the tracks of results."""
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    at.session_state["results"] = results
    at.run()
    assert not at.exception
    return at


def sent(at: AppTest) -> list[dict[str, Any]]:
    """Return what is sent to the parts that the browser draws, from the top."""
    parts = [node for node in nodes(at._tree) if node.type == "bidi_component"]
    return [json.loads(part.proto.json) for part in parts]


@pytest.fixture
def results() -> list[Result]:
    """A talk of 60 s, one of 40 s, and one of which not even the length is known."""
    analyses = (known_talk.analysis(), examples.read(examples.FULL), examples.read({"signals": []}))
    return [replace(result_of(each), number=n) for n, each in enumerate(analyses, 1)]


def test_each_result_has_its_letter_length_and_signals(results: list[Result]) -> None:
    bar, *members = sent(drawn(*results))
    assert (bar["part"], bar["count"], bar["named"]) == ("bar", 3, "one,two")
    assert [member["letter"] for member in members] == ["A", "B", "C"]
    assert [member["place"] for member in members] == [0, 1, 2]
    assert [member["geometry"]["lengthS"] for member in members] == [60, 40, 0]
    assert [len(member["signals"]) for member in members] == [22, 7, 0]
    assert {member["view"] for member in members} == {bar["view"]}
    assert {member["noPlayer"] for member in members} == {"no recording here"}


def test_a_recording_that_no_browser_plays_is_not_called_missing(
    results: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "played", lambda recording, sound: None)
    recording = UploadedRecording("talk.mov", b"no recording")
    first = replace(results[0], recording=recording)
    _, *members = sent(drawn(first, results[1]))
    assert [member["noPlayer"] for member in members] == [
        "recording can't be played here",
        "no recording here",
    ]


def test_a_result_that_is_another_now_has_another_view(results: list[Result]) -> None:
    first, second = (sent(drawn(*of))[0]["view"] for of in (results[:2], results[1:]))
    assert first != second


def test_there_is_no_room_for_players_without_recordings(results: list[Result]) -> None:
    blocks = (node for node in nodes(drawn(*results)._tree) if isinstance(node, Block))
    containers = "\n".join(str(getattr(block, "proto", "")) for block in blocks)
    assert Key.COMPARE_TRACKS in containers
    assert Key.COMPARE_PLAYERS not in containers


def test_a_title_is_one_line_of_text(results: list[Result]) -> None:
    hostile = replace(results[1], name="<b>x</b>\n" * 200)
    title = sent(drawn(results[0], hostile))[2]["title"]
    assert title.startswith("<b>x</b> <b>x</b>")
    assert "\n" not in title
    assert len(title) <= 200
