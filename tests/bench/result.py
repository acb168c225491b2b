"""Reading a result in a real browser: opening, seeking, filtering, playing and scrolling it."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page

from interhuman.view.charts.axes import LEFT_PX, RIGHT_PX
from tests import clips, long_result
from tests.bench import watch
from tests.browser.dashboard import Dashboard
from tests.browser.install import chromium

ROUNDS = 5
DURATION_S = 120
PLAYED_MS = 4_000

TRACKS_DRAWN = "document.querySelector('.ih-tracks .main-svg .drag')"
VIDEO = "document.querySelector('.st-key-player video')"

BELOW = "document.querySelector('.st-key-below [role=tabpanel]:not([hidden])')"
TABS = {
    "Quality": f"{BELOW}?.querySelector('.main-svg')",
    "Table": f"{BELOW}?.querySelector('canvas')",
    "Statistics": f"{BELOW}?.querySelector('canvas')",
}
"""Tabs, in an order in which they are opened, each with what is there once it is drawn."""

FRAMES = """(ms) => new Promise((resolve) => {
  const long = [];
  const observer = new PerformanceObserver((list) => {
    long.push(...list.getEntries().map((entry) => entry.duration));
  });
  observer.observe({ type: "longtask" });
  const began = performance.now();
  let frames = 0;
  const each = () => {
    frames += 1;
    step?.();
    const taken = performance.now() - began;
    if (taken < ms) return requestAnimationFrame(each);
    observer.disconnect();
    resolve([frames / taken * 1000, long.length, Math.max(0, ...long)]);
  };
  const step = STEP;
  requestAnimationFrame(each);
})"""
"""Counts frames a second, and tasks of more than 50 ms, while `STEP` runs at each frame."""


def run() -> list[str]:
    """Open results of 120 and of 1,000 signals and use them."""
    lines = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        dashboard = Dashboard(Path(folder))
        try:
            for number in (120, 1_000):
                lines += measured(browser, dashboard.url, number)
        finally:
            dashboard.stop()
    return lines


def measured(browser: Browser, url: str, number: int) -> list[str]:
    """Return what was measured with a result of `number` signals."""
    opened, sought, filtered, tabbed = [], [], [], []
    for _ in range(ROUNDS):
        with visitor(browser, url, number) as page:
            opened.append(opened_s(page))
            page.wait_for_timeout(1_000)
            sought += [sought_ms(page, share) for share in (0.3, 0.6, 0.9)]
            filtered += [filtered_s(page) for _ in range(3)]
            tabbed += [tab_s(page, name, drawn) for name, drawn in TABS.items()]
    with visitor(browser, url, number) as page:
        opened_s(page)
        page.wait_for_timeout(1_500)
        page.evaluate(f"{VIDEO}.muted = true; {VIDEO}.play()")
        playing = page.evaluate(FRAMES.replace("STEP", "null"), PLAYED_MS)
        page.evaluate(f"{VIDEO}.pause()")
        scroll = "() => { document.querySelector('.ih-list').scrollTop += 40; }"
        scrolling = page.evaluate(FRAMES.replace("STEP", scroll), PLAYED_MS)
    return [
        f"{number:,} signals, medians of {ROUNDS} visits, plotly.js loaded:",
        f"  opened: tracks drawn after {statistics.median(opened) * 1000:.0f} ms",
        f"  click on a track: the video seeks after {statistics.median(sought):.0f} ms",
        f"  filter: tracks, list and count drawn after {statistics.median(filtered) * 1000:.0f} ms",
        f"  a tab is drawn after {statistics.median(tabbed) * 1000:.0f} ms, "
        f"the slowest after {max(tabbed) * 1000:.0f} ms",
        f"  playing: {playing[0]:.0f} frames a second, {playing[1]} long tasks "
        f"(the longest {playing[2]:.0f} ms)",
        f"  scrolling the list: {scrolling[0]:.0f} frames a second, {scrolling[1]} long tasks",
    ]


@contextmanager
def visitor(browser: Browser, url: str, number: int) -> Iterator[Page]:
    """Give a page that is about to open a result of `number` signals with its recording."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.goto(url)
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.get_by_role("button", name="Open a saved result").click()
        saved = long_result.payload(number, duration_s=DURATION_S)
        files: dict[str, FilePayload] = {
            "saved": {"name": "long.json", "mimeType": "application/json", "buffer": saved},
            "saved-recording": {"name": "long.mp4", "mimeType": "video/mp4", "buffer": recording()},
        }
        for key, file in files.items():
            page.locator(f".st-key-{key} input[type=file]").set_input_files(file)
            page.locator(f".st-key-{key}").get_by_text(file["name"]).wait_for()
        page.wait_for_function(watch.IDLE)
        page.wait_for_timeout(500)
        yield page
    finally:
        context.close()


_recording: list[bytes] = []


def recording() -> bytes:
    """Return a recording of `DURATION_S`, made once."""
    if not _recording:
        _recording.append(clips.recording(duration_s=DURATION_S, size=(160, 90)))
    return _recording[0]


def opened_s(page: Page) -> float:
    """Open the result; return the time until its tracks are drawn."""
    watch.arm(page, TRACKS_DRAWN)
    page.get_by_role("button", name="Open this result").click()
    return watch.taken_s(page)


def sought_ms(page: Page, share: float) -> float:
    """Click on the tracks; return the time until the video is seeking."""
    page.evaluate(
        f"""() => {{
          window.benchSeekMs = null;
          document.addEventListener("pointerup", (event) => {{
            const seeking = () => {{ window.benchSeekMs = performance.now() - event.timeStamp; }};
            {VIDEO}.addEventListener("seeking", seeking, {{ once: true }});
          }}, {{ capture: true, once: true }});
        }}"""
    )
    box = page.locator(".ih-tracks").bounding_box()
    assert box is not None
    x = box["x"] + LEFT_PX + (box["width"] - LEFT_PX - RIGHT_PX) * share
    page.mouse.click(x, box["y"] + 40)
    page.wait_for_function("window.benchSeekMs !== null")
    return float(page.evaluate("window.benchSeekMs"))


def filtered_s(page: Page) -> float:
    """Choose or leave a type; return the time until tracks, list and count show it."""
    marks = "document.querySelectorAll('.ih-tracks .barlayer path').length"
    count = "document.querySelectorAll('.ih-item[id^=ih-signal-]:not([hidden])').length"
    drawn, shown = page.evaluate(f"[{marks}, {count}]")
    counted = (
        "document.querySelector('.st-key-list').innerText"
        f".includes(`${{{count}.toLocaleString('en-US')}} of`)"
    )
    watch.arm(page, f"{count} !== {shown} && {marks} !== {drawn} && {counted}")
    page.locator(".ih-choice").first.click()
    taken = watch.taken_s(page)
    page.wait_for_timeout(700)
    return taken


def tab_s(page: Page, name: str, drawn: str) -> float:
    """Open a tab; return the time until it is chosen and drawn."""
    tab = page.get_by_role("tab", name=name)
    chosen = f"document.querySelector('.st-key-below [aria-selected=true]').innerText === '{name}'"
    watch.arm(page, f"{chosen} && {drawn}")
    tab.click()
    taken = watch.taken_s(page)
    page.wait_for_timeout(700)
    return taken
