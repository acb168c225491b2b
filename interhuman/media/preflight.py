"""Reads a whole recording before it is sent, and says what will happen to it.

A header promises; here everything is read. It takes about a hundredth of the recording's length.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from interhuman import isolation
from interhuman.media.advice import unacceptable
from interhuman.media.clip_plan import part_of
from interhuman.media.cutting import CuttingPlan, cutting_plan
from interhuman.media.facts import Facts, SoundChoice, SoundFacts, checked_values
from interhuman.media.fit_error import REASONS, STOPPED, FitError
from interhuman.media.plan import Plan, plan
from interhuman.media.probe import Probe
from interhuman.media.progress import MediaProgress, ProgressClock, ignore, never
from interhuman.media.source import Source, as_file, extension_of
from interhuman.media.turns import Turns
from interhuman.vocabulary import INTER_1, INTER_2, MAX_FILE_BYTES, MODELS, Model

log = logging.getLogger(__name__)

_MIB: Final = 1024**2
_LIMITS: Final = isolation.Limits(600 * _MIB, cpu_s=600, wall_s=600.0, resident_bytes=320 * _MIB)
_TURNS: Final = Turns()
"""A full read keeps a processor busy; another conversion may go on beside it."""
_STALLED_AFTER_S: Final = 60.0
_READ_WHOLE: Final = "interhuman.media.worker.full_read:read_whole"
_SILENT: Final = 0.95
_CLEARLY: Final = 1.5
"""By this factor the level of a track changes more than that of the first to be proposed."""
_ALONE_EACH, _ALONE_TOGETHER = 0.1, 0.6


@dataclass(frozen=True, slots=True)
class SoundLevels:
    """What was measured of a track of sound."""

    silent_s: float
    """How long there is no sound, where the track hasn't begun or has ended included."""
    loudness_lufs: float | None
    """By EBU R 128 over the whole; None where that can't be told."""
    change_db: float
    """How much the level changes from one tenth of a second to the next: speech does by 3 to 8,
    music and noise by less than 1 unless there are drums in it."""
    left_alone: float
    """In how much of what is heard the left of two channels is heard alone, 0 to 1."""
    right_alone: float
    pauses: str = field(default="", repr=False)
    """Where it is quiet, as `cutting.quietest_s` reads it."""

    @property
    def has_a_voice_per_channel(self) -> bool:
        """Whether there is a person in each channel, as devices that are made for calls record."""
        return (
            min(self.left_alone, self.right_alone) >= _ALONE_EACH
            and self.left_alone + self.right_alone >= _ALONE_TOGETHER
        )


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a full read shows."""

    facts: Facts
    levels: tuple[SoundLevels, ...]
    """Of each of the tracks in `facts.sounds`."""
    picture_read_s: float
    """For how much of the recording the picture was looked at, from its start."""
    black_s: float
    """How long the picture is black within that."""
    still_s: float
    """How long it doesn't move within that; black is still, too."""
    errors: int
    """How many pieces could not be decoded; of a long recording's picture only keyframes are."""
    first_error_s: float | None

    @property
    def sound_levels(self) -> SoundLevels | None:
        """What was measured of the sound that counts; None without any."""
        return self._levels_of(self.facts.sound) if self.facts.sound is not None else None

    @property
    def silent_share(self) -> float | None:
        """How much of the recording has no sound, 0 to 1; None without a track."""
        return _silent_share(self.sound_levels, self.facts)

    @property
    def proposed_sound(self) -> SoundChoice | None:
        """The track that sounds most like speech: the first unless another clearly does more."""
        lively = []
        for sound, levels in zip(self.facts.sounds, self.levels, strict=True):
            silent = _silent_share(levels, self.facts) or 0.0
            if silent < _SILENT:
                lively.append((levels.change_db * (1 - silent), sound.track))
        if not lively:
            return None
        most, track = max(lively, key=lambda pair: pair[0])
        first, first_track = lively[0]
        return SoundChoice(track if most > _CLEARLY * first else first_track)

    @property
    def sound_choices(self) -> tuple[SoundChoice, ...]:
        """What can be taken for the sound: each track, and each channel with a voice of its own.

        Empty where there is nothing to choose.
        """
        choices: list[SoundChoice] = []
        for sound, levels in zip(self.facts.sounds, self.levels, strict=True):
            channels = (None, 0, 1) if levels.has_a_voice_per_channel else (None,)
            choices += [SoundChoice(sound.track, channel) for channel in channels]
        return tuple(choices) if len(choices) > 1 else ()

    def choosing(self, choice: SoundChoice | None) -> Preflight:
        """Return the same for a sound that was chosen, for the one that is proposed where none was.

        Raises ValueError where there is no such sound.
        """
        choice = choice or self.proposed_sound
        return replace(self, facts=self.facts.choosing(choice))

    def _levels_of(self, sound: SoundFacts) -> SoundLevels:
        tracks = [each.track for each in self.facts.sounds]
        return self.levels[tracks.index(sound.track)]

    @property
    def black_share(self) -> float:
        """How much of the picture that was looked at is black, 0 to 1."""
        return self.black_s / self.picture_read_s if self.picture_read_s else 0.0

    @property
    def still_share(self) -> float:
        """How much of the picture that was looked at doesn't move, 0 to 1."""
        return self.still_s / self.picture_read_s if self.picture_read_s else 0.0


