"""What axe-core says of the page in every state it can be in, light and dark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import clips, examples
from tests.browser.conftest import (
    TRIES,
    OpenPage,
    open_connection,
    open_options,
    open_saved_result,
    open_tab,
    rehearse,
    wait_for_result,
    wait_for_tracks,
)
from tests.browser.waiting import at_rest, read

AXE = Axe()
VIOLATIONS = """async ([within, options]) => {
  const { violations } = await axe.run(within ?? document, options);
  return violations;
}"""
"""What axe-core finds; it is put into each page once, and what is in order stays there."""

GRAVE = {"serious", "critical"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOR_RULES = ["color-contrast", "link-in-text-block"]
"""All that a theme can break: it changes colors alone."""

GROUND = """(() => {
  const [r, g, b] = getComputedStyle(document.querySelector("[data-testid=stApp]"))
    .backgroundColor.match(/[\\d.]+/g).map(Number);
  return 0.3 * r + 0.6 * g + 0.1 * b;
})()"""
"""How light the page's ground is, from 0 to 255."""

MAX_DARK = 128


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short recording."""
    path = tmp_path_factory.mktemp("media") / "talk.mp4"
    path.write_bytes(clips.recording(duration_s=3))
    return path


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result that fills every section of the page."""
    feedback = {"type": "feedback", "message": "Slow down.", "active_dimensions": ["clarity"]}
    payload = {**examples.FULL, "feedback": feedback}
    payload["signals"] = [*payload["signals"], 7]
    path = tmp_path_factory.mktemp("saved") / "talk.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    return path


def open_saved(page: Page, saved: Path) -> None:
    """Open a saved result and wait until it is drawn."""
    open_saved_result(page, saved)
    wait_for_result(page)
    wait_for_tracks(page)


@pytest.fixture(scope="module")
def start(open_shared_page: OpenPage) -> Page:
    """The start page."""
    return open_shared_page()


@pytest.fixture(scope="module")
def result(open_shared_page: OpenPage, saved: Path) -> Page:
    """A result without its recording."""
    page = open_shared_page()
    open_saved(page, saved)
    page.locator("summary").filter(has_text="couldn't be read").click()
    return page


def in_both_themes(page: Page) -> Iterator[str]:
    """Show the page in the theme that it has, then in the other one, in which it stays."""
    is_dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    for dark in (now := read(page, is_dark), not now):
        page.emulate_media(color_scheme="dark" if dark else "light")
        at_rest(page)
        ground = read(page, GROUND)
        assert (ground < MAX_DARK) == dark, "the page does not follow the theme"
        yield "dark" if dark else "light"


def assert_no_faults(page: Page, state: str, *, within: str | None = None) -> None:
    """Check that axe-core finds nothing grave in the page, or in a part, light and dark."""
    for number, theme in enumerate(in_both_themes(page)):
        rules = RULES if number == 0 else COLOR_RULES
        assert faults(page, rules, within=within) == [], f"{state}, {theme}"


def faults(page: Page, rules: list[str], *, within: str | None = None) -> list[str]:
    """Return what stays serious or critical: rule, element, and what axe-core says about it.

    Streamlit fades what is about to be redrawn, so a fault counts when it outlasts a redrawing.
    """
    lasting = _faults(page, rules, within)
    for _ in range(TRIES):
        lasting = lasting and _faults(page, rules, within)
    return lasting


def _faults(page: Page, rules: list[str], within: str | None) -> list[str]:
    if not read(page, "'axe' in window"):
        page.evaluate(AXE.axe_script)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    violations: list[dict[str, Any]] = read(page, VIOLATIONS, [within, options])
    return [
        f"{violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in GRAVE or violation["id"] == "heading-order"
        for node in violation["nodes"]
    ]


def test_empty_chosen_and_failed(start: Page, talk: Path) -> None:
    assert_no_faults(start, "empty")
    rehearse(start, "ih3003")
    start.locator("input[type=file]").first.set_input_files(talk)
    start.locator(".st-key-recording video").wait_for()
    open_options(start)
    start.get_by_text("Quality over time", exact=True).click()
    expect(start.get_by_role("button", name="Analyze")).to_be_enabled()
    assert_no_faults(start, "chosen")
    start.get_by_role("button", name="Analyze").click()
    start.get_by_text("What to do now").wait_for()
    assert_no_faults(start, "failed")
    start.get_by_role("button", name="Open a saved result").click()
    start.get_by_role("button", name="Open this result").wait_for()
    assert faults(start, RULES) == [], "before a saved result is opened"


def test_a_result(result: Page) -> None:
    open_tab(result, "Moments")
    assert_no_faults(result, "Moments")


