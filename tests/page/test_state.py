"""What the page keeps outside itself."""

from __future__ import annotations

import gc
import socket
import weakref
from urllib.parse import urlsplit

import pytest
import streamlit as st

from interhuman.page.state import SANDBOX_UPLOADS, sandbox

from .conftest import Page


class Cycle:
    """Refers to itself, as a session of Streamlit does."""

    def __init__(self) -> None:
        self.itself = self


def test_what_visitors_who_left_held_is_let_go_when_somebody_comes() -> None:
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
