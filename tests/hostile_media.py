"""Small files that cost whoever opens them carelessly gigabytes or minutes, made on the fly.

Every function returns the bytes of one file and is cached for the process.
"""

from __future__ import annotations

import functools
import io
import struct
import zlib
from fractions import Fraction
from typing import Any

import av
import numpy as np

from tests import clips

MIB = 1024**2


@functools.cache
def claimed_samples_mp4(samples: int = 85_000_000, *, tracks: int = 1) -> bytes:
    """Return 44 KB of mp4 whose sample tables speak of so many samples of one byte."""
    return _mp4([_h264_track(samples, first_byte=32) for _ in range(tracks)], bytes(43_000))


@functools.cache
def one_byte_samples_mp4(samples: int, *, rate_hz: int = 30) -> bytes:
    """Return an mp4 of `samples` packets of one byte each, all of them in the file."""
    return _mp4([_h264_track(samples, first_byte=32, rate_hz=rate_hz)], b"\x65" * samples)


def slow_to_analyze_mp4() -> bytes:
    """Return a small mp4 whose analysis takes seconds."""
    return one_byte_samples_mp4(600_000)


@functools.cache
def claimed_fragment_mp4(samples: int = 85_000_000) -> bytes:
    """Return a fragmented mp4 whose one run of samples speaks of so many."""
    run = _box(b"trun", struct.pack(">III", 0x1, samples, 0))
    header = _box(b"tfhd", struct.pack(">IIII", 0x18, 1, 1024, 1))
    fragment = _box(b"moof", _box(b"mfhd", bytes(8)), _box(b"traf", header, run))
    extends = _box(b"mvex", _box(b"trex", struct.pack(">6I", 0, 1, 1, 1024, 1, 0)))
    whole = _mp4([_h264_track(0, first_byte=32), extends], bytes(1000))
    return whole + fragment + _box(b"mdat", bytes(1000))


