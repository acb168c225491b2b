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
from interhuman.page.state import Key
from tests.browser.dashboard import Dashboard

from .conftest import Page

KEY = b'[interhuman]\napi_key = "ih_live_x"\n'
NOT_TOML, NOT_UTF_8 = KEY[:-2] + b"\n", KEY + b"# caf\xe9\n"
NO_TABLE, NO_TEXT = b"auth = 3\n" + KEY, KEY + b"[auth]\ncookie_secret = 3\n"

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
        (NOT_TOML, "not valid TOML (at line 2"),
        (NOT_UTF_8, "not saved as UTF-8"),
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
    [(NO_TABLE, "[auth] must be a table"), (NO_TEXT, "cookie_secret must be text in quotes")],
)
def test_a_sign_in_that_would_stop_the_server_is_said(
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
    assert page.locked("Analyze")
    assert "ih_live_x" not in page.text
    assert page.visit.library is None


def test_what_can_be_used_is_not_set_aside(monkeypatch: pytest.MonkeyPatch, use: Use) -> None:
    monkeypatch.setattr(secrets_file, "_set_aside", [])
    for content in (KEY, KEY + b'[auth]\ncookie_secret = "x"\n[auth.google]\nclient_id = "y"\n'):
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
