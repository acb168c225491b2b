"""The table that turns measurements into signals. It knows nothing about people.

A row names what must have been measured, which signal type stands for it, and how much of
it makes the signal low, medium or high. "Usual" is the median of the recording's own windows
(its `Baseline`), so a recording that stays the same throughout gives no signals at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from interhuman.sandbox.measuring import findings
from interhuman.sandbox.measuring.findings import Finding, windows_where
from interhuman.sandbox.measuring.measure import Measurements

SOUND, PICTURE = "audio", "visual"
SOUND_TYPES = frozenset(
    {"agreement", "confidence", "frustration", "hesitation", "interest", "uncertainty"}
)
"""The signal types that are found in sound alone."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal: from `start_s` to `end_s`, with the measurement that it stands for."""

    type: str
    start_s: float
    end_s: float
    probability: str
    rationale: str
    modality: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: condition in words, signal type, steps of strength, words of the rationale."""

    condition: str
    type: str
    modality: tuple[str, ...]
    steps: tuple[float, float, float]
    """Strength from which the signal is low, medium, high."""
    rationale: str
    find: Callable[[Measurements], Iterable[Finding]]


def find_signals(measurements: Measurements) -> tuple[Signal, ...]:
    """Return every signal that the table finds, in the order of time, then of the table."""
    signals = [
        Signal(
            rule.type,
            finding.start_s,
            finding.end_s,
            probability,
            rule.rationale.format_map(dict(finding.numbers)),
            rule.modality,
        )
        for rule in RULES
        for finding in rule.find(measurements)
        if (probability := probability_of(finding.strength, rule.steps)) is not None
    ]
    return tuple(sorted(signals, key=lambda signal: (signal.start_s, signal.end_s)))


def probability_of(strength: float, steps: tuple[float, float, float]) -> str | None:
    """Return "low", "medium" or "high" for a strength, None under the first step."""
    low, medium, high = steps
    if strength >= high:
        return "high"
    if strength >= medium:
        return "medium"
    return "low" if strength >= low else None


RULES: tuple[Rule, ...] = (
    Rule(
        condition="at least 1 s without speech inside speech, after at least 1 s of speech",
        type="hesitation",
        modality=(SOUND,),
        steps=(1.0, 1.5, 2.5),
        rationale="{length:.1f} s without speech from {at}, after {before:.1f} s of speech.",
        find=findings.pauses,
    ),
    Rule(
        condition="0.2-1 s of sound with at least 1 s of quiet before and after it",
        type="agreement",
        modality=(SOUND,),
        steps=(1.0, 2.0, 4.0),
        rationale="{length:.1f} s of sound alone at {at}, with at least {quiet:.1f} s of quiet "
        "before and after it.",
        find=findings.replies,
    ),
    Rule(
        condition="speech at least 3 dB louder than usual, with no gap of 0.5 s",
        type="confidence",
        modality=(SOUND,),
        steps=(3.0, 4.5, 6.0),
        rationale="Speech {over:.1f} dB louder than usual in this recording from {at} to {to} "
        "({level:.0f} dBFS), without a gap of half a second.",
        find=windows_where(findings.louder),
    ),
    Rule(
        condition="speech at least 3 dB softer than usual",
        type="uncertainty",
        modality=(SOUND,),
        steps=(3.0, 5.0, 8.0),
        rationale="Speech {under:.1f} dB softer than usual in this recording from {at} to {to} "
        "({level:.0f} dBFS).",
        find=windows_where(findings.softer),
    ),
    Rule(
        condition="pitch varies at least 1.4 times as much as usual",
        type="interest",
        modality=(SOUND,),
        steps=(1.4, 1.7, 2.2),
        rationale="Pitch varies {ratio:.1f} times as much as usual in this recording from {at} "
        "to {to} ({spread:.1f} semitones).",
        find=windows_where(findings.livelier_pitch),
    ),
    Rule(
        condition="at least 1.8 times the usual movement",
        type="interest",
        modality=(PICTURE,),
        steps=(1.8, 2.5, 4.0),
        rationale="{ratio:.1f} times the usual movement in the video from {at} to {to} "
        "({percent:.1f}% of full brightness from sample to sample).",
        find=windows_where(findings.more_movement),
    ),
    Rule(
        condition="speech at least 3 dB louder and 1.5 semitones higher than usual",
        type="frustration",
        modality=(SOUND,),
        steps=(1.5, 2.5, 4.0),
        rationale="Speech {over:.1f} dB louder and {rise:.1f} semitones higher than usual in "
        "this recording from {at} to {to}.",
        find=windows_where(findings.louder_and_higher),
    ),
    Rule(
        condition="at least 3 gaps of 0.3 s or more, and 2 more than usual",
        type="confusion",
        modality=(SOUND,),
        steps=(3.0, 4.0, 6.0),
        rationale="Speech broken {breaks:.0f} times from {at} to {to}, against {usual:.0f} in "
        "a usual window of this recording.",
        find=windows_where(findings.broken),
    ),
    Rule(
        condition="speech at least 1 semitone higher with 1.3 times the usual movement",
        type="stress",
        modality=(SOUND, PICTURE),
        steps=(1.0, 2.0, 3.5),
        rationale="Speech {rise:.1f} semitones higher than usual with {ratio:.1f} times the "
        "usual movement from {at} to {to}.",
        find=windows_where(findings.higher_and_restless),
    ),
    Rule(
        condition="hardly any speech, and at most half of the usual movement",
        type="skepticism",
        modality=(SOUND, PICTURE),
        steps=(2.0, 3.0, 5.0),
        rationale="Speech in {share:.0f}% of the time and {ratio:.1f} times less movement than "
        "usual from {at} to {to}.",
        find=windows_where(findings.quiet_and_still),
    ),
    Rule(
        condition="speech at least 6 dB louder than in the window before, with movement",
        type="disagreement",
        modality=(SOUND, PICTURE),
        steps=(6.0, 8.0, 12.0),
        rationale="Speech {jump:.1f} dB louder than in the five seconds before {at}, with "
        "{ratio:.1f} times the usual movement.",
        find=windows_where(findings.sudden),
    ),
)
