"""From measurements to the body of an answer, as each version of the API writes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from interhuman.sandbox.measuring import quality, rules
from interhuman.sandbox.measuring.findings import clock
from interhuman.sandbox.measuring.measure import WINDOW_S, Measurements, Window
from interhuman.sandbox.measuring.rules import Signal
from interhuman.sandbox.settings import NOTICE

_ORDER = ("low", "medium", "high")


def v1_body(
    measurements: Measurements,
    *,
    include: Collection[str] = (),
    goals: Sequence[str] = (),
    has_context: bool = False,
) -> dict[str, Any]:
    """Return the answer to `POST /v1/upload/analyze`.

    Quality is there where `include` asks for it and at least one signal was found; feedback
    where goal dimensions or a context were given.
    """
    found = merged(rules.signals(measurements))
    body: dict[str, Any] = {
        "signals": [{**_signal(s), "modality": list(s.modality)} for s in found],
        "engagement_state": [
            {"state": state.state, "start": state.start_s, "end": state.end_s}
            for state in quality.engagement(measurements)
        ],
    }
    scores = quality_section(measurements, include, detected=True) if found else {}
    if scores:
        body["conversation_quality"] = scores
    if has_context or goals:
        active = [] if has_context else list(dict.fromkeys(goals))
        body["feedback"] = _feedback(found, measurements, active)
    body["sandbox"] = NOTICE
    return body


def v2_result(
    measurements: Measurements,
    *,
    include: Collection[str] = (),
    types: Collection[str] | None = None,
) -> dict[str, Any]:
    """Return the result of a completed job.

    A signal spans each window that it touches and is repeated in all of them; `types` names
    the ones that the model reports, None for all. The merged list of signals and the halves
    of the quality section are there where `include` names them.
    """
    found = [s for s in rules.signals(measurements) if types is None or s.type in types]
    windows = [_in_window(window, found) for window in measurements.windows]
    result: dict[str, Any] = {
        "duration_seconds": round(measurements.duration_s, 3),
        "window_seconds": WINDOW_S,
        "windows": [
            {
                "index": index,
                "start_seconds": window.start_s,
                "end_seconds": window.end_s,
                "engagement_status": quality.engagement_of(window, measurements.usual),
                "signals": [_signal(signal) for signal in signals],
            }
            for index, (window, signals) in enumerate(
                zip(measurements.windows, windows, strict=True)
            )
        ],
    }
    if "signals" in include:
        every = [signal for signals in windows for signal in signals]
        result["signals"] = [_signal(signal) for signal in merged(every)]
    scores = quality_section(measurements, include, detected=bool(found))
    if scores:
        result["conversation_quality"] = scores
    result["sandbox"] = NOTICE
    return result


def merged(signals: Sequence[Signal]) -> list[Signal]:
    """Return the signals with touching ones of one type made one.

    The one keeps the highest probability and the rationale that came with it.
    """
    done: list[Signal] = []
    latest: dict[str, int] = {}
    for signal in sorted(signals, key=lambda signal: (signal.start_s, signal.end_s)):
        at = latest.get(signal.type)
        if at is not None and signal.start_s <= done[at].end_s:
            done[at] = _joined(done[at], signal)
        else:
            latest[signal.type] = len(done)
            done.append(signal)
    return done


def quality_section(
    measurements: Measurements, include: Collection[str], *, detected: bool
) -> dict[str, Any]:
    """Return the halves of the quality section that `include` names.

    Without anything `detected` every score is the 50 that says so.
    """
    section: dict[str, Any] = {}
    if "conversation_quality_overall" in include:
        section["overall"] = (
            quality.overall_scores(measurements) if detected else quality.no_scores()
        )
    if "conversation_quality_timeline" in include:
        section["timeline"] = [
            {
                "start": window.start_s,
                "end": window.end_s,
                "values": quality.window_scores(window, measurements.usual)
                if detected
                else quality.no_scores(),
            }
            for window in measurements.windows
        ]
    return section


def _in_window(window: Window, found: Sequence[Signal]) -> list[Signal]:
    """Return the signals that touch a window, one of each type, spanning the window."""
    spanning: dict[str, Signal] = {}
    for signal in found:
        if signal.start_s < window.end_s and signal.end_s > window.start_s:
            here = replace(signal, start_s=window.start_s, end_s=window.end_s)
            before = spanning.get(signal.type)
            spanning[signal.type] = _joined(before, here) if before else here
    return list(spanning.values())


def _joined(one: Signal, other: Signal) -> Signal:
    surer = max((one, other), key=lambda signal: _ORDER.index(signal.probability))
    return Signal(
        type=one.type,
        start_s=min(one.start_s, other.start_s),
        end_s=max(one.end_s, other.end_s),
        probability=surer.probability,
        rationale=surer.rationale,
        modality=tuple(dict.fromkeys((*one.modality, *other.modality))),
    )


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "type": signal.type,
        "start": signal.start_s,
        "end": signal.end_s,
        "probability": signal.probability,
        "rationale": signal.rationale,
    }


def _feedback(
    found: Sequence[Signal], measurements: Measurements, active: list[str]
) -> dict[str, Any]:
    """Return what to tell about the surest signal, or why there is nothing to tell."""
    if not found:
        return {
            "type": "no_feedback",
            "reason": "Nothing in the sound or the picture stood out from the rest.",
        }
    first = max(found, key=lambda signal: _ORDER.index(signal.probability))
    shares = [
        (w.speech_share, w.length_s) for w in measurements.windows if w.speech_share is not None
    ]
    spoken = sum(share * length for share, length in shares)
    message = f"Measured, not judged: {first.rationale}"
    if shares:
        share = 100 * spoken / sum(length for _, length in shares)
        message += (
            f" Speech fills {share:.0f} % of the recording ({clock(measurements.duration_s)})."
        )
    return {
        "type": "feedback",
        "message": message,
        "active_dimensions": active,
        "primary_signal": first.type,
    }
