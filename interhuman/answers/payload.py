"""The API's JSON read into one `Analysis`, item by item.

What can be read is kept, however odd its neighbours are; what could not be is listed in
`Analysis.unread`; the JSON and its very bytes are always kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from interhuman.analysis import (
    Analysis,
    AnalysisWindow,
    ConversationQuality,
    EngagementSpan,
    Feedback,
    QualityWindow,
    Signal,
)
from interhuman.answers.lenient import NotJSONError, Reader, decode
from interhuman.answers.merging import engagement_runs, merged_signals

__all__ = ["NotJSONError", "decode", "holds_result", "read_v1", "read_v2"]


def read_v1(
    raw_bytes: bytes, *, correlation_id: str | None = None, sandbox: bool = False
) -> Analysis:
    """Read the answer of ``POST /v1/upload/analyze``.

    V1 says nothing about the recording's length, so `duration_s` stays None. JSON that is not an
    object gives an empty analysis with a note.

    Raises NotJSONError when `raw_bytes` is not JSON at all.
    """
    raw = decode(raw_bytes)
    read = Reader()
    found = read.mapping(raw, "") or {}
    if isinstance(raw, dict) and "signals" not in raw:
        read.add("signals", "is not there")
    return Analysis(
        signals=_signals(found.get("signals"), "signals", read),
        engagement=_engagement(found.get("engagement_state"), read),
        conversation_quality=_quality(found.get("conversation_quality"), read),
        feedback=_feedback(found.get("feedback"), read),
        correlation_id=correlation_id,
        sandbox=sandbox or bool(found.get("sandbox")),
        unread=read.all(),
        raw=raw,
        raw_bytes=raw_bytes,
    )


def read_v2(
    raw_bytes: bytes, *, correlation_id: str | None = None, sandbox: bool = False
) -> Analysis:
    """Read a completed job of Inter-2: its envelope, or the result in it alone.

    Windows become engagement runs and, unless the answer holds a readable list of merged
    signals, merged signals. What stands in the envelope counts where its `result` is none. JSON
    without a result gives an empty analysis with a note.

    Raises NotJSONError when `raw_bytes` is not JSON at all.
    """
    raw = decode(raw_bytes)
    read = Reader()
    envelope = read.mapping(raw, "") or {}
    found, at = _result(envelope, read)
    windows = _windows(found.get("windows"), f"{at}windows", read)
    if isinstance(raw, dict) and "windows" not in found and found.get("signals") is None:
        read.add(f"{at}windows", "is not there")
    signals = _listed_or_merged(found.get("signals"), windows, f"{at}signals", read)
    quality = _quality(found.get("conversation_quality"), read, f"{at}conversation_quality")
    analysis = Analysis(
        signals=signals,
        engagement=engagement_runs(windows),
        conversation_quality=quality,
        model=_model(envelope.get("model"), read),
        correlation_id=correlation_id,
        sandbox=sandbox or bool(envelope.get("sandbox") or found.get("sandbox")),
        windows=windows,
        raw=raw,
        raw_bytes=raw_bytes,
    )
    lasting = _with_told_duration(analysis, found, f"{at}duration_seconds", read)
    return replace(lasting, unread=read.all())


def holds_result(envelope: dict[str, Any]) -> bool:
    """Tell whether a job's envelope holds a result, in its place or beside it."""
    return isinstance(envelope.get("result"), dict) or _has_parts(envelope)


def _has_parts(found: dict[str, Any]) -> bool:
    return any(found.get(key) for key in ("windows", "signals", "conversation_quality"))


def _result(envelope: dict[str, Any], read: Reader) -> tuple[dict[str, Any], str]:
    """Return the object that holds the result, and the path of what is in it."""
    if "result" not in envelope:
        return envelope, ""
    found = read.mapping(envelope["result"], "result") or {}
    if _has_parts(envelope) and not _has_parts(found):
        read.add("result", "holds nothing; what stands beside it was taken")
        return envelope, ""
    return found, "result."


def _listed_or_merged(
    listed: Any, windows: tuple[AnalysisWindow, ...], path: str, read: Reader
) -> tuple[Signal, ...]:
    """Return the signals of the API's merged list, those of the windows where it is unreadable."""
    signals = () if listed is None else _signals(listed, path, read)
    if signals or listed == []:
        return signals
    merged = merged_signals(windows)
    if merged and listed is not None:
        read.add(path, "holds nothing readable; taken from the windows")
    return merged


def _model(value: Any, read: Reader) -> str:
    return read.text(value, "model") or "inter-2"


