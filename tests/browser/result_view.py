"""The result view as a person handles it: where things are, and what is clicked and read."""

from __future__ import annotations

from typing import cast

from playwright.sync_api import Locator, Page, expect

from interhuman.analysis import Analysis
from interhuman.frames import engagement_frame, quality_timeline_frame, signals_frame
from interhuman.view.charts.axes import LEFT_PX, RIGHT_PX
from interhuman.view.charts.tracks import Tracks, tracks
from tests.browser.waiting import at_rest, box_of, count_of, read

WITHIN_S = 0.05

CLEAR = ".ih-filter .ih-choice:text-is('Clear'):visible"
"""What takes the filter back, where there is one."""

_VIDEO = "document.querySelector('.st-key-player video')"
_MAIN = "document.querySelector('[data-testid=stMain]')"
_RANGE = "document.querySelector('.ih-tracks').layout.xaxis.range.map(Number)"


class View:
    """The result on `page`, which is that of `analysis`."""

    def __init__(self, page: Page, analysis: Analysis) -> None:
        self.page = page
        self.drawn: Tracks = tracks(
            signals_frame(analysis),
            engagement_frame(analysis),
            quality_timeline_frame(analysis),
            end_s=analysis.end_s,
        )
        self.tracks = page.locator(".ih-tracks")
        self.playhead = page.get_by_role("slider", name="Playhead")
        self.card = page.locator(".ih-card")
        self.list = page.get_by_role("listbox", name="Signals")
        self.video = page.locator(".st-key-player video")
        self.search = page.get_by_role("searchbox", name="Search signals and reasons")
        self.clear = page.locator(CLEAR)

    # ---- what is read, always of the page at rest --------------------------------------------

    @property
    def frames_sent(self) -> int:
        """How many messages the page has sent to the server since it was loaded."""
        return cast(int, read(self.page, "testTraffic.sent"))

    @property
    def scrolled_px(self) -> float:
        """How far the page is scrolled down."""
        return cast(float, read(self.page, f"{_MAIN}.scrollTop"))

    @property
    def window(self) -> list[float]:
        """The visible part of the recording on the tracks, in seconds."""
        return cast("list[float]", read(self.page, _RANGE))

    @property
    def time_s(self) -> float:
        """Where the recording is."""
        return cast(float, read(self.page, f"{_VIDEO}.currentTime"))

    def expect_time(self, seconds: float) -> None:
        """Wait until the recording stands at a time."""
        self.page.wait_for_function(
            f"([s, d]) => Math.abs({_VIDEO}?.currentTime - s) <= d", arg=[seconds, WITHIN_S]
        )

    def expect_window(self, test: str) -> None:
        """Wait until `test` is true of the visible window, `from` and `to` in seconds."""
        self.page.wait_for_function(f"(([from, to]) => {test})({_RANGE})")

    def expect_left(self, words: str) -> None:
        """Wait until the page says how many signals are left, such as "3 of 20"."""
        expect(self.page.locator(".st-key-list").get_by_text(words).first).to_be_visible()
        at_rest(self.page)

    @property
    def current(self) -> Locator:
        """The current signal in the list."""
        return self.list.locator("[aria-selected=true]")

    # ---- where things are --------------------------------------------------------------------

    def x_px(self, seconds: float) -> float:
        """Return where a moment is in the window, in px from its left edge."""
        box = box_of(self.tracks)
        start, end = self.window
        width = box["width"] - LEFT_PX - RIGHT_PX
        return box["x"] + LEFT_PX + (seconds - start) / (end - start) * width

    def y_px(self, inside: tuple[float, float]) -> float:
        """Return the middle of a part of the tracks' figure, in px from the window's top edge."""
        box = box_of(self.tracks)
        return box["y"] + sum(inside) / 2

    # ---- what is done ------------------------------------------------------------------------

    def click_tracks(self, seconds: float, *, signal: int | None = None) -> None:
        """Click at a moment: on the row of a signal, or on the quality index."""
        bottom = self.drawn.tracks_px[1]
        inside = (bottom - 24, bottom - 20) if signal is None else self.drawn.places[signal]
        self.page.mouse.click(self.x_px(seconds), self.y_px(inside))

    def scroll_by(self, px: float) -> None:
        """Scroll the page down, as anything but the person may."""
        self.page.evaluate(f"(px) => {_MAIN}.scrollTop += px", px)
        at_rest(self.page)

    def item(self, place: int) -> Locator:
        """Return a signal's item in the list, by its place in the analysis."""
        return self.page.locator(f"#ih-signal-{place}")

    def chip(self, name: str) -> Locator:
        """Return the chip that filters by a type."""
        return self.page.get_by_role("group", name="Types").get_by_role("button", name=name)

    def reset(self) -> None:
        """Take the filter, the zoom and the loop back, and go to the beginning."""
        self.page.evaluate(f"{_VIDEO}?.pause()")
        if count_of(self.clear):
            before = self.frames_sent
            self.clear.click()
            self.page.wait_for_function("(before) => testTraffic.sent > before", arg=before)
            at_rest(self.page)
        self.page.evaluate(f"{_MAIN}.scrollTop = 0")
        self.tracks.get_by_role("button", name="Fit").click()
        self.playhead.focus()
        self.page.keyboard.press("0")
        self.page.evaluate("document.querySelector('.ih-list').scrollTop = 0")
