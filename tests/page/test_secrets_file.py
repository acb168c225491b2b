"""A secrets file that can't be used: said on the page, never taken for none, never fatal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import Secrets

from interhuman.page import secrets_file
from interhuman.page.connect import API
from interhuman.page.keys import Key
from tests.browser.dashboard import Dashboard
from tests.page.conftest import Page

KEY = b'[interhuman]\napi_key = "ih_live_x"\n'
NOT_TOML, NOT_UTF_8 = KEY[:-2] + b"\n", KEY + b"# caf\xe9\n"
NO_TABLE, NO_TEXT = b"auth = 3\n" + KEY, KEY + b"[auth]\ncookie_secret = 3\n"

PROVIDER = 'client_id = "a"\nclient_secret = "b"\nserver_metadata_url = "https://id.example"\n'


def auth(**changes: str | None) -> bytes:
    """Return secrets with a key and a sign-in, with some of its lines changed or left out."""
    lines = {
        "redirect_uri": '"https://app.example/oauth2callback"',
        "cookie_secret": '"long and random"',
        **dict(line.split(" = ") for line in PROVIDER.splitlines()),
        **changes,
    }
    given = (f"{name} = {value}\n" for name, value in lines.items() if value is not None)
    return KEY + b"[auth]\n" + "".join(given).encode()


Use = Callable[[bytes], Path]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Use]:
    """Have Streamlit read a secrets file of these bytes."""

    def write(content: bytes) -> Path:
        file = tmp_path / "secrets.toml"
        file.write_bytes(content)
        monkeypatch.setattr(st, "secrets", Secrets())
        config.set_option("secrets.files", [str(file)])
        return file

    before = st.get_option("secrets.files")
    yield write
    config.set_option("secrets.files", before)


@pytest.mark.parametrize("starting", [True, False], ids=["at the start", "while it runs"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (NOT_TOML, "isn't valid TOML (at line 2"),
        (NOT_UTF_8, "isn't saved as UTF-8"),
        (b"\xef\xbb\xbf" + KEY, "byte order mark"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_and_not_taken_for_none(
    monkeypatch: pytest.MonkeyPatch, use: Use, content: bytes, says: str, starting: bool
) -> None:
    monkeypatch.setattr(secrets_file, "_set_aside", [])
    use(content)
    if starting:
        secrets_file.set_aside_unusable()
    check_it_is_said(says)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (NO_TABLE, "[auth] must be a table"),
        (NO_TEXT, "[auth] must have redirect_uri"),
        (auth(cookie_secret=None), "[auth] must have cookie_secret"),
        (auth(cookie_secret='""'), "[auth] must have cookie_secret"),
        (auth(client_id=None, clientid='"x"'), "[auth] must have client_id"),
        (auth(client_secret=None), "[auth] must have client_secret"),
        (auth(server_metadata_url="3"), "[auth] must have server_metadata_url"),
        (auth(redirect_uri='"http://[::1/oauth2callback"'), "redirect_uri must be a web URL"),
        (auth(client_kwargs='"x"'), "client_kwargs of [auth] must be a table"),
        (auth(expose_tokens='["x"]'), "expose_tokens can contain"),
        (auth(expose_tokens="3"), "expose_tokens can contain"),
        (auth() + b"[auth.my_idp]\nclient_id = 'x'\n", "can't have an underscore"),
        (auth() + b"[auth.idp]\nclient_id = 'x'\n", "[auth.idp] must have client_secret"),
    ],
)
def test_a_sign_in_that_cannot_be_used_is_said(
    monkeypatch: pytest.MonkeyPatch, use: Use, content: bytes, says: str
) -> None:
    monkeypatch.setattr(secrets_file, "_set_aside", [])
    use(content)
    secrets_file.set_aside_unusable()
    check_it_is_said(says)


def check_it_is_said(says: str) -> None:
    page = Page()
    (error,) = page.at.error
    assert says in error.value.replace("\\", "")
    assert page.at.radio(key=Key.TARGET).value == API
    assert page.offers("Sign in")
    assert "ih_live_x" not in page.text
    assert page.visit.kept.library is None


def test_what_can_be_used_is_not_set_aside(monkeypatch: pytest.MonkeyPatch, use: Use) -> None:
    monkeypatch.setattr(secrets_file, "_set_aside", [])
    shared = auth(client_id=None, client_secret=None, server_metadata_url=None)
    for content in (KEY, auth(), shared + b"[auth.idp]\n" + PROVIDER.encode()):
        file = use(content)
        secrets_file.set_aside_unusable()
        assert st.get_option("secrets.files") == [str(file)]
        assert secrets_file.table("interhuman") == {"api_key": "ih_live_x"}


@pytest.mark.parametrize("content", [NO_TABLE, NO_TEXT, NOT_UTF_8])
def test_the_server_answers_all_the_same(tmp_path: Path, use: Use, content: bytes) -> None:
    dashboard = Dashboard(tmp_path, options=[f"--secrets.files={use(content)}"])
    try:
        assert httpx.get(dashboard.url, trust_env=False).is_success
    finally:
        dashboard.stop()
