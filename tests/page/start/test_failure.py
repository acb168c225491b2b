"""The panel of a failed analysis: its button does the next step, and what came can be kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interhuman.page.connect import API
from interhuman.page.keys import Key
from interhuman.text import markdown_name
from tests import clips
from tests.page.conftest import Page, page_of
from tests.server import ANALYZE, AUTH, Scripted, Server, api_error


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def failed_downloads(page: Page) -> list[str]:
    return [node.proto.label for node in page.nodes("download_button")]


def test_the_recording_is_sent_again_by_its_button_and_by_nothing_else(server: Server) -> None:
    server.script(ANALYZE, api_error(500, "ih1001"))
    page = page_of(server).upload(clips.recording()).analyze()
    assert len(page.rerun().at.error) == 1
    assert len(server.requests(ANALYZE)) == 1
    page.press("Send the recording again").finish()
    assert page.visit.failure is None
    assert page.visit.results.shown is not None
    first, second = server.requests(ANALYZE)
    assert first.file.body == second.file.body


def test_the_failure_names_its_recording_when_another_is_chosen(server: Server) -> None:
    server.script(ANALYZE, api_error(500, "ih1001"))
    page = page_of(server).upload(clips.recording(), "first.mp4").analyze()
    page.upload(clips.recording(duration_s=4), "second.mp4")
    assert page.visit.failure is not None
    names = [caption.value for caption in page.at.caption if caption.value.startswith("first")]
    assert names == [markdown_name("first.mp4")]
    page.press("Send the recording again").finish()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.name == "first.mp4"


def test_what_the_api_said_is_shown_as_text(server: Server) -> None:
    server.script(ANALYZE, api_error(400, "ih4005", message="**bad** `include[]` <b>x</b>"))
    page = page_of(server).upload(clips.recording()).analyze()
    (said,) = [c.value for c in page.at.caption if c.value.startswith("The API said")]
    assert r"\*\*bad\*\*" in said
    assert "<b>" not in said.replace(r"\<", "")


def test_what_a_gateway_said_is_not_taken_for_the_apis_words(server: Server) -> None:
    server.script(ANALYZE, Scripted(status=502, body=b"upstream gave up"))
    page = page_of(server).upload(clips.recording()).analyze()
    said = [caption.value for caption in page.at.caption if " said: " in caption.value]
    assert said == [r'The server said: "HTTP 502\: upstream gave up"']


def test_other_credentials_can_be_given_where_they_were_refused(server: Server) -> None:
    page = page_of(server)
    page.at.text_input(key=Key.KEY_ID).input("mine")
    page.at.text_input(key=Key.KEY_SECRET).input("mistyped")
    page.press("Use this key")
    server.script(AUTH, api_error(401, "ih2001"))
    page.upload(clips.recording()).analyze().press("Use different credentials")
    assert page.visit.failure is None
    assert page.visit.access.credentials is None
    (target,) = page.at.radio
    assert target.value == API
    assert page.visit.access.requests == 1
    (fields,) = [e for e in page.at.expander if e.label == "Use your own credentials"]
    assert fields.proto.expanded
    assert server.requests(ANALYZE) == []


def test_an_answer_that_cannot_be_read_can_be_downloaded(server: Server) -> None:
    server.script(ANALYZE, Scripted(body=b"<p>not JSON</p>"))
    page = page_of(server).upload(clips.recording()).analyze()
    assert failed_downloads(page) == ["Download the response as received"]
    assert any(b.label.startswith("Send it again (it may be billed twice") for b in page.at.button)
    assert len(server.requests(ANALYZE)) == 1


def test_an_error_offers_nothing_to_download(server: Server) -> None:
    server.script(ANALYZE, api_error(422, "ih5007"))
    page = page_of(server).upload(clips.recording()).analyze()
    assert page.visit.failure is not None
    assert failed_downloads(page) == []
