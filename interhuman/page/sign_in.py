"""Who a visitor is, how they sign in, and how they come back to the address they had."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from websockets import http11

from interhuman.errors import InterhumanConfigError
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.page import address, secrets_file
from interhuman.page.keys import Key
from interhuman.page.visit import Visit
from interhuman.settings import is_loopback
from interhuman.text import markdown_name, markdown_plain

DEFAULT_PROVIDER = ""

_SIGN_IN_COOKIE = "_streamlit_user"
"""How the names of the cookies begin by which Streamlit knows who has signed in."""

_signed_out: set[str] = set()
"""Digests of the cookies of sign-ins that were ended in this process."""

MAX_COOKIES_BYTES = 64 * 1024
"""What uvicorn takes of the cookies of a request."""

_BROWSER_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "cache-control", "connection"),
        *("cookie", "dnt", "host", "origin", "pragma", "priority", "upgrade", "user-agent"),
    }
)
"""What a browser sends with a WebSocket handshake, beside ``Sec-…``."""

_THIS_MACHINE = (None, "127.0.0.1", "::1", "::ffff:127.0.0.1")
"""Where a browser of this machine connects from; the last to a server that takes IPv6 as well."""

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
    """Offer to sign in with each provider of the deployment, or to sign out again."""
    if signed_in_owner() is not None:
        draw_sign_out()
        return
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


def draw_sign_out() -> None:
    """Offer to sign out, by the name of who has signed in."""
    name = markdown_name(user_name())
    st.button(f"Sign out {name}", key=Key.SIGN_OUT, on_click=sign_out)


def sign_out() -> None:
    """Forget the visit and sign out; call it from a widget's callback.

    Forgetting comes first: what the script would start anew for, once it sees that the visit is
    another's, would drop the message that has the browser sign out. Other tabs were signed in by
    the same cookie, which Streamlit reads once: they are told by it.
    """
    _signed_out.add(_sign_in_digest())
    st.session_state.clear()
    st.logout()


def _sign_in_digest() -> str:
    """Return a digest of the cookie by which this visit is signed in; "" where there is none."""
    cookies = st.context.cookies.to_dict()
    parts = [value for name, value in sorted(cookies.items()) if name.startswith(_SIGN_IN_COOKIE)]
    return hashlib.sha256("".join(parts).encode()).hexdigest() if parts else ""


def owner() -> str | None:
    """Return who this visitor is, None for one whose rows nobody could tell from another's.

    Where the deployment has people sign in, everybody is who they signed in as: a page behind a
    proxy of the same machine must take nobody for the person at it.
    """
    try:
        providers = _providers(secrets_file.table("auth"))
    except InterhumanConfigError:
        # Nothing says whether people sign in here.
        return None
    if not providers:
        return LOCAL_OWNER if is_local_visitor() else None
    user = st.user.to_dict()
    issuer, subject = user.get("iss"), user.get("sub")
    if user.get("is_logged_in") is not True or not (issuer and subject):
        return None
    if (digest := _sign_in_digest()) and digest in _signed_out:
        return None
    # An issuer is a URL, so it holds no space: no two people have the same text.
    return f"{issuer} {subject}"


def comes_through_proxy(headers: Iterable[str]) -> bool:
    """Return whether the names of a websocket's headers show that a proxy passed it on.

    A browser that comes straight to the page sends those in `_BROWSER_HEADERS` and no others;
    proxies add their own, under more names than any list could hold. So any other counts.
    """
    names = {name.lower() for name in headers}
    return any(not name.startswith("sec-") for name in names - _BROWSER_HEADERS)


def is_local_visitor() -> bool:
    """Return whether the browser is on the machine that runs the page, as far as can be told.

    What is kept on disk belongs to whoever runs the page, not to its visitors.
    """
    headers = st.context.headers
    if comes_through_proxy(headers):
        return False
    # The browser says which address it opened, and the handshake names it twice more.
    urls = (st.context.url or "", f"//{headers.get('Host', '')}", headers.get("Origin", ""))
    return all(is_loopback(urlsplit(url).hostname or "") for url in urls) and (
        st.context.ip_address in _THIS_MACHINE
    )


def signed_in_owner() -> str | None:
    """Return who has signed in; None where nobody has, or nobody can."""
    return owner() if sign_in_providers() else None


def user_name() -> str:
    """Return what to call whoever is signed in."""
    user = st.user.to_dict()
    return str(user.get("email") or user.get("name") or user.get("sub") or "")


def sign_in_providers() -> tuple[str, ...]:
    """Return the providers of ``[auth]`` in the secrets, `DEFAULT_PROVIDER` for one without a name.

    None at all where the deployment does not have people sign in, or its settings cannot be read.
    """
    try:
        return _providers(secrets_file.table("auth"))
    except InterhumanConfigError:
        return ()


def _providers(auth: object) -> tuple[str, ...]:
    if not isinstance(auth, Mapping):
        return ()
    named = tuple(
        name for name, value in auth.items() if isinstance(value, Mapping) and "client_id" in value
    )
    return (DEFAULT_PROVIDER, *named) if "client_id" in auth else named