@functools.cache
def huge_png(side: int = 16_000) -> bytes:
    """Return a black PNG of `side` by `side` pixels, which decode to three bytes each."""
    rows = 100
    packer = zlib.compressobj(9)
    head = packer.compress(bytes(rows * (1 + 3 * side))) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands for itself, so the same one is good for all rows.
    packed = head + head[2:] * (side // rows - 1) + b"\x03\x00" + bytes(4)
    size = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@functools.cache
def huge_png_track() -> bytes:
    """Return a mov whose picture track is one huge PNG, with a header of 16 by 16."""
    output = io.BytesIO()
    with av.open(output, "w", format="mov") as target:
        track = target.add_stream("png", rate=1)
        track.width, track.height, track.pix_fmt = 16, 16, "rgb24"
        target.mux(_packet(huge_png(), track))
    return output.getvalue()


@functools.cache
def huge_png_cover() -> bytes:
    """Return an mp3 with a huge PNG as its cover."""
    picture = b"\0image/png\0\x03\0" + huge_png()
    frame = b"APIC" + struct.pack(">IH", len(picture), 0) + picture
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    song = clips.recording(4.0, container="mp3", video=False, silences=())
    return b"ID3\x03\0\0" + size + frame + song


@functools.cache
def one_pcm_block(size_bytes: int, *, rate_hz: int, codec: str, layout: str) -> bytes:
    """Return an mkv with a picture of 12 s and all of its sound in one block."""
    output = io.BytesIO()
    with (
        av.open(io.BytesIO(clips.recording(audio=False)), "r") as source,
        av.open(output, "w", format="matroska") as target,
    ):
        picture = target.add_stream_from_template(source.streams.video[0])
        sound = target.add_stream(codec, rate=rate_hz, layout=layout)
        target.start_encoding()
        target.mux(_packet(bytes(size_bytes), sound))
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = picture
                target.mux(packet)
    return output.getvalue()


@functools.cache
def eight_k_mp4(frames: int = 8) -> bytes:
    """Return a well-formed mp4 of 7680 by 4320 pixels and 4 s."""
    output = io.BytesIO()
    with av.open(output, "w", format="mp4") as target:
        track = target.add_stream("libx264", rate=2, options={"preset": "ultrafast", "crf": "40"})
        track.width, track.height, track.pix_fmt = 7680, 4320, "yuv420p"
        track.codec_context.thread_count = 1
        coarse = np.random.default_rng(2).integers(0, 255, (81, 60), dtype=np.uint8)
        whole = np.repeat(np.repeat(coarse, 80, axis=0), 128, axis=1)
        for number in range(frames):
            whole[: 80 * (number + 1), :128] = 255
            frame = av.VideoFrame.from_ndarray(whole, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 2)
            target.mux(track.encode(frame))
        target.mux(track.encode(None))
    return output.getvalue()


@functools.cache
def noise_ts(packets: int = 2000) -> bytes:
    """Return 4 s of an MPEG transport stream, then noise that begins tracks nobody announced."""
    random = np.random.default_rng(11)
    noise = random.integers(0, 256, (packets, 188), dtype=np.uint8)
    noise[:, 0] = 0x47  # a packet begins
    noise[:, 1] &= 0x41  # no error; a start in some; one of few tracks
    noise[:, 3] = 0x10  # content follows at once
    starts = random.random(packets) < 0.2
    noise[starts, 1] |= 0x40
    noise[starts, 4:8] = (0, 0, 1, 0xE0)  # a picture begins
    return clips.recording(4.0, container="ts", silences=()) + noise.tobytes()


def _packet(data: bytes, track: Any) -> Any:
    packet = av.Packet(data)
    packet.stream, packet.pts, packet.dts, packet.duration = track, 0, 0, 1
    packet.time_base, packet.is_keyframe = Fraction(1, 1000), True
    return packet


def _box(kind: bytes, *content: bytes) -> bytes:
    whole = b"".join(content)
    return struct.pack(">I", 8 + len(whole)) + kind + whole


def _mp4(parts: list[bytes], data: bytes) -> bytes:
    """Return an mp4 with its media data first, at byte 32, and `parts` of its index after it."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    movie = struct.pack(">5I", 0, 0, 0, 1000, 12_000) + struct.pack(">IH", 0x10000, 0x100)
    header = _box(b"mvhd", movie, bytes(10), matrix, bytes(24), struct.pack(">I", 2))
    start = _box(b"ftyp", b"isom\0\0\0\0isommp42")
    return start + _box(b"mdat", data) + _box(b"moov", header, *parts)


def _h264_track(samples: int, *, first_byte: int, rate_hz: int = 30) -> bytes:
    """Return the index of an H.264 track of `samples` samples of one byte each."""
    entry = bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HH", 320, 180)
    entry += struct.pack(">IIIH", 0x480000, 0x480000, 0, 1) + bytes(32) + b"\0\x18\xff\xff"
    with av.open(io.BytesIO(clips.recording(audio=False)), "r") as source:
        codec = _box(b"avcC", source.streams.video[0].codec_context.extradata or b"")
    runs = [struct.pack(">II", samples, 1)] if samples else []
    chunks = [struct.pack(">III", 1, samples, 1)] if samples else []
    table = _box(
        b"stbl",
        _box(b"stsd", struct.pack(">II", 0, 1), _box(b"avc1", entry, codec)),
        _box(b"stts", struct.pack(">II", 0, len(runs)), *runs),
        _box(b"stsc", struct.pack(">II", 0, len(chunks)), *chunks),
        _box(b"stsz", struct.pack(">III", 0, 1, samples)),
        _box(
            b"stco", struct.pack(">II", 0, len(runs)), *[struct.pack(">I", first_byte)][: len(runs)]
        ),
    )
    duration = min(samples, 0xFFFFFFF0)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    shown = struct.pack(">6I", 7, 0, 0, 1, 0, 12_000) + bytes(16) + matrix
    reference = _box(b"dref", struct.pack(">II", 0, 1), _box(b"url ", struct.pack(">I", 1)))
    return _box(
        b"trak",
        _box(b"tkhd", shown, struct.pack(">II", 320 << 16, 180 << 16)),
        _box(
            b"mdia",
            _box(b"mdhd", struct.pack(">5IHH", 0, 0, 0, rate_hz, duration, 0x55C4, 0)),
            _box(b"hdlr", bytes(8), b"vide", bytes(13)),
            _box(
                b"minf",
                _box(b"vmhd", struct.pack(">I", 1), bytes(8)),
                _box(b"dinf", reference),
                table,
            ),
        ),
    )
