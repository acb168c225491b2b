"""Makes a recording fit: small enough and in a form that the API takes, before anything is sent.

The person plays the original, and times refer to it: what is sent has the same length, and its
picture and sound are in step with it.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from interhuman import isolation
from interhuman.media.cutting import CutPart
from interhuman.media.encoding_process import TURNS, run_limited
from interhuman.media.facts import Facts, SoundChoice
from interhuman.media.fit_error import REASONS, FitError
from interhuman.media.fit_words import fit_reasons, fit_words
from interhuman.media.partial import partial_file
from interhuman.media.plan import COPY, DROP, ENCODE
from interhuman.media.progress import MediaProgress, ignore, never
from interhuman.media.source import Source, as_file, extension_of
from interhuman.vocabulary import MAX_FILE_BYTES

__all__ = ["Fit", "FitError", "MediaProgress", "fit"]

log = logging.getLogger(__name__)

_MIB: Final = 1024**2
_MAKE_FIT: Final = "interhuman.media.worker.fit_call:make_fit"
_ACTIONS: Final = ("unchanged", "remuxed", "encoded")
_FAILED: Final = (
    "It can't be converted here: it's damaged or in a rare format. Export it again as MP4 with "
    "H.264 video and AAC audio."
)


@dataclass(frozen=True, slots=True)
class Fit:
    """What was done to a recording."""

    action: str
    """"unchanged", "remuxed" (nothing was encoded, nothing is lost) or "encoded"."""
    picture: str
    """"copy", "encode" or "drop"; also where there is none."""
    sound: str
    before: Facts
    after: Facts
    start_s: float
    """When in the recording the first moment of what is sent is: 0 unless it is a part."""
    words: str
    """What was done: sizes and codecs before and after, and what became of the sound."""
    reasons: tuple[str, ...]
    """Why, as sentences; none where nothing was done."""

    @property
    def size_bytes(self) -> int:
        """Size of what is sent."""
        return self.after.size_bytes

    @property
    def extension(self) -> str:
        """The extension of a file name for what is sent, such as ".mp4"."""
        return ".ts" if self.after.container == "mpeg-ts" else f".{self.after.container}"

    @property
    def duration_s(self) -> float:
        """Length of what is sent."""
        return self.after.duration_s


def fit(
    source: Source,
    target: str | os.PathLike[str],
    *,
    max_bytes: int = MAX_FILE_BYTES,
    audio_only: bool = False,
    sound: SoundChoice | None = None,
    part: CutPart | None = None,
    facts: Facts | None = None,
    filename: str = "",
    on_progress: Callable[[MediaProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Fit:
    """Write the recording to `target` in a form that the API takes, and return what was done.

    The target is an MP4 with H.264 and AAC, its index first; where the source is WebM that only
    lacks an index, WebM again; with `audio_only` an M4A with mono sound alone. Of several tracks
    of sound it has the one that `sound` names, by default the first that can be decoded. A source
    that can be sent as it is becomes a copy, whatever it is. `target` exists afterwards only as a
    whole; its folder must exist. Of `filename` only the extension counts, where the source is no
    path.

    With a `part`, that part alone is sent; `facts` are those of the whole, where they are known
    from a full read, which saves reading it again.

    Blocks, for up to a third of the recording's length on two processors; runs in a process of
    its own with 210 MiB (340 for 4K of 10 bits), of which this process has `turns.AT_ONCE` at a
    time. `on_progress` and `cancelled` are called in this thread, the latter ten times a second.
    Raises `FitError`.
    """
    target, tell = Path(target), on_progress or ignore
    try:
        with TURNS.turn(
            on_wait=lambda others: tell(MediaProgress("waiting", 0.0, waiting_for=others)),
            cancelled=cancelled or never,
        ) as is_our_turn:
            if not is_our_turn:
                raise isolation.CancelledError
            if shutil.disk_usage(target.parent).free < max_bytes:
                raise FitError("disk_full", DISK_FULL)
            with as_file(source) as file, partial_file(target) as path:
                extension = extension_of(source, filename)
                reply = run_limited(
                    _MAKE_FIT,
                    file,
                    {
                        "target": str(path),
                        "extension": extension,
                        "max_bytes": max_bytes,
                        "audio_only": audio_only,
                        "sound": None if sound is None else asdict(sound),
                        "part": None if part is None else asdict(part),
                        "facts": None if facts is None else facts.to_json(),
                    },
                    file_bytes=2 * max_bytes + _MIB,
                    doing="Converting",
                    failed=_FAILED,
                    on_progress=tell,
                    cancelled=cancelled,
                )
                result = _fit(reply, max_bytes=max_bytes)
                if result.action == "unchanged":
                    _copy(file, path)
                return result
    except isolation.CancelledError:
        raise FitError("cancelled", "The conversion was canceled. Nothing was sent.") from None
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise FitError("disk_full", DISK_FULL) from None


DISK_FULL: Final = "The app's disk is full, so the recording can't be converted."


def _copy(file: BinaryIO, path: Path) -> None:
    file.seek(0)
    with path.open("wb") as copy:
        shutil.copyfileobj(file, copy, _MIB)


def _fit(reply: Any, *, max_bytes: int) -> Fit:
    """Return the result; raise `FitError` for a refusal and for what is neither."""
    match reply:
        case {"reason": str(reason), "sentence": str(sentence)} if reason in REASONS:
            raise FitError(reason, sentence)
        case {
            "action": str(action),
            "picture": str(picture),
            "sound": str(sound),
            "start_s": int() | float() as start_s,
        } if action in _ACTIONS and {picture, sound} <= {COPY, ENCODE, DROP}:
            try:
                before = Facts.from_json(reply.get("before"))
                after = Facts.from_json(reply.get("after"))
            except ValueError as fault:
                log.warning("A conversion gave no result of the expected form: %s", fault)
            else:
                return Fit(
                    action=action,
                    picture=picture,
                    sound=sound,
                    before=before,
                    after=after,
                    start_s=start_s,
                    words=fit_words(before, after, action=action, sound=sound),
                    reasons=fit_reasons(
                        before, action=action, max_bytes=max_bytes, audio_only=picture == DROP
                    ),
                )
    raise FitError("failed", _FAILED)
