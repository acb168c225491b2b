"""Nobody sees what is another's, and no secret leaves by any door."""

from __future__ import annotations

import base64
import itertools
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests import clips
from tests.browser.conftest import close_connection, open_connection
from tests.browser.dashboard import Dashboard
from tests.browser.person import API, CONNECTED, Needles, Person, names_in, needle
from tests.server import ANALYZE, AUTH, HeldServer, Scripted, Seen, api_error

ADAS_SECRET, BOBS_SECRET = "adasVerySecretM8vT", "bobsVerySecretR3nY"

DEPLOYED_SECRET = "deploymentVerySecretQ7xK"
WRONG_SECRET = "mistypedVerySecretZ4wJ"
OWN_KEY = "ih_live_visitorsOwnKeyT6pL"
SECRETS: Needles = {
    "the deployment's secret": needle(DEPLOYED_SECRET),
    "the mistyped secret": needle(WRONG_SECRET),
    "the visitor's own key": needle(OWN_KEY),
    "a bearer token": re.compile(rb"bearer\.[\w-]{32}"),
}


class Api(HeldServer):
    """An API that refuses one secret, and numbers its tokens and its analyses.

    It answers an analysis when it is let go, which it is unless a test holds it.
    """

    def __init__(self) -> None:
        super().__init__(ANALYZE)
        self.let_go.set()
        self.tokens: list[str] = []
        self.refused = 0
        self._numbers = itertools.count(1)

    def answer(self, seen: Seen) -> Scripted:
        answer = super().answer(seen)
        if seen.path == AUTH:
            return self._signed_in(seen, answer)
        id = f"c0ffee00-aaaa-4000-8000-{next(self._numbers):012}"
        return replace(answer, headers={"X-Correlation-ID": id})

    def _signed_in(self, seen: Seen, answer: Scripted) -> Scripted:
        if WRONG_SECRET.encode() in seen.body:
            self.refused += 1
            return api_error(401, "ih2001")
        self.tokens.append(f"bearer.{secrets.token_hex(16)}")
        return replace(answer, json={**answer.json, "access_token": self.tokens[-1]})

    def bearers(self) -> list[str]:
        """Return what each analysis was sent with."""
        return [one.headers["authorization"].split()[-1] for one in self.requests(ANALYZE)]


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """An API of our own that many key pairs can sign in to."""
    with Api() as running:
        yield running


def talk(folder: Path, name: str, duration_s: float) -> Path:
    """Write a recording of our own; another length makes another file.

    A name of letters and digits alone is sent to the page as it is, so that it can be found.
    """
    path = folder / name
    path.write_bytes(clips.recording(duration_s, silences=((1.0, 2.0),)))
    return path


# Two people at once


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, api: Api) -> Iterator[Dashboard]:
    """A dashboard without credentials of its own."""
    folder = tmp_path_factory.mktemp("shared")
    running = Dashboard(folder, {"INTERHUMAN_BASE_URL": api.base_url})
    yield running
    running.stop()


@pytest.fixture
def arrive(browser: Browser, shared: Dashboard) -> Iterator[Callable[[], Person]]:
    """Let one more person open one and the same dashboard."""
    people: list[Person] = []

    def one_more() -> Person:
        people.append(Person(browser, shared.url))
        return people[-1]

    yield one_more
    for person in people:
        person.context.close()


def test_two_people_at_once_never_see_what_is_the_others(
    arrive: Callable[[], Person], api: Api, tmp_path: Path
) -> None:
    recordings = talk(tmp_path, "AdasPitchE5.mp4", 3.0), talk(tmp_path, "BobsCallK9.mp4", 4.0)
    ada, bob = arrive(), arrive()
    ada.use(Key_ID="ada", Key_secret=ADAS_SECRET)
    has_nothing_to_sign_in_with(bob)
    bob.use(Key_ID="bob", Key_secret=BOBS_SECRET)
    api.let_go.clear()
    ada.begin(recordings[0])
    bob.begin(recordings[1])
    for person in (ada, bob):
        person.page.get_by_text("Analyzing for").wait_for()
    # Ada's answer comes after a reload: to her alone.
    ada.page.wait_for_url(re.compile(r"\?\w+=[\w-]+$"))
    ((_, address),) = parse_qsl(urlsplit(ada.page.url).query)
    ada.reload()
    api.let_go.set()
    ada.wait_for_result()
    bob.wait_for_result()
    adas = {**belongings(ada, recordings[0], ADAS_SECRET), "the address": needle(address)}
    bobs = belongings(bob, recordings[1], BOBS_SECRET)
    sent = {name: what for name, what in adas.items() if name != "the correlation id"}
    assert names_in(sent, ada.sent) == [*sent], "the search does not find what is there"
    for person in (ada, bob):
        person.reload()
        has_nothing_to_sign_in_with(person)
    assert names_in(bobs, ada.everything()) == []
    assert names_in(adas, bob.everything()) == []
    assert not ada.media() & bob.media()


