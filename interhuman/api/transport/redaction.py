"""Hiding secrets that a server repeats, in whichever form it writes them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Final

from interhuman.settings import Hidden

PLACEHOLDER: Final = "(hidden)"

MAX_SECRETS: Final = 64
"""So many are looked for; each renewed token is one more, and an expired one is none."""

_ESCAPE: Final = re.compile(
    r"\\+u00(?P<json>[0-9a-f]{2})|%(?P<url>[0-9a-f]{2})|&\#0*(?P<html>[0-9]{1,3});"
    r"|&\#x0*(?P<hex>[0-9a-f]{1,2});",
    re.IGNORECASE,
)
"""One character as JSON, a URL or HTML escapes it."""


class Redactor:
    """Replaces every secret it knows by "(hidden)"; may be shared by threads."""

    def __init__(self, *secrets: str) -> None:
        self._lock = threading.Lock()
        self._known: dict[Hidden, re.Pattern[str]] = {}
        """The secrets with what finds them, the one that was last used last."""
        self._patterns: tuple[re.Pattern[str], ...] = ()
        """The same, the longest first: one may be part of another."""
        self.add(*secrets)

    def add(self, *secrets: str | None) -> None:
        """Learn more secrets; None and empty text are passed over."""
        with self._lock:
            for secret in map(Hidden, filter(None, secrets)):
                known = self._known.pop(secret, None)
                self._known[secret] = known or _pattern(secret)
            for oldest in list(self._known)[:-MAX_SECRETS]:
                del self._known[oldest]
            longest_first = sorted(self._known, key=len, reverse=True)
            self._patterns = tuple(self._known[secret] for secret in longest_first)

    def text(self, text: str) -> str:
        """Return `text` without secrets, also where they are written with escapes."""
        for pattern in self._patterns:
            text = pattern.sub(PLACEHOLDER, text)
        if self._patterns and _ESCAPE.search(text):
            text = self._without_escaped(text)
        return text

    def bytes(self, data: bytes) -> bytes:
        """Return `data` without secrets as they are; escapes are not looked for."""
        with self._lock:
            secrets = sorted(self._known, key=len, reverse=True)
        for secret in secrets:
            data = data.replace(secret.encode(), PLACEHOLDER.encode())
        return data

    def value(self, value: object) -> object:
        """Return a JSON value with every text in it, keys too, without secrets.

        What is nested too deeply to be looked through is replaced as a whole.
        """
        try:
            return self._value(value)
        except RecursionError:
            return PLACEHOLDER

    def _value(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self._value(item) for key, item in value.items()}
        return value

    def _without_escaped(self, text: str) -> str:
        """Return `text` without the secrets that it holds once its escapes are read."""
        for pattern in self._patterns:
            characters, starts = zip(*_unescaped(text), strict=True)
            plain, ends = "".join(characters), (*starts[1:], len(text))
            for match in reversed(list(pattern.finditer(plain))):
                start, end = starts[match.start()], ends[match.end() - 1]
                text = text[:start] + PLACEHOLDER + text[end:]
        return text


def _pattern(secret: str) -> re.Pattern[str]:
    """Return what finds a secret, also where backslashes stand before its punctuation."""
    forms = (one if one.isalnum() else rf"\\*{re.escape(one)}" for one in secret)
    return re.compile("".join(forms), re.IGNORECASE)


def _unescaped(text: str) -> Iterator[tuple[str, int]]:
    """Give each character of `text` with its escapes read, and where it begins in `text`."""
    at = 0
    for escape in _ESCAPE.finditer(text):
        yield from ((text[place], place) for place in range(at, escape.start()))
        yield _character(escape), escape.start()
        at = escape.end()
    yield from ((text[place], place) for place in range(at, len(text)))


def _character(escape: re.Match[str]) -> str:
    kind, value = escape.lastgroup, escape[escape.lastgroup or 0]
    return chr(int(value, 10 if kind == "html" else 16))
