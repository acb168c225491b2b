"""The result view as it is used: one playhead, one filter, by pointer, wheel and keys.

The tests that only look and click share a page; each begins at the beginning of the recording.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, FloatRect, Locator, Page, expect

from interhuman.formats import label
from tests.browser import known_talk
from tests.browser.conftest import (
    OpenPage,
    open_saved_result,
    open_tab,
    wait_for_result,
    wait_for_tracks,
)
from tests.browser.known_talk import DURATION_S, MOMENTARY, OVERLAPPING, PRICED
from tests.browser.result_view import View
from tests.browser.waiting import at_rest, box_of, read
from tests.media.odd_clips import marked, open_media

TOTAL = len(known_talk.signals())
WIDE, LAPTOP = (1440, 900), (1280, 720)
FIRST_ROW_PX, ROW_PX = 57, 37
RECORDINGS = "**/app/static/recordings/*"


def open_view(page: Page, *, with_recording: bool = True) -> View:
    """Open the known answer, with its recording or without."""
    open_saved_result(page, known_talk.saved(), known_talk.recording() if with_recording else None)
    wait_for_result(page)
    wait_for_tracks(page)
    if with_recording:
        page.wait_for_function("document.querySelector('.st-key-player video')?.videoWidth > 0")
    return View(page, known_talk.analysis())


@pytest.fixture(scope="module")
def shared(open_shared_page: OpenPage) -> View:
    """The known result with its recording, wide."""
    return open_view(open_shared_page(width=WIDE[0], height=WIDE[1]))


@pytest.fixture(scope="module")
def shared_clock(open_shared_page: OpenPage) -> View:
    """The known result without its recording."""
    return open_view(open_shared_page(width=WIDE[0], height=WIDE[1]), with_recording=False)


@pytest.fixture
def view(shared: View) -> View:
    """The known result with its recording, at its beginning, unfiltered, with all of it visible."""
    shared.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    shared.reset()
    shared.expect_time(0)
    shared.expect_window(f"from === 0 && to === {DURATION_S}")
    return shared


@pytest.fixture
def clock(shared_clock: View) -> View:
    """The known result without a recording, at its beginning."""
    shared_clock.reset()
    return shared_clock


# ---- in view -------------------------------------------------------------------------------------


def assert_in_view(view: View, *parts: Locator) -> None:
    size = view.page.viewport_size
    assert size is not None
    assert view.scrolled_px == 0
    for part in parts:
        box = box_of(part)
        assert box["x"] >= 0
        assert box["y"] >= 60, "under the header"
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"], part


def quality_parts(view: View) -> list[Locator]:
    """Return the radar and the values of the quality card."""
    return [view.page.locator(f".ih-quality {part}") for part in (".ih-radar svg", "table")]


def test_all_that_is_read_together_is_in_view_at_1440(view: View) -> None:
    heading = view.page.locator(".st-key-heading")
    chips = view.page.locator(".st-key-chips")
    parts = (heading, view.video, view.card, view.tracks, chips, view.search, view.list)
    assert_in_view(view, *parts, *quality_parts(view))


def test_recording_card_and_tracks_are_in_view_at_1280(view: View) -> None:
    view.page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    view.page.wait_for_function("document.querySelector('.ih-tracks').clientWidth < 1000")
    assert_in_view(view, view.video, view.card, view.tracks, *quality_parts(view))
    assert box_of(view.page.locator(".ih-radar svg"))["height"] >= 150
    assert read(view.list, "(list) => list.scrollHeight > list.clientHeight + 100")


LABELS = "document.querySelector('.ih-tracks').layout.xaxis.ticktext"
LABELS_BELOW = LABELS.replace(".ih-tracks", "[class*=quality-dimensions] .js-plotly-plot")


def test_the_labels_of_time_are_as_many_as_there_is_room_for(view: View) -> None:
    # What the server placed is right at this width: the browser leaves it.
    ticks = list(view.drawn.figure.layout.xaxis.ticktext)
    assert read(view.page, f"Array.from({LABELS})") == ticks
    open_tab(view.page, "Quality")
    view.page.set_viewport_size({"width": 390, "height": 844})
    view.page.wait_for_function(f"{LABELS}.length < {len(ticks)}")
    view.page.wait_for_function(f"String({LABELS_BELOW}) === String({LABELS})")
    view.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    view.page.wait_for_function(f"{LABELS}.length === {len(ticks)}")


def test_a_copy_of_the_figure_is_not_drawn_again(view: View) -> None:
    drawings = """async () => {
      const plot = document.querySelector(".ih-tracks");
      let count = 0;
      plot.on("plotly_beforeplot", () => (count += 1));
      await Plotly.react(plot, structuredClone(plot.data), structuredClone(plot.layout));
      await Plotly.react(plot, structuredClone(plot.data), { ...plot.layout, datarevision: 1 });
      return count;
    }"""
    assert read(view.page, f"({drawings})()") == 1  # the one of other data


# ---- quality -------------------------------------------------------------------------------------


def quality_row(view: View, name: str) -> Locator:
    """Return the row of the quality card's table that starts with a name."""
    return view.page.locator(".ih-quality tbody tr").filter(has_text=name)


