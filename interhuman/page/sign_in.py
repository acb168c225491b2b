"""Signing in where the deployment has people do so, and coming back to the address they had."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from websockets import http11

from interhuman.page import address
from interhuman.page.owner import DEFAULT_PROVIDER, owner, sign_in_providers
from interhuman.page.state import Key
from interhuman.page.visit import Visit
from interhuman.text import markdown_plain

MAX_COOKIES_BYTES = 64 * 1024
"""What uvicorn takes of the cookies of a request."""

_return = st.components.v2.component(
    "interhuman_return_to_address",
    js=(Path(__file__).parent / "browser" / "return_to_address.js").read_text(encoding="utf-8"),
)


def allow_long_cookies() -> None:
    """Let a browser connect with all that its sign-in has put into cookies.

    Streamlit keeps the whole identity token in them. A token with 200 groups fills 16 KB, and the
    websocket takes 8: the page would load for ever.
    """
    http11.MAX_LINE_LENGTH = max(http11.MAX_LINE_LENGTH, MAX_COOKIES_BYTES)


def remember_address(visit: Visit) -> None:
    """Note at the first run what address a visitor comes with who can sign in and has not."""
    if not visit.address_read and sign_in_providers() and owner() is None:
        visit.address_after_sign_in = address.query()


def draw_return(visit: Visit) -> None:
    """Draw what brings back to their address whoever has signed in."""
    if sign_in_providers():
        _return(
            key=Key.RETURN_TO_ADDRESS,
            data={"signedIn": owner() is not None, "address": visit.address_after_sign_in},
        )


def draw_sign_in() -> None:
    """Offer to sign in with each provider of the deployment."""
    with st.container(horizontal=True):
        for provider in sign_in_providers():
            name = markdown_plain(provider.replace("_", " ").title())
            st.button(
                f"Sign in with {name}" if provider != DEFAULT_PROVIDER else "Sign in",
                key=f"sign-in-{provider}",
                type="primary",
                icon=":material/login:",
                on_click=st.login,
                args=(provider,) if provider != DEFAULT_PROVIDER else (),
            )
