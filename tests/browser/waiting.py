"""Reading the page only when it is at rest, so that no test depends on how fast a machine is.

Right after an act the page has not changed yet, and the server may not even know of it. So a test
waits for a condition with Playwright's `expect`, or reads through this module: `read` waits for
rest, `steady` and `box_of` for a value that no longer changes, `eventually` for the value itself.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Locator, Page
from playwright.sync_api import Error as PlaywrightError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest, FileURLsResponse
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg, ForwardMsgMetadata, RunIdentity

from tests.browser import failures

T = TypeVar("T")

PATIENCE_MS = 60_000
QUIET_FRAMES = 3
"""For how many frames in a row nothing may change in a page at rest."""

POLL_S = 0.05

_NUMBERS = {
    "askForRun": BackMsg.RERUN_SCRIPT_FIELD_NUMBER,
    "askForUpload": BackMsg.FILE_URLS_REQUEST_FIELD_NUMBER,
    "askedFiles": FileURLsRequest.FILE_NAMES_FIELD_NUMBER,
    "askedId": FileURLsRequest.REQUEST_ID_FIELD_NUMBER,
    "answeredId": FileURLsResponse.RESPONSE_ID_FIELD_NUMBER,
    "heartbeat": BackMsg.APP_HEARTBEAT_FIELD_NUMBER,
    "fragment": ClientState.FRAGMENT_ID_FIELD_NUMBER,
    "byTimer": ClientState.IS_AUTO_RERUN_FIELD_NUMBER,
    "runBegins": ForwardMsg.NEW_SESSION_FIELD_NUMBER,
    "runEnds": ForwardMsg.SCRIPT_FINISHED_FIELD_NUMBER,
    "mayUpload": ForwardMsg.FILE_URLS_RESPONSE_FIELD_NUMBER,
    "metadata": ForwardMsg.METADATA_FIELD_NUMBER,
    "run": ForwardMsgMetadata.RUN_FIELD_NUMBER,
    "fragments": RunIdentity.FRAGMENT_IDS_FIELD_NUMBER,
    "endedForAnother": ForwardMsg.FINISHED_EARLY_FOR_RERUN,
}
"""Streamlit's protocol: the fields of its messages, and one of the ways in which a run ends."""

_TRAFFIC = """(() => {
  const N = NUMBERS;
  const traffic = window.testTraffic = {
    sent: 0, unanswered: new Set(), timed: new Set(), run: null, asking: new Set(), uploading: 0,
  };
  const text = new TextDecoder();
  function parse(message) {
    const bytes = new Uint8Array(message), fields = [];
    let at = 0;
    const number = () => {
      let value = 0, factor = 1, byte;
      do {
        byte = bytes[at++];
        value += (byte & 127) * factor;
        factor *= 128;
      } while (byte > 127);
      return value;
    };
    while (at < bytes.length) {
      const tag = number(), kind = tag % 8, field = (tag - kind) / 8;
      if (kind === 0) {
        fields.push([field, number()]);
      } else if (kind === 2) {
        const length = number();
        fields.push([field, bytes.slice(at, at += length)]);
      } else {
        at += kind === 1 ? 8 : 4;
      }
    }
    const all = (wanted) => fields.filter(([field]) => field === wanted).map(([, value]) => value);
    return { all, first: (wanted) => all(wanted)[0] };
  }

  function onSent(data) {
    const message = typeof data === "string" ? parse([]) : parse(data);
    traffic.sent += message.first(N.heartbeat) === undefined;
    // Streamlit asks even when it refused every file, and then the answer may never come.
    const files = parse(message.first(N.askForUpload) ?? []);
    if (files.first(N.askedFiles)) traffic.asking.add(text.decode(files.first(N.askedId)));
    const asked = message.first(N.askForRun);
    if (asked === undefined) return;
    const state = parse(asked);
    const fragment = text.decode(state.first(N.fragment) ?? new Uint8Array());
    (state.first(N.byTimer) ? traffic.timed : traffic.unanswered).add(fragment);
  }

  function onReceived(data) {
    const message = parse(data);
    const mayUpload = parse(message.first(N.mayUpload) ?? []).first(N.answeredId);
    if (mayUpload) traffic.asking.delete(text.decode(mayUpload));
    if (message.first(N.runBegins) !== undefined) {
      const run = parse(parse(message.first(N.metadata) ?? []).first(N.run) ?? []);
      const fragments = run.all(N.fragments).map((id) => text.decode(id));
      const byTimer = (id) => traffic.timed.has(id) && !traffic.unanswered.has(id);
      traffic.run = fragments.length && fragments.every(byTimer) ? "timed" : "asked";
      fragments.forEach((id) => traffic.unanswered.delete(id));
      if (fragments.length === 0) traffic.unanswered.clear();
    }
    const end = message.first(N.runEnds);
    if (end !== undefined) traffic.run = end === N.endedForAnother ? "asked" : null;
  }

  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    onSent(data);
    return send.call(this, data);
  };
  window.WebSocket = class extends WebSocket {
    constructor(...options) {
      super(...options);
      traffic.unanswered.clear();
      traffic.run = null;
      traffic.asking.clear();
      this.addEventListener("message", ({ data }) => onReceived(data));
    }
  };
  const request = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    traffic.uploading += 1;
    this.addEventListener("loadend", () => { traffic.uploading -= 1; });
    return request.call(this, body);
  };
})()""".replace("NUMBERS", json.dumps(_NUMBERS))
"""Notes in each page what the server was asked for and has not done yet.

A click on a widget sends a request before it returns; the state that Streamlit shows in the page
changes only when the run for it begins, and a run that is short may never be seen in it.
"""

