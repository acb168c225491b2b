"""What the page keeps outside itself."""

from __future__ import annotations

import gc
import socket
import weakref
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import streamlit as st

from interhuman.page import sign_in, state
from interhuman.page.state import SANDBOX_UPLOADS, sandbox
from tests.page.conftest import Page

BROWSERS_HEADERS = {
    "Host": "127.0.0.1:8501",
    "Origin": "http://127.0.0.1:8501",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "x",
    "User-Agent": "Mozilla/5.0",
    "Cookie": "_streamlit_xsrf=x",
}


class Cycle:
    """Refers to itself, as a session of Streamlit does."""

    def __init__(self) -> None:
        self.itself = self


def test_what_visitors_who_left_held_is_let_go_when_somebody_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "gc", gc)
    gc.disable()
    try:
        left = weakref.ref(Cycle())
        assert left() is not None
        page = Page()
        assert left() is None
        left = weakref.ref(Cycle())
        page.rerun()
        assert left() is not None, "once for each visit, not at each rerun"
    finally:
        gc.enable()


def test_the_process_has_one_sandbox_which_stops_when_it_is_let_go() -> None:
    one = sandbox()
    assert sandbox() is one
    assert one.settings.max_concurrent == SANDBOX_UPLOADS
    address = urlsplit(one.base_url)
    place = (address.hostname or "", address.port or 0)
    socket.create_connection(place).close()
    st.cache_resource.clear()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place)


@pytest.mark.parametrize(
    ("changes", "local"),
    [
        ({}, True),
        ({"Host": "dashboard.example"}, False),
        ({"Origin": "https://dashboard.example"}, False),
        ({"X-Forwarded-For": "203.0.113.7"}, False),
        ({"X-Forwarded-Host": "localhost"}, False),
        ({"X-Forwarded-Proto": "https"}, False),
        ({"Forwarded": "for=203.0.113.7"}, False),
        ({"CF-Connecting-IP": "203.0.113.7"}, False),
        ({"True-Client-IP": "203.0.113.7"}, False),
        ({"X-Some-Gateway": "1"}, False),
    ],
    ids=str,
)
def test_who_comes_through_a_proxy_is_not_at_the_machine(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], local: bool
) -> None:
    context = SimpleNamespace(
        headers={**BROWSERS_HEADERS, **changes},
        url="http://127.0.0.1:8501/",
        ip_address="127.0.0.1",
    )
    monkeypatch.setattr(st, "context", context)
    assert sign_in.is_local_visitor() is local


@pytest.mark.parametrize(
    ("ip_address", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:203.0.113.7", False),
        ("203.0.113.7", False),
    ],
)
def test_who_connects_from_this_machine_is_at_it(
    monkeypatch: pytest.MonkeyPatch, ip_address: str, local: bool
) -> None:
    """A server that takes IPv6 as well names an IPv4 address in the longer form."""
    context = SimpleNamespace(
        headers=BROWSERS_HEADERS, url="http://127.0.0.1:8501/", ip_address=ip_address
    )
    monkeypatch.setattr(st, "context", context)
    assert sign_in.is_local_visitor() is local
