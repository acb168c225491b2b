"""What is done with a recording on this machine before it is sent: it is read, and made to fit.

No Streamlit here: both take seconds to minutes and happen in threads that the page looks at.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from interhuman.media.advice import concerns, unacceptable
from interhuman.media.advice import refusal as refusal_by_header
from interhuman.media.cutting import CutPart, parts_of_files
from interhuman.media.facts import Facts, SoundChoice
from interhuman.media.fit import FitError, MediaProgress
from interhuman.media.joining import Joined
from interhuman.media.preflight import Outlook, Preflight, outlook, preflight
from interhuman.media.preflight_words import changes, findings, nothing_to_analyze
from interhuman.media.probe import Probe
from interhuman.runs.sent_file import Recording, SentFile, make_file, unchanged_file
from interhuman.vocabulary import INTER_2, MODELS, Model

_ASK_EVERY_S: Final = 0.1
TRANSIENT_REASONS: Final = frozenset({"failed", "too_demanding", "disk_full", "cancelled"})
"""Why a full read may fail although the recording can be sent: another try may do better."""


class PreflightRun:
    """A full read of a recording that goes on in the background, or has ended.

    `progress` is how far it is; at the end `result` or `problem` is set. It stops by itself when
    nobody holds the recording any more.
    """

    def __init__(self, recording: Recording) -> None:
        self.progress: MediaProgress | None = None
        self.result: Preflight | None = None
        self.problem: FitError | None = None
        self._ended = threading.Event()
        self._recording = weakref.ref(recording)
        threading.Thread(
            target=self._read, args=(recording.path,), name="preflight", daemon=True
        ).start()

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self._ended.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait for the end, at most `timeout_s`; return whether it came."""
        return self._ended.wait(timeout_s)

    def _read(self, path: Path) -> None:
        try:
            self.result = preflight(
                path,
                on_progress=self._on_progress,
                cancelled=lambda: self._recording() is None,
            )
        except FitError as problem:
            self.problem = problem
        except OSError:
            # The file went with its recording before it was opened.
            self.problem = FitError("cancelled", "Reading the recording was canceled.")
        finally:
            self._ended.set()

    def _on_progress(self, progress: MediaProgress) -> None:
        self.progress = progress


