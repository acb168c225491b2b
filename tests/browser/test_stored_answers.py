"""Answers kept on disk belong to whoever runs the page: no visitor from outside sees them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from interhuman.answers.answer import Answer
from interhuman.library.store import ResultStore
from tests import examples
from tests.browser.conftest import DRAWN
from tests.browser.dashboard import Dashboard
from tests.browser.person import Needles, Person, found, needle

NAME, CORRELATION_ID = "AdasPitchE5.mp4", "c0ffee00-aaaa-4000-8000-000000000001"
KEPT: Needles = {"the name": needle("AdasPitchE5"), "the correlation id": needle(CORRELATION_ID)}

Open = Callable[[str], Person]
Edit = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard that finds one answer kept on disk from earlier."""
    folder = tmp_path_factory.mktemp("kept")
    body = examples.read(examples.FULL).raw_bytes
    moment = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)
    answer = Answer("/v1/upload/analyze", 200, body, CORRELATION_ID, False, moment)
    ResultStore(folder / "results").keep(answer, recording=NAME)
    dashboard = Dashboard(folder, {"INTERHUMAN_RESULTS_DIR": str(folder / "results")})
    yield dashboard
    dashboard.stop()


@pytest.fixture
def open_saved(browser: Browser) -> Iterator[Open]:
    """Open the dashboard at an address and look where saved results are opened."""
    people: list[Person] = []

    def open_it(url: str) -> Person:
        people.append(Person(browser, url))
        page = people[-1].page
        page.get_by_text("Open a saved result").click()
        page.get_by_text("JSON as the API sent it").wait_for()
        page.locator(DRAWN).wait_for()
        people[-1].look()
        return people[-1]

    yield open_it
    for person in people:
        person.context.close()


@contextmanager
def proxy(url: str, edit: Callable[[bytes, str], bytes]) -> Iterator[str]:
    """Pass connections on to `url`; `edit` gets each one's first bytes and the proxy's own host."""
    target = urlsplit(url)
    far = (target.hostname or "", target.port or 80)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = f"127.0.0.1:{listener.getsockname()[1]}"
        accepting = threading.Thread(target=_accept, args=(listener, far, lambda x: edit(x, own)))
        accepting.start()
        try:
            yield f"http://{own}"
        finally:
            # Without this a test that fails would leave the thread waiting, and pytest with it.
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(listener: socket.socket, target: tuple[str, int], edit: Edit) -> None:
    with suppress(OSError):
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(target)
            for ends in ((near, far, edit), (far, near, bytes)):
                threading.Thread(target=_pump, args=ends, daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, edit: Edit) -> None:
    with suppress(OSError), source, sink:
        data = edit(source.recv(65536))
        while data:
            sink.sendall(data)
            data = source.recv(65536)


def with_header(line: bytes) -> Callable[[bytes, str], bytes]:
    """Return the edit that puts one more header into a request."""
    return lambda request, _: request.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1)


def as_another_host(request: bytes, own: str) -> bytes:
    """Name the host as a public proxy does, while the browser says that it is at this machine."""
    return request.replace(own.encode(), b"dashboard.example")


def test_whoever_runs_the_page_is_offered_what_is_kept(
    open_saved: Open, running: Dashboard
) -> None:
    person = open_saved(running.url)
    person.page.get_by_role("button", name="Open this answer").click()
    person.wait_for_result()
    expect(person.page.get_by_role("heading", name=NAME)).to_be_visible()
    assert found(KEPT, person.everything()) == [*KEPT]


@pytest.mark.parametrize(
    "edit",
    [
        as_another_host,
        *(
            with_header(line)
            for line in (
                b"X-Forwarded-For: 203.0.113.7",
                b"X-Forwarded-Host: localhost",
                b"X-Forwarded-Proto: https",
                b"Forwarded: for=203.0.113.7",
                b"CF-Connecting-IP: 203.0.113.7",
                b"True-Client-IP: 203.0.113.7",
                b"X-Some-Gateway: 1",
            )
        ),
    ],
)
def test_a_visitor_who_comes_through_a_proxy_is_not(
    open_saved: Open, running: Dashboard, edit: Callable[[bytes, str], bytes]
) -> None:
    with proxy(running.url, edit) as url:
        person = open_saved(url)
        assert person.seen["frames"]
        assert found(KEPT, person.everything()) == []
