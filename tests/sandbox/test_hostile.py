"""Files that cost a careless reader gigabytes or minutes, sent to the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips, hostile_media, measured, processes
from tests.sandbox import calls

FILES: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "claims.mp4": (hostile_media.claimed_samples_mp4, "ih5004"),
    "claims3.mp4": (lambda: hostile_media.claimed_samples_mp4(tracks=3), "ih5004"),
    "fragment.mp4": (hostile_media.claimed_fragment_mp4, "ih5004"),
    "samples.mp4": (lambda: hostile_media.one_byte_samples_mp4(350_000), "ih5002"),
    "hz1.mkv": (
        lambda: hostile_media.one_pcm_block(41_000, rate_hz=1, codec="pcm_s16le", layout="mono"),
        "ih5003",
    ),
    "block.mkv": (
        lambda: hostile_media.one_pcm_block(
            30_000_000, rate_hz=8000, codec="pcm_u8", layout="mono"
        ),
        None,
    ),
    "png.mov": (hostile_media.huge_png_track, "ih4007"),
    "8k.mp4": (hostile_media.eight_k_mp4, None),
    "noise.ts": (hostile_media.noise_ts, "ih5002"),
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_takes_much_memory(name: str, tmp_path: Path) -> None:
    content, error_id = FILES[name]
    path = tmp_path / name
    path.write_bytes(content())
    found = measured.in_fresh_process("analyzed", path)
    assert found["error_id"] == error_id
    assert found["peak_bytes"] < 500_000_000


def test_too_many_packets_for_its_length_are_refused(sandbox: Sandbox) -> None:
    content = hostile_media.one_byte_samples_mp4(30_000, rate_hz=3000)
    assert calls.error_of(calls.upload(sandbox, content)) == "ih5004"


@pytest.mark.parametrize(
    "settings",
    [SandboxSettings(max_analysis_s=0.0), SandboxSettings(max_analysis_memory_bytes=1_000_000)],
)
def test_an_analysis_beyond_its_limits_is_ended_with_a_documented_id(
    settings: SandboxSettings,
) -> None:
    with Sandbox(settings) as sandbox:
        assert calls.error_of(calls.upload(sandbox, clips.recording())) == "ih5005"
        assert not processes.opened_by()