_REST = """async ([quietFrames, withinMs]) => {
  let changed = null;
  const describe = (node) => {
    const element = node instanceof Element ? node : node.parentElement;
    return (element ?? document.documentElement).cloneNode(false).outerHTML.slice(0, 200);
  };
  const onScroll = ({ target }) => { changed = `${describe(target)} is being scrolled`; };
  const observer = new MutationObserver((records) => {
    changed = `${describe(records.at(-1).target)} keeps changing`;
  });
  const ends = ({ effect, playState }) =>
    playState === "running" && Number.isFinite(effect.getComputedTiming().endTime);
  const loads = (media) => media.networkState === 2 && media.readyState === 0;

  function obstacle() {
    const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
    const traffic = window.testTraffic;
    const moving = document.getAnimations().find(ends);
    const looks = state === "running" && traffic.run === "timed";
    if (state !== "notRunning" && !looks) return `the script's state is ${state}`;
    if (traffic.unanswered.size) return "the server has not begun the run that it was asked for";
    if (traffic.run === "asked") return "the script runs";
    if (traffic.asking.size || traffic.uploading) return "a file is being uploaded";
    if (document.querySelector("[data-testid=stSkeleton]")) return "a part is not loaded yet";
    if (document.fonts.status === "loading") return "a font is being loaded";
    if ([...document.querySelectorAll("video, audio")].some(loads)) return "a recording is loading";
    return moving ? `${describe(moving.effect.target)} is moving` : null;
  }

  const nextFrame = () => new Promise((resolve) => {
    requestAnimationFrame(() => resolve(null));
    setTimeout(() => resolve("no frame is drawn"), 1_000);
  });
  observer.observe(document,
    { subtree: true, childList: true, attributes: true, characterData: true });
  document.addEventListener("scroll", onScroll, true);
  try {
    const until = performance.now() + withinMs;
    for (let quiet = 0; quiet < quietFrames;) {
      changed = null;
      const late = await nextFrame();
      const why = obstacle() ?? changed ?? late;
      quiet = why === null ? quiet + 1 : 0;
      if (why !== null && performance.now() > until) return why;
    }
    return null;
  } finally {
    observer.disconnect();
    document.removeEventListener("scroll", onScroll, true);
  }
}"""


def watch(context: BrowserContext) -> None:
    """Note what the pages of `context` ask of the server; call this before one is opened."""
    context.add_init_script(_TRAFFIC)
    failures.listen(context)


def at_rest(page: Page, *, within_ms: float = PATIENCE_MS) -> Page:
    """Wait until the server has done what the page asked for and all of it is drawn; return `page`.

    A page that plays a recording never rests: there wait for a condition. One that looks every
    half second whether an analysis has ended rests between two frames that show something new.
    """
    until = time.monotonic() + within_ms / 1000
    while True:
        left_ms = 1000 * max(until - time.monotonic(), 0)
        try:
            why = page.evaluate(_REST, [QUIET_FRAMES, left_ms])
        except PlaywrightError as error:
            # The page was loaded anew, or went to another address, while it was looked at.
            if "context was destroyed" not in str(error) or left_ms == 0:
                raise
            continue
        if why is None:
            return page
        pytest.fail(f"the page did not come to rest within {within_ms / 1000:g} s: {why}")


def read(within: Page | Locator, expression: str, argument: object = None) -> Any:
    """Evaluate JavaScript in a page at rest, or on an element in it."""
    at_rest(within if isinstance(within, Page) else within.page)
    return within.evaluate(expression, argument)


def read_now(page: Page, expression: str) -> Any:
    """Evaluate JavaScript at any moment, for what no condition and no assertion depends on."""
    return page.evaluate(expression)


def count_of(locator: Locator) -> int:
    """Return how many elements there are in the page at rest."""
    at_rest(locator.page)
    return locator.count()


def all_of(locator: Locator) -> list[Locator]:
    """Return each of the elements that are in the page at rest."""
    at_rest(locator.page)
    return locator.all()


def text_of(locator: Locator) -> str:
    """Return the text of an element in the page at rest."""
    at_rest(locator.page)
    return locator.inner_text()


def attribute_of(locator: Locator, name: str) -> str | None:
    """Return an attribute of an element in the page at rest."""
    at_rest(locator.page)
    return locator.get_attribute(name)


def steady(page: Page, take: Callable[[], T], *, within_ms: float = PATIENCE_MS) -> T:
    """Call `take` in every frame until its value has stayed the same for a few; return that."""
    until = time.monotonic() + within_ms / 1000
    value, same = take(), 1
    while same < QUIET_FRAMES:
        page.evaluate("new Promise((resolve) => requestAnimationFrame(() => resolve(null)))")
        before, value = value, take()
        same = same + 1 if value == before else 1
        if same == 1 and time.monotonic() > until:
            pytest.fail(f"it kept changing for {within_ms / 1000:g} s, last to {value!r}")
    return value


def box_of(locator: Locator, *, within_ms: float = PATIENCE_MS) -> FloatRect:
    """Return where an element is once it stays there, in px from the window's top left corner."""
    locator.wait_for(timeout=within_ms)
    box = steady(locator.page, locator.bounding_box, within_ms=within_ms)
    assert box is not None, f"{locator} is not shown"
    return box


def eventually(
    take: Callable[[], T], until: Callable[[T], bool], *, within_ms: float = PATIENCE_MS
) -> T:
    """Call `take` again and again until its value satisfies `until`; return that value."""
    end = time.monotonic() + within_ms / 1000
    while not until(value := take()):
        if time.monotonic() > end:
            pytest.fail(f"it did not happen within {within_ms / 1000:g} s; last read: {value!r}")
        time.sleep(POLL_S)
    return value