def belongings(person: Person, recording: Path, secret: str) -> Needles:
    """Return what nobody but this person may ever be sent, after a look that they were."""
    results: Needles = {
        "the recording's name": needle(recording.stem),
        "the correlation id": needle(person.correlation_id()),
    }
    assert names_in(results, person.seen["frames"]) == [*results]
    assert person.media()
    return {**results, "the secret": needle(secret)}


def has_nothing_to_sign_in_with(person: Person) -> None:
    """Check that the page holds no credentials for this person and asks for some."""
    open_connection(person.page).get_by_text(API, exact=True).click()
    person.page.get_by_text("Add an API key to analyze recordings").wait_for()
    expect(person.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(person.page.get_by_text(CONNECTED)).to_have_count(0)
    person.look()
    close_connection(person.page)


# No secret anywhere


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the dashboard's log, whatever else it writes, and the downloads are."""
    return tmp_path_factory.mktemp("disk")


@pytest.fixture(scope="module")
def deployed(folder: Path, api: Api) -> Iterator[Dashboard]:
    """A dashboard with credentials, whose every place to write to is in `folder`."""
    places = {name: folder / name for name in ("TMPDIR", "HOME", "INTERHUMAN_LIBRARY")}
    for place in places.values():
        place.mkdir()
    running = Dashboard(
        folder,
        {
            **{name: str(place) for name, place in places.items()},
            "INTERHUMAN_BASE_URL": api.base_url,
            "INTERHUMAN_KEY_ID": "deployment",
            "INTERHUMAN_KEY_SECRET": DEPLOYED_SECRET,
        },
    )
    yield running
    running.stop()


@pytest.fixture(scope="module")
def visitor(
    browser: Browser, deployed: Dashboard, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Person]:
    """A person who mistyped a secret, used a key of their own, and then the deployment's."""
    sources = tmp_path_factory.mktemp("sources")
    person = Person(browser, deployed.url)
    mistype(person, talk(sources, "first.mp4", 3.0))
    person.use(API_key=OWN_KEY)
    person.test_connection("An access token can't be tested")
    analyze_and_keep(person, talk(sources, "own.mp4", 4.0), folder, tabs=())
    person.reload()  # which opens the result that is in the library
    person.page.get_by_role("button", name="New analysis").click()
    person.test_connection("accepted the key pair")
    analyze_and_keep(person, talk(sources, "deployed.mp4", 5.0), folder)
    person.reload()
    yield person
    person.context.close()


def mistype(person: Person, recording: Path) -> None:
    """Sign in with a wrong secret, see both ways in which that fails, and take it back."""
    person.use(Key_ID="mistyped", Key_secret=WRONG_SECRET)
    person.test_connection("ih2001")
    person.begin(recording)
    person.page.get_by_role("button", name="Dismiss").wait_for()
    person.look()
    person.forget()
    person.reload()


def analyze_and_keep(person: Person, recording: Path, folder: Path, **options: Any) -> None:
    """Analyze a recording and download everything, or what is not in a tab."""
    person.begin(recording)
    person.wait_for_result()
    assert len(person.download_all(folder, **options)) >= 5


@pytest.mark.parametrize("way", ["frames", "page", "addresses", "headers", "media", "downloads"])
def test_a_browser_is_never_sent_a_secret(visitor: Person, way: str) -> None:
    assert visitor.seen[way], "nothing was seen of it"
    assert names_in(SECRETS, visitor.seen[way]) == []


def test_the_page_says_no_secret_to_the_console(visitor: Person) -> None:
    assert names_in(SECRETS, visitor.seen["console"]) == []


@pytest.mark.usefixtures("visitor")
def test_neither_log_nor_any_file_holds_a_secret(folder: Path) -> None:
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    kept = [name for name in files if name.startswith("INTERHUMAN_LIBRARY")]
    assert len(kept) >= 2
    assert len(files) >= len(kept) + 11, "ten downloads and the log"
    assert files["dashboard.log"].stat().st_size > 0
    leaks = {
        name: names_in(SECRETS, (name.encode(), path.read_bytes())) for name, path in files.items()
    }
    assert {name: leak for name, leak in leaks.items() if leak} == {}


def test_the_search_would_find_each_secret(visitor: Person, api: Api) -> None:
    assert names_in(SECRETS, visitor.sent) == ["the mistyped secret", "the visitor's own key"]
    coded = [base64.b64encode(b"x" * n + DEPLOYED_SECRET.encode() + b"yyy") for n in range(3)]
    assert all(names_in(SECRETS, [piece]) for piece in coded)
    assert names_in(SECRETS, [api.tokens[-1].encode()]) == ["a bearer token"]


@pytest.mark.usefixtures("visitor")
def test_each_secret_was_in_use(api: Api) -> None:
    assert api.refused >= 2, "the mistyped secret"
    assert any(DEPLOYED_SECRET.encode() in one.body for one in api.requests(AUTH))
    own, deployed = api.bearers()[-2:]
    assert own == OWN_KEY
    assert deployed in api.tokens, "the deployment's secret"
