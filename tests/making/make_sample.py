"""Makes the sample recording again: ``python -m tests.making.make_sample``.

Needs the program espeak-ng for the voice; everything else comes with the project. The same
versions make the same file. At the end it prints the pauses as `interhuman.media.sample` has them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from tests.making.motion import Motion
from tests.making.picture import HEIGHT, WIDTH, draw_background, draw_picture
from tests.making.script import PASSAGES
from tests.making.voice import SAMPLE_RATE_HZ, Samples, Track, speak

FPS: Final = 25
MIN_LONG_PAUSE_S: Final = 1.5

_PICTURE_OPTIONS: Final = {"preset": "veryslow", "tune": "animation", "crf": "23", "threads": "1"}
_BT709: Final = 1


def main() -> None:
    """Speak, draw and write the recording that the package ships."""
    track = speak(PASSAGES)
    path = Path(str(resources.files("interhuman.media").joinpath("sample.mp4")))
    write(path, track)
    duration_s = track.samples.size / SAMPLE_RATE_HZ
    sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes, {duration_s:.2f} s\n")
    sys.stdout.write(f"SAMPLE_PAUSES = {long_pauses(track)}\n")


def long_pauses(track: Track) -> tuple[tuple[float, float], ...]:
    """Return the silences between passages of at least `MIN_LONG_PAUSE_S`, as (start, end)."""
    ends = [end for _, end in track.spans[:-1]]
    starts = [start for start, _ in track.spans[1:]]
    return tuple(
        (round(end, 2), round(start, 2))
        for end, start in zip(ends, starts, strict=True)
        if start - end >= MIN_LONG_PAUSE_S
    )


def write(path: Path, track: Track) -> None:
    """Encode the recording as MP4 (H.264 and AAC, index first), both tracks in step."""
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(path, "w", options=options) as output:
        picture = _picture_track(output)
        sound = output.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono", bit_rate=72_000)
        sounds = _sound_frames(track.samples, sound.codec_context.frame_size or 1024)
        pending = next(sounds, None)
        for frame in _picture_frames(track):
            output.mux(picture.encode(frame))
            while pending is not None and pending.time <= frame.time:
                output.mux(sound.encode(pending))
                pending = next(sounds, None)
        while pending is not None:
            output.mux(sound.encode(pending))
            pending = next(sounds, None)
        output.mux(picture.encode(None))
        output.mux(sound.encode(None))


def _picture_track(output: Any) -> Any:
    picture = output.add_stream("libx264", rate=FPS, options=_PICTURE_OPTIONS)
    picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec = picture.codec_context
    codec.gop_size = 2 * FPS
    codec.colorspace = codec.color_primaries = codec.color_trc = codec.color_range = _BT709
    return picture


def _picture_frames(track: Track) -> Iterator[Any]:
    background = draw_background()
    for number, (pose, face) in enumerate(Motion(FPS, track, PASSAGES).pictures()):
        drawn = np.asarray(draw_picture(background, pose, face))
        frame = av.VideoFrame.from_ndarray(drawn, format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709"
        )
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        yield frame


def _sound_frames(samples: Samples, size: int) -> Iterator[Any]:
    int16 = np.round(samples * 32767).astype(np.int16)
    for first in range(0, int16.size, size):
        piece = int16[np.newaxis, first : first + size]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, first
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        yield frame


if __name__ == "__main__":
    main()
