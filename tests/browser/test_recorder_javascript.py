"""What the recorder's JavaScript only computes, by value."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import av
import pytest
from playwright.sync_api import Browser, Page

from interhuman.formats import clock
from interhuman.page.browser import script
from interhuman.page.start.recorder import MODULES
from interhuman.vocabulary import MAX_FILE_BYTES
from tests import clips
from tests.browser.waiting import read_now


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with the modules in it."""
    empty = browser.new_page()
    empty.add_script_tag(content=script(*(each for each in MODULES if each.stem != "mount")))
    yield empty
    empty.close()


def call(page: Page, function: str, *arguments: object) -> Any:
    """Return what a function gives for arguments of JSON; `function` may be written out here."""
    return read_now(page, f"({function})(...{json.dumps(arguments)})")


@pytest.mark.parametrize(
    ("has_picture", "supported", "taken"),
    [
        (True, ["video/mp4", "video/webm"], "video/mp4"),
        (True, ["video/mp4", "video/webm;codecs=vp8,opus"], "video/webm;codecs=vp8,opus"),
        (True, ['video/mp4;codecs="avc1.42E01F,mp4a.40.2"', "video/webm"], "video/mp4;codecs"),
        (False, ["video/mp4", "audio/mp4", "audio/ogg"], "audio/mp4"),
        (True, [], ""),
    ],
)
def test_it_records_as_the_browser_can(
    page: Page, has_picture: bool, supported: list[str], taken: str
) -> None:
    best = "(has, types) => recordedType(has, (type) => types.includes(type))"
    found = call(page, best, has_picture, supported)
    assert found.startswith(taken) if taken else found == ""


@pytest.mark.parametrize(
    ("mime", "ending"),
    [
        ("video/webm;codecs=vp8,opus", ".webm"),
        ("video/mp4;codecs=avc1", ".mp4"),
        ("audio/mp4", ".m4a"),
        ("audio/ogg; codecs=opus", ".ogg"),
        ("video/x-matroska;codecs=avc1", ".mkv"),
        ("", ".webm"),
    ],
)
def test_a_recording_is_named_by_its_time(page: Page, mime: str, ending: str) -> None:
    named = call(page, "(mime) => recordingName(mime, new Date(2026, 1, 3, 4, 5, 6))", mime)
    assert named == f"Recording 2026-02-03 04.05.06{ending}"


def longest(page: Page, *, picture: bool, max_s: float | None, max_bytes: int) -> float:
    limits = {"hasPicture": picture, "maxSeconds": max_s, "maxBytes": max_bytes}
    return float(call(page, "maxLength", limits))