def visible_scores(view: View) -> list[str]:
    """Return the labels of the scores that the tracks show, each once."""
    says = read(
        view.page,
        "document.querySelector('.ih-tracks').data"
        ".filter((trace) => trace.yaxis === 'y3' && trace.visible !== false && trace.hovertext)"
        ".flatMap((trace) => Array.from(trace.hovertext))",
    )
    return sorted({name for name in view.drawn.scores for one in says if label(name) in one})


def test_the_scores_at_the_playhead_follow_it(view: View) -> None:
    before = view.frames_sent
    now = quality_row(view, "Index").locator(".ih-of-now")
    expect(now).to_have_text("70")
    view.click_tracks(24)
    expect(now).to_have_text("55")
    expect(view.page.locator(".ih-radar .ih-now polygon")).to_have_count(1)
    assert view.frames_sent == before, "the card asked the server"


def test_a_dimension_takes_the_place_of_the_index_in_the_tracks(view: View) -> None:
    before = view.frames_sent
    assert visible_scores(view) == ["quality_index"]
    quality_row(view, "Clarity").get_by_role("button").click()
    expect(view.tracks.get_by_text("Clarity")).to_be_visible()
    assert visible_scores(view) == ["clarity"]
    expect(view.page.locator(".ih-headline")).to_have_text(
        "71 Clarity · How easy the talk is to follow"
        ". Over time: lowest 55 at 0:20, highest 74 at 0:40"
    )
    expect(view.page.locator(".ih-extreme")).to_have_text(
        ["lowest 55 at 0:20", "highest 74 at 0:40"]
    )
    # A filter draws the marks anew, and leaves the score.
    view.chip("Stress").click()
    view.expect_left("4 of 22")
    assert visible_scores(view) == ["clarity"]
    expect(view.page.locator(".ih-foot")).to_contain_text("4 of 22 signals")
    view.reset()
    quality_row(view, "Clarity").get_by_role("button").click()
    expect(view.tracks.get_by_text("Quality index")).to_be_visible()
    assert visible_scores(view) == ["quality_index"]
    expect(view.page.locator(".ih-extreme")).to_have_count(0)
    expect(view.page.locator(".ih-quality [aria-pressed=true]")).to_have_text(["Index"])
    assert view.frames_sent > before, "the server was told of the filter"


def test_the_dimensions_are_gone_through_by_arrow_keys(view: View) -> None:
    quality_row(view, "Index").get_by_role("button").focus()
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("ArrowDown")
    expect(quality_row(view, "Authority").get_by_role("button")).to_be_focused()
    expect(view.tracks.get_by_text("Authority")).to_be_visible()
    assert visible_scores(view) == ["authority"]
    view.page.keyboard.press("ArrowUp")
    view.page.keyboard.press("ArrowUp")
    expect(view.tracks.get_by_text("Quality index")).to_be_visible()
    assert view.time_s == 0


def test_one_link_opens_what_the_scores_can_tell(view: View) -> None:
    view.page.get_by_role("button", name="What this can and can't tell you").click()
    dialog = view.page.get_by_role("dialog", name="What this can and can't tell you")
    expect(dialog).to_contain_text("Exactly 50")
    view.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    # It stays closed when the server draws anew for another reason.
    view.chip("Stress").click()
    view.expect_left("4 of 22")
    expect(dialog).to_have_count(0)


# ---- seeking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 6, OVERLAPPING, MOMENTARY])
def test_a_click_on_a_mark_goes_to_the_start_of_its_signal(view: View, place: int) -> None:
    signal = known_talk.signals()[place]
    before = view.frames_sent
    view.click_tracks((signal["start"] + signal["end"]) / 2, signal=place)
    view.expect_time(signal["start"])
    expect(view.current).to_have_id(f"ih-signal-{place}")
    expect(view.card).to_contain_text(signal["type"].capitalize())
    expect(view.card).to_contain_text(signal["rationale"])
    assert view.scrolled_px == 0
    assert view.frames_sent == before, "the click reached the server"


@pytest.mark.parametrize("seconds", [2.6, 29.4, 59.5])
def test_a_click_on_an_empty_place_goes_to_its_time(view: View, seconds: float) -> None:
    before = view.frames_sent
    view.click_tracks(seconds, signal=0)
    assert view.time_s == pytest.approx(seconds, abs=DURATION_S / 700)
    view.click_tracks(seconds)
    view.expect_time(seconds)
    expect(view.card).to_contain_text("No signal here")
    assert view.scrolled_px == 0
    assert view.frames_sent == before


