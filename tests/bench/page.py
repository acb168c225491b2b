"""From the click on Analyze to drawn results in a real browser, beside the API's own time."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from interhuman import InterhumanClient
from interhuman.media.sample import SAMPLE_NAME, sample_bytes
from interhuman.sandbox import Sandbox
from tests.bench import watch
from tests.browser.dashboard import Dashboard
from tests.browser.install import chromium

ROUNDS = 5
SIGN_IN = "sandbox"
INCLUDE = ("conversation_quality_overall", "conversation_quality_timeline")


@dataclass(frozen=True)
class Round:
    """One visit, in seconds."""

    answered_s: float
    drawn_s: float
    filtered_s: float
    start_s: float
    again_s: float


def run() -> list[str]:
    """Analyze the sample over HTTP and on the page by turns, with the same sandbox."""
    with tempfile.TemporaryDirectory() as folder, Sandbox() as api, chromium() as browser:
        environ = {
            "INTERHUMAN_BASE_URL": api.base_url,
            "INTERHUMAN_KEY_ID": SIGN_IN,
            "INTERHUMAN_KEY_SECRET": SIGN_IN,
        }
        dashboard = Dashboard(Path(folder), environ)
        try:
            one_visit(browser, dashboard.url, api.base_url)
            rounds = [one_visit(browser, dashboard.url, api.base_url) for _ in range(ROUNDS)]
        finally:
            dashboard.stop()
    answered_s, drawn_s, filtered_s, start_s, again_s = (
        statistics.median(getattr(each, name) for each in rounds) for name in Round.__annotations__
    )
    return [
        f"the sample, medians of {ROUNDS} visits: answered by the API in {answered_s:.2f} s",
        f"drawn {drawn_s:.2f} s after the click on Try the sample: "
        f"{drawn_s - answered_s:.2f} s beyond the API's own time",
        f"drawn {again_s:.2f} s after Analyze for a second result of the visit: "
        f"{again_s - answered_s:.2f} s beyond the API's own time",
        f"a changed filter is drawn after {filtered_s * 1000:.0f} ms, "
        f"the start page after {start_s * 1000:.0f} ms",
    ]


def one_visit(browser: Browser, url: str, base_url: str) -> Round:
    """Ask the API directly, then as a new visitor of the page."""
    answered_s = direct_s(base_url)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.goto(url)
        page.get_by_role("button", name="Try the sample").wait_for()
        page.wait_for_function(watch.IDLE)
        drawn_s = analyzed_s(page, "Try the sample")
        return Round(answered_s, drawn_s, filtered_s(page), start_s(page), again_s(page))
    finally:
        context.close()


def direct_s(base_url: str) -> float:
    """Return how long the API takes to answer, sign-in included, as on the page."""
    began_s = time.perf_counter()
    with InterhumanClient(key_id=SIGN_IN, key_secret=SIGN_IN, base_url=base_url) as client:
        client.upload.analyze(sample_bytes(), filename=SAMPLE_NAME, include=INCLUDE)
    return time.perf_counter() - began_s


def analyzed_s(page: Page, button: str, number: int = 1) -> float:
    """Press a button that analyzes; return the time until this result of the visit is drawn."""
    watch.arm(page, watch.drawn(number))
    page.get_by_role("button", name=button).click()
    return watch.taken_s(page)


def filtered_s(page: Page) -> float:
    """Choose one type and return the time until the count has changed."""
    page.wait_for_function(watch.IDLE)
    shown = page.evaluate(watch.COUNTED)
    watch.arm(page, f"{watch.COUNTED} !== {shown!r} && {watch.IDLE}")
    page.locator(".ih-choice").first.click()
    return watch.taken_s(page)


def start_s(page: Page) -> float:
    """Go back to the start page, which runs the whole script, and return the time it takes."""
    page.wait_for_function(watch.IDLE)
    watch.arm(page, f"{watch.UPLOADER} && {watch.IDLE}")
    page.get_by_role("button", name="New analysis").click()
    return watch.taken_s(page)


def again_s(page: Page) -> float:
    """Analyze the sample as an upload that was not seen before: now the browser knows it all."""
    data = sample_bytes() + (8).to_bytes(4, "big") + b"free"
    page.locator(".st-key-upload input").set_input_files(
        {"name": SAMPLE_NAME, "mimeType": "video/mp4", "buffer": data}
    )
    page.wait_for_function(
        f"{watch.IDLE} && !document.querySelector('.st-key-analyze button').disabled"
    )
    return analyzed_s(page, "Analyze", 2)
