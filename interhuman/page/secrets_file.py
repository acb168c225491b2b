"""The deployment's secrets file, read so that one that can't be used is said instead of fatal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.runtime.secrets import Secrets

from interhuman.errors import InterhumanConfigError

_FILES = "secrets.files"
_AUTH_TEXTS = ("redirect_uri", "cookie_secret")
_PROVIDER_TEXTS = ("client_id", "client_secret", "server_metadata_url")
"""What Streamlit takes for text, unchecked: at the start, and when somebody signs in."""

_set_aside: list[str] = []
"""What was wrong with the secrets when this process started, where Streamlit was kept from them."""


def table(name: str) -> object:
    """Return a table of the secrets file, None where it or the file is not there.

    Raises InterhumanConfigError when the file cannot be used.
    """
    if _set_aside:
        raise InterhumanConfigError(_set_aside[0])
    return _read(st.secrets).get(name)


def _read(secrets: Secrets) -> dict[str, Any]:
    try:
        return secrets.to_dict()
    except StreamlitSecretNotFoundError as error:
        # Streamlit raises the same error for no file and for one that is not TOML.
        if not any(Path(path).exists() for path in st.get_option(_FILES)):
            return {}
        where = re.search(r"\(at [^()]*\)", str(error))
        hint = " If it starts with a byte order mark, save it as UTF-8 without one."
        at_start = where is not None and "line 1, column 1)" in where[0]
        raise InterhumanConfigError(
            f"The secrets file isn't valid TOML{f' {where[0]}' if where else ''}."
            f"{hint if at_start else ''}"
        ) from None
    except UnicodeDecodeError:
        raise InterhumanConfigError(
            "The secrets file isn't saved as UTF-8. Save it again with that encoding."
        ) from None
    except OSError:
        raise InterhumanConfigError("The secrets file can't be read.") from None


class _LookedAtOnce(Secrets):
    """Secrets whose file is not watched: Streamlit would watch it for each of them, for ever."""

    def _maybe_install_file_watchers(self) -> None:
        """Install none."""


def set_aside_unusable() -> None:
    """Keep Streamlit from secrets with which it would answer every request with HTTP 500.

    It reads `[auth]` to build its server and for each visit, before any page could say what is
    wrong. `table` raises the reason from now on, until the app is started again.
    """
    if _set_aside:
        return
    try:
        # Read aside: what `st.secrets` has read once, it keeps.
        _check_auth(_read(_LookedAtOnce()).get("auth"))
    except InterhumanConfigError as error:
        _set_aside.append(f"{error} Then restart the app.")
        config.set_option(_FILES, [])


def _check_auth(auth: object) -> None:
    """Raise InterhumanConfigError where `[auth]` is not what Streamlit takes it for."""
    if auth is None:
        return
    if not isinstance(auth, Mapping):
        raise InterhumanConfigError("In the secrets file, [auth] must be a table.")
    _check_texts(auth, _AUTH_TEXTS, "[auth]")
    if not _is_web_address(auth["redirect_uri"]):
        raise InterhumanConfigError("In the secrets file, redirect_uri must be a web URL.")
    named = {n: v for n, v in auth.items() if isinstance(v, Mapping) and n != "client_kwargs"}
    if not named or any(name in auth for name in _PROVIDER_TEXTS):
        _check_provider(auth, "[auth]")
    for name, provider in named.items():
        if "_" in name:
            raise InterhumanConfigError(
                f"In the secrets file, the name of [auth.{name}] can't have an underscore."
            )
        _check_provider(provider, f"[auth.{name}]")
    exposed = auth.get("expose_tokens", [])
    tokens = exposed if isinstance(exposed, list) else [exposed]
    if not all(token in ("id", "access") for token in tokens):
        raise InterhumanConfigError(
            'In the secrets file, expose_tokens can contain only "id" and "access".'
        )


def _check_provider(provider: Mapping[str, object], where: str) -> None:
    _check_texts(provider, _PROVIDER_TEXTS, where)
    if not isinstance(provider.get("client_kwargs", {}), Mapping):
        raise InterhumanConfigError(
            f"In the secrets file, client_kwargs of {where} must be a table."
        )


def _is_web_address(text: str) -> bool:
    """Return whether a text is a URL of http or https with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _check_texts(table: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in names:
        if not isinstance(table.get(name), str) or not table[name].strip():
            raise InterhumanConfigError(
                f"In the secrets file, {where} must have {name}, as text in quotes."
            )
