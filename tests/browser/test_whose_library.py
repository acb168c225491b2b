"""What is kept belongs to its owner: nobody else sees it, by whatever address they come."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from interhuman.answers.answer import Answer
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.reading import summarize
from interhuman.page.serving import REFUSED
from tests import examples
from tests.browser.dashboard import Dashboard
from tests.browser.person import Needles, Person, names_in, needle
from tests.visitor import Visitor

NAME, CORRELATION_ID = "AdasPitchE5.mp4", "c0ffee00-aaaa-4000-8000-000000000001"
KEPT: Needles = {
    "the name": needle("AdasPitchE5"),
    "a rationale": needle("Nods twice and says that it is a fair point."),
    "the correlation id": needle(CORRELATION_ID),
}
JOB = "c0ffee00" * 4
ALICE, BOB = "alice", "bob"
ISSUER, COOKIE_SECRET = "https://id.example", "a long secret of the tests alone"

Edit = Callable[[bytes], bytes]


def keep(folder: Path, owner: str) -> str:
    """Put an analysis into the library of an owner, and return its id."""
    library = Library(open_engine(folder), owner=owner)
    id = library.begin(name=NAME, model="inter-2", duration_s=40.0)
    library.attach_job(id, job_id=JOB, expires_at=None)
    body = examples.read(examples.FULL).raw_bytes
    moment = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)
    library.store_answer(id, Answer("/v1/upload/analyze", 200, body, CORRELATION_ID, False, moment))
    library.finish(id, summary=summarize(examples.read(examples.FULL)))
    return id


class Kept:
    """A dashboard whose library has one analysis, of that id."""

    def __init__(self, folder: Path, *, owner: str, more: Sequence[str] = ()) -> None:
        self.id = keep(folder / "library", owner)
        environ = {"INTERHUMAN_LIBRARY": str(folder / "library")}
        self.dashboard = Dashboard(folder, environ, options=more)
        self.url = self.dashboard.url

    @property
    def plain_paths(self) -> list[str]:
        """The addresses that lead to the analysis and to the list that it is in."""
        return [f"/?result={self.id}", "/library"]

    @property
    def other_paths(self) -> list[str]:
        """All others that lead, or led, to the analysis."""
        named = f"result={self.id}"
        return [
            "/",
            f"/?{named}&t=3",
            f"/?job={JOB}&at=interhuman",
            f"/?run={JOB}",
            f"/library?{named}",
        ]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A dashboard for the person at this machine."""
    kept = Kept(tmp_path_factory.mktemp("local"), owner="local")
    yield kept
    kept.dashboard.stop()


@pytest.fixture(scope="module")
def with_sign_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A dashboard where people sign in, with an analysis of Alice's."""
    folder = tmp_path_factory.mktemp("signed-in")
    secrets = folder / "secrets.toml"
    auth = {
        "redirect_uri": "http://127.0.0.1/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
        "client_id": "dashboard",
        "client_secret": "word",
        "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration",
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in auth.items()]
    secrets.write_text("\n".join(("[auth]", *lines)))
    owner = f"{ISSUER} {ALICE}"
    kept = Kept(folder, owner=owner, more=[f"--secrets.files={secrets}"])
    yield kept
    kept.dashboard.stop()


def cookie(subject: str, url: str, *, secret: str = COOKIE_SECRET) -> str:
    """Return the cookie that Streamlit gives whoever signed in; no provider is needed for it."""
    user = {"origin": url, "is_logged_in": True, "iss": ISSUER, "sub": subject}
    return create_signed_value(secret, "_streamlit_user", json.dumps(user)).decode()


def seen_at(url: str, *, signed_in: str | None = None) -> list[str]:
    """Return what of the analysis whoever opens an address is sent."""
    visitor = Visitor(url, cookies={} if signed_in is None else {"_streamlit_user": signed_in})
    visitor.close()
    assert visitor.drawn, "the page was not drawn"
    return names_in(KEPT, visitor.received)


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
        # Closing alone would leave the other thread, and the end that it reads from, waiting.
        for end in (source, sink):
            end.shutdown(socket.SHUT_RDWR)


def with_header(line: bytes) -> Callable[[bytes, str], bytes]:
    """Return the edit that puts one more header into a request."""
    return lambda request, _: request.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1)


def as_another_host(request: bytes, own: str) -> bytes:
    """Name the host as a public proxy does, while the browser says that it is at this machine."""
    return request.replace(own.encode(), b"dashboard.example")


def test_the_person_at_the_machine_sees_what_is_kept(browser: Browser, running: Kept) -> None:
    person = Person(browser, f"{running.url}/?result={running.id}")
    expect(person.page.get_by_role("heading", name=NAME)).to_be_visible()
    person.page.get_by_role("tab", name="JSON").click()
    person.page.get_by_text(CORRELATION_ID).first.wait_for()
    person.look()
    assert names_in(KEPT, person.everything()) == [*KEPT]
    person.visit(f"{running.url}/library")
    expect(person.page.get_by_role("button", name=NAME, exact=True)).to_be_visible()
    person.context.close()
    for path in running.plain_paths:
        assert "the name" in seen_at(running.url + path), "whoever looks without a browser sees it"


def test_no_address_leads_a_visitor_from_outside_to_it(running: Kept) -> None:
    def public_proxy(request: bytes, own: str) -> bytes:
        return with_header(b"X-Forwarded-For: 203.0.113.7")(as_another_host(request, own), own)

    with proxy(running.url, public_proxy) as url:
        for path in [*running.plain_paths, *running.other_paths]:
            assert seen_at(url + path) == [], path


def test_another_name_of_this_machine_is_refused(running: Kept) -> None:
    with proxy(running.url, as_another_host) as url:
        refused = httpx.get(url, trust_env=False)
        assert (refused.status_code, refused.text) == (403, REFUSED)


def test_a_header_of_any_proxy_is_enough_to_see_nothing(running: Kept) -> None:
    path, _ = running.plain_paths
    with proxy(running.url, with_header(b"X-Some-Gateway: 1")) as url:
        assert seen_at(url + path) == []
    with proxy(running.url, lambda request, _: request) as url:
        assert "the name" in seen_at(url + path), "it is not the header that hides it"


def test_who_signed_in_sees_their_own(browser: Browser, with_sign_in: Kept) -> None:
    address = f"{with_sign_in.url}/?result={with_sign_in.id}"
    alice = cookie(ALICE, with_sign_in.url)
    person = Person(browser, address, cookies={"_streamlit_user": alice})
    expect(person.page.get_by_role("heading", name=NAME)).to_be_visible()
    person.context.close()
    assert "the name" in seen_at(address, signed_in=alice)


def test_no_address_leads_somebody_else_to_it(with_sign_in: Kept) -> None:
    url = with_sign_in.url
    for path in [*with_sign_in.plain_paths, *with_sign_in.other_paths]:
        assert seen_at(url + path, signed_in=cookie(BOB, url)) == [], path


@pytest.mark.parametrize(
    "sign_in",
    [
        lambda _: None,
        lambda url: cookie(ALICE, url, secret="guessed, and wrong, but long enough"),
        lambda _: cookie(ALICE, "http://another.example"),
    ],
    ids=["nobody", "a forged cookie", "a cookie of another page"],
)
def test_nobody_is_taken_for_whoever_signed_in(
    with_sign_in: Kept, sign_in: Callable[[str], str | None]
) -> None:
    url = with_sign_in.url
    for path in with_sign_in.plain_paths:
        assert seen_at(url + path, signed_in=sign_in(url)) == [], path
