"""From a recording to its result on the page, with the sandbox answering for real."""

from __future__ import annotations

import pytest

from interhuman.vocabulary import MAX_FILE_BYTES
from tests import clips
from tests.page.conftest import Page


def talk() -> bytes:
    return clips.recording(duration_s=12, silences=((4.0, 7.0),))


def test_nothing_can_be_analyzed_before_something_is_chosen(page: Page) -> None:
    assert not page.offers("Analyze")
    assert not page.locked("Try the sample")
    assert any("Example" in caption.value for caption in page.at.caption)


def test_a_recording_becomes_a_result(page: Page) -> None:
    page.upload(talk()).analyze()
    result = page.visit.results.shown
    assert result is not None
    assert result.analysis.sandbox
    assert result.analysis.duration_s == pytest.approx(12.0, abs=0.2)
    assert page.length == "0:12"
    assert any(
        "3.0 s without speech from 0:04" in (s.rationale or "") for s in result.analysis.signals
    )
    assert page.at.button(key="badge").label == ":orange[Sandbox: not Interhuman's model]"


def test_pressing_analyze_again_sends_nothing_and_shows_the_same(page: Page) -> None:
    page.upload(talk()).analyze()
    first = page.visit.results.shown
    page.new_analysis().upload(talk()).analyze()
    assert page.visit.results.shown is first
    assert len(page.visit.results.all) == 1
    assert any("Nothing was sent" in info.value for info in page.at.info)


def test_other_wishes_are_another_request(page: Page) -> None:
    page.upload(talk()).analyze()
    page.new_analysis().upload(talk())
    page.at.checkbox(key="quality-timeline").uncheck().run()
    page.analyze()
    assert len(page.visit.results.all) == 2
    quality = page.visit.results.all[1].analysis.conversation_quality
    assert quality is not None
    assert quality.timeline == ()


def test_too_large_is_told_before_anything_is_sent_where_nothing_is_converted() -> None:
    page = Page(interhuman={"convert": False})
    page.upload(clips.padded_to(MAX_FILE_BYTES + 1))
    assert "Nothing was sent" in page.at.error[0].value
    assert not page.offers("Analyze")


def test_a_full_32_mib_is_taken(page: Page) -> None:
    page.upload(clips.padded_to(MAX_FILE_BYTES))
    assert not page.at.error
    assert not page.locked("Analyze")


def test_the_sample_is_one_click_away(page: Page) -> None:
    page.press("Try the sample").finish()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.analysis.signals


def test_a_result_opens_again_without_being_sent(page: Page) -> None:
    page.upload(talk()).analyze()
    kept = page.visit.results.shown
    assert kept is not None
    page.new_analysis().press("Open a saved result")
    saved = ("talk.json", kept.analysis.raw_bytes, "application/json")
    page.at.file_uploader(key="saved").set_value(saved)
    page.press("Open this result")
    opened = page.visit.results.shown
    assert opened is not None
    assert opened is not kept
    assert opened.analysis.signals == kept.analysis.signals
    assert opened.analysis.sandbox


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"[1, 2]", b'{"a": 1}', b"\xff\xfe", b"[" * 20_000],
    ids=["empty", "text", "a list", "other keys", "not UTF-8", "too deep"],
)
def test_what_is_no_result_is_told_and_the_page_stays_usable(page: Page, data: bytes) -> None:
    page.press("Open a saved result")
    page.at.file_uploader(key="saved").set_value(("x.json", data, "application/json"))
    page.press("Open this result")
    assert len(page.at.error) == 1
    assert page.visit.results.shown is None
    assert not page.at.exception


USELESS = {
    "empty": (clips.empty, "it's empty"),
    "text renamed": (clips.text_renamed, "isn't a known kind of recording"),
    "two seconds": (clips.too_short, "2.0 seconds long"),
    "truncated": (clips.truncated_mp4, "incomplete"),
}


@pytest.mark.parametrize("name", USELESS)
def test_a_recording_known_to_be_useless_is_not_sent_and_says_why(page: Page, name: str) -> None:
    make, why = USELESS[name]
    page.upload(make())
    assert page.locked("Analyze")
    (warning,) = page.at.warning
    assert why in warning.value.replace("\\", "")


BAD = {
    "sound only": (clips.sound_only, "ih5001"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_recording_that_is_refused_is_explained_and_stays(name: str) -> None:
    make, error_id = BAD[name]
    page = Page(interhuman={"convert": False})
    page.upload(make()).analyze()
    assert page.visit.failure is not None
    assert error_id in page.text
    assert any("What to do now" in error.value for error in page.at.error)
    assert page.at.file_uploader(key="upload").value is not None
    assert not page.at.exception


def test_an_earlier_result_survives_a_failure(page: Page) -> None:
    page.upload(talk()).analyze()
    page.at.selectbox(key="rehearse").select("ih1001").run()
    page.new_analysis().upload(clips.recording(duration_s=5)).analyze()
    assert page.visit.failure is not None
    page.press("Dismiss")
    assert not page.offers("Dismiss")
    (earlier,) = page.visit.results.all
    page.open_recent("talk.mp4")
    assert page.visit.results.shown is earlier
    assert page.length == "0:12"


def test_an_earlier_result_is_shown_again_when_it_is_chosen(page: Page) -> None:
    page.upload(talk()).analyze()
    page.new_analysis().upload(clips.recording(duration_s=5), "other.mp4").analyze()
    assert page.length == "0:05"
    page.new_analysis().open_recent("talk.mp4")
    assert page.visit.results.shown is page.visit.results.all[0]
    assert page.length == "0:12"


def test_a_saved_result_is_played_beside_its_recording(page: Page) -> None:
    page.press("Open a saved result")
    result = ("talk.json", b'{"signals": []}', "application/json")
    page.at.file_uploader(key="saved").set_value(result)
    page.at.file_uploader(key="saved-recording").set_value(("talk.mp4", talk(), "video/mp4"))
    page.press("Open this result")
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.recording is not None
    assert page.length == "0:12"