def test_dragging_seeks_on_the_way(view: View) -> None:
    y = view.y_px((view.drawn.tracks_px[1] - 24, view.drawn.tracks_px[1] - 20))
    view.page.mouse.move(view.x_px(10), y)
    view.page.mouse.down()
    view.page.mouse.move(view.x_px(20), y, steps=4)
    view.page.wait_for_function("document.querySelector('.st-key-player video').currentTime > 9")
    view.page.mouse.move(view.x_px(41), y, steps=4)
    view.page.mouse.up()
    view.expect_time(41)


def test_the_list_goes_to_the_signal_that_is_clicked(view: View) -> None:
    view.item(2).click()
    view.expect_time(6)
    expect(view.current).to_have_id("ih-signal-2")


def test_a_press_counts_though_its_item_moves_from_under_the_pointer(view: View) -> None:
    """Items grow when they are first seen, and the page scrolls under the pointer."""
    view.item(2).hover()
    view.page.mouse.down()
    view.scroll_by(600)
    view.page.mouse.up()
    expect(view.current).to_have_id("ih-signal-2")


def test_a_press_that_is_drawn_to_another_item_chooses_none(view: View) -> None:
    view.item(2).hover()
    view.page.mouse.down()
    view.item(1).hover()
    view.page.mouse.up()
    at_rest(view.page)
    expect(view.current).to_have_id("ih-signal-0")
    view.item(1).hover()
    view.page.mouse.down()
    view.item(1).locator("strong").hover()
    view.page.mouse.up()
    expect(view.current).to_have_id("ih-signal-1")


def test_a_click_alone_chooses_too(view: View) -> None:
    """As what reads the page to a person sends it, which knows no pointer."""
    view.item(1).dispatch_event("click")
    expect(view.current).to_have_id("ih-signal-1")
    view.item(3).click()
    expect(view.current).to_have_id("ih-signal-3")
    view.item(2).dispatch_event("click")
    expect(view.current).to_have_id("ih-signal-2")


def test_the_arrow_keys_move_through_the_list_and_enter_plays(view: View) -> None:
    view.list.focus()
    for key, seconds in (("ArrowDown", 3), ("ArrowDown", 6), ("ArrowUp", 3), ("End", 57)):
        view.page.keyboard.press(key)
        view.expect_time(seconds)
    view.page.keyboard.press("Home")
    view.expect_time(0)
    expect(view.list).to_have_attribute("aria-activedescendant", "ih-signal-0")
    view.page.keyboard.press("Enter")
    view.page.wait_for_function("document.querySelector('.st-key-player video').currentTime > 0.2")
    view.page.keyboard.press("k")
    expect(view.video).to_have_js_property("paused", True)
    assert view.scrolled_px == 0


def test_the_keys_are_heard_where_nothing_has_the_focus(view: View) -> None:
    view.page.evaluate("document.activeElement.blur()")
    view.page.keyboard.press("3")
    view.expect_time(18)
    view.page.get_by_role("button", name="Download").focus()
    view.page.keyboard.press("1")
    view.expect_time(6)


def test_every_key_does_what_the_dialog_says(view: View) -> None:
    view.playhead.focus()
    steps = [
        ("5", 30),
        ("j", 25),
        ("ArrowLeft", 20),
        ("l", 25),
        ("ArrowRight", 30),
        ("Shift+L", 31),
        ("Shift+J", 30),
        ("]", 31),  # the skepticism, after the signal that starts at 30
        ("]", 33),
        ("[", 31),
        ("9", 54),
        ("0", 0),
    ]
    for key, seconds in steps:
        view.page.keyboard.press(key)
        view.expect_time(seconds)
    view.page.keyboard.press("?")
    dialog = view.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_role("row")).to_have_count(16)
    view.page.keyboard.press("5")
    view.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    view.expect_time(0)


def test_a_row_of_the_table_moves_the_recording(view: View) -> None:
    open_tab(view.page, "Table")
    table = view.page.locator("[class*=-table-] .dvn-scroller").first
    table.scroll_into_view_if_needed()
    box = box_of(table)
    x, y = box["x"] + 90, box["y"] + FIRST_ROW_PX + 4 * ROW_PX
    view.page.mouse.move(x, y - 5)
    at_rest(view.page)  # the table takes a click where the pointer rests
    view.page.mouse.click(x, y)
    view.expect_time(12)
    expect(view.current).to_have_id("ih-signal-4")
    expect(view.video).to_be_in_viewport(ratio=1)


def test_the_moments_are_gone_through_by_key_without_a_scroll(view: View) -> None:
    open_tab(view.page, "Moments")
    moments = view.page.get_by_role("listbox", name="Moments").get_by_role("option")
    times = [9, 20, 30, 40, 40, 54]
    expect(moments).to_have_count(len(times))
    view.playhead.focus()
    for place, seconds in enumerate(times):
        view.page.keyboard.press("n")
        expect(moments.nth(place)).to_have_attribute("aria-selected", "true")
        view.page.evaluate("document.querySelector('.st-key-player video').pause()")
        assert view.time_s == pytest.approx(seconds - 3, abs=2)
        assert view.scrolled_px == 0
    view.page.keyboard.press("Shift+N")
    expect(moments.nth(len(times) - 2)).to_have_attribute("aria-selected", "true")
    expect(view.page.locator(".ih-was-visited")).to_have_count(len(times))
    view.page.evaluate("document.querySelector('.st-key-player video').pause()")
    open_tab(view.page, "Signals")


