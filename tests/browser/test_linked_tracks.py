"""Tracks under each other as they are used: one axis, one playhead, players locked and alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from interhuman.view.charts.axes import LEFT_PX, RIGHT_PX
from tests.browser import tracks_page
from tests.browser.conftest import OpenPage
from tests.browser.dashboard import Dashboard
from tests.browser.known_talk import DURATION_S, OVERLAPPING
from tests.browser.test_accessibility import RULES, assert_no_faults, faults
from tests.browser.tracks_page import QUESTION_S, SHORT_S
from tests.browser.waiting import at_rest, box_of, read

WITHIN_S = 0.1
QUESTIONS = (OVERLAPPING, 1)
"""The place of the skepticism among the signals of each talk."""

LATER_S = 31 - QUESTION_S

PERCENT = "Percent of each one's length"
LOCKED, ALONE = "Locked: players run together", "Alone: each player runs by itself"
FIT = "Fit: show the whole recording"

AT = "document.querySelector('.st-key-compare-{}-{} {}')"


def chart(number: int) -> str:
    """Return where the tracks of a result are, in JavaScript."""
    return AT.format("chart", number, ".ih-tracks")


def video(number: int) -> str:
    """Return where the player of a result is, in JavaScript."""
    return AT.format("player", number, "video")


class Linked:
    """The tracks on `page`; A is the known talk, 60 s long, B the short one, 40 s long."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bar = page.locator(".ih-bar-of-tracks")
        self.handle = page.get_by_role("slider", name="Shift B")
        self.field = page.get_by_role("spinbutton", name="Shift of B in seconds")
        analyses = [tracks_page.TALKS[name]()[1] for name in "ab"]
        self.drawn = [tracks_page.drawn(analysis, widest_s=DURATION_S) for analysis in analyses]

    def chart(self, number: int) -> Locator:
        """Return the tracks of a result."""
        return self.page.locator(f".st-key-compare-chart-{number} .ih-tracks")

    def member(self, number: int) -> Locator:
        """Return what stands above the tracks of a result."""
        return self.page.locator(".ih-member").nth(number - 1)

    def button(self, name: str) -> Locator:
        """Return a button of the bar."""
        return self.bar.get_by_role("button", name=name, exact=True)

    def expect_windows(self, *windows: tuple[float, float], abs_s: float = 0.05) -> None:
        """Wait until the tracks show these windows, each in its recording's own seconds."""
        for number, window in enumerate(windows, 1):
            self.page.wait_for_function(
                f"([window, abs]) => {chart(number)}?.layout.xaxis.range"
                ".every((edge, place) => Math.abs(edge - window[place]) <= abs)",
                arg=[window, abs_s],
            )

    def expect_times(self, *seconds: float, abs_s: float = WITHIN_S) -> None:
        """Wait until the players stand at these times."""
        for number, time in enumerate(seconds, 1):
            self.page.wait_for_function(
                f"([time, abs]) => Math.abs({video(number)}.currentTime - time) <= abs",
                arg=[time, abs_s],
            )

    def x_px(self, number: int, seconds: float) -> float:
        """Return where a recording's own time is, in px from the window's left edge."""
        box = box_of(self.chart(number))
        start, end = read(self.page, f"{chart(number)}.layout.xaxis.range.map(Number)")
        width = box["width"] - LEFT_PX - RIGHT_PX
        return float(box["x"] + LEFT_PX + (seconds - start) / (end - start) * width)

    def click(self, number: int, seconds: float, *, signal: int | None = None) -> None:
        """Click on the tracks of a result: on the row of a signal, or on the quality index."""
        drawn = self.drawn[number - 1]
        bottom = drawn.tracks_px[1]
        inside = (bottom - 24, bottom - 20) if signal is None else drawn.places[signal]
        self.chart(number).scroll_into_view_if_needed()
        x, y = self.x_px(number, seconds), box_of(self.chart(number))["y"] + sum(inside) / 2
        self.page.mouse.click(x, y)

    def playhead_px(self, number: int) -> float:
        """Return where the playhead of a result is, in px from the window's left edge."""
        return box_of(self.chart(number).locator(".ih-playhead"))["x"]

    def shift(self, seconds: float) -> None:
        """Write a shift of B into its field."""
        self.field.fill(f"{seconds:g}")
        self.field.press("Enter")

    def reset(self) -> None:
        """Go back to the beginning, in seconds, locked, unshifted, with all in view."""
        self.page.evaluate("document.querySelectorAll('video').forEach((each) => each.pause())")
        expect(self.button("Play")).to_be_visible()
        self.button(LOCKED).click()
        self.button("Seconds").click()
        self.shift(0)
        self.button(FIT).click()
        self.chart(1).get_by_role("slider", name="Playhead").focus()
        self.page.keyboard.press("0")
        self.expect_times(0, 0)
        self.expect_windows((0, DURATION_S), (0, DURATION_S))


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page with nothing but tracks."""
    folder = tmp_path_factory.mktemp("tracks")
    running = Dashboard(folder, script="tests/browser/tracks_page.py")
    yield running.url
    running.stop()


def open_linked(open_page: OpenPage, url: str, named: str, *, width: int = 1280) -> Linked:
    """Open the tracks of talks by their letters."""
    page = open_page(url=f"{url}/?compare={named}", width=width)
    expect(page.locator(".ih-tracks .ih-strip")).to_have_count(len(named))
    at_rest(page)
    return Linked(page)


@pytest.fixture(scope="module")
def shared(page_url: str, open_shared_page: OpenPage) -> Linked:
    """Two talks with their recordings."""
    linked = open_linked(open_shared_page, page_url, "ab")
    for number in (1, 2):
        linked.page.wait_for_function(f"{video(number)}?.videoWidth > 0")
    return linked


@pytest.fixture
def linked(shared: Linked) -> Linked:
    """The two talks at their beginning."""
    shared.reset()
    return shared


# ---- one axis ------------------------------------------------------------------------------------


def test_a_shorter_recording_ends_where_it_ends_and_is_blank_after_that(linked: Linked) -> None:
    beyond = box_of(linked.chart(2).locator(".ih-after"))
    assert beyond["x"] == pytest.approx(linked.x_px(2, SHORT_S), abs=1)
    assert beyond["x"] + beyond["width"] == pytest.approx(linked.x_px(2, DURATION_S), abs=1)
    expect(linked.chart(1).locator(".ih-beyond:visible")).to_have_count(0)


def test_a_shift_lines_up_the_same_question(linked: Linked) -> None:
    linked.shift(LATER_S)
    linked.expect_windows((0, DURATION_S), (-LATER_S, DURATION_S - LATER_S))
    assert linked.x_px(2, QUESTION_S) == pytest.approx(linked.x_px(1, 31), abs=1)
    expect(linked.chart(2).locator(".ih-before")).to_be_visible()
    linked.click(1, 31.5, signal=QUESTIONS[0])
    linked.expect_times(31, QUESTION_S)
    for number, reason in ((1, "Raises one brow"), (2, "Asks for proof")):
        expect(linked.member(number)).to_contain_text("Skepticism")
        expect(linked.member(number)).to_contain_text(reason)
    assert linked.playhead_px(1) == pytest.approx(linked.playhead_px(2), abs=1)


def test_a_shift_is_dragged_by_its_handle(linked: Linked) -> None:
    box = box_of(linked.handle)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    by_px = linked.x_px(1, LATER_S) - linked.x_px(1, 0)
    linked.page.mouse.move(x, y)
    linked.page.mouse.down()
    linked.page.mouse.move(x + by_px, y, steps=5)
    linked.expect_windows((0, DURATION_S), (-LATER_S, DURATION_S - LATER_S), abs_s=0.15)
    linked.page.mouse.move(x - 2 * by_px, y, steps=5)
    linked.page.mouse.up()
    # What begins before the first one is in view once it is let go.
    linked.expect_windows((-2 * LATER_S, DURATION_S), (0, 2 * LATER_S + DURATION_S), abs_s=0.15)
    assert float(read(linked.field, "(field) => field.value")) == pytest.approx(-12, abs=0.15)


def test_a_shift_that_is_none_is_not_taken(linked: Linked) -> None:
    linked.shift(1000)
    expect(linked.field).to_have_value("60")
    linked.field.fill("")
    linked.field.press("Enter")
    expect(linked.field).to_have_value("0")


def test_in_percent_each_fills_the_axis_and_has_a_shift_of_its_own(linked: Linked) -> None:
    linked.shift(LATER_S)
    linked.button(PERCENT).click()
    linked.expect_windows((0, DURATION_S), (0, SHORT_S))
    labels = ["0%", "10%", "20%"]
    for number in (1, 2):
        linked.page.wait_for_function(
            f"(labels) => {chart(number)}.layout.xaxis.ticktext.slice(0, 3).join() === labels",
            arg=",".join(labels),
        )
    expect(linked.chart(2).locator(".ih-beyond:visible")).to_have_count(0)
    expect(linked.field).to_have_value("0")
    linked.click(1, 29.5)
    linked.expect_times(29.5, 29.5 * SHORT_S / DURATION_S, abs_s=0.15)
    linked.button("Seconds").click()
    linked.expect_times(29.5, 29.5 - LATER_S, abs_s=0.15)
    expect(linked.field).to_have_value(f"{LATER_S}")


def test_the_zoom_is_the_same_in_both(linked: Linked) -> None:
    linked.shift(LATER_S)
    x = linked.x_px(2, 14)
    box = box_of(linked.chart(2))
    linked.page.mouse.move(x, box["y"] + 20)
    linked.page.keyboard.down("Control")
    linked.page.mouse.wheel(0, -400)
    linked.page.keyboard.up("Control")
    linked.page.wait_for_function(
        f"(([from, to]) => to - from < 40)({chart(1)}.layout.xaxis.range)"
    )
    start, end = read(linked.page, f"{chart(1)}.layout.xaxis.range.map(Number)")
    linked.expect_windows((start, end), (start - LATER_S, end - LATER_S))
    assert linked.x_px(2, 14) == pytest.approx(x, abs=2)
    linked.button("Zoom in (+)").click()
    linked.page.wait_for_function(
        f"(([from, to]) => to - from < 25)({chart(2)}.layout.xaxis.range)"
    )
    linked.button(FIT).click()
    linked.expect_windows((0, DURATION_S), (-LATER_S, DURATION_S - LATER_S))
    linked.page.mouse.wheel(0, 200)
    linked.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 50")
    linked.expect_windows((0, DURATION_S))
    linked.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")


# ---- players -------------------------------------------------------------------------------------


DRIFT = f"Math.abs({video(1)}.currentTime - {video(2)}.currentTime - {{}})"


def test_locked_players_run_together_less_the_shift(linked: Linked) -> None:
    linked.shift(LATER_S)
    for number, muted in ((1, False), (2, True)):
        assert read(linked.page, f"{video(number)}.muted") is muted
    linked.click(1, 8.5)
    linked.button("Play").click()
    together = f"!{video(1)}.paused && !{video(2)}.paused"
    linked.page.wait_for_function(
        f"{together} && {video(1)}.currentTime > 10 && {DRIFT.format(LATER_S)} < {WITHIN_S}"
    )
    # One that falls behind is brought back.
    linked.page.evaluate(f"{video(2)}.playbackRate = 1; {video(1)}.pause()")
    linked.page.wait_for_function(f"{video(1)}.paused && {video(2)}.paused")
    linked.page.wait_for_function(f"{DRIFT.format(LATER_S)} < {WITHIN_S}")
    expect(linked.button("Play")).to_be_visible()


def test_a_seek_in_one_players_own_controls_moves_both(linked: Linked) -> None:
    linked.shift(LATER_S)
    linked.page.evaluate(f"{video(2)}.currentTime = 20")
    linked.expect_times(20 + LATER_S, 20)
    linked.page.evaluate(f"{video(2)}.play()")
    linked.page.wait_for_function(f"!{video(1)}.paused && {video(1)}.currentTime > 26.5")
    linked.page.wait_for_function(f"{DRIFT.format(LATER_S)} < {WITHIN_S}")
    linked.page.evaluate(f"{video(2)}.pause()")
    linked.page.wait_for_function(f"{video(1)}.paused")


def test_one_that_is_not_under_way_waits_and_the_playhead_passes_its_end(linked: Linked) -> None:
    linked.shift(-SHORT_S + 2)
    linked.click(1, 1)
    linked.expect_times(1, SHORT_S - 1)
    linked.button("Play").click()
    linked.page.wait_for_function(f"{video(1)}.currentTime > 3 && {video(2)}.paused")
    linked.page.evaluate(f"{video(1)}.pause()")
    expect(linked.button("Play")).to_be_visible()
    expect(linked.member(2)).to_contain_text("ended")


def test_alone_each_player_has_its_own_playhead(linked: Linked) -> None:
    linked.button(ALONE).click()
    linked.click(2, 20.5)
    linked.expect_times(0, 20.5)
    assert linked.playhead_px(2) > linked.playhead_px(1) + 100
    linked.page.keyboard.press("Space")
    linked.page.wait_for_function(f"{video(2)}.currentTime > 21.5 && {video(1)}.paused")
    linked.page.keyboard.press("Space")
    linked.page.wait_for_function(f"{video(2)}.paused")
    # Locked again, the others come to the one that was used last.
    linked.button(LOCKED).click()
    linked.page.wait_for_function(f"{video(1)}.currentTime > 21 && {DRIFT.format(0)} < {WITHIN_S}")


# ---- signals -------------------------------------------------------------------------------------


def test_a_chosen_signal_is_marked_in_both_and_shows_its_card(linked: Linked) -> None:
    linked.click(2, QUESTION_S + 1, signal=QUESTIONS[1])
    linked.expect_times(QUESTION_S, QUESTION_S)
    card = linked.member(2).locator(".ih-signal-card")
    expect(card).to_have_class(re.compile("ih-chosen"))
    expect(card).to_contain_text("0:25\N{EN DASH}0:30")
    expect(card).to_contain_text("medium probability")
    spans = [box_of(linked.chart(n).locator(".ih-span").nth(1)) for n in (1, 2)]
    assert spans[0]["x"] == pytest.approx(spans[1]["x"], abs=1)
    assert spans[0]["width"] == pytest.approx(spans[1]["width"], abs=1)
    expect(linked.bar.get_by_role("status")).to_contain_text("B: Skepticism")


def test_pointing_at_a_signal_shows_its_card_for_the_while(linked: Linked) -> None:
    place = linked.drawn[1].places[QUESTIONS[1]]
    linked.chart(2).scroll_into_view_if_needed()
    y = box_of(linked.chart(2))["y"] + sum(place) / 2
    linked.page.mouse.move(linked.x_px(2, QUESTION_S + 2), y)
    expect(linked.member(2)).to_contain_text("Asks for proof.")
    expect(linked.chart(1).locator(".ih-pointed")).to_be_visible()
    linked.page.mouse.move(5, 5)
    expect(linked.member(2)).not_to_contain_text("Asks for proof.")


def test_everything_by_keyboard_alone(linked: Linked) -> None:
    linked.handle.focus()
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "ArrowLeft"):
        linked.page.keyboard.press(key)
    expect(linked.field).to_have_value("1.9")
    linked.page.keyboard.press("Home")
    expect(linked.field).to_have_value("0")
    linked.page.keyboard.press("Tab")
    expect(linked.field).to_be_focused()
    linked.page.keyboard.press("5")  # is typed, and seeks nothing
    linked.expect_times(0, 0)
    linked.page.keyboard.press("Backspace")
    linked.page.keyboard.press("Tab")
    linked.chart(1).get_by_role("slider", name="Playhead").focus()
    # The hesitation of B at 2 s comes before that of A at 3 s.
    for key, seconds in (("]", 2), ("]", 3), ("[", 2), ("9", 40), ("ArrowLeft", 49), ("0", 0)):
        linked.page.keyboard.press(key)
        if seconds < SHORT_S:
            linked.expect_times(seconds, seconds)
        else:
            linked.expect_times({40: 54, 49: 49}[seconds])
    linked.page.keyboard.press("+")
    linked.page.wait_for_function(f"{chart(2)}.layout.xaxis.range[1] < 40")
    linked.page.keyboard.press("-")
    linked.expect_windows((0, DURATION_S), (0, DURATION_S))
    linked.page.keyboard.press("?")
    dialog = linked.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_role("row")).to_have_count(9)
    linked.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


# ---- what stays ----------------------------------------------------------------------------------


def test_what_is_looked_at_survives_a_rerun_and_a_reload(
    open_page: OpenPage, page_url: str
) -> None:
    linked = open_linked(open_page, page_url, "ab")
    linked.button(PERCENT).click()
    linked.shift(LATER_S)
    linked.expect_windows((0, DURATION_S * (1 + LATER_S / SHORT_S)), (-LATER_S, SHORT_S))
    linked.click(1, 20.5)
    linked.button(ALONE).click()
    linked.page.get_by_role("button", name="Rerun").click()
    at_rest(linked.page)
    expect(linked.button(ALONE)).to_have_attribute("aria-pressed", "true")
    expect(linked.field).to_have_value(f"{LATER_S}")
    query = f"?compare=ab&t=20.5&shift={LATER_S}&axis=percent&players=alone"
    linked.page.wait_for_function("(query) => location.search === query", arg=query)
    linked.page.reload()
    expect(linked.page.locator(".ih-tracks .ih-strip")).to_have_count(2)
    expect(linked.field).to_have_value(f"{LATER_S}")
    expect(linked.button(ALONE)).to_have_attribute("aria-pressed", "true")
    linked.page.wait_for_function(f"Math.abs({video(1)}?.currentTime - 20.5) < {WITHIN_S}")


def test_the_playhead_passes_without_recordings_signals_or_length(
    open_page: OpenPage, page_url: str
) -> None:
    linked = open_linked(open_page, page_url, "cd")
    expect(linked.member(1)).to_contain_text("no recording")
    expect(linked.member(2)).to_contain_text("length not known")
    expect(linked.page.locator("video")).to_have_count(0)
    linked.button("Play").click()
    linked.page.wait_for_function(
        """() => {
          const { x } = document.querySelectorAll(".ih-playhead")[1].getBoundingClientRect();
          return x > (window.testBefore ??= x) + 20;
        }"""
    )
    linked.button("Pause").click()
    at_rest(linked.page)
    assert linked.playhead_px(1) == pytest.approx(linked.playhead_px(2), abs=1)


def test_it_has_no_faults_and_fits(open_page: OpenPage, page_url: str) -> None:
    linked = open_linked(open_page, page_url, "abc", width=390)
    assert_no_faults(linked.page, "390 px")
    for width in (390, 1280):
        linked.page.set_viewport_size({"width": width, "height": 900})
        assert read(linked.page, "document.documentElement.scrollWidth") <= width
        for part in (linked.handle, linked.field, linked.button("Play"), linked.bar):
            box = box_of(part)
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    assert faults(linked.page, RULES) == []
