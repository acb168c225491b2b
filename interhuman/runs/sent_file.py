"""The file that is sent for a recording: the recording itself, or what was made of it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Protocol

from interhuman.media.advice import unacceptable
from interhuman.media.cutting import CutPart
from interhuman.media.facts import Facts, SoundChoice
from interhuman.media.fit import Fit, FitError, MediaProgress, fit
from interhuman.media.preflight import probe_as_sent
from interhuman.runs.recording_files import FITTED, new_path
from interhuman.settings import CONTENT_TYPES
from interhuman.vocabulary import Model


class Recording(Protocol):
    """A recording in a file, which is there for as long as this is held."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def path(self) -> Path:
        """The file."""


class SentFile:
    """A file as it is sent; one that was made for that is deleted when nobody holds this."""

    def __init__(self, path: Path, name: str, fitted: Fit | None = None) -> None:
        self.path = path
        self.name = name
        self.words = fitted.words if fitted is not None else None
        """What was done, None where the recording is sent as it is."""
        self.start_s = fitted.start_s if fitted is not None else 0.0
        """When in the recording it begins."""
        sound = fitted.before.sound if fitted is not None else None
        self.sound = SoundChoice(sound.track, sound.channel) if sound is not None else None
        """The sound of the recording that it has; None where it has none or is the recording."""
        if fitted is not None:
            weakref.finalize(self, path.unlink, missing_ok=True)


def unchanged_file(recording: Recording, facts: Facts) -> SentFile:
    """Return the recording as what is sent, by a name that says to the API what it is."""
    name = PurePath(recording.name)
    kind = CONTENT_TYPES.get(name.suffix.lower())
    is_true = kind is not None and kind == CONTENT_TYPES.get(f".{facts.container}")
    return SentFile(recording.path, recording.name if is_true else f"{name.stem}.{facts.container}")


def make_file(
    recording: Recording,
    *,
    model: Model,
    sound: SoundChoice | None,
    on_progress: Callable[[MediaProgress], None],
    cancelled: Callable[[], bool],
    part: CutPart | None = None,
    facts: Facts | None = None,
) -> SentFile:
    """Return a new file of the recording, or of one `part` of it, as `fit` makes it.

    `facts` are those of a full read, if there was one. Raises `FitError`.
    """
    target = new_path(".mp4" if model.needs_picture else ".m4a", kind=FITTED)
    fitted = fit(
        recording.path,
        target,
        audio_only=not model.needs_picture,
        sound=sound,
        part=part,
        facts=facts,
        on_progress=on_progress,
        cancelled=cancelled,
    )
    # Known from the full read already, unless that failed.
    refused = unacceptable(probe_as_sent(fitted.before, model), model)
    if refused is not None:
        target.unlink(missing_ok=True)
        raise FitError(*refused)
    if fitted.action == "unchanged":
        target.unlink(missing_ok=True)
        return unchanged_file(recording, fitted.before)
    name = f"{PurePath(recording.name).stem or 'recording'}{fitted.extension}"
    return SentFile(target, name, fitted)
