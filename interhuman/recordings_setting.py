"""Where recordings are kept and how much they may take, as whoever runs the page has set it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from interhuman.errors import InterhumanConfigError
from interhuman.settings import Hidden

RECORDINGS_LIMIT_MB = 2_000
"""How many megabytes of recordings are kept beside a library in a folder."""

_LIMIT: Final = "recordings (recordings_mb or INTERHUMAN_RECORDINGS_MB) must be {}, or off."
_OFF: Final = frozenset({"off", "false"})
_URL: Final = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(?:/[\w.+-]+)*)/?", re.ASCII
)
_TEXTS: Final = ("key", "secret", "token", "endpoint_url", "region")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A place in an object store; what is None is taken from where the S3 libraries look for it."""

    bucket: str
    prefix: str = ""
    """What each key begins with, without a slash at either end."""
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    endpoint_url: str | None = None
    region: str | None = None


def store_place(url: str, table: object) -> StorePlace | None:
    """Return the object store at a URL, None for an empty one.

    `table` is ``[recordings]`` of the secrets file, or None without it.
    Raises InterhumanConfigError for what is no such URL or table, and without s3fs.
    """
    if not url:
        return None
    parts = _URL.fullmatch(str(url))
    if parts is None or ".." in str(url):
        raise InterhumanConfigError(
            "The setting recordings (or INTERHUMAN_RECORDINGS) must look like s3://bucket/prefix."
        )
    if find_spec("s3fs") is None:
        raise InterhumanConfigError(
            "Recordings can't be kept in an object store, because the package s3fs isn't "
            "installed: run pip install s3fs, or remove the setting recordings."
        )
    return StorePlace(bucket=parts["bucket"], prefix=parts["prefix"].strip("/"), **_options(table))


def _options(table: object) -> dict[str, str | None]:
    if table is None:
        return {}
    if not isinstance(table, Mapping):
        raise InterhumanConfigError("In the secrets file, [recordings] must be a table.")
    for name in table:
        if name not in _TEXTS:
            known = ", ".join(_TEXTS)
            raise InterhumanConfigError(f"In the secrets file, [recordings] can only have {known}.")
        if not isinstance(table[name], str) or not table[name].strip():
            raise InterhumanConfigError(
                f"In the secrets file, {name} of [recordings] must be text in quotes."
            )
    options: dict[str, str | None] = {name: Hidden(text.strip()) for name, text in table.items()}
    if bool(options.get("key")) != bool(options.get("secret")):
        raise InterhumanConfigError(
            "In the secrets file, [recordings] must have both key and secret, or neither."
        )
    if "endpoint_url" in options and not _is_endpoint(str(options["endpoint_url"])):
        raise InterhumanConfigError(
            "In the secrets file, endpoint_url of [recordings] must be a web URL without a "
            "user name, a password or a query."
        )
    return options


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_web and parts.username is None and not parts.query


def recordings_limit_bytes(text: str, *, stored: bool) -> int | None:
    """Return how much the recordings of an owner may take, 0 for none, None for any amount.

    `stored` is whether they are in an object store, which has no limit unless one is set.
    Raises InterhumanConfigError when what is set is no number.
    """
    if text.lower() in _OFF:
        return 0
    if stored and not text:
        return None
    return megabytes(text or str(RECORDINGS_LIMIT_MB), _LIMIT) * 1_000_000


def megabytes(text: str, limit: str, *, at_least: int = 0) -> int:
    """Return a limit that is set; raise InterhumanConfigError for one that is no number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9) or int(text) < at_least:
        needed = limit.format("a whole number of megabytes")
        raise InterhumanConfigError(f"The limit for {needed}")
    return int(text)
