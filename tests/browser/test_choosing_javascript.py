"""What the start page says of a folder that was dropped, without a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from interhuman.page.browser import script
from interhuman.page.many.listing import CHOOSING
from tests.browser.test_sending_javascript import PLACE
from tests.browser.waiting import eventually, read_now

DRAW = """(place) => {
  window.reported = [];
  document.body.innerHTML = "<div class='uploader'></div><div id='host'></div>";
  component({
    data: { uploader: "uploader", place },
    parentElement: document.getElementById("host"),
    setTriggerValue: (...given) => window.reported.push(given),
  });
}"""
DROP = """(names) => {
  const piece = (name) => ({
    isFile: true,
    name,
    file: (take, refuse) =>
      name.startsWith("closed") ? refuse(new Error()) : take(new File(["x"], name)),
  });
  const pieces = [names.map(piece)];
  const reader = { readEntries: (take) => take(pieces.shift() ?? []) };
  const folder = { isDirectory: true, name: "talks", createReader: () => reader };
  const items = [{ webkitGetAsEntry: () => folder }];
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { items, files: [] };
  document.querySelector(".uploader").dispatchEvent(event);
}"""


@pytest.fixture
def start(browser: Browser) -> Iterator[Page]:
    """A page with a drop zone and the script beside it."""
    page = browser.new_page()
    page.route("http://page.test/**", lambda route: route.fulfill(status=201))
    page.goto("http://page.test/")
    exported = script(*CHOOSING).replace("export default", "window.component =")
    page.add_script_tag(content=exported)
    page.evaluate(DRAW, PLACE)
    yield page
    page.close()


def test_a_folder_of_which_nothing_can_be_read_is_not_passed_over(start: Page) -> None:
    words = start.get_by_role("status")
    start.evaluate(DROP, ["closed 1.mp4", "closed 2.mp4"])
    expect(words).to_contain_text("Nothing was added: closed 1.mp4, closed 2.mp4 can't be read.")
    expect(words).to_contain_text("Check that you have permission to open the files")
    start.evaluate(DROP, [".hidden"])
    expect(words).to_contain_text("there were no files, or only hidden ones")
    assert read_now(start, "window.reported") == []


def test_what_was_said_goes_when_a_folder_can_be_read(start: Page) -> None:
    words = start.get_by_role("status")
    start.evaluate(DROP, [])
    expect(words).to_contain_text("Nothing was added")
    start.evaluate(DROP, ["talk.mp4", "closed.mp4"])
    eventually(lambda: read_now(start, "window.reported"), lambda given: given == [["begun", 1]])
    expect(words).to_be_hidden()
