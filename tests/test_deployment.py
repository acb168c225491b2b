"""What whoever runs the page has set: read in one go, each mistake in one sentence."""

from __future__ import annotations

from pathlib import Path
from traceback import TracebackException
from typing import Any

import pytest

from interhuman import recordings_setting
from interhuman.deployment import NO_LIBRARY, LibraryPlace, deployment_from
from interhuman.errors import InterhumanConfigError
from interhuman.recordings_setting import StorePlace
from interhuman.settings import DEFAULT_BASE_URL, Credentials

PAIR = {"key_id": "kid", "key_secret": "sec"}
ENVIRON_PAIR = {"INTERHUMAN_KEY_ID": "ekid", "INTERHUMAN_KEY_SECRET": "esec"}


def test_nothing_set_means_no_credentials_and_the_public_address() -> None:
    for secrets in (None, {}, {"unrelated": 1}, {"key_id": " "}):
        found = deployment_from(secrets, {"HOME": "/root", "INTERHUMAN_API_KEY": ""})
        assert found.credentials is None
        assert found.base_url == DEFAULT_BASE_URL
        assert found.source is None


@pytest.mark.parametrize(
    ("secrets", "environ", "credentials", "source"),
    [
        (PAIR, {}, Credentials("kid", "sec"), "the secrets file"),
        ({"api_key": "k"}, {}, Credentials(access_token="k"), "the secrets file"),
        (None, ENVIRON_PAIR, Credentials("ekid", "esec"), "the environment"),
        (PAIR, ENVIRON_PAIR, Credentials("kid", "sec"), "the secrets file"),
        ({"api_key": "k"}, ENVIRON_PAIR, Credentials(access_token="k"), "the secrets file"),
        (None, {"INTERHUMAN_API_KEY": " k\n"}, Credentials(access_token="k"), "the environment"),
    ],
)
def test_where_credentials_come_from(
    secrets: Any, environ: dict[str, str], credentials: Credentials, source: str
) -> None:
    found = deployment_from(secrets, environ)
    assert found.credentials == credentials
    assert found.source == source
    assert "sec" not in repr(found).replace("the secrets file", "")


@pytest.mark.parametrize(
    ("secrets", "environ", "says"),
    [
        ({"key_id": "kid"}, {}, "In the secrets file, key_id is set but key_secret is missing"),
        (None, {"INTERHUMAN_KEY_SECRET": "s"}, "INTERHUMAN_KEY_ID is missing"),
        ({"key_id": "kid"}, ENVIRON_PAIR, "key_secret is missing"),
        ({**PAIR, "api_key": "k"}, {}, "not both"),
        ({"key_id": 5}, {}, "key_id must be text"),
        ("ih_live_x", {}, "must be a table"),
        (["ih_live_x"], {}, "must be a table"),
        ({"library": "~nosuchuser/x"}, {}, "doesn't exist on this computer"),
        ({"base_url": "http://api.example"}, {}, "https://"),
        (None, {"INTERHUMAN_BASE_URL": "nonsense"}, "must look like"),
        ({"library": 5}, {}, "library must be text"),
        (None, {"INTERHUMAN_LIBRARY": "~nosuchuser/x"}, "doesn't exist on this computer"),
        (None, {"INTERHUMAN_LIBRARY": "mysql://u:p@h/d"}, "must begin with postgresql://"),
        (None, {"INTERHUMAN_LIBRARY": "postgresql:u:p@h/d"}, "must begin with postgresql://"),
        (None, {"INTERHUMAN_RECORDINGS_MB": "-1"}, "whole number of megabytes"),
        (None, {"INTERHUMAN_RECORDINGS_MB": "²"}, "whole number of megabytes"),
        (None, {"INTERHUMAN_MAX_UPLOAD_MB": "0"}, "for uploads"),
        ({"max_upload_mb": -1}, {}, "for uploads"),
        ({"max_upload_mb": True}, {}, "for uploads"),
        (None, {"INTERHUMAN_CONVERT": "maybe"}, "must be on or off"),
        ({"convert": 2.5}, {}, "convert must be text in quotes"),
    ],
)
def test_a_mistake_is_one_clear_sentence(secrets: Any, environ: dict[str, str], says: str) -> None:
    with pytest.raises(InterhumanConfigError, match=says) as caught:
        deployment_from(secrets, environ)
    assert str(caught.value).count(".") <= 4


def test_the_base_url_comes_from_secrets_then_from_the_environment() -> None:
    environ = {"INTERHUMAN_BASE_URL": "https://two.example"}
    assert deployment_from(None, environ).base_url == "https://two.example"
    secrets = {"base_url": "https://one.example/"}
    assert deployment_from(secrets, environ).base_url == "https://one.example"


def place(
    secrets: Any = None, connections: Any = None, *, platform: str = "linux", **environ: str
) -> LibraryPlace:
    return deployment_from(
        secrets,
        environ,
        connections=connections,
        platform=platform,
        code_folder=Path("/opt/dashboard/interhuman"),
    ).library


DATABASE = "postgresql://coach:S3cret@db.example/library"
CONNECTION = {"library": {"url": f" {DATABASE}\n"}}


