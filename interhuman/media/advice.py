"""What to tell a person about a recording before it is sent, by what its header says.

What each model takes stands in `vocabulary.MODELS`; what plays in a browser was tried in Chromium.
"""

from __future__ import annotations

import math
from typing import Final

from interhuman.formats import clock, size
from interhuman.media.facts import remedy
from interhuman.media.probe import Probe
from interhuman.vocabulary import (
    INTER_1,
    INTER_2,
    MAX_FILE_BYTES,
    MAX_FILE_SIZE,
    MIN_DURATION_S,
    MODELS,
    Model,
)

_PLAYABLE_CONTAINERS: Final = frozenset(
    {"mp4", "mov", "m4a", "mkv", "webm", "wav", "flac", "mp3", "ogg"}
)
_PLAYABLE_PICTURE: Final = frozenset({"h264", "vp8", "vp9", "av1"})
_PLAYABLE_SOUND: Final = frozenset({"aac", "mp3", "opus", "vorbis", "flac"})
_NAMES: Final = {
    "hevc": "HEVC (H.265)",
    "mpeg4": "MPEG-4 Part 2",
    "mpeg2video": "MPEG-2",
    "prores": "ProRes",
    "webm": "WebM",
    "mpeg-ts": "MPEG-TS",
    "mpeg-ps": "MPEG-PS",
    "asf": "Windows Media",
    "flv": "Flash video",
    "flv1": "Flash video",
    "wmv1": "Windows Media Video",
    "wmv2": "Windows Media Video",
    "wmv3": "Windows Media Video",
    "vc1": "Windows Media Video",
    "wmav1": "Windows Media Audio",
    "wmav2": "Windows Media Audio",
    "amr_nb": "AMR",
    "amr_wb": "AMR",
    "h263": "H.263",
    "mpeg1video": "MPEG-1",
}


def preview_problem(probe: Probe) -> str | None:
    """Return one sentence when a browser can't play the recording, None when it can.

    HEVC and MPEG-4 Part 2 play as sound without a picture and without an error (a few
    browsers do show HEVC); that counts as no preview. A picture without its sound is one.
    """
    if not probe.readable:
        return "There's no preview, because this file can't be read as a recording."
    if probe.container not in _PLAYABLE_CONTAINERS:
        missing = f"play {format_name(probe.container)} files"
    elif probe.has_picture and probe.video_codec not in _PLAYABLE_PICTURE:
        missing = f"show {format_name(probe.video_codec)} video"
    elif not probe.has_picture and not _sound_plays(probe):
        missing = f"play {format_name(probe.audio_codec)} audio"
    else:
        return None
    return f"Your browser can't {missing}, so there's no preview; the analysis doesn't need one."


def _sound_plays(probe: Probe) -> bool:
    codec = probe.audio_codec or ""
    return codec in _PLAYABLE_SOUND or codec.startswith("pcm_")


def too_large(size_bytes: int) -> str | None:
    """Return what to say of a file that is too large to be sent, None for any other."""
    if size_bytes <= MAX_FILE_BYTES:
        return None
    return (
        f"The recording is {size(size_bytes)}; the limit is {MAX_FILE_SIZE}. Nothing was sent. "
        "Save it at a lower bitrate (3 minutes fit at 1 Mbit/s), or cut it into parts."
    )


def refusal(probe: Probe) -> str | None:
    """Return why every model would refuse this recording, or None as far as its header tells."""
    if not probe.readable:
        return f"This file can't be read here: {probe.why}. {remedy(probe.why or '')}"
    return too_large(probe.size_bytes) or _too_short(probe.duration_s)


def _too_short(duration_s: float | None) -> str | None:
    if duration_s is None or duration_s >= MIN_DURATION_S:
        return None
    return (
        f"This recording is {math.floor(duration_s * 10) / 10:.1f} seconds long. Choose one that's "
        f"at least {MIN_DURATION_S:.0f} seconds."
    )


def unacceptable(probe: Probe, model: Model) -> tuple[str, str] | None:
    """Return why the model refuses a recording whatever is done to it, as a reason and a sentence.

    The reason is one of `fit_error.REASONS`; None where nothing speaks against it.
    """
    for reason, sentence in (
        ("too_short", _too_short(probe.duration_s)),
        ("too_long", _too_long(probe, model)),
        ("no_sound", _sound_concern(probe, model) if model.needs_sound else None),
    ):
        if sentence is not None:
            return reason, sentence
    return None


def concerns(probe: Probe, model: str = INTER_1) -> tuple[str, ...]:
    """Return cautions to show before sending, each with its remedy; advice, not a block.

    `model` is one of `vocabulary.MODELS`; any other name is taken for an Inter-2.
    """
    refused = refusal(probe)
    if refused is not None:
        return (refused,)
    wanted = MODELS.get(model, MODELS[INTER_2])
    about_the_model = (_too_long, _picture_concern, _sound_concern)
    cautions = tuple(caution for about in about_the_model if (caution := about(probe, wanted)))
    return cautions or _container_concern(probe, wanted)


def _too_long(probe: Probe, model: Model) -> str | None:
    limit_s, length_s = model.max_duration_s, probe.duration_s
    if limit_s is None or length_s is None or length_s <= limit_s:
        return None
    return (
        f"This recording is {clock(math.ceil(length_s))} long; the limit for {model.title} is "
        f"{clock(limit_s)}. Cut it into parts."
    )


def _picture_concern(probe: Probe, model: Model) -> str | None:
    if not model.needs_picture:
        return None
    if not probe.has_picture:
        return f"It has no video, and {model.title} needs video. Choose one with video."
    if probe.video_codec == "mpeg4":
        return (
            "Its video is MPEG-4 Part 2, which the API is known to reject. "
            "Export it again as MP4 with H.264 video."
        )
    return None


def _sound_concern(probe: Probe, model: Model) -> str | None:
    if probe.has_sound:
        return None
    if not model.needs_sound:
        return "It has no audio, so the results will mean little. Choose one with audio."
    return f"It has no audio, and {model.title} needs audio. Choose one with audio."


def _container_concern(probe: Probe, model: Model) -> tuple[str, ...]:
    if probe.container is None or probe.container in model.containers:
        return ()
    known = ", ".join(format_name(name) for name in model.containers)
    return (
        f"{model.title} doesn't accept {format_name(probe.container)} files. Export it as one of "
        f"{known}, or choose another model.",
    )


def format_name(key: str | None) -> str:
    """Return the everyday name of a container or codec."""
    return "this kind of" if key is None else _NAMES.get(key, key.upper())
