"""Nobody sees what is another's, and no secret leaves by any door."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips
from tests.browser.conftest import close_connection, open_connection
from tests.browser.dashboard import Dashboard
from tests.browser.person import API, CONNECTED, Needles, Person, found, needle

LEAST_ANALYSIS_S = 1.5
"""Long enough for two analyses to be under way at once."""

ADAS_SECRET, BOBS_SECRET = "adasVerySecretM8vT", "bobsVerySecretR3nY"

DEPLOYED_SECRET = "deploymentVerySecretQ7xK"
WRONG_SECRET = "mistypedVerySecretZ4wJ"
OWN_KEY = "ih_live_sandbox-other"
SECRETS: Needles = {
    "the deployment's secret": needle(DEPLOYED_SECRET),
    "the mistyped secret": needle(WRONG_SECRET),
    "the visitor's own key": needle(OWN_KEY),
    "a bearer token": re.compile(rb"sandbox\.[\w-]{32}"),
}


@pytest.fixture(scope="module")
def stand_in() -> Iterator[Sandbox]:
    """An API of our own that many key pairs can sign in to."""
    with Sandbox(SandboxSettings(least_analysis_s=LEAST_ANALYSIS_S)) as running:
        yield running


def talk(folder: Path, name: str, duration_s: float) -> Path:
    """Write a recording of our own; another length makes another file.

    A name of letters and digits alone is sent to the page as it is, so that it can be found.
    """
    path = folder / name
    path.write_bytes(clips.recording(duration_s, silences=((1.0, 4.0),)))
    return path


# Two people at once


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, stand_in: Sandbox) -> Iterator[Dashboard]:
    """A dashboard without credentials of its own."""
    folder = tmp_path_factory.mktemp("shared")
    running = Dashboard(folder, {"INTERHUMAN_BASE_URL": stand_in.base_url})
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
    arrive: Callable[[], Person], tmp_path: Path
) -> None:
    recordings = talk(tmp_path, "AdasPitchE5.mp4", 6.0), talk(tmp_path, "BobsCallK9.mp4", 7.0)
    ada, bob = arrive(), arrive()
    ada.use(Key_ID="sandbox-other", Key_secret=ADAS_SECRET)
    has_nothing_to_sign_in_with(bob)
    bob.use(Key_ID="sandbox-other", Key_secret=BOBS_SECRET)
    ada.begin(recordings[0])
    bob.begin(recordings[1])
    ada.wait_for_result()
    bob.wait_for_result()
    adas = belongings(ada, recordings[0], ADAS_SECRET)
    bobs = belongings(bob, recordings[1], BOBS_SECRET)
    for person in (ada, bob):
        person.reload()
        has_nothing_to_sign_in_with(person)
    assert found(bobs, ada.everything()) == []
    assert found(adas, bob.everything()) == []
    assert not ada.media() & bob.media()


def test_an_answer_that_comes_after_a_reload_is_shown_to_nobody_else(
    arrive: Callable[[], Person], tmp_path: Path
) -> None:
    ada, bob = arrive(), arrive()
    ada.use(Key_ID="sandbox-other", Key_secret=ADAS_SECRET)
    recording = talk(tmp_path, "AdasPitchE5.mp4", 6.0)
    ada.begin(recording)
    ada.page.get_by_text("Analyzing for").wait_for()
    ada.page.wait_for_url(re.compile(r"\?\w+=[\w-]+$"))
    ((_, address),) = parse_qsl(urlsplit(ada.page.url).query)
    ada.reload()
    bob.use(Key_ID="sandbox-other", Key_secret=BOBS_SECRET)
    bob.begin(talk(tmp_path, "BobsCallK9.mp4", 7.0))
    bob.wait_for_result()
    adas = {
        "the recording's name": needle(recording.stem),
        "the secret": needle(ADAS_SECRET),
        "the address": needle(address),
    }
    assert found(adas, ada.sent) == [*adas], "the search does not find what is there"
    assert found(adas, bob.everything()) == []


def belongings(person: Person, recording: Path, secret: str) -> Needles:
    """Return what nobody but this person may ever be sent, after a look that they were."""
    results: Needles = {
        "the recording's name": needle(recording.stem),
        "the correlation id": needle(person.correlation_id()),
    }
    assert found(results, person.seen["frames"]) == [*results]
    assert person.media()
    return {**results, "the secret": needle(secret)}


def has_nothing_to_sign_in_with(person: Person) -> None:
    """Check that the page holds no credentials for this person and asks for some."""
    open_connection(person.page).get_by_text(API, exact=True).click()
    person.page.get_by_text("There is no key to sign in with").wait_for()
    expect(person.page.get_by_role("button", name="Analyze")).to_be_disabled()
    expect(person.page.get_by_text(CONNECTED)).to_have_count(0)
    person.look()
    close_connection(person.page)


# No secret anywhere


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the dashboard's log, whatever else it writes, and the downloads are."""
    return tmp_path_factory.mktemp("disk")


