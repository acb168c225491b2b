"""The recorder in a page of its own, with an uploader for its file and nothing of Streamlit."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Route, expect

from interhuman.page.browser import script
from interhuman.page.start.recorder import CSS, MODULES
from tests.browser.waiting import PATIENCE_MS, read_now

SAFE, UNSAFE = "http://localhost/recorder", "http://elsewhere.example/recorder"
"""Addresses at which a browser gives a page its camera, and doesn't."""

DATA = {
    "open": True,
    "session": "one",
    "busy": False,
    "opener": "st-key-record-yourself",
    "uploader": "st-key-upload",
    "arrived": None,
    "min_seconds": 3,
    "max_bytes": 100_000_000,
    "max_seconds": {"picture": None, "sound": 1800},
    "model": "Inter-1",
    "sound_model": "Inter-2 audio",
}

_HTML = f"""<!doctype html><html lang="en"><title>Recorder</title>
<div class="st-key-upload"><section><input type="file" aria-label="Upload"></section></div>
<div class="st-key-record-yourself"><button>Record yourself</button></div>
<button>Elsewhere</button>
<div id="host"></div><div id="other"></div>
<script type="module">
{script(*MODULES).replace("export default function", "window.mount = function")}
</script>
<script type="module">
window.triggers = [];
window.streams = [];
const devices = navigator.mediaDevices;
const ask = devices?.getUserMedia.bind(devices);
if (devices) devices.getUserMedia = async (wanted) => {{
  window.streams.push(await ask(wanted));
  return window.streams.at(-1);
}};
const CSS = {json.dumps(CSS)};
window.show = (data, place = "host") => {{
  const host = document.getElementById(place);
  const parentElement = host.shadowRoot ?? host.attachShadow({{ mode: "open" }});
  const style = Object.assign(document.createElement("style"), {{ textContent: CSS }});
  if (!parentElement.firstChild) parentElement.append(style);
  return (window.unmount = window.mount({{
    data, parentElement, setTriggerValue: (...trigger) => window.triggers.push(trigger),
  }}));
}};
</script>"""


class RecorderPage:
    """The recorder as a person sees it; its clock goes on by itself, and can be put forward."""

    def __init__(self, context: BrowserContext, *, url: str = SAFE, init: str = "") -> None:
        self.page = page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.route("**/*", _serve)
        page.clock.install()
        page.add_init_script(init)
        page.goto(url)

    def show(self, **changes: Any) -> None:
        """Have the page say other things to the recorder."""
        self.page.evaluate("(data) => show(data)", {**DATA, **changes})

    def open(self, **changes: Any) -> None:
        """Open the recorder and wait until it is ready."""
        self.show(**changes)
        expect(self.main).to_have_attribute("aria-disabled", "false")
        expect(self.main).to_be_visible()

    def hold_clock(self) -> None:
        """Let the page's time pass only where a test puts it forward, until the clock goes on."""
        ahead_s = 60  # however long it takes to say so
        self.page.clock.pause_at(read_now(self.page, "Date.now()") / 1000 + ahead_s)

    @property
    def main(self) -> Locator:
        """The button to record, to cancel and to stop."""
        return self.page.locator(".main")

    def button(self, name: str) -> Locator:
        """Return one of the other buttons."""
        return self.page.get_by_role("button", name=name, exact=True)

    def press(self, button: Locator) -> None:
        """Click once it has been there for as long as a person takes to see it."""
        expect(button).to_be_visible()
        self.page.clock.run_for(400)
        button.click()

    def count_down(self) -> None:
        """Let the seconds pass until it records."""
        self.page.clock.run_for(3_100)
        expect(self.main).to_have_text("Stop")

    def wait_for_piece(self) -> None:
        """Wait until there is something of the recording, which takes a second of any clock."""
        self.page.wait_for_function("interhumanRecorder.taking.bytes > 0")

    def record(self, seconds: int = 5) -> None:
        """Record for so long by the page's clock; there is something of the picture, too."""
        self.press(self.main)
        self.count_down()
        self.wait_for_piece()
        self.page.clock.run_for(seconds * 1000)

    @property
    def lights(self) -> list[str]:
        """Whether each device that was ever turned on is "live" or "ended"."""
        tracks = "streams.flatMap((stream) => stream.getTracks()).map((track) => track.readyState)"
        return list(read_now(self.page, tracks))

    def expect_dark(self) -> None:
        """Check that no device is on."""
        self.page.wait_for_function(
            "streams.every((one) => one.getTracks().every((track) => track.readyState === 'ended'))"
        )

    @property
    def given(self) -> list[list[Any]]:
        """What the uploader was given: name and size."""
        files = "[...document.querySelector('input').files].map(({ name, size }) => [name, size])"
        return list(read_now(self.page, files))

    def connect(self, is_connected: bool) -> None:
        """Have the uploader look as Streamlit shows it with a connection, or without one."""
        place = "document.querySelector('.st-key-upload > *')"
        self.page.evaluate(
            f"(state) => {{ {place}.ariaDisabled = state; }}", str(not is_connected).lower()
        )

    @property
    def triggers(self) -> list[list[str]]:
        """What the recorder triggered on the page: names and values."""
        return list(read_now(self.page, "triggers"))


def _serve(route: Route) -> None:
    route.fulfill(body=_HTML, content_type="text/html; charset=utf-8")
