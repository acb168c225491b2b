"""What is in a recording, as far as a walk through all of its packets tells.

Plain values that travel as JSON from the process which reads the recording.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Final, TypeVar, get_origin, get_type_hints

_T = TypeVar("_T")

DAMAGED: Final = "it isn't a known kind of recording, or it's damaged or incomplete"
CUT_OFF: Final = "it's incomplete, like a download that didn't finish"
CLAIMS_TOO_MUCH: Final = "its index lists more than the file contains"
STOPPED: Final = "opening it was interrupted"
TOO_SLOW: Final = "opening it takes too long"
GONE: Final = "the app no longer has it"
"""Why a file can't be read, as half a sentence."""

EXPORT_AGAIN: Final = "Export it again as MP4 with H.264 video and AAC audio."
_REMEDIES: Final = {
    CUT_OFF: "Get a complete copy.",
    STOPPED: "Choose it again.",
    GONE: "Choose it again.",
    TOO_SLOW: "Choose it again later; if that doesn't help, export it again as MP4.",
}

MAX_TRACKS: Final = 8
"""How many tracks of one kind are looked at."""

SIDES: Final = ("left", "right")
"""What the two channels of stereo are called."""

SDR: Final = "sdr"
PQ: Final = "pq"
HLG: Final = "hlg"
TRANSFERS: Final = (SDR, PQ, HLG)
"""How brightness is coded: as screens always had it, or in one of two high dynamic ranges."""


def remedy(why: str) -> str:
    """Return what helps where a file can't be read, by why it can't."""
    return _REMEDIES.get(why, EXPORT_AGAIN)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The track whose picture counts, the first that can be decoded.

    Times are seconds from the recording's start.
    """

    track: int
    """Counted from 0 among the tracks with a picture."""
    codec: str | None
    """FFmpeg's name, None where unknown."""
    width: int
    """Pixels as stored, before any rotation."""
    height: int
    rotation: int
    """Degrees counterclockwise by which a player turns it: 0, 90, 180 or 270."""
    mirrored: bool
    """Whether a player flips it top to bottom, before it turns it."""
    pixel_aspect: float
    """Width of a pixel by its height, as the container has it, which players go by."""
    disputed_aspect: bool
    """Whether the codec has another."""
    pixel_format: str | None
    transfer: str
    """One of `TRANSFERS`."""
    interlaced: bool
    untimed: bool
    """Whether frames have no times of their own, as in AVI: they follow at a constant rate."""
    cut: bool
    """Whether it has frames that an edit took out, after the first one that is shown."""
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
class SoundChoice:
    """Which sound of a recording is taken."""

    track: int
    """Counted from 0 among the tracks of sound, those that can't be decoded among them."""
    channel: int | None = None
    """One channel of two, counted from 0; None for all."""


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """A track of sound. Times are seconds from the recording's start."""

    track: int
    """Counted from 0 among the tracks of sound, those that can't be decoded among them."""
    channel: int | None
    """The only channel of two that is taken, counted from 0; None where all are."""
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
    """A recording; a picture or sound that is there and cannot be decoded is None."""

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
    """The sound that counts: of the first of `sounds`, unless another was chosen."""
    sounds: tuple[SoundFacts, ...]
    """The tracks of sound that can be decoded, of the first `MAX_TRACKS`."""

    def choosing(self, choice: SoundChoice | None) -> Facts:
        """Return the same recording with another sound that counts.

        Raises ValueError where there is no such sound.
        """
        if choice is None:
            return self
        chosen = next((sound for sound in self.sounds if sound.track == choice.track), None)
        channels = range(2) if chosen is not None and chosen.channels == 2 else ()
        if chosen is None or (choice.channel is not None and choice.channel not in channels):
            raise ValueError("There is no such sound in this recording.")
        return replace(self, sound=replace(chosen, channel=choice.channel))

    def recorded_for(self, recorded_s: float) -> Facts:
        """Return the same with the frame rate of what was recorded, without the gaps between."""
        if self.picture is None or not 0 < recorded_s < self.duration_s:
            return self
        frames_per_s = self.picture.frames_per_s * self.duration_s / recorded_s
        return replace(self, picture=replace(self.picture, frames_per_s=frames_per_s))

    def to_json(self) -> dict[str, object]:
        """Return the same as plain dicts and values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Facts:
        """Return the facts that `to_json` gave; raise ValueError for anything else."""
        if not isinstance(value, dict):
            raise ValueError("These are no facts.")
        picture, sound, sounds = (value.get(name) for name in ("picture", "sound", "sounds"))
        return checked_values(
            cls,
            {
                **value,
                "picture": None if picture is None else checked_values(PictureFacts, picture),
                "sound": None if sound is None else checked_values(SoundFacts, sound),
                "sounds": tuple(checked_values(SoundFacts, each) for each in sounds)
                if isinstance(sounds, (list, tuple))
                else None,
            },
        )


def checked_values(kind: type[_T], values: object) -> _T:
    """Return `kind(**values)`; raise ValueError where a value is missing or of another type."""
    hints = get_type_hints(kind)
    if not isinstance(values, dict) or values.keys() != hints.keys():
        raise ValueError(f"These are no {kind.__name__}.")
    for name, hint in hints.items():
        value, kind_of_value = values[name], tuple if get_origin(hint) is tuple else hint
        is_finite = not isinstance(value, float) or math.isfinite(value)
        if not isinstance(value, kind_of_value) or not is_finite:
            raise ValueError(f"{kind.__name__}.{name} is of another type.")
    return kind(**values)