def test_a_moment_plays_from_just_before_it_and_says_why(view: View) -> None:
    open_tab(view.page, "Moments")
    drop = view.page.get_by_role("option").filter(has_text="Quality index drops from 72 (good)")
    expect(drop).to_contain_text("0:20\N{EN DASH}0:30")
    expect(drop).to_contain_text("Confidence: Number 7")
    drop.click()
    expect(view.card.get_by_role("button", name="Pause")).to_be_visible()
    view.page.evaluate("document.querySelector('.st-key-player video').pause()")
    assert view.time_s == pytest.approx(17, abs=2)
    open_tab(view.page, "Signals")


def test_the_filter_leaves_the_moments_of_its_signals(view: View) -> None:
    expect(view.page.get_by_role("tab", name="Moments 6")).to_be_visible()
    view.chip("Agreement").click()
    view.expect_left(f"4 of {TOTAL}")
    expect(view.page.get_by_role("tab", name="Moments 4")).to_be_visible()


def test_one_link_opens_how_moments_are_chosen(view: View) -> None:
    open_tab(view.page, "Moments")
    view.page.get_by_role("button", name="How moments are chosen").click()
    dialog = view.page.get_by_role("dialog", name="How moments are chosen")
    expect(dialog).to_contain_text("drops or rises by at least 10 points")
    view.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(view.page.get_by_role("button", name="How moments are chosen")).to_be_focused()
    open_tab(view.page, "Signals")


def test_the_zoom_has_buttons_and_the_playhead_is_never_lost(view: View) -> None:
    for _ in range(3):
        view.page.get_by_role("button", name="Zoom in").click()
    view.expect_window("to - from < 20")
    view.page.get_by_role("slider", name="Visible part of the recording").focus()
    view.page.keyboard.press("End")
    view.expect_window(f"to === {DURATION_S}")
    recall = view.page.get_by_role(
        "button", name="\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK} 0:00"
    )
    recall.click()
    view.expect_window("from === 0")
    expect(recall).to_have_count(0)
    assert view.time_s == 0
    view.page.get_by_role("button", name="Show the whole recording").click()
    view.expect_window(f"from === 0 && to === {DURATION_S}")


def test_engagement_and_index_of_the_moment_are_always_said(view: View) -> None:
    expect(view.card).to_contain_text("Engaged \N{MIDDLE DOT} quality index 70, good")
    expect(view.card).to_contain_text("Agreement")


def test_the_focus_of_what_is_hidden_goes_to_the_playhead(view: View) -> None:
    view.page.locator("#ih-signal-1").click()
    view.card.get_by_role("button", name="Agree", exact=True).focus()
    view.video.evaluate("(video) => { video.currentTime = 5.5; }")  # between two signals
    expect(view.card).to_contain_text("No signal here")
    expect(view.playhead).to_be_focused()


def test_a_clip_of_a_signal_is_cut_and_saved(view: View) -> None:
    save = view.card.get_by_role("button", name="Save clip")
    view.click_tracks(2.5)
    expect(save).to_have_attribute("title", "No signal or note here to save a clip of")
    expect(save).to_have_attribute("aria-disabled", "true")
    view.item(10).click()
    expect(save).to_have_attribute("title", "Save this clip, from 0:28, as a file (S)")
    with view.page.expect_download() as coming:
        save.click()
    file = view.card.get_by_role("link", name="talk 0m28s-0m34s.mp4")
    expect(file).to_be_visible()
    expect(view.playhead).to_be_focused()
    assert coming.value.suggested_filename == "talk 0m28s-0m34s.mp4"
    with open_media(coming.value.path()) as clip:
        assert [stream.type for stream in clip.streams] == ["video", "audio"]
        assert clip.duration / 1e6 == pytest.approx(6.0, abs=0.6)
    with view.page.expect_download() as coming:
        file.click()
    assert coming.value.suggested_filename == "talk 0m28s-0m34s.mp4"
    view.card.get_by_role("button", name="Close").click()
    expect(file).to_be_hidden()
    expect(save).to_have_attribute("aria-disabled", "false")


def test_the_window_is_named_after_the_result(view: View) -> None:
    expect(view.page).to_have_title("talk.mp4 \N{MIDDLE DOT} Interhuman dashboard")


def test_a_press_on_a_signal_counts_though_the_page_is_drawn_anew_meanwhile(view: View) -> None:
    box = box_of(view.item(1))
    view.page.mouse.move(box["x"] + 40, box["y"] + 12)
    view.page.mouse.down()
    view.page.emulate_media(color_scheme="dark")
    at_rest(view.page)
    view.page.mouse.up()
    view.expect_time(3)
    view.page.emulate_media(color_scheme="light")
    at_rest(view.page)


