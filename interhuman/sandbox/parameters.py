"""What a request may ask for and what kind of file it may bring, before anything is decoded.

An upload is checked in this order, and the first fault found is the answer:

 1. the bearer credential                       ih2002, ih2001
 2. its scope                                   ih2003
 3. uploads of this account already running     ih3002
 4. the announced size, before the body         ih4003; ih1002 where too much is held already
 5. the body: its size and its `file` part      ih4003, ih4001
 6. the error that the key asks for             `sandbox-ihNNNN`
 7. the other parameters                        ih4005
 8. the file: empty                             ih5001
 9. its ending and its first bytes              ih4002
10. can it be opened at all, is it whole        ih5004, ih5002
11. its length                                  ih4007, ih4004
12. its tracks                                  ih5001, ih5008
13. their codecs, the sample rate               ih5003, ih5004 (MPEG-4 Part 2)
14. what is in them, while it is analysed       ih5002; ih5005 for too much memory or time

Steps 1-6 are in `upload` and `routes`, 7-9 here, 10-14 in `reader`, in a process of its own. A
job is accepted after step 13: what fails later fails the job.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from interhuman.sandbox.errors import ApiError

QUALITY_FLAGS = ("conversation_quality_overall", "conversation_quality_timeline")
JOB_FLAGS = ("signals", *QUALITY_FLAGS)
LONGEST_WAIT_S = 120
DIMENSIONS = ("clarity", "authority", "energy", "rapport", "learning")

VIDEO_DEMUXERS: Mapping[str, str] = {
    "mp4": "mp4",
    "m4v": "mp4",
    "mov": "mp4",
    "qt": "mp4",
    "avi": "avi",
    "mkv": "matroska",
    "webm": "matroska",
    "ts": "mpegts",
    "mts": "mpegts",
    "m2ts": "mpegts",
}
"""File ending -> the demuxer that reads it, for recordings with a picture."""

AUDIO_DEMUXERS: Mapping[str, str] = {
    "wav": "wav",
    "flac": "flac",
    "mp3": "mp3",
    "m4a": "mp4",
    "ogg": "ogg",
    "oga": "ogg",
    "opus": "ogg",
    "mp4": "mp4",
    "webm": "matroska",
}
"""File ending -> the demuxer that reads it, for the model that takes sound alone."""

HEAD_BYTES = 400
"""How many of the first bytes `container_of` needs to see."""


def check_flags(flags: Iterable[str], *, allowed: Collection[str] = QUALITY_FLAGS) -> None:
    """Raise ih4005 for an `include[]` flag that the endpoint does not know."""
    for flag in flags:
        if flag not in allowed:
            raise ApiError("ih4005", f"Unknown include flag '{flag[:80]}'.")


def check_goals(goals: Iterable[str]) -> None:
    """Raise ih4005 for a goal dimension that is none of the five."""
    for goal in goals:
        if goal not in DIMENSIONS:
            raise ApiError("ih4005", f"Unknown goal dimension '{goal[:80]}'.")


def check_model(model: str | None, *, served: Collection[str]) -> str:
    """Return the model that a job is asked to use; raise ih4005 for none or an unknown one."""
    if not model:
        raise ApiError("ih4005", "The field 'model' is missing.")
    if model not in served:
        raise ApiError("ih4005", f"Unknown model '{model[:80]}'.")
    return model


def wait_seconds_of(text: str | None) -> int:
    """Return how many seconds the answer may be held back; raise ih4005 outside 0-120."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        raise ApiError("ih4005", "The field 'wait_seconds' must be a whole number.")
    if int(text) > LONGEST_WAIT_S:
        raise ApiError("ih4005", f"The field 'wait_seconds' is at most {LONGEST_WAIT_S}.")
    return int(text)


def container_of(filename: str, head: bytes, *, sound: bool = False) -> str:
    """Return the demuxer that reads this file, by its first bytes and by its name.

    Both must be of an accepted container (with `sound`, one that `inter-2-audio` takes); a name
    without an ending says nothing and is accepted. Raises ih5001 for no bytes at all, else ih4002.
    """
    if not head:
        raise ApiError("ih5001")
    accepted = AUDIO_DEMUXERS if sound else VIDEO_DEMUXERS
    ending = _ending(filename)
    if ending and ending not in accepted:
        raise ApiError("ih4002", f"The container '.{ending[:20]}' is not supported.")
    demuxer = _sniff(head)
    if demuxer is None or demuxer not in accepted.values():
        raise ApiError("ih4002", "The content of the file is not a supported container.")
    return demuxer


def _ending(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def _sniff(head: bytes) -> str | None:
    """Return the demuxer for these first bytes: never more than one is ever tried.

    Left to guess, FFmpeg would also read playlists, which name other files and addresses.
    """
    riff = {b"AVI ": "avi", b"WAVE": "wav"}
    if head[:4] == b"RIFF":
        return riff.get(head[8:12])
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}:
        return "mp4"
    for start, demuxer in ((b"\x1aE\xdf\xa3", "matroska"), (b"OggS", "ogg"), (b"fLaC", "flac")):
        if head.startswith(start):
            return demuxer
    if _is_transport_stream(head):
        return "mpegts"
    if head.startswith(b"ID3") or (head[0] == 0xFF and len(head) > 1 and head[1] & 0xE6 == 0xE2):
        return "mp3"
    return None


def _is_transport_stream(head: bytes) -> bool:
    """Tell whether the sync byte stands where packets of 188 (or 192) bytes put it."""
    return any(
        len(head) > first + size and head[first] == head[first + size] == 0x47
        for first, size in ((0, 188), (4, 192))
    )
