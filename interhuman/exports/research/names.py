"""Names for files, folders and tiers: safe on every system, and no two alike."""

from __future__ import annotations

import re
import unicodedata

from interhuman.text import safe_stem

MAX_NAME_CHARACTERS = 60
MAX_NAME_BYTES = 150
"""How long a name may be: with its folder's and an ending it fits the limits of every system."""

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
"""What Windows takes for a device, whatever its extension."""


class Names:
    """Names that differ from each other, even where case and composition make no difference."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, name: str) -> str:
        """Return `name`, with the first number from 2 on that makes it new if it is taken."""
        key = _key(name)
        number = self._next.get(key, 1)
        free = _numbered(name, number)
        while _key(free) in self._taken:
            number += 1
            free = _numbered(name, number)
        self._next[key] = number + 1
        self._taken.add(_key(free))
        return free


def file_stem(title: str) -> str:
    """Return a title as the name of a file or folder without its extension.

    It holds no path, no dot and no name that Windows reserves, and is never empty.
    """
    stem = safe_stem(title)[:MAX_NAME_CHARACTERS]
    stem = stem.encode()[:MAX_NAME_BYTES].decode(errors="ignore").strip()
    return f"{stem}_" if _RESERVED.fullmatch(stem) else stem


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
