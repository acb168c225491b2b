"""Sending many files from the browser: a few at once, each once, and again where that helps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Route

from interhuman.page.browser import script
from interhuman.page.many.listing import SENDING
from tests.browser.waiting import eventually, read_now

PLACE = {
    "address": "/app/static/incoming/one",
    "max_bytes": 10,
    "extensions": [".mp4"],
    "too_large": "It's larger than the limit.",
}
ADD = """([place, names]) => {
  sending().setPlace(place);
  sending().add(names.map(([name, size]) => new File(["x".repeat(size)], name)));
}"""
STATES = "sending().files.map(({ file, state }) => `${file.name}: ${state}`)"


class Receiver:
    """A page whose server answers each upload with the next of `answers`, and then with 201."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: list[int] = []
        self.received: list[str] = []
        page.route("http://page.test/**", self._answer)
        page.goto("http://page.test/")
        page.add_script_tag(content=script(*SENDING))

    def add(self, *files: tuple[str, int], **place: object) -> None:
        """Give files to the browser, each with its name and its size in bytes."""
        self.page.evaluate(ADD, [{**PLACE, **place}, files])

    def states(self) -> list[str]:
        """Return where each file is."""
        states: list[str] = read_now(self.page, STATES)
        return states

    def _answer(self, route: Route) -> None:
        request = route.request
        if request.method != "PUT":
            route.fulfill(body="<p>A page</p>", content_type="text/html")
            return
        name = request.headers["interhuman-name"]
        self.received.append(f"{request.url.rpartition('/')[2]} {name}")
        status = self.answers.pop(0) if self.answers else 201
        route.fulfill(status=status, body="As the server says.")


@pytest.fixture
def receiver(browser: Browser) -> Iterator[Receiver]:
    """An empty page with the script in it."""
    page = browser.new_page()
    yield Receiver(page)
    page.close()


def until(receiver: Receiver, states: list[str]) -> None:
    """Wait until the files are where they should come to be."""
    assert eventually(receiver.states, lambda now: now == states) == states


def test_files_are_sent_once_each_and_two_at_a_time(receiver: Receiver) -> None:
    receiver.add(*((f"{number}.mp4", 3) for number in range(5)))
    assert (
        read_now(receiver.page, "sending().files.filter(({ state }) => state === 'sending').length")
        <= 2
    )
    until(receiver, [f"{number}.mp4: arrived" for number in range(5)])
    assert sorted(receiver.received) == [f"one {number}.mp4" for number in range(5)]
    assert not read_now(receiver.page, "sending().isBusy")


def test_what_is_no_recording_or_too_large_is_not_sent(receiver: Receiver) -> None:
    receiver.add(("notes.txt", 1), ("large.mp4", 11), ("é 1.mp4", 10))
    until(receiver, ["large.mp4: failed", "é 1.mp4: arrived"])
    assert read_now(receiver.page, "sending().leftOut") == ["notes.txt"]
    assert receiver.received == ["one %C3%A9%201.mp4"]


def test_what_fails_for_a_moment_is_sent_again_and_a_refusal_is_said(receiver: Receiver) -> None:
    receiver.answers = [503]
    receiver.add(("a.mp4", 1))
    until(receiver, ["a.mp4: arrived"])
    receiver.answers = [415]
    receiver.add(("b.mp4", 1))
    until(receiver, ["a.mp4: arrived", "b.mp4: failed"])
    assert read_now(receiver.page, "sending().files[1].why") == "As the server says."
    assert receiver.received == ["one a.mp4", "one a.mp4", "one b.mp4"]


def test_what_a_server_that_began_anew_has_not_listed_is_sent_to_it(receiver: Receiver) -> None:
    receiver.answers = [201, 404]
    receiver.add(("a.mp4", 1))
    until(receiver, ["a.mp4: arrived"])
    receiver.add(("b.mp4", 1))
    until(receiver, ["a.mp4: arrived", "b.mp4: lost"])
    listed: Any = read_now(receiver.page, "sending().files[0].key")
    receiver.page.evaluate("(key) => sending().forget([key])", listed)
    receiver.add(address="/app/static/incoming/two")
    until(receiver, ["b.mp4: arrived"])
    assert receiver.received == ["one a.mp4", "one b.mp4", "two b.mp4"]


