"""Carries out a plan: reads a recording and writes the one that is sent.

Runs in a process of its own. One thread decodes, another encodes and writes: together they keep
two processors busy, and the queue between them holds a few pictures of the final size.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import av
from av.container import InputContainer, OutputContainer

from interhuman.media.facts import Facts
from interhuman.media.plan import COPY, DROP, Plan
from interhuman.media.worker import opening
from interhuman.media.worker.scan import max_read_bytes
from interhuman.media.worker.tracks import CopiedTrack, EncodedPicture, EncodedSound, Track
from interhuman.media.worker.window import Window

_QUEUE_LENGTH: Final = 12
_QUEUED_BYTES: Final = 8 * 1024**2
_REPORT_EVERY_S: Final = 0.2
_INDEX_FIRST: Final = {"movflags": "+faststart"}
_OPTIONS: Final = {"mp4": _INDEX_FIRST, "ipod": _INDEX_FIRST, "webm": {"cues_to_front": "1"}}

_T = TypeVar("_T")


class TooLargeError(Exception):
    """Raised when the file has become too large; `share` of the recording had been written."""

    def __init__(self, share: float) -> None:
        super().__init__(share)
        self.share = share


def convert(
    file: BinaryIO,
    target: Path,
    facts: Facts,
    plan: Plan,
    *,
    max_bytes: int,
    on_share: Callable[[float], None],
    window: Window | None = None,
) -> float:
    """Write `target`; `on_share` gets how much of the recording is done.

    With a `window` only that part is written, and the facts are those of the part. Returns the
    mean quantizer of the pictures that were encoded, 0 where none were. Raises `TooLargeError` as
    soon as it has more than `max_bytes`.
    """
    with (
        opening.open_recording(
            file, max_read_bytes=max_read_bytes(facts.size_bytes), buffer_bytes=1 << 18
        ) as source,
        av.open(target, "w", format=plan.muxer, options=_OPTIONS.get(plan.muxer)) as output,
    ):
        tracks = list(_tracks(source, output, facts, plan))
        # The header names all tracks, so it has to wait for them.
        output.start_encoding()
        written_bytes, reported_s = 0, 0.0
        with contextlib.closing(
            _in_thread(lambda: _outgoing(source, tracks, window), length=_queue_length(plan))
        ) as outgoing:
            for track, item in outgoing:
                for packet in track.packets(item):
                    written_bytes += packet.size
                    if written_bytes > max_bytes:
                        raise TooLargeError(max(track.share(packet), 0.01))
                    share = track.share(packet)
                    output.mux(packet)
                    if time.monotonic() - reported_s > _REPORT_EVERY_S:
                        reported_s = time.monotonic()
                        on_share(share)
        for track in tracks:
            for packet in track.packets(None):
                output.mux(packet)
    return max((track.mean_quantizer for track in tracks), default=0.0)


def _tracks(
    source: InputContainer, output: OutputContainer, facts: Facts, plan: Plan
) -> Iterator[Track[Any]]:
    if facts.picture is not None and plan.picture.action != DROP:
        picture = opening.pictures_of(source)[facts.picture.track]
        if plan.picture.action == COPY:
            yield CopiedTrack(picture, output, facts)
        else:
            yield EncodedPicture(picture, output, facts, facts.picture, plan)
    if facts.sound is not None and plan.sound.action != DROP:
        sound = opening.sounds_of(source)[facts.sound.track]
        if plan.sound.action == COPY:
            yield CopiedTrack(sound, output, facts)
        else:
            yield EncodedSound(sound, output, facts, facts.sound, plan)


def _outgoing(
    source: InputContainer, tracks: list[Track[Any]], window: Window | None
) -> Iterator[tuple[Track[Any], Any]]:
    """Yield what is to be written, with its track, in the order of the file."""
    by_index = {track.source.index: track for track in tracks}
    packets = opening.packets_until_damage(source, *[track.source for track in tracks])
    for packet in window.packets(packets, tracks) if window is not None else packets:
        if packet.size:
            track = by_index[packet.stream_index]
            for item in track.outgoing(packet):
                yield track, item
    for track in tracks:
        for item in track.outgoing(None):
            yield track, item


def _queue_length(plan: Plan) -> int:
    """Return how many pictures may wait for the encoder, sound among them."""
    picture_bytes = plan.picture.width * plan.picture.height * 3 // 2
    return max(2, min(_QUEUE_LENGTH, _QUEUED_BYTES // max(1, picture_bytes)))


def _in_thread(make: Callable[[], Iterator[_T]], *, length: int) -> Generator[_T, None, None]:
    """Yield what the iterator gives that `make` returns, which runs in a thread of its own.

    Closing it ends the thread.
    """
    items: queue.Queue[tuple[str, Any]] = queue.Queue(length)
    closed = threading.Event()

    def put(kind: str, value: Any) -> bool:
        while not closed.is_set():
            with contextlib.suppress(queue.Full):
                items.put((kind, value), timeout=0.1)
                return True
        return False

    def work() -> None:
        try:
            for item in make():
                if not put("item", item):
                    return
            put("end", None)
        except BaseException as error:
            put("error", error)

    thread = threading.Thread(target=work, name="decoding", daemon=True)
    thread.start()
    try:
        while True:
            kind, value = items.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        closed.set()
        thread.join()
