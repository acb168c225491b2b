"""Making a recording fit: against the `ffmpeg` program with the same settings, and ten minutes."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from interhuman.media.fit import Fit, fit
from interhuman.vocabulary import MAX_FILE_BYTES
from tests import clips
from tests.media.odd_clips import EVERY_25TH_S, marked

LOOP_S = 4
SHORT_S = 60
LONG_S = 600
MIB = 1024**2

_T = TypeVar("_T")


def run() -> list[str]:
    """Convert a minute of 1080p both ways, and ten minutes once, with time and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        loop = Path(folder) / "loop.mp4"
        loop.write_bytes(_loop())
        lines = [
            f"{'':20} {'seconds':>8} {'processor s':>11} {'x length':>9} {'MB':>6} {'peak MiB':>9}"
        ]
        short, long = Path(folder) / "short.mp4", Path(folder) / "long.mp4"
        clips.repeat_recording(loop, short, loop_s=LOOP_S, length_s=SHORT_S)
        target = Path(folder) / "out.mp4"
        max_bytes = MAX_FILE_BYTES // 10  # the bitrate of ten minutes
        result, here = measured(lambda: fit(short, target, max_bytes=max_bytes))
        lines.append(_row("one minute, here", here, SHORT_S, target))
        if shutil.which("ffmpeg") is not None:
            command = _ffmpeg(short, target, result)
            _, program = measured(lambda: subprocess.run(command, check=True))
            lines.append(_row("one minute, ffmpeg", program, SHORT_S, target))
            lines.append(
                f"speed of ffmpeg: {program.wall_s / here.wall_s:.2f} x by the clock, "
                f"{program.processor_s / here.processor_s:.2f} x by processor time"
            )
        clips.repeat_recording(loop, long, loop_s=LOOP_S, length_s=LONG_S)
        _, cost = measured(lambda: fit(long, target))
        lines.append(_row("ten minutes, here", cost, LONG_S, target))
        lines.append(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        return lines


def _loop() -> bytes:
    return marked(
        video_codec="libx264",
        size=(1920, 1080),
        noise=12,
        times_s=EVERY_25TH_S,
        options=(("preset", "veryfast"), ("crf", "23"), ("bf", "0")),
    )


def _ffmpeg(source: Path, target: Path, result: Fit) -> list[str]:
    """Return the program's command for what `fit` did: one pass, the same size and bitrate."""
    picture = result.after.picture
    assert picture is not None
    bits_per_s = round(8 * picture.size_bytes / result.after.duration_s)
    size = f"scale={picture.width}:{picture.height}:flags=bilinear"
    encoder = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-qmin", "17"]
    rate = ["-b:v", str(bits_per_s), "-r", f"{picture.frames_per_s:.3f}", "-g", "125"]
    sound = ["-c:a", "copy"] if result.sound == "copy" else ["-c:a", "aac", "-b:a", "64k"]
    quiet = ["-v", "error", "-nostdin", "-y"]
    shape = ["-vf", size, "-pix_fmt", "yuv420p"]
    return [
        *("nice", "-n", "10", "ffmpeg", *quiet, "-i", str(source)),
        *(*shape, *encoder, *rate, *sound, "-movflags", "+faststart", str(target)),
    ]


@dataclass(frozen=True)
class Cost:
    """What a conversion took; its processor time hardly depends on who else is busy."""

    wall_s: float
    processor_s: float
    peak_bytes: int


def measured(work: Callable[[], _T]) -> tuple[_T, Cost]:
    """Return what `work` does, and what its processes took."""
    peak_bytes, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak_bytes
        me = psutil.Process()
        while not ended.wait(0.05):
            for child in me.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    peak_bytes = max(peak_bytes, child.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    began_s, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        result = work()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return result, Cost(time.monotonic() - began_s, processor_s, peak_bytes)
    finally:
        ended.set()
        watching.join()


def _row(name: str, cost: Cost, length_s: int, target: Path) -> str:
    return (
        f"{name:20} {cost.wall_s:8.1f} {cost.processor_s:11.1f} {length_s / cost.wall_s:8.1f}x "
        f"{target.stat().st_size / 1e6:6.1f} {cost.peak_bytes / MIB:9.0f}"
    )
