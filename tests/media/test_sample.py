"""The sample that ships: it is what its description says, where it says so."""

from __future__ import annotations

import io
from functools import cache
from itertools import pairwise

import av
import numpy as np
from numpy.typing import NDArray

from interhuman.media.advice import concerns, preview_problem
from interhuman.media.probe import probe
from interhuman.media.sample import (
    SAMPLE_DESCRIPTION,
    SAMPLE_NAME,
    SAMPLE_PAUSES,
    sample_bytes,
)

BLOCK_S = 0.05


@cache
def level_dbfs() -> NDArray[np.float64]:
    """Return the loudness of every `BLOCK_S` of the sample."""
    with av.open(io.BytesIO(sample_bytes()), "r") as source:
        pieces = [frame.to_ndarray()[0] for frame in source.decode(source.streams.audio[0])]
        rate = source.streams.audio[0].rate
    samples = np.concatenate(pieces).astype(np.float64)
    block = round(rate * BLOCK_S)
    blocks = samples[: samples.size // block * block].reshape(-1, block)
    levels: NDArray[np.float64] = 20 * np.log10(np.sqrt((blocks**2).mean(axis=1)) + 1e-9)
    return levels


def loudness_between(start_s: float, end_s: float) -> NDArray[np.float64]:
    return level_dbfs()[round(start_s / BLOCK_S) : round(end_s / BLOCK_S)]


@cache
def movement() -> NDArray[np.float64]:
    """Return the mean change between pictures half a second apart, in gray levels."""
    with av.open(io.BytesIO(sample_bytes()), "r") as source:
        stream = source.streams.video[0]
        every = round(float(stream.average_rate or 0) / 2)
        pictures = [
            frame.to_ndarray(format="gray").astype(np.int16)
            for number, frame in enumerate(source.decode(stream))
            if number % every == 0
        ]
    return np.array([np.abs(b - a).mean() for a, b in pairwise(pictures)])


def movement_between(start_s: float, end_s: float) -> float:
    return float(movement()[round(start_s * 2) : round(end_s * 2)].mean())


def test_the_sample_is_small_and_half_a_minute_to_a_minute_long() -> None:
    sample = probe(sample_bytes(), SAMPLE_NAME)
    assert sample.size_bytes <= 3_000_000
    assert sample.duration_s is not None
    assert 30 <= sample.duration_s <= 60
    assert f"{sample.duration_s:.0f} seconds" in SAMPLE_DESCRIPTION


def test_the_sample_is_in_the_format_that_is_safe_everywhere() -> None:
    sample = probe(sample_bytes(), SAMPLE_NAME)
    assert (sample.container, sample.video_codec, sample.audio_codec) == ("mp4", "h264", "aac")
    assert (sample.width, sample.height) == (854, 480)
    assert preview_problem(sample) is None
    for model in ("inter-1", "inter-2", "inter-2-audio"):
        assert concerns(sample, model) == ()


def test_the_samples_index_comes_first() -> None:
    data = sample_bytes()
    boxes, at = [], 0
    while at < len(data):
        boxes.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    assert at == len(data)
    assert boxes.index(b"moov") < boxes.index(b"mdat")


def test_the_pauses_are_where_they_are_said_to_be() -> None:
    assert [round(end - start, 1) for start, end in SAMPLE_PAUSES] == [2.0, 3.2]
    for start, end in SAMPLE_PAUSES:
        assert loudness_between(start + 0.1, end - 0.05).max() < -55
        assert loudness_between(start - 0.2, start).max() > -40
        assert loudness_between(end, end + 0.2).max() > -40


def test_no_other_silence_is_as_long() -> None:
    quiet = np.flatnonzero(level_dbfs() < -55)
    runs = np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1)
    long = [run for run in runs if run.size * BLOCK_S >= 1.5]
    assert [run[0] * BLOCK_S // 1 for run in long] == [start // 1 for start, _ in SAMPLE_PAUSES]


def test_it_has_loud_and_quiet_speech_and_never_clips() -> None:
    first, _ = SAMPLE_PAUSES
    loud = np.percentile(loudness_between(first[0] - 5.5, first[0]), 80)
    quiet = np.percentile(loudness_between(first[1], first[1] + 5.5), 80)
    assert loud - quiet > 10
    with av.open(io.BytesIO(sample_bytes()), "r") as source:
        peaks = [np.abs(frame.to_ndarray()).max() for frame in source.decode(audio=0)]
    assert max(peaks) < 0.95


def test_it_has_movement_and_stillness() -> None:
    first, _ = SAMPLE_PAUSES
    assert movement_between(first[0] - 5, first[0]) > 10 * movement_between(first[1] + 1, 20)