def test_on_ones_own_machine_the_library_is_in_the_users_data_folder() -> None:
    home = Path.home()
    for platform, environ, folder in (
        ("linux", {}, home / ".local/share/interhuman"),
        ("linux", {"XDG_DATA_HOME": "/data"}, Path("/data/interhuman")),
        ("linux", {"XDG_DATA_HOME": "relative"}, home / ".local/share/interhuman"),
        ("darwin", {}, home / "Library/Application Support/Interhuman"),
        ("win32", {"LOCALAPPDATA": "/c/Users/x/Local"}, Path("/c/Users/x/Local/Interhuman")),
        ("win32", {}, home / "AppData/Local/Interhuman"),
    ):
        library = place(platform=platform, **environ)
        assert library == LibraryPlace(folder=folder, recordings_limit_bytes=2_000_000_000)


def test_the_library_is_where_a_setting_says() -> None:
    assert place(INTERHUMAN_LIBRARY="/srv/lib").folder == Path("/srv/lib")
    assert place(INTERHUMAN_LIBRARY="~/lib").folder == Path.home() / "lib"
    assert place(INTERHUMAN_LIBRARY="lib").folder == Path.cwd() / "lib"
    assert place({"library": "/mine"}, INTERHUMAN_LIBRARY="/srv/lib").folder == Path("/mine")
    for library in (
        place(connections=CONNECTION),
        place(connections=CONNECTION, INTERHUMAN_LIBRARY="/srv/lib"),
        place(INTERHUMAN_LIBRARY=DATABASE),
        place(connections=CONNECTION, HOSTNAME="streamlit"),
    ):
        assert library == LibraryPlace(url=DATABASE)
        assert "S3cret" not in repr(library)
        assert "S3cret" not in repr(library.url)


def test_a_library_that_is_off_is_off_wherever_it_would_be() -> None:
    for library in (
        place(INTERHUMAN_LIBRARY="off"),
        place(INTERHUMAN_LIBRARY=" OFF "),
        place({"library": "off"}, INTERHUMAN_LIBRARY="/srv/lib"),
        place(connections=CONNECTION, INTERHUMAN_LIBRARY="off"),
    ):
        assert library == NO_LIBRARY
        assert library.absence == "The library is turned off."


@pytest.mark.parametrize(
    ("environ", "host"),
    [
        ({"HOSTNAME": "streamlit"}, "Streamlit Community Cloud"),
        ({"K_SERVICE": "dashboard"}, "Google Cloud Run"),
        ({"DYNO": "web.1"}, "Heroku"),
        ({"SPACE_ID": "coach/dashboard"}, "Hugging Face Spaces"),
    ],
)
def test_a_host_that_forgets_has_no_library_unless_it_is_given_a_place(
    environ: dict[str, str], host: str
) -> None:
    library = place(**environ)
    assert (library.url, library.folder) == (None, None)
    assert str(library.absence).startswith(f"There's no library, because {host} doesn't keep")
    assert place(INTERHUMAN_LIBRARY="/mounted", **environ).folder == Path("/mounted")


def test_the_folder_of_the_code_tells_streamlit_community_cloud() -> None:
    code = Path("/mount/src/dashboard/interhuman")
    assert deployment_from(None, {}, code_folder=code).library.folder is None
    assert place(HOSTNAME="laptop").folder is not None
    assert place(DYNO="").folder is not None


def test_how_many_recordings_are_kept() -> None:
    for text, limit_bytes in (("", 2_000_000_000), ("500", 500_000_000), ("0", 0), ("off", 0)):
        assert place(INTERHUMAN_RECORDINGS_MB=text).recordings_limit_bytes == limit_bytes
    library = place({"recordings_mb": "7"}, INTERHUMAN_RECORDINGS_MB="8")
    assert library.recordings_limit_bytes == 7_000_000


@pytest.mark.parametrize("library", [{}, {"url": ""}, {"url": 5}, "postgresql://x", []])
def test_a_connection_without_a_url_is_said(library: Any) -> None:
    with pytest.raises(InterhumanConfigError, match=r"\[connections.library\] must have a url"):
        place(connections={"library": library})


def test_other_connections_are_none_of_this_programs_business() -> None:
    for connections in (None, {}, {"other": {"url": "x"}}, "odd"):
        assert place(connections=connections).folder is not None


def test_no_secret_stands_in_a_traceback_that_shows_locals() -> None:
    secrets = {"key_id": "kid-1", "key_secret": "sec-1", "base_url": "http://api.example"}
    environ = {"INTERHUMAN_API_KEY": "key-1", "INTERHUMAN_LIBRARY": "mysql://u:word-1@h/d"}
    connections = {"library": {"url": "postgresql://u:word-2@h/d"}}
    try:
        deployment_from(secrets, environ, connections=connections)
    except InterhumanConfigError as error:
        traceback = TracebackException.from_exception(error, capture_locals=True)
    own_frames = [frame for frame in traceback.stack if frame.filename.endswith("settings.py")]
    shown = [
        value
        for f in own_frames
        for name, value in (f.locals or {}).items()
        if name not in {"secrets", "environ", "connections"}
    ]
    assert shown
    assert not any(
        secret in value for value in shown for secret in ("kid-1", "sec-1", "key-1", "word")
    )


