"""The sample recording that ships with the project: something to analyze in one click.

espeak-ng spoke it, numpy drew it (854 by 480 pixels, 25 a second), and x264 and AAC coded it; the
program is in the history of this repository, as tests/making. A test holds the facts below against
the file.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

SAMPLE_NAME: Final = "sample-pitch.mp4"

SAMPLE_DESCRIPTION: Final = (
    "A drawn presenter with a synthetic voice pitches an invented kettle for 44 seconds, "
    "with pauses, loud and quiet parts, and stillness and movement."
)

SAMPLE_PAUSES: Final[tuple[tuple[float, float], ...]] = ((12.73, 14.73), (25.77, 28.97))
"""The two long silences in the middle of the speech, as (start, end) in seconds."""


def sample_bytes() -> bytes:
    """Return the sample recording: an MP4 with H.264 and AAC, its index first."""
    return resources.files("interhuman.media").joinpath("sample.mp4").read_bytes()
