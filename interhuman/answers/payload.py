"""The API's JSON read into one `Analysis`, item by item.

What can be read is kept, however odd its neighbours are; what could not be is listed in
`Analysis.unread`; the JSON and its very bytes are always kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from interhuman.analysis import (
    Analysis,
    AnalysisWindow,
    ConversationQuality,
    EngagementSpan,
    Feedback,
    QualityWindow,
    Signal,
)
from interhuman.answers.lenient import JsonObject, Reader, decode
from interhuman.answers.merging import engagement_runs, merged_signals


def read_v1(
    raw_bytes: bytes, *, correlation_id: str | None = None, sandbox: bool = False
) -> Analysis:
    """Read the answer of ``POST /v1/upload/analyze``.

    V1 says nothing about the recording's length, so `duration_s` stays None. JSON that is not an
    object gives an empty analysis with a note.

    Raises NotJSONError when `raw_bytes` is not JSON at all.
    """
    raw = decode(raw_bytes)
    reader = Reader()
    answer = reader.mapping(raw, "") or {}
    if isinstance(raw, dict) and "signals" not in raw:
        reader.note("signals", "is missing")
    return Analysis(
        signals=_signals(answer.get("signals"), "signals", reader),
        engagement=_engagement(answer.get("engagement_state"), reader),
        conversation_quality=_quality(
            answer.get("conversation_quality"), "conversation_quality", reader
        ),
        feedback=_feedback(answer.get("feedback"), reader),
        correlation_id=correlation_id,
        sandbox=sandbox or bool(answer.get("sandbox")),
        unread=reader.notes(),
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
    reader = Reader()
    envelope = reader.mapping(raw, "") or {}
    result, at = _result(envelope, reader)
    windows = _windows(result.get("windows"), f"{at}windows", reader)
    if isinstance(raw, dict) and "windows" not in result and result.get("signals") is None:
        reader.note(f"{at}windows", "is missing")
    signals = _listed_or_merged(result.get("signals"), windows, f"{at}signals", reader)
    quality = _quality(result.get("conversation_quality"), f"{at}conversation_quality", reader)
    analysis = Analysis(
        signals=signals,
        engagement=engagement_runs(windows),
        conversation_quality=quality,
        model=reader.text(envelope.get("model"), "model") or "inter-2",
        correlation_id=correlation_id,
        sandbox=sandbox or bool(envelope.get("sandbox") or result.get("sandbox")),
        windows=windows,
        raw=raw,
        raw_bytes=raw_bytes,
    )
    if "duration_seconds" in result:
        analysis = _with_duration(analysis, result["duration_seconds"], at, reader)
    return replace(analysis, unread=reader.notes())


def holds_result(envelope: Mapping[str, object]) -> bool:
    """Return whether a job's envelope holds a result, in its place or beside it."""
    return isinstance(envelope.get("result"), dict) or _has_parts(envelope)


def _has_parts(result: Mapping[str, object]) -> bool:
    return any(result.get(key) for key in ("windows", "signals", "conversation_quality"))


def _result(envelope: JsonObject, reader: Reader) -> tuple[JsonObject, str]:
    """Return the object that holds the result, and the path of what is in it."""
    if "result" not in envelope:
        return envelope, ""
    result = reader.mapping(envelope["result"], "result") or {}
    if _has_parts(envelope) and not _has_parts(result):
        reader.note("result", "is empty; the values beside it were used")
        return envelope, ""
    return result, "result."


def _with_duration(analysis: Analysis, value: object, at: str, reader: Reader) -> Analysis:
    path = f"{at}duration_seconds"
    duration_s = reader.number(value, path)
    if duration_s is None:
        return analysis
    fitted = analysis.with_duration(max(duration_s, 0.0))
    if fitted.duration_s is None:
        reader.note(path, f"is {duration_s:g} s, which doesn't fit the times; left out")
    return fitted


