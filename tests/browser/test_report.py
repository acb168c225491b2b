"""A report in a browser: without a network, with and without its script, and on paper."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from interhuman.analysis import Analysis
from interhuman.answers.payload import read_v1
from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import write_report
from interhuman.exports.report.recordings import Recording
from interhuman.media.sample import sample_bytes
from tests import long_result
from tests.browser.test_accessibility import GRAVE, RULES
from tests.browser.waiting import PATIENCE_MS, box_of, watch
from tests.exports.report.made import analysis, result
from tests.exports.report.test_hostile import named

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FITS = "document.documentElement.scrollWidth === document.documentElement.clientWidth"


def long_analysis(signals: int) -> Analysis:
    """Return a busy analysis of ten minutes whose reasons all differ."""
    read_back = read_v1(long_result.payload(signals, duration_s=600))
    numbered = (
        replace(signal, rationale=f"Reason {number:03}. {signal.rationale}")
        for number, signal in enumerate(read_back.signals)
    )
    return replace(read_back, signals=tuple(numbered)).with_duration(600)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of reports: of one result with its recording, of three, and a hostile one."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "talk.mp4").write_bytes(sample_bytes())
    recordings = {"3f2b8c1e": Recording(folder / "talk.mp4", "video/mp4")}
    long, sandbox = NamedResult("Long", long_analysis(60)), ("Sandbox", analysis(sandbox=True))
    write_report([result()], folder / "one.html", recordings=recordings)
    write_report((result(), long, sandbox), folder / "several.html")
    write_report([named("<script>document.title = 'owned'</script>\"'")], folder / "hostile.html")
    return folder


@contextmanager
def opened(browser: Browser, path: Path, **options: Any) -> Iterator[Page]:
    """Open a file where there is no network; fail for a request or an error of the console."""
    context = browser.new_context(offline=True, reduced_motion="reduce", **options)
    watch(context)
    problems: list[str] = []

    def only_the_file(route: Route) -> None:
        if route.request.url.startswith(path.as_uri()):
            route.continue_()
        else:
            problems.append(f"asked for {route.request.url:.200}")
            route.abort()

    context.route("**/*", only_the_file)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert problems == []


def faults(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or critical."""
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    violations: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in GRAVE or violation["id"] == "heading-order"
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("name", ["one", "several", "hostile"])
@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_it_needs_no_network_and_keeps_nobody_out(
    browser: Browser, reports: Path, name: str, viewport: dict[str, int], scheme: str
) -> None:
    path = reports / f"{name}.html"
    with opened(browser, path, viewport=viewport, color_scheme=scheme) as page:
        expect(page.locator("article").first).to_be_visible()
        expect(page).to_have_title(re.compile("Interhuman report$"))
        page.wait_for_function(FITS)
        assert faults(page) == []


def test_marks_list_and_recording_follow_each_other(browser: Browser, reports: Path) -> None:
    with opened(browser, reports / "one.html", viewport=WIDE) as page:
        mark, row = page.locator("#r1-m3"), page.locator("#r1-s3")
        mark.hover()
        tip = page.locator(".tip")
        for words in ("Stress", "0:20–0:25 · low probability", "touches the collar", "disagrees"):
            expect(tip).to_contain_text(words)
        mark.click()
        expect(tip).to_be_hidden()
        expect(row).to_have_class("chosen")
        expect(page.locator(".span")).to_have_attribute("x", "50%")
        expect(page.locator(".playhead")).to_have_attribute("x1", "50%")
        expect(page.locator("video")).to_have_js_property("currentTime", 20)
        pinned = box_of(page.locator(".pinned"))
        assert box_of(row)["y"] >= pinned["y"] + pinned["height"]

        page.locator("#r1-s6 .time").click()
        expect(page.locator("#r1-m6")).to_have_class(re.compile("chosen"))
        expect(mark).not_to_have_class(re.compile("chosen"))
        expect(page.locator("video")).to_have_js_property("currentTime", 30)
        page.locator(".pin").nth(1).focus()
        expect(tip).to_contain_text("Price.")
        page.keyboard.press("Enter")
        expect(page.locator("#r1-n1")).to_have_class("chosen")
        expect(page.locator("video")).to_have_js_property("currentTime", 10)
        page.get_by_role("button", name="0:35–0:40").press("Enter")
        expect(page.locator("video")).to_have_js_property("currentTime", 35)


def test_signals_are_filtered_by_type(browser: Browser, reports: Path) -> None:
    with opened(browser, reports / "one.html", viewport=WIDE) as page:
        rows, marks = page.locator(".signals tbody tr"), page.locator(".mark")
        page.get_by_role("button", name="Confidence 2").click()
        expect(rows.locator("visible=true")).to_have_count(2)
        expect(marks.locator("visible=true")).to_have_count(2)
        expect(page.locator(".filter output")).to_have_text("2 of 7 signals shown")
        page.get_by_role("button", name="Confidence 2").click()
        expect(rows.locator("visible=true")).to_have_count(7)


def test_it_reads_whole_without_its_script(browser: Browser, reports: Path) -> None:
    path = reports / "several.html"
    with opened(browser, path, viewport=WIDE, java_script_enabled=False) as page:
        expect(page.locator("#r2 .signals tbody tr")).to_have_count(60)
        expect(page.locator(".filter").first).to_be_hidden()
        expect(page.locator("#r2-m7 title")).to_have_count(1)
        page.locator("#r2-m7").click()
        expect(page).to_have_url(re.compile("#r2-s7$"))
        expect(page.locator("#r2-s7")).to_be_in_viewport()


def words(text: str) -> str:
    """Return text without line breaks, and without the ligatures that fonts have."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize(("signals", "paper"), [(5, "A4"), (120, "Letter"), (300, "A4")])
def test_it_prints_whole_on_numbered_pages(
    browser: Browser, tmp_path: Path, signals: int, paper: str
) -> None:
    long = long_analysis(signals)
    path = tmp_path / "long.html"
    write_report([NamedResult("Printed", long)], path)
    with opened(browser, path, color_scheme="dark") as page:
        pdf = page.pdf(format=paper, print_background=True)
    pages = [words(sheet.extract_text()) for sheet in PdfReader(io.BytesIO(pdf)).pages]
    for number, text in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in text
        assert len(text) > 100, f"page {number} is all but empty"
    printed = " ".join(pages)
    for signal in long.signals:
        assert words(signal.rationale or "") in printed
    listed = [text for text in pages if re.search(r"Reason \d{3}\.", text)]
    assert all("Signal Why" in text for text in listed)
    assert len(listed) >= signals // 30


def test_paper_is_light_and_has_what_fits_on_it(browser: Browser, reports: Path) -> None:
    with opened(browser, reports / "one.html", viewport=WIDE, color_scheme="dark") as page:
        expect(page.locator("html")).to_have_css("background-color", "rgb(20, 22, 26)")
        page.emulate_media(media="print")
        expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
        expect(page.locator("video")).to_be_hidden()
        expect(page.locator(".filter")).to_be_hidden()