@pytest.mark.parametrize("tab", ["Statistics", "Quality", "Table", "JSON", "Feedback"])
def test_each_tab_below_a_result(result: Page, tab: str) -> None:
    open_tab(result, tab)
    assert_no_faults(result, tab, within=".st-key-below")


OPENERS = (
    ("What this can and can't tell", "[role=dialog]"),
    ("How moments are chosen", "[role=dialog]"),
    ("Keyboard shortcuts", "dialog[open]"),
    (re.compile("^Download"), "[data-testid=stPopoverBody]"),
    ("Sandbox", "[data-testid=stPopoverBody]"),
)
"""What opens over a result: the name of the button, and the selector of what opens."""


def test_the_dialogs_of_a_result(result: Page) -> None:
    open_tab(result, "Moments")
    for number, theme in enumerate(in_both_themes(result)):
        rules = RULES if number == 0 else COLOR_RULES
        for name, within in OPENERS:
            opener = result.get_by_role("button", name=name)
            opener.click()
            result.locator(within).wait_for()
            assert faults(result, rules, within=within) == [], f"{name}, {theme}"
            result.keyboard.press("Escape")
            result.locator(within).wait_for(state="detached")
            expect(opener).to_be_focused()
    open_tab(result, "Signals")


def test_headings_are_an_outline(result: Page) -> None:
    levels = read(
        result.locator("[data-testid=stMain]"),
        "(main) => [...main.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((h) => +h.tagName[1])",
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


PLOT = "(area) => [area.getBoundingClientRect().left, area.getBoundingClientRect().right]"


def test_a_moment_is_at_the_same_pixel_in_every_time_chart(result: Page) -> None:
    open_tab(result, "Quality")
    dimensions = result.locator(".st-key-result-1-quality-dimensions .nsewdrag").first
    dimensions.wait_for()
    tracks = result.locator(".ih-tracks .nsewdrag").first
    before = result.viewport_size
    assert before is not None
    for width in (1440, 390):
        result.set_viewport_size({"width": width, "height": 900})
        places = [read(tracks, PLOT), read(dimensions, PLOT)]
        # Beside the list the tracks are narrower than what stands below; they begin alike.
        assert places[0][0] == places[1][0]
        assert width > 900 or places[0] == places[1]
    result.set_viewport_size(before)


CHARTS = """[...document.querySelectorAll(".stPlotlyChart")].map((chart) => [
  chart.getAttribute("aria-label")?.length > 20,
  [...chart.querySelectorAll(".main-svg")].every((svg) => svg.ariaHidden === "true"),
])"""
"""Whether each chart has a description, and whether its drawing is hidden from screen readers."""


def test_what_is_read_aloud_has_a_name(result: Page) -> None:
    open_tab(result, "Quality")
    result.locator(".st-key-result-1-quality-dimensions .nsewdrag").first.wait_for()
    assert read(result, CHARTS) == [[True, True]] * 3
    expect(result.get_by_role("button", name="Agreement, 1 signal", exact=True)).to_be_visible()
    entry = result.locator("#ih-signal-1")
    expect(entry).to_have_accessible_name("Agreement, 0:00–0:10, medium probability")
    expect(entry).to_have_accessible_description("Nods twice and says that it is a fair point.")


def test_the_signals_are_one_link_away(result: Page) -> None:
    result.get_by_test_id("stSkipToContent").focus()
    result.keyboard.press("Tab")
    expect(result.get_by_role("link", name="Skip to signals")).to_be_focused()
    result.keyboard.press("Enter")
    expect(result.get_by_role("listbox", name="Signals")).to_be_focused()


WITHOUT_RING = """() => {
  const focusable = "a[href], button:enabled, input, select, summary, textarea, [tabindex='0']";
  const ring = getComputedStyle(document.documentElement).getPropertyValue("--ih-focus").trim();
  const color = new OffscreenCanvas(1, 1).getContext("2d");
  color.fillStyle = ring;
  const has = ({ outlineStyle: style, outlineColor, outlineWidth: width }) => {
    color.strokeStyle = outlineColor;
    return style === "solid" && width === "2px" && color.strokeStyle === color.fillStyle;
  };
  return [...document.querySelectorAll(focusable)].filter((element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    element.focus({ preventScroll: true });
    if (document.activeElement !== element || !element.matches(":focus-visible")) return false;
    const frame = element.parentElement; // of a field, it has the ring
    const isShown = [element, frame, frame.parentElement].some((one) => has(getComputedStyle(one)));
    return !isShown && !element.closest("[role=grid]");
  }).map((element) => element.outerHTML.slice(0, 200));
}"""
"""The elements that show no ring, or another one, where they are reached by the keyboard."""


def test_all_that_has_the_focus_shows_one_ring(result: Page) -> None:
    open_tab(result, "Table")
    result.keyboard.press("Tab")  # from here on, the browser shows where the focus is
    assert read(result, WITHOUT_RING) == []


TOO_SMALL = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=file]), select, summary, [role=tab], [role=option]")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true })
    && !element.closest("[aria-hidden=true], .ih-pins") && element.offsetParent)
  .map((element) => [element, (element.closest("label") ?? element).getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 2 && (width < 39.5 || height < 39.5))
  .map(([element, { width, height }]) => `${element.outerHTML.slice(0, 120)} ${width}x${height}`)
"""
"""What is smaller than a finger needs, but for the pins of notes, which the list has, too."""


def test_what_is_touched_is_large_enough(result: Page) -> None:
    before = result.viewport_size
    assert before is not None
    session = result.context.new_cdp_session(result)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    assert read(result, "matchMedia('(pointer: coarse)').matches")
    result.set_viewport_size({"width": 390, "height": 844})
    assert read(result, TOO_SMALL) == []
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    session.detach()
    result.set_viewport_size(before)
    assert not read(result, "matchMedia('(pointer: coarse)').matches")


IN_OWN_COLORS = """() => {
  const look = (selector, part) => getComputedStyle(document.querySelector(selector))[part];
  const differs = (one, other, part) => look(one, part) !== look(other, part);
  const ground = getComputedStyle(document.querySelector(".ih-card")).backgroundColor;
  const chosen = (of) => [`${of}[aria-selected="true"]`, `${of}[aria-selected="false"]`];
  return {
    bar: look(".ih-bar", "backgroundImage") !== "none",
    mark: look(".ih-item .ih-solid", "backgroundColor") !== ground,
    tab: differs(...chosen(".ih-tab"), "borderBottomColor"),
    "page's tab": differs(...chosen("[data-testid=stTab]"), "borderBottomWidth"),
    item: differs(...chosen(".ih-item"), "borderLeftColor"),
    playhead: look(".ih-playhead", "backgroundColor") !== ground,
    "small playhead": look(".ih-strip-playhead", "backgroundColor") !== ground,
  };
}"""
"""Whether each part is told apart where a person's own few colors count."""


def test_in_ones_own_colors_nothing_vanishes(result: Page) -> None:
    result.locator("#ih-signal-1").click()
    result.emulate_media(forced_colors="active")
    seen = read(result, IN_OWN_COLORS)
    result.emulate_media(forced_colors="none")
    assert [part for part, is_seen in seen.items() if not is_seen] == []


def test_a_filtered_result_with_its_recording(result: Page, talk: Path) -> None:
    """Comes last of those that share the result: it adds the recording."""
    result.locator(".st-key-player input[type=file]").set_input_files(talk)
    result.locator(".st-key-player video").wait_for()
    expect(result.locator(".st-key-player video")).to_have_accessible_name("Recording")
    at_rest(result)  # until then, the view before has the search
    result.get_by_role("searchbox").fill("price")
    result.locator(".ih-list mark").first.wait_for()
    said = result.locator(".ih-filter").get_by_role("status")
    expect(said).to_have_text("1 of 7 signals")
    for _ in range(2):
        result.get_by_role("button", name="Add note").click()
        result.get_by_role("textbox", name="Note at").fill("price")
        result.keyboard.press("Enter")
    expect(result.locator(".ih-pin")).to_have_count(2)  # one over the other
    result.get_by_role("button", name="Add note").click()
    assert_no_faults(result, "filtered, with a note being written")


CONTRAST = """(element) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const look = getComputedStyle(element);
  const luminance = (...layers) => {
    for (const layer of layers) { canvas.fillStyle = layer; canvas.fillRect(0, 0, 1, 1); }
    const linear = [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].map(
      (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
  };
  const ground = look.backgroundColor;
  const [low, high] = [luminance(ground), luminance(ground, look.borderTopColor)].sort();
  return high / low;
}"""
"""The contrast between an element's border and its own ground."""

UNCHOSEN = (
    "[data-testid=stRadioOption]:not([data-selected]) > div > div:first-child",
    "[data-testid=stCheckbox]:not([data-selected]) label > span + div",
)
"""A radio button and a checkbox that are not chosen."""


def test_a_choice_not_made_shows_its_border(start: Page) -> None:
    start.reload()
    start.get_by_role("heading", level=1).first.wait_for()
    at_rest(start)  # until then, what one aims at may move
    open_options(start)
    start.get_by_text("Quality over time", exact=True).click()
    open_connection(start)
    start.mouse.move(0, 0)
    for theme in in_both_themes(start):
        for box in UNCHOSEN:
            unchosen = start.locator(box).first
            unchosen.wait_for()
            assert read(unchosen, "(box) => getComputedStyle(box).borderTopWidth") == "1px"
            assert read(unchosen, CONTRAST) >= 3, f"{box}, {theme}"
