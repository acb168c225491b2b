"""The API's JSON read into one `Analysis`, item by item.

What can be read is kept, however odd its neighbours are; what could not be is listed in
`Analysis.unread`; the JSON and its very bytes are always kept.
"""

from __future__ import annotations

from typing import Any

from interhuman import lenient
from interhuman.analysis import (
    Analysis,
    ConversationQuality,
    EngagementSpan,
    Feedback,
    QualityWindow,
    Signal,
)
from interhuman.lenient import Notes, NotJSONError

__all__ = ["NotJSONError", "read_v1"]


def read_v1(
    raw_bytes: bytes, *, correlation_id: str | None = None, sandbox: bool = False
) -> Analysis:
    """Read the answer of ``POST /v1/upload/analyze``.

    V1 says nothing about the recording's length, so `duration_s` stays None. JSON that is not an
    object gives an empty analysis with a note.

    Raises NotJSONError when `raw_bytes` is not JSON at all.
    """
    raw = lenient.decode(raw_bytes)
    notes = Notes()
    found = lenient.mapping(raw, "", notes) or {}
    if isinstance(raw, dict) and "signals" not in raw:
        notes.add("signals", "is not there")
    return Analysis(
        signals=_signals(found.get("signals"), "signals", notes),
        engagement=_engagement(found.get("engagement_state"), notes),
        conversation_quality=_quality(found.get("conversation_quality"), notes),
        feedback=_feedback(found.get("feedback"), notes),
        correlation_id=correlation_id,
        sandbox=sandbox or bool(found.get("sandbox")),
        unread=notes.all(),
        raw=raw,
        raw_bytes=raw_bytes,
    )


def _signals(value: Any, path: str, notes: Notes) -> tuple[Signal, ...]:
    listed = enumerate(lenient.items(value, path, notes))
    read = [_signal(item, f"{path}[{i}]", notes) for i, item in listed]
    return tuple(signal for signal in read if signal is not None)


def _signal(value: Any, path: str, notes: Notes) -> Signal | None:
    item = lenient.mapping(value, path, notes)
    if item is None:
        return None
    kind = lenient.name(item.get("type"), f"{path}.type", notes)
    span = lenient.span(item, path, notes)
    if kind is None or span is None:
        notes.add(path, "was left out: it has no readable type or times")
        return None
    return Signal(
        kind,
        *span,
        probability=lenient.probability(item.get("probability"), f"{path}.probability", notes),
        rationale=lenient.text(item.get("rationale"), f"{path}.rationale", notes),
        modality=lenient.texts(item.get("modality"), f"{path}.modality", notes),
    )


def _engagement(value: Any, notes: Notes) -> tuple[EngagementSpan, ...]:
    spans = []
    for i, each in enumerate(lenient.items(value, "engagement_state", notes)):
        path = f"engagement_state[{i}]"
        item = lenient.mapping(each, path, notes)
        if item is None:
            continue
        state = lenient.name(item.get("state"), f"{path}.state", notes)
        span = lenient.span(item, path, notes)
        if state is None or span is None:
            notes.add(path, "was left out: it has no readable state or times")
            continue
        spans.append(EngagementSpan(state, *span))
    return tuple(spans)


def _quality(value: Any, notes: Notes) -> ConversationQuality | None:
    """Read either half; None when neither holds a score."""
    path = "conversation_quality"
    found = None if value is None else lenient.mapping(value, path, notes)
    if found is None:
        return None
    whole = found.get("overall")
    overall = None if whole is None else lenient.scores(whole, f"{path}.overall", notes)
    timeline = []
    for i, each in enumerate(lenient.items(found.get("timeline"), f"{path}.timeline", notes)):
        window = _quality_window(each, f"{path}.timeline[{i}]", notes)
        if window is not None:
            timeline.append(window)
    return ConversationQuality(overall, tuple(timeline)) if overall or timeline else None


def _quality_window(value: Any, path: str, notes: Notes) -> QualityWindow | None:
    item = lenient.mapping(value, path, notes)
    if item is None:
        return None
    span = lenient.span(item, path, notes)
    values = lenient.scores(item.get("values"), f"{path}.values", notes)
    if span is None or values is None:
        notes.add(path, "was left out: it has no readable times or scores")
        return None
    return QualityWindow(*span, values=values)


def _feedback(value: Any, notes: Notes) -> Feedback | None:
    found = None if value is None else lenient.mapping(value, "feedback", notes)
    if found is None:
        return None
    message = lenient.text(found.get("message"), "feedback.message", notes)
    reason = lenient.text(found.get("reason"), "feedback.reason", notes)
    if message is None and reason is None:
        notes.add("feedback", "holds neither a message nor a reason; left out")
        return None
    return Feedback(
        message=message,
        active_dimensions=lenient.texts(
            found.get("active_dimensions"), "feedback.active_dimensions", notes
        ),
        primary_signal=lenient.text(found.get("primary_signal"), "feedback.primary_signal", notes),
        reason=None if message is not None else reason,
    )