def _with_told_duration(
    analysis: Analysis, found: dict[str, Any], path: str, read: Reader
) -> Analysis:
    if "duration_seconds" not in found:
        return analysis
    told = read.number(found["duration_seconds"], path)
    lasting = analysis.with_duration(told if told is not None and told > 0 else None)
    if told is not None and lasting.duration_s is None:
        read.add(path, f"is {told:g} s, which the times do not fit; left out")
    return lasting


def _windows(value: Any, path: str, read: Reader) -> tuple[AnalysisWindow, ...]:
    listed = enumerate(read.items(value, path))
    windows = [_window(item, i, f"{path}[{i}]", read) for i, item in listed]
    readable = [window for window in windows if window is not None]
    return tuple(sorted(readable, key=lambda window: (window.start, window.index)))


def _window(value: Any, place: int, path: str, read: Reader) -> AnalysisWindow | None:
    item = read.mapping(value, path)
    span = read.span(item, path, ("start_seconds", "end_seconds")) if item is not None else None
    if item is None or span is None:
        read.add(path, "was left out: it has no readable times")
        return None
    index = item.get("index")
    return AnalysisWindow(
        index if isinstance(index, int) and not isinstance(index, bool) else place,
        *span,
        engagement=read.text(item.get("engagement_status"), f"{path}.engagement_status") or None,
        signals=_signals(item.get("signals"), f"{path}.signals", read, span),
    )


def _signals(
    value: Any, path: str, read: Reader, within: tuple[float, float] | None = None
) -> tuple[Signal, ...]:
    listed = enumerate(read.items(value, path))
    signals = (_signal(item, f"{path}[{i}]", read, within) for i, item in listed)
    return tuple(signal for signal in signals if signal is not None)


def _signal(
    value: Any, path: str, read: Reader, within: tuple[float, float] | None
) -> Signal | None:
    """Read a signal; one without readable times spans the window that it is in, if any."""
    item = read.mapping(value, path)
    if item is None:
        return None
    kind = read.name(item.get("type"), f"{path}.type")
    span = read.span(item, path) or within
    if kind is None or span is None:
        read.add(path, "was left out: it has no readable type or times")
        return None
    return Signal(
        kind,
        *span,
        probability=read.probability(item.get("probability"), f"{path}.probability"),
        rationale=read.text(item.get("rationale"), f"{path}.rationale"),
        modality=read.texts(item.get("modality"), f"{path}.modality"),
    )


def _engagement(value: Any, read: Reader) -> tuple[EngagementSpan, ...]:
    spans = []
    for i, each in enumerate(read.items(value, "engagement_state")):
        path = f"engagement_state[{i}]"
        item = read.mapping(each, path)
        if item is None:
            continue
        state = read.name(item.get("state"), f"{path}.state")
        span = read.span(item, path)
        if state is None or span is None:
            read.add(path, "was left out: it has no readable state or times")
            continue
        spans.append(EngagementSpan(state, *span))
    return tuple(spans)


def _quality(
    value: Any, read: Reader, path: str = "conversation_quality"
) -> ConversationQuality | None:
    """Read either half; None when neither holds a score."""
    found = None if value is None else read.mapping(value, path)
    if found is None:
        return None
    whole = found.get("overall")
    overall = None if whole is None else read.scores(whole, f"{path}.overall")
    timeline = []
    for i, each in enumerate(read.items(found.get("timeline"), f"{path}.timeline")):
        window = _quality_window(each, f"{path}.timeline[{i}]", read)
        if window is not None:
            timeline.append(window)
    return ConversationQuality(overall, tuple(timeline)) if overall or timeline else None


def _quality_window(value: Any, path: str, read: Reader) -> QualityWindow | None:
    item = read.mapping(value, path)
    if item is None:
        return None
    span = read.span(item, path)
    values = read.scores(item.get("values"), f"{path}.values")
    if span is None or values is None:
        read.add(path, "was left out: it has no readable times or scores")
        return None
    return QualityWindow(*span, values=values)


def _feedback(value: Any, read: Reader) -> Feedback | None:
    found = None if value is None else read.mapping(value, "feedback")
    if found is None:
        return None
    message = read.text(found.get("message"), "feedback.message")
    reason = read.text(found.get("reason"), "feedback.reason")
    if message is None and reason is None:
        read.add("feedback", "holds neither a message nor a reason; left out")
        return None
    return Feedback(
        message=message,
        active_dimensions=read.texts(found.get("active_dimensions"), "feedback.active_dimensions"),
        primary_signal=read.text(found.get("primary_signal"), "feedback.primary_signal"),
        reason=None if message is not None else reason,
    )
