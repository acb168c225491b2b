"""How the panel of a failed analysis looks; its words for every error are tested without a browser.

See `tests/page/test_errors.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from interhuman.catalogue import CATALOGUE, Advice
from tests import clips
from tests.browser.conftest import OpenPage, rehearse
from tests.browser.waiting import read

LENGTHS: tuple[Callable[[Advice], int], ...] = (
    lambda advice: len(advice.title),
    lambda advice: len(advice.meaning + advice.action),
)
LONGEST = sorted({max(CATALOGUE, key=lambda known: of(CATALOGUE[known])) for of in LENGTHS})
"""The errors with the longest title and with the longest text."""

WIDTHS = (1280, 390, 320)

CUT_OFF = """(panel) => [panel, ...panel.querySelectorAll('*')].filter((element) => {
  const box = element.getBoundingClientRect(), outer = panel.getBoundingClientRect();
  const cut = getComputedStyle(element).overflowX !== 'visible'
    && element.scrollWidth > element.clientWidth + 1;
  return box.width > 1 && (cut || box.right > outer.right + 1 || box.left < outer.left - 1);
}).map((element) => element.outerHTML.slice(0, 200))"""
"""What is wider than its place in the panel."""


def test_the_longest_errors_are_readable_at_every_width(
    open_page: OpenPage, screenshot: Callable[[Page, str], None]
) -> None:
    page = open_page()
    talk: FilePayload = {
        "name": "talk.mp4",
        "mimeType": "video/mp4",
        "buffer": clips.recording(duration_s=3),
    }
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_text("talk.mp4").wait_for()
    for error_id in LONGEST:
        advice = CATALOGUE[error_id]
        rehearse(page, error_id)
        page.get_by_role("button", name="Analyze").click()
        panel = page.locator(".st-key-failure")
        expect(panel).to_contain_text(error_id)
        for words in (advice.title, advice.meaning, advice.action, "What to do now"):
            expect(panel.get_by_text(words)).to_be_visible()
        expect(panel.get_by_text("Correlation ID, for support")).to_be_visible()
        expect(panel.get_by_role("link", name="Read about this error")).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert read(panel, CUT_OFF) == [], width
        screenshot(page, f"error-{error_id}")
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.get_by_role("button", name="Dismiss").click()
        panel.wait_for(state="detached")
