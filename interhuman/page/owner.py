"""Whose library a visitor sees, and how to sign in where the deployment asks for that."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from interhuman.errors import InterhumanConfigError
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.page import secrets_file, state

DEFAULT_PROVIDER = ""


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
        return LOCAL_OWNER if state.is_local_visitor() else None
    user = st.user.to_dict()
    issuer, subject = user.get("iss"), user.get("sub")
    if user.get("is_logged_in") is not True or not (issuer and subject):
        return None
    # An issuer is a URL, so it holds no space: no two people have the same text.
    return f"{issuer} {subject}"


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
    named = tuple(name for name, value in auth.items() if isinstance(value, Mapping))
    return (DEFAULT_PROVIDER, *named) if "client_id" in auth else named
