"""A recording inside of a report, so that it plays there with nothing else at hand."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interhuman.exports.report.markup import Markup, element

PLACE: Final = Markup("\0")
"""Where a recording goes. No other markup holds this character, as text never does."""

_KIND = re.compile(r"(?:audio|video)/[a-z0-9][a-z0-9.+-]{0,60}")
_PIECE_BYTES: Final = 3 * 256 * 1024
"""Read at once; a multiple of three, so that the pieces in Base64 make one text."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file to embed, which grows by a third by that."""

    path: Path | Callable[[], Path]
    """The file, or what gives it when it is needed."""
    kind: str
    """Its media type, such as "video/mp4"."""
    starts_at_s: float = 0.0
    """The time that a player shows at its first moment."""
    held: object = None
    """What keeps the file where it is, for as long as this is here."""

    def __post_init__(self) -> None:
        """Raise ValueError for what is no media type of sound or video."""
        if _KIND.fullmatch(self.kind) is None:
            raise ValueError(f"{self.kind!r:.80} is no media type of audio or video")


def player(recording: Recording, *, says: str) -> Iterator[str]:
    """Yield a player with the recording as Base64, a piece at a time. Raises OSError."""
    tag = recording.kind.partition("/")[0]
    opening = element(
        tag,
        controls=True,
        preload="metadata",
        aria_label=says,
        data_starts=recording.starts_at_s,
        src="",
    )
    before, after = opening.html.rsplit('""', 1)
    yield f'{before}"data:{recording.kind};base64,'
    path = recording.path() if callable(recording.path) else recording.path
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield base64.b64encode(piece).decode("ascii")
    yield f'"{after}'
