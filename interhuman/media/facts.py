"""What is in a recording, as far as a walk through all of its packets tells.

Plain values that travel as JSON from the process which reads the recording.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar, get_type_hints

_T = TypeVar("_T")

SDR: Final = "sdr"
PQ: Final = "pq"
HLG: Final = "hlg"
TRANSFERS: Final = (SDR, PQ, HLG)
"""How brightness is coded: as screens always had it, or in one of two high dynamic ranges."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The track whose picture counts. Times are seconds from the recording's start."""

    codec: str | None
    """FFmpeg's name, None where unknown."""
    width: int
    """Pixels as stored, before any rotation."""
    height: int
    rotation: int
    """Degrees counterclockwise by which a player turns it: 0, 90, 180 or 270."""
    pixel_aspect: float
    """Width of a pixel by its height."""
    pixel_format: str | None
    transfer: str
    """One of `TRANSFERS`."""
    interlaced: bool
    untimed: bool
    """Whether frames have no times of their own, as in AVI: they follow at a constant rate."""
    frames_per_s: float
    """On average; 0 where a single frame has no duration."""
    keyframes: int
    """How many frames can be decoded without the ones before them."""
    size_bytes: int
    start_s: float
    end_s: float

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as a player shows it, in square pixels."""
        width = max(1, round(self.width * self.pixel_aspect))
        return (self.height, width) if self.rotation in {90, 270} else (width, self.height)


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """The track whose sound counts. Times are seconds from the recording's start."""

    codec: str | None
    profile: str | None
    rate_hz: int
    channels: int
    size_bytes: int
    packets: int
    start_s: float
    end_s: float
    missing_s: float
    """For how long there is no sound between its start and its end."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A recording; a track that is there and cannot be decoded is None."""

    container: str
    """By the names of `Probe`."""
    size_bytes: int
    header_duration_s: float | None
    """What the header promises, None where it promises nothing."""
    duration_s: float
    """From the first picture or sound to the end of the last."""
    origin_s: float
    """The time of that first picture or sound in the file's own clock."""
    index_first: bool
    """Whether a reader knows where everything is before the content begins."""
    damaged: bool
    """Whether reading it met an error; False is no proof of the opposite."""
    picture_tracks: int
    sound_tracks: int
    picture: PictureFacts | None
    sound: SoundFacts | None

    def to_json(self) -> dict[str, Any]:
        """Return the same as plain dicts and values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Any) -> Facts:
        """Return the facts that `to_json` gave; raise ValueError for anything else."""
        if not isinstance(value, dict):
            raise ValueError("These are no facts.")
        picture, sound = value.get("picture"), value.get("sound")
        return _checked(
            cls,
            {
                **value,
                "picture": None if picture is None else _checked(PictureFacts, picture),
                "sound": None if sound is None else _checked(SoundFacts, sound),
            },
        )


def _checked(kind: type[_T], values: Any) -> _T:
    """Return `kind(**values)`; raise ValueError where a value is missing or of another type."""
    hints = get_type_hints(kind)
    if not isinstance(values, dict) or values.keys() != hints.keys():
        raise ValueError(f"These are no {kind.__name__}.")
    for name, hint in hints.items():
        value = values[name]
        if not isinstance(value, hint) or (isinstance(value, float) and not math.isfinite(value)):
            raise ValueError(f"{kind.__name__}.{name} is of another type.")
    return kind(**values)