def preflight(
    source: Source,
    filename: str = "",
    *,
    on_progress: Callable[[MediaProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Preflight:
    """Read the whole recording and return what is in it.

    Of `filename` only the extension counts, where the source is no path. Blocks: some seconds for
    an hour, ten minutes at most; runs in a process of its own within limits. `on_progress` and
    `cancelled` are called in this thread. Raises `FitError` for a recording that can't be read.
    """
    progress, tell = ProgressClock(), on_progress or ignore
    try:
        with (
            _TURNS.turn(
                on_wait=lambda others: tell(MediaProgress("waiting", 0.0, waiting_for=others)),
                cancelled=cancelled or never,
            ) as is_our_turn,
            as_file(source) as file,
        ):
            if not is_our_turn:
                raise isolation.CancelledError
            reply = isolation.run(
                _READ_WHOLE,
                file,
                {"extension": extension_of(source, filename)},
                limits=_LIMITS,
                on_report=lambda report: tell(progress.at(report)),
                cancelled=cancelled,
                stalled_after_s=_STALLED_AFTER_S,
                low_priority=True,
            )
    except isolation.CancelledError:
        raise FitError("cancelled", "Reading the recording was canceled.") from None
    except isolation.OutOfMemoryError:
        raise FitError(
            "too_demanding", "Reading it takes more memory than this app allows."
        ) from None
    except isolation.OutOfTimeError:
        raise FitError("too_demanding", "Reading it takes too long.") from None
    except isolation.KilledError:
        raise FitError("failed", STOPPED.format("Reading")) from None
    except (isolation.CrashedError, isolation.RaisedError) as fault:
        log.warning("A recording could not be read: %s", fault)
        raise FitError("failed", _FAILED) from None
    return _preflight(reply)


_FAILED: Final = "It can't be read here: it's damaged or in a rare format."


def _preflight(reply: object) -> Preflight:
    """Return the result; raise `FitError` for a refusal and for what is neither."""
    match reply:
        case {"reason": str(reason), "sentence": str(sentence)} if reason in REASONS:
            raise FitError(reason, sentence)
        case {
            "facts": dict(facts),
            "levels": list(levels),
            "picture_read_s": int() | float() as picture_read_s,
            "black_s": int() | float() as black_s,
            "still_s": int() | float() as still_s,
            "errors": int(errors),
            "first_error_s": int() | float() | None as first_error_s,
        }:
            try:
                checked = Facts.from_json(facts)
                measured = tuple(checked_values(SoundLevels, each) for each in levels)
                if len(measured) != len(checked.sounds):
                    raise ValueError("There are other tracks than were measured.")
            except ValueError as fault:
                log.warning("A full read gave no result of the expected form: %s", fault)
                raise FitError("failed", _FAILED) from None
            return Preflight(
                facts=checked,
                levels=measured,
                picture_read_s=picture_read_s,
                black_s=black_s,
                still_s=still_s,
                errors=errors,
                first_error_s=first_error_s,
            )
    log.warning("A full read gave no result of the expected form.")
    raise FitError("failed", _FAILED)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a recording that was read through would be sent to a model, or why it can't be."""

    read: Preflight
    """With the sound that is sent."""
    model: str
    max_bytes: int
    plan: Plan | None
    """What is done to it; None where it can't be sent."""
    refusal: tuple[str, str] | None
    """Why it can't be sent, as a reason of `FitError` and a sentence."""
    cutting: CuttingPlan | None = None
    """The parts that it is sent in; None where it is sent whole. `plan` is then the first one's."""

    @property
    def takes(self) -> Model:
        """What the model takes; one of another name is taken for an Inter-2."""
        return MODELS.get(self.model, MODELS[INTER_2])


def outlook(read: Preflight, model: str = INTER_1, *, max_bytes: int = MAX_FILE_BYTES) -> Outlook:
    """Return how a recording would be sent to one of `vocabulary.MODELS`, or why it can't be."""
    wanted, facts = MODELS.get(model, MODELS[INTER_2]), read.facts
    levels, cutting = read.sound_levels, None
    try:
        pauses = levels.pauses if levels is not None else ""
        cutting = cutting_plan(facts, pauses, wanted, max_bytes=max_bytes)
        if cutting is not None:
            first = cutting.parts[0]
            facts = part_of(facts, first.start_s, first.end_s, decoded_from_s=first.start_s)
        intended = plan(facts, max_bytes=max_bytes, audio_only=not wanted.needs_picture)
        refusal = unacceptable(probe_as_sent(facts, wanted), wanted)
    except FitError as refused:
        intended, refusal = None, (refused.reason, str(refused))
    if refusal is not None:
        return Outlook(read, model, max_bytes, None, refusal)
    return Outlook(read, model, max_bytes, intended, None, cutting)


def probe_as_sent(facts: Facts, model: Model) -> Probe:
    """Return what a probe of the file that is sent would say, as far as advice depends on it."""
    has_picture = facts.picture is not None and model.needs_picture
    return Probe(
        size_bytes=0,
        container="mp4" if has_picture else "m4a",
        duration_s=facts.duration_s,
        video_codec="h264" if has_picture else None,
        audio_codec="aac" if facts.sound is not None else None,
        has_picture=has_picture,
        has_sound=facts.sound is not None,
    )


def _silent_share(levels: SoundLevels | None, facts: Facts) -> float | None:
    return None if levels is None else levels.silent_s / facts.duration_s
