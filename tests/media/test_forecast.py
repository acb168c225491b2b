"""What a header promises of what will be done to a recording."""

from __future__ import annotations

import pytest

from interhuman.media.facts import DAMAGED
from interhuman.media.forecast import forecast
from interhuman.media.probe import Probe
from interhuman.vocabulary import INTER_1, INTER_2, INTER_2_AUDIO, MAX_FILE_BYTES


def header(**known: object) -> Probe:
    values: dict[str, object] = {
        "size_bytes": 1_000_000,
        "container": "mp4",
        "duration_s": 60.0,
        "video_codec": "h264",
        "audio_codec": "aac",
        "has_picture": True,
        "has_sound": True,
    }
    return Probe(**{**values, **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "model", "words", "refused", "converts"),
    [
        ({}, INTER_1, "Should fit as it is", False, False),
        ({"size_bytes": MAX_FILE_BYTES + 1}, INTER_1, "over the limit of 33.5 MB", False, True),
        ({"video_codec": "hevc"}, INTER_1, "converted from HEVC", False, True),
        ({}, INTER_2_AUDIO, "Only its audio is sent", False, True),
        ({"has_picture": False}, INTER_2_AUDIO, "Should fit as it is", False, False),
        ({"has_picture": False}, INTER_1, "no video, and Inter-1 needs video", True, False),
        ({"duration_s": 1801.0}, INTER_2, "cut into 2 parts: Inter-2 takes", False, True),
        ({"has_sound": False}, INTER_2, "no audio, and Inter-2 needs audio", True, False),
    ],
)
def test_what_will_be_done(
    known: dict[str, object], model: str, words: str, refused: bool, converts: bool
) -> None:
    found = forecast(header(**known), model=model, convert=True)
    assert words in found.words
    assert (found.refused, found.converts, found.hopeless) == (refused, converts, False)


def test_what_no_model_takes_is_hopeless() -> None:
    broken = forecast(Probe(5, readable=False, why=DAMAGED), model=INTER_1, convert=True)
    short = forecast(header(duration_s=2.0), model=INTER_1, convert=True)
    assert broken.hopeless
    assert short.hopeless
    assert "can't be read" in broken.words


def test_without_converting_what_is_too_large_is_refused() -> None:
    large = header(size_bytes=MAX_FILE_BYTES + 1)
    assert forecast(large, model=INTER_1, convert=False).refused
    long = header(duration_s=4_000.0)
    assert forecast(long, model=INTER_2, convert=False).refused
    assert forecast(long, model=INTER_2, convert=True).requests == 3
    silent = header(duration_s=4_000.0, has_sound=False)
    assert "needs audio" in forecast(silent, model=INTER_2, convert=True).words
    assert forecast(header(duration_s=1e6), model=INTER_2, convert=True).refused
    hevc = forecast(header(video_codec="hevc"), model=INTER_1, convert=False)
    assert not hevc.converts