def test_a_recording_ends_before_it_is_too_long_or_too_large(page: Page) -> None:
    assert longest(page, picture=True, max_s=1800, max_bytes=10**10) == 1799
    assert longest(page, picture=True, max_s=1800, max_bytes=MAX_FILE_BYTES * 12 // 10) > 180
    alone = longest(page, picture=False, max_s=None, max_bytes=10**6)
    assert alone > 10 * longest(page, picture=True, max_s=None, max_bytes=10**6) > 0


def test_a_level_is_a_share_of_what_can_be_heard(page: Page) -> None:
    levels = [[0.0] * 8, [1.0, -1.0] * 4, [0.0316, -0.0316] * 4, []]
    silent, full, half = (call(page, "levelOf", samples) for samples in levels[:3])
    assert (silent, full) == (0, 1)
    assert half == pytest.approx(0.5, abs=0.01)


NOTHING, ALL = {"cameras": 0, "microphones": 0}, {"cameras": 1, "microphones": 1}
ONLY_HEARS, ONLY_SEES = {**ALL, "cameras": 0}, {**ALL, "microphones": 0}


@pytest.mark.parametrize(
    ("name", "message", "mode", "found", "says"),
    [
        ("NotAllowedError", "Permission denied", "both", ALL, "blocks the camera and microphone"),
        ("NotAllowedError", "Permission denied by system", "sound", ALL, "privacy settings"),
        ("NotAllowedError", "Permission dismissed", "picture", ALL, "got no answer"),
        (
            "NotFoundError",
            "",
            "both",
            NOTHING,
            "No camera or microphone was found. Connect one, or",
        ),
        (
            "NotFoundError",
            "",
            "both",
            ONLY_HEARS,
            "No camera was found. Connect one, or choose Aud",
        ),
        ("NotFoundError", "", "both", ONLY_SEES, "No microphone was found. Connect one, or choose"),
        ("NotFoundError", "", "sound", ONLY_SEES, "or choose Video only"),
        ("NotReadableError", "", "picture", ALL, "Camera didn't start: another program"),
        ("SecurityError", "", "both", ALL, "in a tab of its own"),
        ("OddError", "<b>odd</b>", "both", ALL, "can't be recorded here (<b>odd</b>)"),
    ],
)
def test_an_error_says_what_to_do(
    page: Page, name: str, message: str, mode: str, found: object, says: str
) -> None:
    assert says in call(page, "problemWords", {"name": name, "message": message}, mode, found)


@pytest.mark.parametrize(
    ("lacks", "says"),
    [
        ("isSecure", "only over https"),
        ("hasDevices", "can't record"),
        ("hasRecorder", "can't record"),
        ("isAllowedHere", "in a tab of its own"),
    ],
)
def test_what_is_missing_is_known_before_anything_is_asked_for(
    page: Page, lacks: str, says: str
) -> None:
    has = dict.fromkeys(("isSecure", "hasDevices", "hasRecorder", "isAllowedHere"), True)
    assert call(page, "obstacle", has) is None
    assert says in call(page, "obstacle", {**has, lacks: False})


WITH_LENGTH = """async (coded, seconds) => {
  const data = await (await fetch(`data:;base64,${coded}`)).blob();
  const written = await withWrittenLength(new File([data], "a.webm"), seconds);
  const reader = new FileReader();
  const read = new Promise((resolve) => (reader.onload = () => resolve(reader.result)));
  reader.readAsDataURL(written);
  return (await read).split(",")[1];
}"""


def with_length(page: Page, content: bytes, seconds: float) -> bytes:
    coded = base64.b64encode(content).decode()
    return base64.b64decode(call(page, WITH_LENGTH, coded, seconds))


def decoded(content: bytes) -> tuple[float | None, list[tuple[str, int | None, int]]]:
    """Return the length in the header, and every packet's kind, time and size."""
    with av.open(io.BytesIO(content), "r") as source:
        length_s = source.duration / av.time_base if source.duration is not None else None
        return length_s, [(p.stream.type, p.pts, p.size) for p in source.demux()]


def as_chromium_writes(live: bytes) -> bytes:
    """Return FFmpeg's live WebM without the index of its parts, which browsers don't write."""
    index, info = live.index(b"\x11\x4d\x9b\x74"), live.rindex(b"\x15\x49\xa9\x66")
    return live[:index] + live[info:]


def test_a_webm_says_how_long_it_is_and_nothing_else_changes(page: Page) -> None:
    live = as_chromium_writes(clips.browser_webm(3.0))
    once = with_length(page, live, 3.25)
    assert decoded(live)[0] is None
    assert decoded(once) == (3.25, decoded(live)[1])
    assert decoded(with_length(page, once, 2.5)) == (2.5, decoded(live)[1])


@pytest.mark.parametrize(
    "content",
    [
        clips.recording(duration_s=3),
        clips.recording(duration_s=3, container="webm"),
        clips.browser_webm(3.0),
        clips.text_renamed(),
        clips.browser_webm(3.0)[:30],
        b"\x00\x00",
        b"",
    ],
    ids=["MP4", "WebM with a length", "with an index", "text", "cut off", "no number", "empty"],
)
def test_what_is_no_live_webm_is_left_as_it_is(page: Page, content: bytes) -> None:
    assert with_length(page, content, 3.0) == content


def test_the_words_beside_a_recording_say_what_it_is(page: Page) -> None:
    take = {
        "file": {"name": "Recording 1.webm", "size": 2_345_678},
        "seconds": 61.5,
        "why": "limit",
        "hasPicture": False,
        "hasSound": True,
    }
    data = {
        "max_bytes": 10**9,
        "max_seconds": {"picture": None, "sound": 1800},
        "min_seconds": 3,
        "model": "Inter-1",
        "sound_model": "Inter-2 audio",
        "busy": True,
    }
    given = {"mode": "sound", "take": take, "note": None, "data": data}
    words = call(page, "phaseWords", "review", given)
    assert words["title"] == "Recording 1.webm · 1:01 · 2.3 MB"
    assert words["analyze"] == "Analyze with Inter-2 audio"
    assert words["limit"] == f"max {clock(1799)}"
    for says in ("in one request", "Inter-1 needs video", "Another analysis is running"):
        assert says in words["why"]
    assert "mirrored" not in words["why"]
    other = {**given, "data": {**data, "sound_model": None, "busy": False}}
    assert call(page, "phaseWords", "review", other)["analyze"] == "Analyze"


@pytest.mark.parametrize(
    ("shown", "spoken"),
    [
        ('view.showHint("No sound.")', "No sound."),
        ("view.showTime(50.4, 60)", "10 seconds left."),
    ],
)
def test_what_changes_while_one_speaks_is_heard_too(page: Page, shown: str, spoken: str) -> None:
    read_now(
        page,
        f"""() => {{
          const view = new View({{}});
          window.heard = [];
          view.tell = (text) => heard.push(text);
          for (let time = 0; time < 3; time += 1) {shown};
        }}""",
    )
    assert read_now(page, "heard") == [spoken]