# ---- the filter ----------------------------------------------------------------------------------


def test_the_filter_leaves_signals_in_every_view_and_never_seeks(view: View) -> None:
    view.click_tracks(30.5, signal=10)
    view.expect_time(30)
    view.chip("Stress").click()
    view.expect_left("4 of")
    expect(view.list.locator(".ih-item:visible")).to_have_count(4)
    expect(view.current).to_have_count(0)
    expect(view.card).to_contain_text("No signal here")
    view.chip("Hesitation").click()
    view.expect_left(f"8 of {TOTAL}")
    assert view.time_s == pytest.approx(30, abs=0.001)
    assert view.scrolled_px == 0
    view.clear.click()
    view.expect_left(f"{TOTAL} of {TOTAL}")
    expect(view.list.locator(".ih-item:visible")).to_have_count(TOTAL)
    expect(view.current).to_have_id("ih-signal-10")
    assert view.time_s == pytest.approx(30, abs=0.001)


def test_the_probabilities_filter_too(view: View) -> None:
    view.page.get_by_role("button", name="not given").click()
    view.expect_left(f"1 of {TOTAL}")
    expect(view.list.locator(".ih-item:visible")).to_have_id(f"ih-signal-{MOMENTARY}")


def test_the_search_marks_what_it_finds(view: View) -> None:
    view.search.fill("price")
    view.expect_left(f"{len(PRICED)} of {TOTAL}")
    marks = view.list.locator("mark:visible")
    expect(marks).to_have_text(["PRICE"] * len(PRICED))
    view.search.fill("")
    view.expect_left(f"{TOTAL} of {TOTAL}")
    expect(view.list.locator("mark")).to_have_count(0)


def test_keys_that_are_typed_into_the_search_do_nothing_else(view: View) -> None:
    view.click_tracks(29.5)
    view.search.focus()
    view.page.keyboard.type("k 5[]?+r", delay=5)
    expect(view.search).to_have_value("k 5[]?+r")
    view.expect_left(f"0 of {TOTAL}")
    assert view.time_s == pytest.approx(29.5, abs=0.1)
    expect(view.video).to_have_js_property("paused", True)
    expect(view.page.get_by_role("dialog")).to_have_count(0)
    assert view.window == [0, DURATION_S]
    expect(view.list.locator(".ih-item:visible")).to_have_count(0)
    expect(
        view.page.locator(".st-key-list").get_by_text("No signals match the filter.")
    ).to_be_visible()


MARKS = "document.querySelectorAll('.ih-tracks .barlayer path').length"


def test_the_filter_acts_at_once_and_the_server_hears_of_it_later(view: View) -> None:
    open_tab(view.page, "Table")
    all_marks = read(view.page, MARKS)
    before = view.frames_sent
    view.page.evaluate(
        """() => {
          const count = document.querySelector('.ih-filter .ih-muted');
          new MutationObserver(() => { window.framesSentWhenCounted ??= testTraffic.sent; })
            .observe(count, { childList: true, characterData: true, subtree: true });
        }"""
    )
    view.chip("Stress").click()
    view.page.wait_for_function(f"{MARKS} < {all_marks}")
    expect(view.page.locator(".st-key-below canvas table").first).not_to_contain_text("Hesitation")
    assert read(view.page, "framesSentWhenCounted") == before
    view.clear.click()
    view.page.wait_for_function(f"{MARKS} === {all_marks}")


CUES = """[...document.querySelector('.st-key-player video').textTracks]
  .find((track) => track.kind === 'captions').cues"""


def test_captions_have_a_button_and_follow_the_filter(view: View) -> None:
    captions = view.card.get_by_role("button", name="Captions")
    expect(captions).to_have_attribute("aria-pressed", "false")
    captions.click()
    expect(captions).to_have_attribute("aria-pressed", "true")
    view.page.wait_for_function(f"{CUES}?.length >= {TOTAL - 2}")
    view.chip("Stress").click()
    view.page.wait_for_function(f"{CUES}.length === 4")
    texts = read(view.page, f"[...{CUES}].map((cue) => [cue.startTime, cue.endTime, cue.text])")
    assert [start for start, _, _ in texts] == [9, 24, 39, 54]
    assert all("Stress" in text for _, _, text in texts)
    captions.press("c")
    expect(captions).to_have_attribute("aria-pressed", "false")
    expect(view.video).to_have_js_property("textTracks.0.mode", "hidden")


# ---- playing -------------------------------------------------------------------------------------


def test_a_signal_is_repeated_until_one_goes_elsewhere(view: View) -> None:
    view.video.evaluate("(video) => { video.muted = true; }")
    view.item(1).click()
    loop = view.card.get_by_role("button", name="Loop")
    loop.click()
    expect(loop).to_have_attribute("aria-pressed", "true")
    view.page.evaluate("document.querySelector('.st-key-player video').currentTime = 4.7")
    view.card.get_by_role("button", name="Play").click()
    view.page.wait_for_function("document.querySelector('.st-key-player video').currentTime < 4")
    view.card.get_by_role("button", name="Pause").click()
    assert 3 <= view.time_s < 5
    view.click_tracks(29.4)
    expect(loop).to_have_attribute("aria-pressed", "false")


