"""The sandbox on a real recording: how many times faster than it plays, and its memory."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from interhuman.formats import clock
from interhuman.sandbox import analyze
from tests.bench.upload import MIB, status_bytes
from tests.clips import SAMPLE_RATE_HZ, repeat_recording, speech

MEASURED_S, SHORT_S, LONG_S = 300, 60, 600
ROUNDS = 3
INCLUDE = ("conversation_quality_overall", "conversation_quality_timeline")
WIDTH, HEIGHT, FPS = 1280, 720, 30
PICTURE_BIT_S, SOUND_BIT_S = 720_000, 96_000
LOOP_S = 24
"""The recordings repeat this many seconds, a whole number of frames of both codecs."""


def run() -> list[str]:
    """Analyze recordings of three lengths, each time in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        loop = Path(folder, "loop.mp4")
        encode(loop)
        paths = {length: Path(folder, f"{length}.mp4") for length in (MEASURED_S, SHORT_S, LONG_S)}
        for length, path in paths.items():
            repeat_recording(loop, path, loop_s=LOOP_S, length_s=length)
        taken_s = statistics.median(measured(paths[MEASURED_S])[0] for _ in range(ROUNDS))
        short, long = (measured(paths[length])[1] for length in (SHORT_S, LONG_S))
        size_bytes = paths[MEASURED_S].stat().st_size
    return [
        f"sandbox: {clock(MEASURED_S)} of {HEIGHT}p ({size_bytes / MIB:.1f} MiB) in "
        f"{taken_s:.1f} s, {MEASURED_S / taken_s:.0f} × realtime (median of {ROUNDS}); "
        f"peak memory {SHORT_S // 60} min {short / MIB:.0f} MiB, "
        f"{LONG_S // 60} min {long / MIB:.0f} MiB"
    ]


def measured(path: Path) -> tuple[float, int]:
    """Return the seconds one analysis takes, and the peak of its whole process in bytes."""
    seconds, peak = json.loads(
        subprocess.check_output([sys.executable, "-m", "tests.bench.sandbox", str(path)])
    )
    return seconds, peak


def encode(path: Path) -> None:
    """Write `LOOP_S` seconds as a camera would: H.264 with rare keyframes, and AAC."""
    with av.open(path, "w") as output:
        picture = output.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture.bit_rate = PICTURE_BIT_S
        sound = output.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
        sound.bit_rate = SOUND_BIT_S
        for frame in pictures():
            output.mux(picture.encode(frame))
        for frame in sounds():
            output.mux(sound.encode(frame))
        for track in (picture, sound):
            output.mux(track.encode(None))


def pictures() -> Iterator[Any]:
    """Yield frames of something bright that sways before a grainy room, moving all the time."""
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    room = 50 + 60 * x / WIDTH + 30 * y / HEIGHT + random.normal(0, 12, (HEIGHT, WIDTH))
    grain = random.normal(0, 2, (HEIGHT, 2 * WIDTH)).astype(np.int16)
    chroma = np.full((HEIGHT // 2, WIDTH), 128, dtype=np.uint8)
    ground = room.astype(np.int16)
    person = ground[::-1, ::-1] + np.int16(90)
    for number in range(LOOP_S * FPS):
        turn = 2 * np.pi * number / FPS
        across = int(WIDTH / 2 + 90 * np.sin(turn / 4) + 12 * np.sin(turn * 1.7))
        luma = ground.copy()
        columns = slice(across - 170, across + 170)
        luma[140:, columns] = person[140:, columns]
        shift = int(random.integers(WIDTH))
        luma += grain[:, shift : shift + WIDTH]
        whole = np.vstack([luma.clip(0, 255).astype(np.uint8), chroma])
        frame = av.VideoFrame.from_ndarray(whole, format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        yield frame


def sounds() -> Iterator[Any]:
    """Yield a second of speech at a time, with two pauses."""
    for second in range(LOOP_S):
        samples = speech(1.0, from_s=second, silences=((6.0, 8.5), (15.0, 18.0)))
        whole = (samples * 32767).clip(-32768, 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(whole[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, second * SAMPLE_RATE_HZ
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        yield frame


def main(path: str) -> None:
    began_s = time.perf_counter()
    analyze(path, INCLUDE)
    print(json.dumps([time.perf_counter() - began_s, status_bytes("VmHWM")]))


if __name__ == "__main__":
    main(sys.argv[1])
