"""A person's own browser that keeps everything it was ever sent, so that it can be searched."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from playwright.sync_api import Browser, Download, FilePayload, Locator, Response, WebSocket, expect

from tests.browser.conftest import (
    close_connection,
    open_connection,
    open_tab,
    wait_for_result,
)
from tests.browser.waiting import PATIENCE_MS, all_of, at_rest, count_of, read_now, text_of, watch

Needles = Mapping[str, re.Pattern[bytes]]
"""What to look for, by what it is called where it is found."""

API, CONNECTED = "Interhuman API", "You're using your own credentials"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MEDIA = re.compile(rb"/(?:media|app/static/recordings)/([0-9a-f]{32,})")

_TYPED = "[...document.querySelectorAll('input, textarea')].map(field => field.value)"
_PLAYED = "[...document.querySelectorAll('video, audio, source, img')].map(one => one.src)"


def needle(text: str) -> re.Pattern[bytes]:
    """Return what finds `text` in bytes as it is, or in base64 at any offset."""
    raw = text.encode()
    coded = [base64.b64encode(bytes(shift) + raw)[4 * bool(shift) : -4] for shift in range(3)]
    return re.compile(b"|".join(map(re.escape, (raw, *coded))))


def names_in(needles: Needles, hay: Iterable[bytes]) -> list[str]:
    """Return the names of what is found in any of the pieces."""
    pieces = list(hay)
    return [name for name, what in needles.items() if any(map(what.search, pieces))]


class Person:
    """A browser of one's own on the dashboard; `seen` is all it was sent, by the way it came.

    `dispositions` holds the header that names each file that was downloaded, by its address.
    """

    def __init__(
        self, browser: Browser, url: str, *, cookies: Mapping[str, str] | None = None
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        for name, value in (cookies or {}).items():
            self.context.add_cookies([{"name": name, "value": value, "url": url}])
        watch(self.context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.seen: dict[str, list[bytes]] = defaultdict(list)
        self.sent: list[bytes] = []
        self.dispositions: dict[str, str] = {}
        self._fetched: set[str] = set()
        self.page.on("websocket", self._listen)
        self.page.on("response", self._note)
        self.page.on("console", lambda line: self.seen["console"].append(line.text.encode()))
        self.page.goto(url)
        self._until_drawn()

    def visit(self, url: str) -> None:
        """Go to an address in the same tab, which begins another session, and look."""
        self.page.goto(url)
        self._until_drawn()
        self.look()

    def reload(self) -> None:
        """Load the page anew."""
        self.look()
        self.page.reload()
        self._until_drawn()
        self.look()

    def use(self, **fields: str) -> None:
        """Give credentials of one's own, by the labels of the fields."""
        open_connection(self.page).get_by_text(API, exact=True).click()
        form = self.page.get_by_test_id("stExpander").filter(has_text="Use your own credentials")
        expect(form).to_have_count(1)
        if count_of(form.locator("details[open]")) == 0:
            form.locator("summary").click()
            at_rest(self.page)  # Unfolding moves what is in it from under the pointer.
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(value)
        self.page.get_by_role("button", name="Use this key").click()
        self.page.get_by_text(CONNECTED).wait_for()
        self.look()
        close_connection(self.page)

    def forget(self) -> None:
        """Take the credentials back."""
        open_connection(self.page).get_by_role("button", name="Remove my key").click()
        expect(self.page.get_by_text(CONNECTED)).to_have_count(0)
        self.look()
        close_connection(self.page)

    def test_connection(self, says: str) -> None:
        """Press Test connection and wait for what it says."""
        opened = open_connection(self.page)
        opened.get_by_role("button", name="Test connection").click()
        opened.get_by_text(says).first.wait_for()
        self.look()
        close_connection(self.page)

    def begin(self, recording: Path | FilePayload) -> None:
        """Choose the first recording since the page was loaded and press Analyze."""
        self.page.locator("input[type=file]").first.set_input_files(recording)
        self.page.get_by_role("button", name="Analyze").click()

    def wait_for_result(self) -> None:
        """Wait until a result is there to its last part, and open its raw JSON."""
        wait_for_result(self.page)
        open_tab(self.page, "JSON")
        self.page.locator(".ih-raw").filter(has_text="engagement_state").wait_for()
        self.look()

    def correlation_id(self) -> str:
        """Return the correlation id that the page shows."""
        shown = text_of(self.page.get_by_test_id("stCode").filter(has_text=UUID).first)
        match = UUID.search(shown)
        assert match is not None
        return match[0]

    def download_all(
        self, folder: Path, *, tabs: Iterable[str] = ("Statistics",)
    ) -> list[Download]:
        """Take every file away that the page and its `tabs` offer, into `folder`."""
        menu = self.page.get_by_role("button", name="Download", exact=True)
        if count_of(menu) == 0:
            return self.download_shown(folder)
        menu.click()
        self.page.get_by_test_id("stPopoverBody").get_by_text("Single files").click()
        at_rest(self.page)  # Unfolding moves what is in it from under the pointer.
        taken = self.download_shown(folder)
        self.page.keyboard.press("Escape")
        for tab in tabs:
            open_tab(self.page, tab)
            taken += self.download_shown(folder)
        return taken

    def download_shown(self, folder: Path) -> list[Download]:
        """Take every file away that the page shows a button for now, into `folder`."""
        buttons = all_of(self.page.get_by_test_id("stDownloadButton").get_by_role("button"))
        return [self._download(button, folder) for button in buttons]

    def look(self) -> None:
        """Take in all that the page holds at this moment, shown or not."""
        self.seen["page"] += [
            self.page.content().encode(),
            json.dumps(read_now(self.page, _TYPED)).encode(),
            json.dumps(self.context.storage_state()).encode(),
        ]
        self.seen["addresses"].append(self.page.url.encode())
        for url in read_now(self.page, _PLAYED):
            if ("/media/" in url or "/recordings/" in url) and url not in self._fetched:
                self._fetched.add(url)
                self.seen["media"].append(self.context.request.get(url).body())

    def everything(self) -> list[bytes]:
        """Return all that was seen."""
        return [piece for pieces in self.seen.values() for piece in pieces]

    def media(self) -> set[bytes]:
        """Return the names of the media files that this browser was told of."""
        return {name for piece in self.everything() for name in _MEDIA.findall(piece)}

    def _until_drawn(self) -> None:
        # Not the Analyze button: it is gone once there is a result, which may be at once.
        self.page.get_by_role("heading", level=1).wait_for()
        at_rest(self.page)

    def _download(self, button: Locator, folder: Path) -> Download:
        with self.page.expect_download() as coming:
            button.click()
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        # At once: the server forgets a file when the page is drawn without it.
        headers = self.context.request.get(coming.value.url).headers
        self.dispositions[coming.value.url] = headers["content-disposition"]
        self.seen["addresses"].append(coming.value.url.encode())
        self.seen["downloads"] += [path.name.encode(), path.read_bytes()]
        return coming.value

    def _listen(self, socket: WebSocket) -> None:
        self.seen["addresses"].append(socket.url.encode())
        socket.on("framereceived", lambda frame: self.seen["frames"].append(_bytes(frame)))
        socket.on("framesent", lambda frame: self.sent.append(_bytes(frame)))

    def _note(self, response: Response) -> None:
        self.seen["addresses"].append(response.url.encode())
        self.seen["headers"].append(json.dumps(response.headers).encode())


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