def test_the_speed_is_that_of_the_recording(view: View) -> None:
    speed = view.card.get_by_role("combobox", name="Speed")
    speed.select_option("1.5×")
    expect(view.video).to_have_js_property("playbackRate", 1.5)
    view.video.evaluate("(video) => { video.playbackRate = 0.5; }")
    expect(speed).to_have_value("0.5")
    speed.select_option("1×")


def test_the_list_follows_playback_until_it_is_scrolled_by_hand(view: View) -> None:
    view.page.evaluate("document.querySelector('.st-key-player video').currentTime = 40")
    expect(view.item(13)).to_be_in_viewport()
    expect(view.current).to_have_id("ih-signal-13")
    box = box_of(view.list)
    view.page.mouse.move(box["x"] + 50, box["y"] + 50)
    view.page.mouse.wheel(0, -4000)
    follow = view.page.get_by_role("button", name="Follow playback")
    expect(follow).to_be_visible()
    view.page.evaluate("document.querySelector('.st-key-player video').currentTime = 58")
    expect(view.current).to_have_id("ih-signal-19")
    at_rest(view.page)  # or a list that follows later would be missed
    expect(view.item(19)).not_to_be_in_viewport()
    follow.click()
    expect(view.item(19)).to_be_in_viewport()
    expect(follow).to_have_count(0)
    assert view.scrolled_px == 0


def test_pointing_at_a_signal_marks_it_in_the_other_views(view: View) -> None:
    view.item(1).hover()
    expect(view.tracks.locator(".ih-span.ih-pointed")).to_be_visible()
    view.page.mouse.move(view.x_px(7), view.y_px(view.drawn.places[2]))
    expect(view.item(2)).to_have_class("ih-item ih-pointed")


# ---- zoom ----------------------------------------------------------------------------------------


def test_ctrl_and_the_wheel_zoom_at_the_pointer_and_survive_the_filter(view: View) -> None:
    x, y = view.x_px(20), view.y_px(view.drawn.tracks_px)
    view.page.mouse.move(x, y)
    view.page.keyboard.down("Control")
    view.page.mouse.wheel(0, -400)
    view.page.keyboard.up("Control")
    view.expect_window("to - from < 40")
    assert view.x_px(20) == pytest.approx(x, abs=1.5)
    zoomed = view.window
    view.chip("Stress").click()
    view.expect_left(f"4 of {TOTAL}")
    view.expect_window(f"Math.abs(from - {zoomed[0]}) + Math.abs(to - {zoomed[1]}) < 0.01")
    assert view.scrolled_px == 0
    view.click_tracks(24.5, signal=8)
    view.expect_time(24)


def test_shift_and_the_wheel_move_the_window(view: View) -> None:
    view.playhead.focus()
    for _ in range(3):
        view.page.keyboard.press("+")
    view.expect_window("from === 0 && to < 30")
    view.page.mouse.move(view.x_px(2), view.y_px(view.drawn.tracks_px))
    view.page.keyboard.down("Shift")
    view.page.mouse.wheel(0, 300)
    view.page.keyboard.up("Shift")
    view.expect_window("from > 2")
    assert view.scrolled_px == 0


def test_the_plain_wheel_scrolls_the_page(view: View) -> None:
    view.page.mouse.move(view.x_px(30), view.y_px(view.drawn.tracks_px))
    view.page.mouse.wheel(0, 200)
    view.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 50")
    assert view.window == [0, DURATION_S]


TOUCH = """([kind, id, x, y]) => {
  const plot = document.querySelector('.ih-tracks');
  plot.setPointerCapture = () => {}; // of a finger that is not there
  const button = kind === "move" ? -1 : 0;
  const finger = { pointerId: id, pointerType: "touch", clientX: x, clientY: y, button };
  plot.dispatchEvent(new PointerEvent(`pointer${kind}`, { ...finger, bubbles: true }));
  delete plot.setPointerCapture;
}"""


def test_two_fingers_zoom_and_one_moves_what_is_visible(view: View) -> None:
    at_px = {seconds: view.x_px(seconds) for seconds in (10, 20, 40, 50)}
    y_px = view.y_px(view.drawn.places[0])

    def touch(kind: str, finger: int, seconds: int) -> None:
        view.page.evaluate(TOUCH, [kind, finger, at_px[seconds], y_px])

    touch("down", 1, 20)
    touch("down", 2, 40)
    touch("move", 1, 10)
    touch("move", 2, 50)
    touch("up", 2, 50)
    touch("up", 1, 10)
    view.expect_window("Math.abs(from - 15) < 0.5 && Math.abs(to - 45) < 0.5")
    touch("down", 1, 40)
    touch("move", 1, 20)
    touch("down", 2, 50)  # after the first one has moved
    touch("move", 1, 20)
    touch("up", 2, 50)
    touch("up", 1, 20)
    view.expect_window("Math.abs(from - 25) < 0.5 && Math.abs(to - 55) < 0.5")
    assert view.time_s == 0, "neither of them goes elsewhere"


