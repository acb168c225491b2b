"""Which container a file is, told by its name and its first bytes before anything opens it."""

from __future__ import annotations

from collections.abc import Mapping

from interhuman.sandbox.errors import ApiError

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
"""File extension -> the demuxer that reads it, for recordings with a picture."""

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
"""File extension -> the demuxer that reads it, for the model that takes sound alone."""

HEAD_BYTES = 400
"""How many of the first bytes `detect_demuxer` needs to see."""


def detect_demuxer(filename: str, head: bytes, *, sound_only: bool = False) -> str:
    """Return the demuxer that reads this file, judged by its first bytes and by its name.

    Both must be of an accepted container (with `sound_only`, one that `inter-2-audio` takes); a
    name without an extension is accepted. Raises ih5001 for an empty file, else ih4002.
    """
    if not head:
        raise ApiError("ih5001")
    accepted = AUDIO_DEMUXERS if sound_only else VIDEO_DEMUXERS
    extension = _extension(filename)
    if extension and extension not in accepted:
        raise ApiError("ih4002", f"The container '.{extension[:20]}' is not supported.")
    demuxer = _demuxer_by_content(head)
    if demuxer is None or demuxer not in accepted.values():
        raise ApiError("ih4002", "The content of the file is not a supported container.")
    return demuxer


def _extension(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def _demuxer_by_content(head: bytes) -> str | None:
    """Return the one demuxer for these first bytes.

    FFmpeg is never left to guess: it would also read playlists, which name other files and
    addresses.
    """
    if head[:4] == b"RIFF":
        return {b"AVI ": "avi", b"WAVE": "wav"}.get(head[8:12])
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}:
        return "mp4"
    for start, demuxer in ((b"\x1aE\xdf\xa3", "matroska"), (b"OggS", "ogg"), (b"fLaC", "flac")):
        if head.startswith(start):
            return demuxer
    if _is_transport_stream(head):
        return "mpegts"
    # An ID3 tag, or the sync bits of an MPEG audio frame of layer 3.
    if head.startswith(b"ID3") or (head[0] == 0xFF and len(head) > 1 and head[1] & 0xE6 == 0xE2):
        return "mp3"
    return None


def _is_transport_stream(head: bytes) -> bool:
    """Return whether the sync byte is where packets of 188 (or 192) bytes put it."""
    return any(
        len(head) > first + size and head[first] == head[first + size] == 0x47
        for first, size in ((0, 188), (4, 192))
    )
