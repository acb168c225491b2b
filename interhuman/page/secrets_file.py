"""The deployment's secrets file, read so that one that can't be used is said instead of fatal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.runtime.secrets import Secrets

from interhuman.errors import InterhumanConfigError

_FILES = "secrets.files"
_AUTH_TEXTS = ("redirect_uri", "cookie_secret")
"""What Streamlit takes for text, unchecked, before the first page is drawn."""

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
        raise InterhumanConfigError(
            f"The secrets file is not valid TOML{f' {where[0]}' if where else ''}."
        ) from None
    except UnicodeDecodeError:
        raise InterhumanConfigError(
            "The secrets file is not saved as UTF-8; save it again with that encoding."
        ) from None
    except OSError:
        raise InterhumanConfigError("The secrets file cannot be read.") from None


def set_aside_unusable() -> None:
    """Keep Streamlit from secrets with which it would answer every request with HTTP 500.

    It reads `[auth]` to build its server, before any page could say what is wrong. `table` raises
    the reason from now on, until the app is started again.
    """
    try:
        # Read aside: what `st.secrets` has read once, it keeps.
        _check_auth(_read(Secrets()).get("auth"))
    except InterhumanConfigError as error:
        _set_aside.append(f"{error} Then start the app again.")
        config.set_option(_FILES, [])


def _check_auth(auth: object) -> None:
    """Raise InterhumanConfigError where `[auth]` is not what Streamlit takes it for."""
    if auth is None:
        return
    if not isinstance(auth, Mapping):
        raise InterhumanConfigError("In the secrets file, [auth] must be a table.")
    for name in _AUTH_TEXTS:
        if not isinstance(auth.get(name, ""), str):
            raise InterhumanConfigError(f"In the secrets file, {name} must be text in quotes.")
