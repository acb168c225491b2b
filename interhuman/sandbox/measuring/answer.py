"""From measurements to the body of an answer, as each version of the API writes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from interhuman.sandbox.measuring import quality, rules
from interhuman.sandbox.measuring.findings import format_time
from interhuman.sandbox.measuring.measure import WINDOW_S, Measurements, Window
from interhuman.sandbox.measuring.rules import Signal
from interhuman.sandbox.settings import NOTICE

_PROBABILITIES = ("low", "medium", "high")


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
    signals = merge_signals(rules.find_signals(measurements))
    body: dict[str, object] = {
        "signals": [{**_signal(s), "modality": list(s.modality)} for s in signals],
        "engagement_state": [
            {"state": state.state, "start": state.start_s, "end": state.end_s}
            for state in quality.engagement_states(measurements)
        ],
    }
    scores = quality_section(measurements, include, detected=True) if signals else {}
    if scores:
        body["conversation_quality"] = scores
    if has_context or goals:
        active = [] if has_context else list(dict.fromkeys(goals))
        body["feedback"] = _feedback(signals, measurements, active)
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
    signals = [s for s in rules.find_signals(measurements) if types is None or s.type in types]
    signals_by_window = [_signals_in_window(window, signals) for window in measurements.windows]
    result: dict[str, object] = {
        "duration_seconds": round(measurements.duration_s, 3),
        "window_seconds": WINDOW_S,
        "windows": [
            {
                "index": index,
                "start_seconds": window.start_s,
                "end_seconds": window.end_s,
                "engagement_status": quality.engagement_of(window, measurements.baseline),
                "signals": [_signal(signal) for signal in window_signals],
            }
            for index, (window, window_signals) in enumerate(
                zip(measurements.windows, signals_by_window, strict=True)
            )
        ],
    }
    if "signals" in include:
        merged = merge_signals([signal for part in signals_by_window for signal in part])
        result["signals"] = [_signal(signal) for signal in merged]
    scores = quality_section(measurements, include, detected=bool(signals))
    if scores:
        result["conversation_quality"] = scores
    result["sandbox"] = NOTICE
    return result


def merge_signals(signals: Sequence[Signal]) -> list[Signal]:
    """Return the signals in the order of time, touching ones of one type merged.

    The merged signal keeps the highest probability and the rationale that came with it.
    """
    merged: list[Signal] = []
    latest: dict[str, int] = {}
    for signal in sorted(signals, key=lambda signal: (signal.start_s, signal.end_s)):
        at = latest.get(signal.type)
        if at is not None and signal.start_s <= merged[at].end_s:
            merged[at] = _merge_two(merged[at], signal)
        else:
            latest[signal.type] = len(merged)
            merged.append(signal)
    return merged


def quality_section(
    measurements: Measurements, include: Collection[str], *, detected: bool
) -> dict[str, object]:
    """Return the halves of the quality section that `include` names.

    Without anything `detected` every score is the 50 that says so.
    """
    section: dict[str, object] = {}
    if "conversation_quality_overall" in include:
        section["overall"] = (
            quality.overall_scores(measurements) if detected else quality.no_scores()
        )
    if "conversation_quality_timeline" in include:
        section["timeline"] = [
            {
                "start": window.start_s,
                "end": window.end_s,
                "values": quality.window_scores(window, measurements.baseline)
                if detected
                else quality.no_scores(),
            }
            for window in measurements.windows
        ]
    return section


def _signals_in_window(window: Window, signals: Sequence[Signal]) -> list[Signal]:
    """Return the signals that touch a window, one of each type, spanning the window."""
    spanning: dict[str, Signal] = {}
    for signal in signals:
        if signal.start_s < window.end_s and signal.end_s > window.start_s:
            widened = replace(signal, start_s=window.start_s, end_s=window.end_s)
            other = spanning.get(signal.type)
            spanning[signal.type] = _merge_two(other, widened) if other else widened
    return list(spanning.values())


def _merge_two(one: Signal, other: Signal) -> Signal:
    more_probable = max((one, other), key=lambda signal: _PROBABILITIES.index(signal.probability))
    return Signal(
        type=one.type,
        start_s=min(one.start_s, other.start_s),
        end_s=max(one.end_s, other.end_s),
        probability=more_probable.probability,
        rationale=more_probable.rationale,
        modality=tuple(dict.fromkeys((*one.modality, *other.modality))),
    )


def _signal(signal: Signal) -> dict[str, object]:
    return {
        "type": signal.type,
        "start": signal.start_s,
        "end": signal.end_s,
        "probability": signal.probability,
        "rationale": signal.rationale,
    }


def _feedback(
    signals: Sequence[Signal], measurements: Measurements, active: list[str]
) -> dict[str, object]:
    """Return feedback on the most probable signal, or the reason why there is none."""
    if not signals:
        return {
            "type": "no_feedback",
            "reason": "Nothing in the audio or the video stood out from the rest.",
        }
    first = max(signals, key=lambda signal: _PROBABILITIES.index(signal.probability))
    shares = [
        (w.speech_share, w.length_s) for w in measurements.windows if w.speech_share is not None
    ]
    spoken = sum(share * length for share, length in shares)
    message = f"Measured, not judged: {first.rationale}"
    if shares:
        share = 100 * spoken / sum(length for _, length in shares)
        length = format_time(measurements.duration_s)
        message += f" Speech fills {share:.0f}% of the recording ({length})."
    return {
        "type": "feedback",
        "message": message,
        "active_dimensions": active,
        "primary_signal": first.type,
    }