def test_files_come_in_the_order_in_which_people_count(receiver: Receiver) -> None:
    names = "inOrder(['b 10.mp4', '.hidden.mp4', 'b 9.mp4', 'a.mp4'].map((name) => ({ name })))"
    ordered = read_now(receiver.page, f"{names}.map(({{ name }}) => name)")
    assert ordered == ["a.mp4", "b 9.mp4", "b 10.mp4"]


def test_a_folder_that_is_dropped_is_read_with_the_folders_in_it(receiver: Receiver) -> None:
    dropped = """(async () => {
      const file = (name) => ({ isFile: true, file: (take) => take(new File(["x"], name)) });
      const folder = (...pieces) => ({
        isDirectory: true,
        createReader: () => ({ readEntries: (take) => take(pieces.shift() ?? []) }),
      });
      const inner = folder([file("inner.mp4")]);
      const entries = [folder([file("one.mp4"), inner], [file("two.mp4")]), file("beside.mp4")];
      const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
      return (await filesIn({ items, files: [] })).files.map(({ name }) => name);
    })()"""
    assert read_now(receiver.page, dropped) == ["beside.mp4", "inner.mp4", "one.mp4", "two.mp4"]


def test_what_cannot_be_read_of_a_folder_is_left_out_alone(receiver: Receiver) -> None:
    dropped = """(async () => {
      const file = (name) => ({ isFile: true, file: (take) => take(new File(["x"], name)) });
      const gone = { isFile: true, name: "gone.mp4", file: (_, refuse) => refuse(new Error()) };
      const refusing = { readEntries: (_, refuse) => refuse(new Error()) };
      const closed = { isDirectory: true, name: "closed", createReader: () => refusing };
      const pieces = [[gone, closed, file("one.mp4")]];
      const reader = { readEntries: (take) => take(pieces.shift() ?? []) };
      const folder = { isDirectory: true, createReader: () => reader };
      const items = [{ webkitGetAsEntry: () => folder }];
      const { files, unreadable } = await filesIn({ items, files: [] });
      return [files.map(({ name }) => name), unreadable];
    })()"""
    assert read_now(receiver.page, dropped) == [["one.mp4"], ["gone.mp4", "closed"]]


def test_files_of_one_name_are_called_by_their_folders_as_well(receiver: Receiver) -> None:
    receiver.add()
    dropped = """(async () => {
      const file = (name, folder) => ({
        isFile: true, fullPath: `/${folder}/${name}`, file: (take) => take(new File(["x"], name)),
      });
      const pieces = [[file("talk.mp4", "Anna"), file("talk.mp4", "Ben"), file("a.mp4", "Ben")]];
      const reader = { readEntries: (take) => take(pieces.shift() ?? []) };
      const folder = { isDirectory: true, createReader: () => reader };
      const { files } = await filesIn({ items: [{ webkitGetAsEntry: () => folder }], files: [] });
      sending().add(files);
      return sending().files.map(({ name }) => name);
    })()"""
    names = ["a.mp4", "Anna - talk.mp4", "Ben - talk.mp4"]
    assert read_now(receiver.page, dropped) == names
    until(receiver, ["a.mp4: arrived", *["talk.mp4: arrived"] * 2])
    assert sorted(map(unquote, receiver.received)) == sorted(f"one {name}" for name in names)


def test_what_is_left_out_is_said_of_what_was_given_last(receiver: Receiver) -> None:
    receiver.add(("notes.txt", 1))
    receiver.page.evaluate("sending().add([], ['closed'])")
    assert read_now(receiver.page, "sending().unreadable") == ["closed"]
    receiver.add(("a.mp4", 1))
    assert read_now(receiver.page, "[sending().leftOut, sending().unreadable]") == [[], []]