class Preparation:
    """What was done with one recording so far; made once, whoever asks, safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._preflight: PreflightRun | None = None
        self._outlooks: dict[tuple[str, SoundChoice | None], Outlook] = {}
        self._sent: dict[tuple[bool, SoundChoice | None], SentFile] = {}
        self.sound: SoundChoice | None = None
        """The sound that was chosen; None for the one that is proposed."""
        self.joined: Joined | None = None
        """The files that the recording was joined from, each of which is a part."""

    def preflight(self, recording: Recording) -> PreflightRun:
        """Return the full read of the recording, begun with the first call."""
        if self._preflight is None:
            self._preflight = PreflightRun(recording)
        return self._preflight

    def outlook(self, model: str) -> Outlook:
        """Return how the recording would be sent to `model` with the sound that was chosen.

        The full read must have ended with a result.
        """
        read = self._preflight.result if self._preflight is not None else None
        if read is None:
            raise ValueError("The recording has not been read through.")
        return self._outlook(read, model, self.sound or read.proposed_sound)

    def _outlook(self, read: Preflight, model: str, sound: SoundChoice | None) -> Outlook:
        if (model, sound) not in self._outlooks:
            self._outlooks[model, sound] = outlook(read.choosing(sound), model)
        return self._outlooks[model, sound]

    @property
    def duration_s(self) -> float | None:
        """How long the recording is by its content; None as long as it has not been read."""
        read = self._preflight.result if self._preflight is not None else None
        return read.facts.duration_s if read is not None else None

    def made_file(self, sound: SoundChoice | None) -> SentFile | None:
        """Return the file with this sound that was made, if there is one to play instead.

        `sound` is what was chosen, None for what is proposed. One without the picture plays only
        where the recording has none.
        """
        read = self._preflight.result if self._preflight is not None else None
        if sound is None and read is not None:
            sound = read.proposed_sound
        is_sound_alone = read is not None and read.facts.picture is None
        made = self._sent.get((is_sound_alone, sound))
        return made if made is not None and made.words is not None else None

    def sent_file(
        self,
        recording: Recording,
        *,
        model: str,
        sound: SoundChoice | None,
        part: CutPart | None = None,
        on_progress: Callable[[MediaProgress], None],
        cancelled: Callable[[], bool],
    ) -> SentFile:
        """Return what is sent to `model`, made now unless it was made before.

        `sound` is what was chosen, None for what is proposed. A `part` of a recording that is cut
        is made anew each time. Blocks, for up to a third of the length. Raises `FitError`.
        """
        wanted = _model(model)
        while not self._lock.acquire(timeout=_ASK_EVERY_S):
            _stop_if(cancelled)
        try:
            read = self._read(recording, on_progress=on_progress, cancelled=cancelled)
            expected = self._expected(read, model, sound)
            sound = sound or (read.proposed_sound if read is not None else None)
            make = partial(
                make_file,
                recording,
                model=wanted,
                sound=sound,
                on_progress=on_progress,
                cancelled=cancelled,
            )
            if part is not None:
                return make(part=part, facts=self._facts(read) if read is not None else None)
            if expected is not None and expected.cutting is not None:
                raise FitError("too_long", f"{expected.cutting.why} It has to be cut into parts.")
            key = (not wanted.needs_picture, sound)
            if key not in self._sent:
                intended = expected.plan if expected is not None else None
                self._sent[key] = (
                    unchanged_file(recording, read.facts)
                    if read is not None and intended is not None and intended.unchanged
                    else make()
                )
            return self._sent[key]
        finally:
            self._lock.release()

    def cut_parts(
        self,
        recording: Recording,
        *,
        model: str,
        sound: SoundChoice | None,
        on_progress: Callable[[MediaProgress], None],
        cancelled: Callable[[], bool],
    ) -> tuple[CutPart, ...]:
        """Return the parts that a long recording is sent to `model` in, none where it goes whole.

        Blocks until the recording was read through. Raises `FitError`.
        """
        read = self._read(recording, on_progress=on_progress, cancelled=cancelled)
        expected = self._expected(read, model, sound)
        if expected is not None and self.joined is not None:
            chosen, levels = self._facts(expected.read), expected.read.sound_levels
            pauses = levels.pauses if levels is not None else ""
            return parts_of_files(chosen, pauses, _model(model), self.joined.parts)
        cutting = expected.cutting if expected is not None else None
        return cutting.parts if cutting is not None else ()

    def _facts(self, read: Preflight) -> Facts:
        """Return what was read of the recording, whose gaps are no part of it."""
        if self.joined is None:
            return read.facts
        return read.facts.recorded_for(sum(part.length_s for part in self.joined.parts))

    def _expected(
        self, read: Preflight | None, model: str, sound: SoundChoice | None
    ) -> Outlook | None:
        """Return the outlook of what was read, None where that failed. Raises its refusal."""
        if read is None:
            return None
        expected = self._outlook(read, model, sound or read.proposed_sound)
        refusal = FitError(*expected.refusal) if expected.refusal is not None else None
        if refusal is not None and (self.joined is None or refusal.reason != "too_long"):
            raise refusal  # Files that were joined are cut one by one.
        return expected

    def _read(
        self,
        recording: Recording,
        *,
        on_progress: Callable[[MediaProgress], None],
        cancelled: Callable[[], bool],
    ) -> Preflight | None:
        """Wait until the recording is read through; return what is in it, None if that failed."""
        read = self.preflight(recording)
        while not read.wait(_ASK_EVERY_S):
            _stop_if(cancelled)
            if read.progress is not None:
                on_progress(read.progress)
        return read.result


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise FitError("cancelled", "The conversion was canceled. Nothing was sent.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a recording before it is sent, as sentences."""

    findings: tuple[str, ...] = ()
    """What to expect of the result, where that is not what one hopes for."""
    changes: tuple[str, ...] = ()
    """What will be done to it before it is sent, and why."""
    refusal: str | None = None
    """Why it can't be sent at all, None where it can."""
    lacks_picture: bool = False
    """Whether that is because it has sound alone, which another model takes."""
    in_parts: tuple[str, ...] = ()
    """Into how many parts it will be cut and how many requests that makes, and why."""
    requests: int = 1
    """How many requests it takes."""
    warning: str | None = None
    """That there is nothing in it to analyze; it can be sent."""


def verdict_by_header(header: Probe, *, model: str, convert: bool) -> Verdict:
    """Return what a recording's header tells; with `convert` its form and size do not matter."""
    if convert:
        return Verdict(refusal=refusal_by_header(replace(header, size_bytes=0)))
    refusal = refusal_by_header(header)
    if refusal is None:
        by_model = unacceptable(header, _model(model))
        refusal = by_model[1] if by_model is not None else None
    return Verdict(refusal=refusal) if refusal is not None else Verdict(concerns(header, model))


def verdict_by_content(recording: Recording, preparation: Preparation, *, model: str) -> Verdict:
    """Return what a full read tells that has ended, of the sound that was chosen."""
    read = preparation.preflight(recording)
    if read.result is None:
        problem = read.problem
        if problem is None or problem.reason == "cancelled":
            return Verdict()
        why = str(problem)
        return Verdict((why,)) if problem.reason in TRANSIENT_REASONS else Verdict(refusal=why)
    expected = preparation.outlook(model)
    if expected.refusal is not None:
        reason, sentence = expected.refusal
        sound_alone = reason == "no_picture" and expected.read.facts.sound is not None
        return Verdict(refusal=sentence, lacks_picture=sound_alone)
    cutting = expected.cutting
    return Verdict(
        findings(expected),
        changes(expected),
        in_parts=cutting.words if cutting is not None else (),
        requests=len(cutting.parts) if cutting is not None else 1,
        warning=nothing_to_analyze(expected),
    )


def _model(name: str) -> Model:
    return MODELS.get(name, MODELS[INTER_2])