def test_plus_and_minus_zoom_around_the_playhead(view: View) -> None:
    view.click_tracks(29.5)
    x = view.x_px(29.5)
    view.page.keyboard.press("+")
    view.expect_window("Math.abs(to - from - 37.5) < 0.1")
    assert view.x_px(29.5) == pytest.approx(x, abs=1.5)
    view.page.keyboard.press("-")
    view.expect_window(f"from === 0 && to === {DURATION_S}")


def test_dragging_in_the_overview_chooses_the_window(view: View) -> None:
    y = view.y_px(view.drawn.overview_px)
    ends = [view.x_px(seconds) for seconds in (15, 45)]
    view.page.mouse.move(ends[0], y)
    view.page.mouse.down()
    view.page.mouse.move(ends[1], y, steps=5)
    view.page.mouse.up()
    view.expect_window("Math.abs(from - 15) < 0.3 && Math.abs(to - 45) < 0.3")
    middle, further = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 3
    view.page.mouse.move(middle, y)
    view.page.mouse.down()
    view.page.mouse.move(middle + further, y, steps=5)
    view.page.mouse.up()
    view.expect_window("Math.abs(from - 25) < 0.3 && Math.abs(to - 55) < 0.3")
    assert view.time_s == 0


def test_the_window_moves_by_the_keys_of_its_slider(view: View) -> None:
    view.playhead.focus()
    view.page.keyboard.press("+")
    slider = view.page.get_by_role("slider", name="Visible part of the recording")
    slider.focus()
    view.page.keyboard.press("End")
    view.expect_window(f"to === {DURATION_S} && from > 20")
    expect(slider).to_have_attribute("aria-valuetext", "0:22 to 1:00")
    assert view.time_s == 0


# ---- without a recording -------------------------------------------------------------------------


def test_a_recording_that_could_not_be_loaded_says_so_and_is_tried_again(
    open_page: OpenPage,
) -> None:
    view = open_view(open_page(may_fail=True))
    view.page.route(RECORDINGS, lambda route: route.abort())
    view.video.evaluate("(video) => video.load()")
    alert = view.page.get_by_role("alert").filter(has_text="couldn't be loaded")
    expect(alert).to_be_visible()
    view.page.unroute(RECORDINGS)
    alert.get_by_role("button", name="Try again").click()
    alert.wait_for(state="detached")
    view.click_tracks(30.5, signal=10)
    expect(view.current).to_have_id("ih-signal-10")


def test_a_recording_whose_clock_begins_later_is_played_from_its_first_moment(
    open_page: OpenPage,
) -> None:
    page = open_page()
    piece = marked("webm", video_codec="libvpx", audio_codec="libopus", shift_s=10.0)
    recording: FilePayload = {"name": "piece.webm", "mimeType": "video/webm", "buffer": piece}
    open_saved_result(page, known_talk.saved(), recording)
    wait_for_result(page)
    wait_for_tracks(page)
    view = View(page, known_talk.analysis())
    page.wait_for_function("document.querySelector('.st-key-player video').currentTime > 9.9")
    expect(view.card).to_contain_text("Now, 0:00")
    page.get_by_role("option").filter(has_text="0:03").first.click()
    view.expect_time(13.0)
    expect(view.card).to_contain_text("Now, 0:03")


def test_a_seek_holds_though_streamlit_hears_only_then_that_the_recording_is_loaded(
    view: View,
) -> None:
    view.click_tracks(30.5, signal=10)
    seconds = view.time_s
    view.video.evaluate("(video) => video.dispatchEvent(new Event('loadedmetadata'))")
    view.expect_time(seconds)
    expect(view.current).to_have_id("ih-signal-10")


def test_a_drawing_that_was_refused_does_not_end_the_zoom(view: View) -> None:
    view.page.evaluate(
        """() => {
          const { relayout, update } = Plotly;
          const refuse = () => {
            Object.assign(Plotly, { relayout, update });
            window.refusals = (window.refusals ?? 0) + 1;
            return Promise.reject(new Error("refused"));
          };
          Object.assign(Plotly, { relayout: refuse, update: refuse });
          window.addEventListener("unhandledrejection", (event) => event.preventDefault());
        }"""
    )
    view.playhead.focus()
    view.page.keyboard.press("+")
    view.page.wait_for_function("window.refusals === 1")
    view.page.keyboard.press("+")
    view.expect_window(f"to - from < {DURATION_S / 2}")


def test_without_a_recording_there_is_no_clip(clock: View) -> None:
    clock.item(10).click()
    expect(clock.card.get_by_role("button", name="Add note")).to_be_visible()
    at_rest(clock.page)  # the button is hidden until the server has said whether it is offered
    expect(clock.card.get_by_role("button", name="Save clip")).to_be_hidden()


