"""Hiding secrets that a server repeats, in whichever form it writes them."""

from __future__ import annotations

import re

from interhuman.settings import Hidden

PLACEHOLDER = "(hidden)"


class Redactor:
    """Replaces every secret it knows by "(hidden)"; may be shared by threads."""

    def __init__(self, *secrets: str) -> None:
        self._secrets: tuple[Hidden, ...] = ()
        self._pattern: re.Pattern[str] | None = None
        self.add(*secrets)

    def add(self, *secrets: str | None) -> None:
        """Learn more secrets; None and empty text are passed over."""
        new = [Hidden(secret) for secret in secrets if secret and secret not in self._secrets]
        if new:
            # The longest first: one may be part of another.
            self._secrets = tuple(sorted((*self._secrets, *new), key=len, reverse=True))
            forms = "|".join("".join(map(_any_form, secret)) for secret in self._secrets)
            self._pattern = re.compile(forms, re.IGNORECASE)

    def text(self, text: str) -> str:
        """Return `text` without secrets, also where they are written with escapes."""
        return text if self._pattern is None else self._pattern.sub(PLACEHOLDER, text)

    def bytes(self, data: bytes) -> bytes:
        """Return `data` without secrets as they are; escapes are not looked for."""
        for secret in self._secrets:
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


def _any_form(character: str) -> str:
    """Return a pattern for one ASCII character as it is or escaped by JSON, a URL or HTML."""
    number = ord(character)
    plain = re.escape(character) if character.isalnum() else rf"\\*{re.escape(character)}"
    return rf"(?:{plain}|\\+u00{number:02x}|%{number:02x}|&#0*{number};|&#x0*{number:x};)"