def _listed_or_merged(
    listed: object, windows: tuple[AnalysisWindow, ...], path: str, reader: Reader
) -> tuple[Signal, ...]:
    """Return the signals of the API's merged list, those of the windows where it is unreadable."""
    signals = () if listed is None else _signals(listed, path, reader)
    if signals or listed == []:
        return signals
    merged = merged_signals(windows)
    if merged and listed is not None:
        reader.note(path, "has nothing readable; taken from the windows")
    return merged


def _windows(value: object, path: str, reader: Reader) -> tuple[AnalysisWindow, ...]:
    def window(item: JsonObject, path: str, place: int) -> AnalysisWindow | None:
        span = reader.span(item, path, ("start_seconds", "end_seconds"))
        if span is None:
            reader.note(path, "was left out: it has no readable times")
            return None
        index = item.get("index")
        engagement = reader.text(item.get("engagement_status"), f"{path}.engagement_status")
        return AnalysisWindow(
            index if isinstance(index, int) and not isinstance(index, bool) else place,
            *span,
            engagement=engagement or None,
            signals=_signals(item.get("signals"), f"{path}.signals", reader, span),
        )

    windows = reader.objects(value, path, window)
    return tuple(sorted(windows, key=lambda window: (window.start, window.index)))


def _signals(
    value: object, path: str, reader: Reader, within: tuple[float, float] | None = None
) -> tuple[Signal, ...]:
    """Read signals; one without readable times spans the window that it is in, if any."""

    def signal(item: JsonObject, path: str, _: int) -> Signal | None:
        kind = reader.name(item.get("type"), f"{path}.type")
        span = reader.span(item, path) or within
        if kind is None or span is None:
            reader.note(path, "was left out: it has no readable type or times")
            return None
        return Signal(
            kind,
            *span,
            probability=reader.probability(item.get("probability"), f"{path}.probability"),
            rationale=reader.text(item.get("rationale"), f"{path}.rationale"),
            modality=reader.texts(item.get("modality"), f"{path}.modality"),
        )

    return reader.objects(value, path, signal)


def _engagement(value: object, reader: Reader) -> tuple[EngagementSpan, ...]:
    def engagement(item: JsonObject, path: str, _: int) -> EngagementSpan | None:
        state = reader.name(item.get("state"), f"{path}.state")
        span = reader.span(item, path)
        if state is None or span is None:
            reader.note(path, "was left out: it has no readable state or times")
            return None
        return EngagementSpan(state, *span)

    return reader.objects(value, "engagement_state", engagement)


def _quality(value: object, path: str, reader: Reader) -> ConversationQuality | None:
    """Read either half; None when neither holds a score."""

    def window(item: JsonObject, path: str, _: int) -> QualityWindow | None:
        span = reader.span(item, path)
        values = reader.scores(item.get("values"), f"{path}.values")
        if span is None or values is None:
            reader.note(path, "was left out: it has no readable times or scores")
            return None
        return QualityWindow(*span, values=values)

    quality = None if value is None else reader.mapping(value, path)
    if quality is None:
        return None
    whole = quality.get("overall")
    overall = None if whole is None else reader.scores(whole, f"{path}.overall")
    timeline = reader.objects(quality.get("timeline"), f"{path}.timeline", window)
    return ConversationQuality(overall, timeline) if overall or timeline else None


def _feedback(value: object, reader: Reader) -> Feedback | None:
    feedback = None if value is None else reader.mapping(value, "feedback")
    if feedback is None:
        return None
    message = reader.text(feedback.get("message"), "feedback.message")
    reason = reader.text(feedback.get("reason"), "feedback.reason")
    if message is None and reason is None:
        reader.note("feedback", "has neither a message nor a reason; left out")
        return None
    return Feedback(
        message=message,
        active_dimensions=reader.texts(
            feedback.get("active_dimensions"), "feedback.active_dimensions"
        ),
        primary_signal=reader.text(feedback.get("primary_signal"), "feedback.primary_signal"),
        reason=None if message is not None else reason,
    )
