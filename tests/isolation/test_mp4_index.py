"""Indexes of mp4 files that claim more than the file holds, and honest ones."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.isolation.mp4_index import claims_too_much
from tests import clips, hostile_media


@pytest.mark.parametrize(
    "content",
    [
        hostile_media.claimed_samples_mp4(),
        hostile_media.claimed_samples_mp4(tracks=3),
        # No single track claims more than there is; both together do.
        hostile_media.claimed_samples_mp4(30_000, tracks=2),
        hostile_media.claimed_fragment_mp4(),
    ],
    ids=["one track", "three tracks", "together", "fragment"],
)
def test_an_index_that_promises_more_than_the_file_holds(content: bytes) -> None:
    assert claims_too_much(io.BytesIO(content))


@pytest.mark.parametrize("run_lengths", [b"stts", b"ctts"])
def test_run_lengths_count_as_samples(run_lengths: bytes) -> None:
    content = hostile_media.claimed_samples_mp4(20_000)
    one_run = b"stts" + struct.pack(">II", 0, 1)
    assert not claims_too_much(io.BytesIO(content))
    longer = content.replace(
        one_run + struct.pack(">I", 20_000), one_run + struct.pack(">I", 85_000_000)
    )
    assert longer != content
    assert claims_too_much(io.BytesIO(longer.replace(b"stts", run_lengths)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: clips.recording(4.0, silences=()),
        lambda: clips.recording(4.0, container="mov", silences=()),
        lambda: clips.recording(4.0, container="mkv", silences=()),
        lambda: clips.recording(4.0, container="mov", audio_codec="pcm_s16le", silences=()),
        clips.truncated_mp4,
        clips.truncated_faststart_mp4,
        lambda: clips.padded_to(1_000_000),
        lambda: hostile_media.one_byte_samples_mp4(10_000),
        clips.empty,
    ],
)
def test_an_honest_index_is_believed(make: Callable[[], bytes]) -> None:
    assert not claims_too_much(io.BytesIO(make()))


@given(st.binary(max_size=2000))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    assert claims_too_much(io.BytesIO(b"\0\0\0\x08moov" + content)) in {True, False}