def test_a_clock_of_its_own_moves_by_click_keys_and_play(clock: View) -> None:
    clock.click_tracks(30.5, signal=10)
    expect(clock.current).to_have_id("ih-signal-10")
    expect(clock.card).to_contain_text("Now, 0:30")
    clock.page.keyboard.press("l")
    expect(clock.card).to_contain_text("Now, 0:35")
    clock.card.get_by_role("button", name="Play").click()
    expect(clock.card).to_contain_text("Now, 0:36")
    clock.card.get_by_role("button", name="Pause").click()
    expect(clock.playhead).to_have_attribute("aria-valuenow", "36")
    expect(clock.tracks.locator(".ih-playhead")).to_be_visible()


def test_the_recording_can_be_added_and_goes_on_from_there(clock: View) -> None:
    """Comes last of those without a recording."""
    expect(clock.page.get_by_text("No recording here.")).to_be_visible()
    expect(clock.card.get_by_role("button", name="Captions")).to_have_count(0)
    clock.click_tracks(20.5)
    uploader = clock.page.locator(".st-key-player input[type=file]")
    uploader.set_input_files(known_talk.recording())
    clock.video.wait_for()
    clock.expect_time(20.5)
    clock.click_tracks(41)
    clock.expect_time(41)
    clock.card.get_by_role("button", name="Captions").click()
    clock.page.wait_for_function(f"{CUES}?.length > 4")


# ---- by keyboard alone ---------------------------------------------------------------------------

FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  return [element.outerHTML.slice(0, 160), element.ariaLabel || element.innerText?.trim() || "",
    element.matches("video") ? "video" : element.matches(":focus-visible") ? "visible" : "",
    box.x, box.y, box.width, box.height];
}"""
AROUND_PX = 5


def assert_focus_visible(page: Page, focused: list[Any]) -> None:
    """Check that what has the focus looks other than without it, or around it."""
    markup, _, _, x, y, width, height = focused
    size = page.viewport_size
    assert size is not None
    assert y < size["height"], f"below the window: {markup}"
    assert y + height > 0, f"above the window: {markup}"
    left, top = max(x - AROUND_PX, 0), max(y - AROUND_PX, 0)
    clip: FloatRect = {
        "x": left,
        "y": top,
        "width": min(x + width + AROUND_PX, size["width"]) - left,
        "height": min(y + height + AROUND_PX, size["height"]) - top,
    }
    with_focus = page.screenshot(clip=clip)
    page.evaluate("window.had = document.activeElement; window.had.blur()")
    at_rest(page)
    without = page.screenshot(clip=clip)
    page.evaluate("window.had.focus({ focusVisible: true, preventScroll: true })")
    assert with_focus != without, f"the focus is not to be seen on {markup}"


def tab_to(page: Page, words: str, *, seen: set[str], most: int = 40, compare: bool = True) -> None:
    """Press Tab until what has the focus says `words`, and see the focus at every step.

    Of things that look alike, whose kinds are added to `seen`, the first one is looked at.

    Comparing with and without the focus would close a menu, which closes when it is lost, and
    would begin anew with the controls of a video, which are the browser's own.
    """
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = read(page, FOCUSED)
        assert focused is not None, "nothing has the focus"
        markup, says, kind, *_ = focused
        assert kind in ("video", "visible"), focused
        alike = re.sub(r' (?!class)[\w-]+="[^"]*"', "", markup.partition(">")[0])
        if compare and kind != "video" and alike not in seen:
            assert_focus_visible(page, focused)
            seen.add(alike)
        if words in says[:40]:
            return
    raise AssertionError(f"{words} cannot be reached")


def test_the_whole_job_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(width=WIDE[0])
    seen: set[str] = set()
    tab_to(page, "Try the sample", seen=seen)
    page.keyboard.press("Enter")
    wait_for_result(page)
    wait_for_tracks(page)
    page.wait_for_function("document.activeElement?.closest('.st-key-heading')")
    page.wait_for_function("document.querySelector('.st-key-player video')?.videoWidth > 0")
    page.locator(".ih-tracks .barlayer path").first.wait_for()
    tab_to(page, "Download", seen=seen)
    page.keyboard.press("Enter")
    page.get_by_test_id("stPopoverBody").wait_for()
    tab_to(page, "Single files", seen=seen, most=120, compare=False)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Signals (CSV)").wait_for()
    tab_to(page, "Signals (CSV)", seen=seen, compare=False)
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert coming.value.suggested_filename.endswith("-sandbox-signals.csv")
    page.keyboard.press("Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    page.get_by_role("button", name="New analysis").focus()
    tab_to(page, "Loop", seen=seen)
    page.keyboard.press("]")
    expect(page.locator(".ih-item[aria-selected=true]")).to_have_count(1)
    tab_to(page, "Signals", seen=seen, most=60)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Moments")).to_have_attribute("aria-selected", "true")
    tab_to(page, "Statistics", seen=seen, most=60)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Quality")).to_have_attribute("aria-selected", "true")
