"""Credentials, the base URL and the limits of the API: frozen, checked, silent about secrets."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NoReturn
from urllib.parse import urlsplit

from interhuman.errors import InterhumanConfigError

DEFAULT_BASE_URL = "https://api.interhuman.ai"
AUTH_PATH = "/v1/auth"
UPLOAD_SCOPE = "interhumanai.upload"
"""The scope that covers uploads on both versions and the reading of their jobs.

Older keys may hold only `interhumanai.upload.<model>`, which covers that model and its jobs.
"""

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
"""How long the answer to a request without a recording may take."""

UPLOAD_TIMEOUT_S = 300.0
"""How long the answer to a recording may take; large ones take the API one to three minutes."""

CONTENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".mp4": "video/mp4",
        ".m4v": "video/mp4",
        ".mov": "video/quicktime",
        ".qt": "video/quicktime",
        ".avi": "video/x-msvideo",
        ".mkv": "video/x-matroska",
        ".webm": "video/webm",
        ".ts": "video/mp2t",
        ".mts": "video/mp2t",
        ".m2ts": "video/mp2t",
        ".wav": "audio/wav",
        ".flac": "audio/flac",
        ".mp3": "audio/mpeg",
        ".m4a": "audio/mp4",
        ".ogg": "audio/ogg",
        ".oga": "audio/ogg",
        ".opus": "audio/ogg",
    }
)
"""The MIME type of each accepted container by its extension, lower case with the dot.

Python's own table knows neither .mkv nor .ts on every system and depends on the machine.
"""

VIDEO_EXTENSIONS: tuple[str, ...] = tuple(
    extension for extension, kind in CONTENT_TYPES.items() if kind.startswith("video/")
)
AUDIO_EXTENSIONS: tuple[str, ...] = tuple(
    extension for extension, kind in CONTENT_TYPES.items() if kind.startswith("audio/")
)
"""Read by the model `inter-2-audio` only."""


def content_type_for(filename: str) -> str:
    """Return the MIME type for a file's name, ``application/octet-stream`` when unknown."""
    extension = PurePosixPath(filename).suffix.lower()
    return CONTENT_TYPES.get(extension, "application/octet-stream")


class Hidden(str):
    """A secret as text: used as such, but its `repr` (logs, tracebacks) does not show it.

    It can be copied, but not pickled: what is pickled may be stored or sent in the open.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(hidden)'"

    def __copy__(self) -> Hidden:
        return self

    def __deepcopy__(self, memo: object) -> Hidden:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A secret can't be pickled.")


def hidden(value: str | None) -> Hidden | None:
    """Return a secret that may be missing as one that no traceback shows; None for empty text."""
    return Hidden(value) if value else None


@dataclass(frozen=True, slots=True, init=False)
class Credentials:
    """One way of signing in: a key pair, or an access token (API key or client token).

    Raises InterhumanConfigError when it is not exactly one of the two, or not printable ASCII.
    """

    key_id: str | None = field(repr=False)
    key_secret: str | None = field(repr=False)
    access_token: str | None = field(repr=False)

    def __init__(
        self,
        key_id: str | None = None,
        key_secret: str | None = None,
        access_token: str | None = None,
    ) -> None:
        # Hidden under their own names: a traceback that shows locals shows no secret.
        key_id, key_secret, access_token = map(hidden, (key_id, key_secret, access_token))
        object.__setattr__(self, "key_id", key_id)
        object.__setattr__(self, "key_secret", key_secret)
        object.__setattr__(self, "access_token", access_token)
        self._check()

    def _check(self) -> None:
        if self.key_id and not self.key_secret:
            raise InterhumanConfigError("The key ID is set, but the key secret is missing.")
        if self.key_secret and not self.key_id:
            raise InterhumanConfigError("The key secret is set, but the key ID is missing.")
        if bool(self.key_id) == bool(self.access_token):
            raise InterhumanConfigError(
                "Sign in with a key pair (key ID and key secret) or an access token (an API key or "
                "client token), exactly one of the two."
            )
        for part in (self.key_id, self.key_secret, self.access_token):
            if part and not (part.isascii() and part.isprintable() and " " not in part):
                raise InterhumanConfigError(
                    "A key contains a character that keys never have (a space, a line break or an "
                    "accent). Copy it again."
                )


def check_base_url(url: str) -> str:
    """Return `url` without a trailing slash when it is safe to send credentials to.

    Raises InterhumanConfigError unless it is https (or http on this very machine), names a
    host, and carries no user name, query or fragment.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InterhumanConfigError("The base URL isn't a valid URL.") from None
    if parts.scheme not in {"https", "http"} or not host or any(c.isspace() for c in url.strip()):
        raise InterhumanConfigError("The base URL must look like https://api.interhuman.ai.")
    if parts.username is not None or parts.password is not None:
        raise InterhumanConfigError("The base URL can't contain a user name or password.")
    if "?" in url or "#" in url:
        raise InterhumanConfigError("The base URL can't contain a query or a fragment.")
    if parts.scheme == "http" and not is_loopback(host):
        raise InterhumanConfigError(
            "The base URL must start with https://. Plain http works for this computer only."
        )
    return str(url).strip().rstrip("/")


def is_loopback(host: str) -> bool:
    """Return whether `host` is this very machine, by its name or its literal address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
