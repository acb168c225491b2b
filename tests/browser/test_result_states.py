"""The result view in every state and at every size: what it says, and that it holds together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from interhuman.colors import palette
from tests import clips, examples, stitched
from tests.browser import known_talk
from tests.browser.conftest import (
    OpenPage,
    open_saved_result,
    open_tab,
    wait_for_result,
    wait_for_tracks,
)
from tests.browser.result_view import View
from tests.browser.waiting import all_of, at_rest, box_of, count_of, read
from tests.result_states import STATES

Shot = Callable[[Page, str], None]

WIDE, PHONE = (1440, 900), (390, 844)

TABS = ("Moments", "Statistics", "Quality", "Table", "JSON")
PARTS = ("heading", "player", "now", "quality", "tracks", "list", "below")
"""The parts of a result, in the order in which they stand under each other on a phone."""

TRACK = "document.querySelector('.st-key-player video').textTracks[0]"
SIDEWAYS = """[document.documentElement, document.querySelector('[data-testid=stMain]')]
  .map((element) => element.scrollWidth - element.clientWidth)"""

OVERFLOWING = """[...document.querySelectorAll(
    '.ih-card, .ih-signals, .ih-quality, .st-key-heading')]
  .filter((part) => [...part.querySelectorAll('button, select')].some((inner) => {
    const [box, outer] = [inner.getBoundingClientRect(), part.getBoundingClientRect()];
    const scrolls = inner.closest('.ih-why, .ih-list, .ih-chips');
    return !scrolls && box.width && (box.bottom > outer.bottom + 1 || box.right > outer.right + 1);
  })).map((part) => part.className)"""
"""The parts from which something sticks out."""

OVERLAPPING_PARTS = """(names) => {
  const boxes = names.map((name) => document.querySelector(`.st-key-${name}`)).filter(Boolean)
    .map((part) => [part.className.match(/st-key-(\\w+)/)[1], part.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height);
  const pairs = boxes.flatMap((one, place) => boxes.slice(place + 1).map((other) => [one, other]));
  return pairs.filter(([[, a], [, b]]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
    .map(([[a], [b]]) => `${a} over ${b}`);
}"""
"""The parts that lie over each other."""


SIZES = (WIDE, (1280, 720), PHONE, (320, 568))


def open_answer(
    page: Page,
    answer: dict[str, Any] | None = None,
    recording: FilePayload | None = None,
    *,
    name: str = "talk.json",
) -> None:
    open_saved_result(page, known_talk.saved(answer, name), recording)
    wait_for_result(page)
    wait_for_tracks(page)


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


@contextmanager
def zoomed(page: Page) -> Iterator[None]:
    """Show the page as a window of 1440 px at 200 % does."""
    session = page.context.new_cdp_session(page)
    metrics = {"width": 720, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    assert read(page, "[innerWidth, devicePixelRatio]") == [720, 2]
    yield
    session.send("Emulation.clearDeviceMetricsOverride")
    session.detach()
    resize(page, WIDE)
    assert read(page, "[innerWidth, devicePixelRatio]") == [WIDE[0], 1]


def assert_in_form(page: Page) -> None:
    """Check that no part sticks out, lies over another, or makes the page scroll sideways."""
    assert read(page, SIDEWAYS) == [0, 0]
    assert read(page, OVERFLOWING) == []
    assert read(page, OVERLAPPING_PARTS, list(PARTS)) == []


# ---- states --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def start(open_shared_page: OpenPage) -> Page:
    """A page on which one result is opened after the other."""
    return open_shared_page(width=WIDE[0])


@pytest.fixture
def page(start: Page) -> Page:
    """The start page, from which a result can be opened."""
    back = start.get_by_role("button", name="New analysis")
    if count_of(back):
        back.click()
    start.get_by_role("button", name="Open a saved result").wait_for()
    return at_rest(start)


@pytest.fixture(scope="module")
def opened(open_shared_page: OpenPage) -> Page:
    """The known result with its recording, for all tests that change nothing in it."""
    page = open_shared_page(width=WIDE[0], height=WIDE[1])
    open_answer(page, None, known_talk.recording())
    return page


@pytest.fixture
def result(opened: Page) -> Page:
    """The known result with its recording, in a wide and light window, scrolled to its top."""
    opened.emulate_media(color_scheme="light")
    resize(opened, WIDE)
    opened.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    return at_rest(opened)


@pytest.mark.parametrize("name", STATES)
def test_every_state_says_what_there_is_and_keeps_its_form(page: Page, name: str) -> None:
    answer, says = STATES[name]
    open_answer(page, answer, name=f"{name}.json")
    spoken = page.get_by_role("status").filter(has_text=f"Showing the result for {name}.json")
    expect(spoken).to_have_count(1)
    page.wait_for_function("document.activeElement?.matches('.st-key-heading :is(h1, h2)')")
    expect(page.get_by_role("heading", name=f"{name}.json")).to_be_in_viewport()
    assert read(page, "document.querySelector('[data-testid=stMain]').scrollTop") == 0
    open_tab(page, "Quality")
    for words in says:
        expect(page.locator(".st-key-result").get_by_text(words).first).to_be_visible()
    assert_in_form(page)


@pytest.mark.parametrize(
    ("name", "recording", "tag"),
    [
        ("talk.wav", clips.sound_only, "audio"),
        ("talk.avi", lambda: clips.recording(7, container="avi"), None),
        ("talk.mp4", clips.mpeg4_part2, None),
    ],
    ids=["sound-alone", "avi", "mpeg-4-part-2"],
)
def test_a_recording_without_a_picture_to_play_keeps_the_form(
    page: Page, name: str, recording: Callable[[], bytes], tag: str | None
) -> None:
    mime = "audio/wav" if name.endswith("wav") else "video/mp4"
    open_answer(page, None, {"name": name, "mimeType": mime, "buffer": recording()})
    if tag is None:
        expect(page.locator(".st-key-player video, .st-key-player audio")).to_have_count(0)
        expect(page.locator(".st-key-player .stAlert")).to_be_visible()
    else:
        page.locator(f".st-key-player {tag}").wait_for()
    assert_in_form(page)
    page.locator("#ih-signal-2").click()
    expect(page.locator(".ih-card")).to_contain_text("Now, 0:06")


def test_a_gap_of_a_stitched_result_is_drawn_and_never_read_as_no_signals(page: Page) -> None:
    open_answer(page, json.loads(stitched.document().to_bytes()), name="stitched.json")
    for words in ("a part without a result is a gap", stitched.PROBLEM):
        expect(page.locator(".st-key-result").get_by_text(words)).to_be_visible()
    expect(page.locator(".ih-quality")).to_contain_text("All: mean of 2 parts, weighted by length")
    expect(page.locator(".ih-tracks .annotation").get_by_text("not analyzed")).to_have_count(1)
    card = page.locator(".ih-card")
    page.locator("#ih-signal-0").click()
    expect(card).to_contain_text("Interest")
    page.keyboard.press("5")  # The middle of the recording, which is in the gap.
    expect(card).to_contain_text("Now, 10:00")
    expect(card).to_contain_text("Not analyzed here")
    expect(card).not_to_contain_text("No signal here")
    assert_in_form(page)


def test_without_signals_the_recording_stands_beside_the_card(page: Page) -> None:
    open_answer(page, known_talk.payload(signals=[]), known_talk.recording())
    player, card, tracks, below = (
        box_of(page.locator(f".st-key-{part}")) for part in ("player", "now", "tracks", "below")
    )
    assert player["y"] == pytest.approx(card["y"], abs=1)
    assert player["x"] + player["width"] <= card["x"]
    assert player["y"] + player["height"] <= tracks["y"]
    assert tracks["y"] + tracks["height"] <= below["y"]


def test_hostile_text_stays_text_in_every_place(page: Page) -> None:
    signals = [
        *examples.HOSTILE_PAYLOAD["signals"],
        examples.signal("stress", 0.0, 5.0, "low", examples.HOSTILE),
        *(examples.signal("stress", 5.0, 9.0, "high", examples.HOSTILE) for _ in range(3)),
    ]
    answer = {
        **examples.HOSTILE_PAYLOAD,
        "signals": signals,
        "engagement_state": [{"state": examples.HOSTILE, "start": 0.0, "end": 10.0}],
    }
    name = "<b>bold **strong** $x^2$ :red[red]"
    recording = known_talk.recording()
    recording["name"] = f"{name}.mp4"
    open_saved_result(page, known_talk.saved(answer, f"{name}.json"), recording)
    wait_for_result(page)
    wait_for_tracks(page)
    expect(page.locator(".st-key-heading h1")).to_contain_text("<b>bold **strong** $x^2$")
    script = "<script>document.title='owned'</script>"
    page.locator("#ih-signal-0").click()
    for place in (".ih-card .ih-why", "#ih-signal-0 p", ".st-key-chips"):
        expect(page.locator(place).first).to_contain_text(script)
    expect(page.locator(".ih-card .ih-chip").first).to_be_visible()
    page.get_by_placeholder("Search signals and reasons").fill("script")
    expect(page.locator("#ih-signal-0 mark").first).to_have_text("script")
    box = box_of(page.locator(".ih-tracks"))
    page.mouse.move(box["x"] + 130, box["y"] + 8)
    page.locator(".hoverlayer .hovertext").first.wait_for()
    page.get_by_role("button", name="Captions").click()
    page.wait_for_function(f"{TRACK}.cues?.length")
    cues = read(
        page,
        f"[...{TRACK}.cues]"
        ".map((cue) => [...cue.getCueAsHTML().childNodes].map((node) => node.nodeType))",
    )
    assert cues
    assert {kind for cue in cues for kind in cue} == {3}, "a caption holds more than text"
    for tab in [*TABS, "Feedback"]:
        open_tab(page, tab)
        # At rest, or what is drawn later would be missed: `to_have_count(0)` holds at once.
        at_rest(page)
        expect(page).to_have_title(re.compile("^<b>bold.* \u00b7 Interhuman dashboard$"))
        harmful = "[src='x'], script:text('owned'), a[href^='javascript']"
        expect(page.locator(harmful)).to_have_count(0)
        expect(page.locator("a[href*='evil.example']")).to_have_count(0)
        expect(page.locator(".st-key-result b:text-is('bold')")).to_have_count(0)


# ---- sizes ---------------------------------------------------------------------------------------


def test_every_tab_keeps_its_form_in_every_window(result: Page, screenshot: Shot) -> None:
    for size in SIZES:
        resize(result, size)
        assert_in_form(result)
        screenshot(result, f"result-{size[0]}")
    with zoomed(result):
        assert_in_form(result)
    for tab in TABS[1:]:
        open_tab(result, tab)
        for size in SIZES:
            resize(result, size)
            assert read(result, SIDEWAYS) == [0, 0], (tab, size)
        with zoomed(result):
            assert read(result, SIDEWAYS) == [0, 0], tab


def test_on_a_phone_the_recording_stays_while_the_rest_scrolls(result: Page) -> None:
    page = result
    resize(page, PHONE)
    video = page.locator(".st-key-player video")
    for part in (".st-key-tracks", ".st-key-list"):
        page.locator(part).evaluate("(part) => part.scrollIntoView({ block: 'end' })")
        at_rest(page)
        expect(video).to_be_in_viewport(ratio=1)
    page.locator("#ih-signal-1").click()
    page.wait_for_function("document.querySelector('.st-key-player video').currentTime === 3")
    expect(page.locator("#ih-signal-1")).to_be_in_viewport()
    expect(video).to_be_in_viewport(ratio=1)


def test_on_a_phone_the_tracks_show_a_window_around_the_playhead(page: Page) -> None:
    resize(page, PHONE)
    late = examples.signal("stress", 300.0, 305.0, "high", "Swallows.")
    answer = known_talk.payload(signals=[*known_talk.signals(), late])
    open_answer(page, answer)
    view = View(page, examples.read(answer))
    view.expect_window("from === 0 && to === 90")
    page.locator(f"#ih-signal-{len(answer['signals']) - 1}").click()
    view.expect_window("from === 215 && to === 305")
    resize(page, WIDE)


def test_the_lowest_and_highest_are_named_inside_their_row(page: Page) -> None:
    answer = known_talk.payload()
    for window, value in zip(
        answer["conversation_quality"]["timeline"], (95, 2, 60, 60, 60, 60), strict=True
    ):
        window["values"]["energy"] = value
    open_answer(page, answer)
    page.locator(".ih-quality").get_by_role("button", name="Energy").click()
    expect(page.locator(".ih-extreme")).to_have_text(["lowest 2 at 0:10", "highest 95 at 0:00"])
    score_px = View(page, examples.read(answer)).drawn.score_px
    assert score_px is not None
    top_px = box_of(page.locator(".ih-tracks"))["y"]
    for words in all_of(page.locator(".ih-extreme")):
        box = box_of(words)
        assert box["y"] >= top_px + score_px[0] - 1
        assert box["y"] + box["height"] <= top_px + score_px[1] + 1


def test_a_recording_that_is_added_leaves_what_was_chosen_and_nothing_twice(page: Page) -> None:
    open_answer(page)
    page.locator(".ih-quality").get_by_role("button", name="Clarity").click()
    expect(page.locator(".ih-extreme")).to_have_count(2)
    page.locator(".st-key-player input[type=file]").set_input_files(known_talk.recording())
    page.locator(".st-key-player video").wait_for()
    wait_for_tracks(page)
    at_rest(page)
    expect(page.get_by_role("button", name="Clarity", pressed=True)).to_be_visible()
    expect(page.locator(".ih-extreme")).to_have_count(2)
    for part in (".ih-overlay", ".ih-seek", ".ih-strip"):
        expect(page.locator(f".st-key-tracks {part}")).to_have_count(1)


def test_a_dimension_without_windows_leaves_its_row_empty(page: Page) -> None:
    answer = known_talk.payload()
    for window in answer["conversation_quality"]["timeline"]:
        del window["values"]["energy"]
    open_answer(page, answer)
    page.locator(".ih-quality").get_by_role("button", name="Energy").click()
    expect(page.locator(".ih-tracks").get_by_text("Energy")).to_be_visible()
    shown = (
        "document.querySelector('.ih-tracks').data"
        ".filter(({ yaxis, visible }) => yaxis === 'y3' && visible !== false).length"
    )
    assert read(page, shown) == 0


def test_the_tracks_take_the_colors_of_another_theme(result: Page) -> None:
    named = (
        "[...document.querySelectorAll('.ih-tracks text')]"
        ".find(({ textContent }) => textContent === 'Engagement')"
    )
    for dark in (True, False):
        result.emulate_media(color_scheme="dark" if dark else "light")
        color = palette(dark).text
        red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
        fill = f"getComputedStyle({named}).fill === 'rgb({red}, {green}, {blue})'"
        result.wait_for_function(fill)


def test_nothing_moves_by_itself_where_less_motion_is_asked_for(result: Page) -> None:
    page = result
    open_tab(page, "Moments")
    drop = page.get_by_role("option").filter(has_text="Quality index drops")
    smooth = """() => {
      window.smoothScrolls = 0;
      const { scrollIntoView } = Element.prototype;
      Element.prototype.scrollIntoView = function (options) {
        window.smoothScrolls += options?.behavior === "smooth";
        return scrollIntoView.call(this, options);
      };
    }"""
    page.evaluate(smooth)
    drop.click()
    video = page.locator(".st-key-player video")
    expect(video).to_be_in_viewport(ratio=1)
    video.evaluate("(video) => video.pause()")  # a page that plays never rests
    assert read(page, "window.smoothScrolls") == 0
    moving = (
        "document.getAnimations().filter((a) => a.effect.target.closest('[class*=ih-]')).length"
    )
    assert read(page, moving) == 0