@pytest.mark.parametrize(
    ("secrets", "environ", "convert"),
    [
        (None, {}, True),
        ({"convert": False}, {}, False),
        ({"convert": "off"}, {"INTERHUMAN_CONVERT": "on"}, False),
        (None, {"INTERHUMAN_CONVERT": "Off"}, False),
        ({"convert": True}, {"INTERHUMAN_CONVERT": "off"}, True),
    ],
)
def test_recordings_are_converted_unless_that_is_switched_off(
    secrets: object, environ: dict[str, str], convert: bool
) -> None:
    assert deployment_from(secrets, environ).convert is convert


@pytest.mark.parametrize(
    ("secrets", "environ", "max_upload_mb"),
    [
        (None, {}, 1074),
        (None, {"K_SERVICE": "dashboard"}, 200),
        ({"max_upload_mb": 500}, {"K_SERVICE": "dashboard"}, 500),
        ({"max_upload_mb": "500"}, {"INTERHUMAN_MAX_UPLOAD_MB": "300"}, 500),
        (None, {"INTERHUMAN_MAX_UPLOAD_MB": "300"}, 300),
    ],
)
def test_an_upload_may_have_what_is_set_or_what_the_machine_allows(
    secrets: object, environ: dict[str, str], max_upload_mb: int
) -> None:
    assert deployment_from(secrets, environ).max_upload_mb == max_upload_mb


def test_a_user_without_a_home_folder_has_no_library_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    place = deployment_from(None, {}).library
    assert (place.folder, place.url) == (None, None)
    assert "without a home folder" in (place.absence or "")


STORE = "s3://bucket-1/team/recordings"


def store(table: Any = None, **environ: str) -> LibraryPlace:
    environ = {"INTERHUMAN_RECORDINGS": STORE, "INTERHUMAN_LIBRARY": "/srv/lib", **environ}
    return deployment_from(None, environ, recordings=table).library


def test_recordings_may_be_in_an_object_store_beside_any_library() -> None:
    for library in ("/srv/lib", DATABASE):
        kept = store(INTERHUMAN_LIBRARY=library)
        assert kept.store == StorePlace("bucket-1", "team/recordings")
        assert kept.recordings_limit_bytes is None
    assert store(INTERHUMAN_RECORDINGS_MB="7").recordings_limit_bytes == 7_000_000
    assert store(INTERHUMAN_RECORDINGS_MB="off").recordings_limit_bytes == 0
    assert store(INTERHUMAN_LIBRARY="off") == NO_LIBRARY
    in_secrets = deployment_from({"recordings": "s3://mine"}, {"INTERHUMAN_RECORDINGS": STORE})
    assert in_secrets.library.store == StorePlace("mine")
    assert store({}).store == StorePlace("bucket-1", "team/recordings")


def test_the_sign_in_to_a_store_is_hidden() -> None:
    table = {"key": "key-1", "secret": "word-1", "endpoint_url": "https://store.example"}
    place = store(table).store
    assert place is not None
    assert (place.key, place.secret, place.endpoint_url) == tuple(table.values())
    assert "key-1" not in f"{place!r} {place.key!r}"
    assert "word-1" not in f"{place!r} {place.secret!r}"


@pytest.mark.parametrize(
    ("url", "table", "says"),
    [
        ("bucket", None, "must look like s3://bucket/prefix"),
        ("s3://", None, "must look like s3://bucket/prefix"),
        ("s3://key:word-1@bucket/x", None, "must look like s3://bucket/prefix"),
        ("s3://bucket/../x", None, "must look like s3://bucket/prefix"),
        ("s3://bucket/x?key=word-1", None, "must look like s3://bucket/prefix"),
        ("gs://bucket/x", None, "must look like s3://bucket/prefix"),
        (STORE, "word-1", r"\[recordings\] must be a table"),
        (STORE, {"password": "word-1"}, r"\[recordings\] can only have key, secret"),
        (STORE, {"key": 1, "secret": "word-1"}, r"key of \[recordings\] must be text in quotes"),
        (STORE, {"secret": "word-1"}, "must have both key and secret"),
        (STORE, {"endpoint_url": "store.example"}, "must be a web URL"),
        (STORE, {"endpoint_url": "https://u:word-1@store.example"}, "must be a web URL"),
        (STORE, {"endpoint_url": "https://["}, "must be a web URL"),
    ],
)
def test_a_mistake_about_the_store_is_one_clear_sentence(url: str, table: Any, says: str) -> None:
    with pytest.raises(InterhumanConfigError, match=says) as caught:
        store(table, INTERHUMAN_RECORDINGS=url)
    assert "word-1" not in str(caught.value)


def test_a_store_without_its_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings_setting, "find_spec", lambda _: None)
    with pytest.raises(InterhumanConfigError, match="run pip install s3fs"):
        store()
    assert store(INTERHUMAN_RECORDINGS="").store is None