@pytest.fixture(scope="module")
def deployed(folder: Path, stand_in: Sandbox) -> Iterator[Dashboard]:
    """A dashboard with credentials, whose every place to write to is in `folder`."""
    places = {name: folder / name for name in ("TMPDIR", "HOME", "INTERHUMAN_LIBRARY")}
    for place in places.values():
        place.mkdir()
    running = Dashboard(
        folder,
        {
            **{name: str(place) for name, place in places.items()},
            "INTERHUMAN_BASE_URL": stand_in.base_url,
            "INTERHUMAN_KEY_ID": "sandbox-other",
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
    mistype(person, talk(sources, "first.mp4", 6.0))
    person.use(API_key=OWN_KEY)
    person.test_connection("An access token is sent as it is")
    analyze_and_keep(person, talk(sources, "own.mp4", 7.0), folder)
    person.reload()  # which opens the result that is in the library
    person.page.get_by_role("button", name="New analysis").click()
    person.test_connection("accepted the key pair")
    analyze_and_keep(person, talk(sources, "deployed.mp4", 8.0), folder)
    person.reload()
    yield person
    person.context.close()


def mistype(person: Person, recording: Path) -> None:
    """Sign in with a wrong secret, see both ways in which that fails, and take it back."""
    person.use(Key_ID="sandbox", Key_secret=WRONG_SECRET)
    person.test_connection("ih2001")
    person.begin(recording)
    person.page.get_by_role("button", name="Dismiss").wait_for()
    person.look()
    person.forget()
    person.reload()


def analyze_and_keep(person: Person, recording: Path, folder: Path) -> None:
    """Analyze a recording and download everything."""
    person.begin(recording)
    person.wait_for_result()
    assert len(person.download_all(folder)) >= 5


@pytest.mark.parametrize("way", ["frames", "page", "addresses", "headers", "media", "downloads"])
def test_a_browser_is_never_sent_a_secret(visitor: Person, way: str) -> None:
    assert visitor.seen[way], "nothing was seen of it"
    assert found(SECRETS, visitor.seen[way]) == []


def test_the_page_says_no_secret_to_the_console(visitor: Person) -> None:
    assert found(SECRETS, visitor.seen["console"]) == []


@pytest.mark.usefixtures("visitor")
def test_neither_log_nor_any_file_holds_a_secret(folder: Path) -> None:
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    kept = [name for name in files if name.startswith("INTERHUMAN_LIBRARY")]
    assert len(kept) >= 2
    assert len(files) >= len(kept) + 11, "ten downloads and the log"
    assert files["dashboard.log"].stat().st_size > 0
    leaks = {
        name: found(SECRETS, (name.encode(), path.read_bytes())) for name, path in files.items()
    }
    assert {name: leak for name, leak in leaks.items() if leak} == {}


def test_the_search_would_find_each_secret(visitor: Person, stand_in: Sandbox) -> None:
    assert found(SECRETS, visitor.sent) == ["the mistyped secret", "the visitor's own key"]
    coded = [base64.b64encode(b"x" * n + DEPLOYED_SECRET.encode() + b"yyy") for n in range(3)]
    assert all(found(SECRETS, [piece]) for piece in coded)
    pair = {"key_id": "sandbox", "key_secret": "sandbox", "scopes": ["interhumanai.upload"]}
    signed_in = httpx.post(f"{stand_in.base_url}/v1/auth", json=pair, trust_env=False)
    assert found(SECRETS, [signed_in.content]) == ["a bearer token"]


@pytest.mark.usefixtures("visitor")
def test_each_secret_was_in_use(stand_in: Sandbox) -> None:
    asked = [(seen.path, seen.status) for seen in stand_in.received]
    assert ("/v1/auth", 401) in asked, "the mistyped secret"
    assert ("/v1/auth", 200) in asked, "the deployment's secret"
    assert asked.count(("/v1/upload/analyze", 200)) >= 2, "the visitor's own key"
