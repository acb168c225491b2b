from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import (
    Analysis,
    AnalysisWindow,
    ConversationQuality,
    EngagementSpan,
    Feedback,
    QualityScores,
    QualityWindow,
    Signal,
)
from interhuman.answers.jobs import read_job
from interhuman.answers.lenient import NotJSONError
from interhuman.answers.payload import read_v1, read_v2
from interhuman.answers.saved import dump, load


def read(payload: Any, **options: Any) -> Analysis:
    return read_v1(json.dumps(payload).encode(), **options)


def scored(value: float) -> dict[str, float]:
    names = ("quality_index", "clarity", "authority", "energy", "rapport", "learning")
    return dict.fromkeys(names, value)


WHOLE: dict[str, Any] = {
    "signals": [
        {
            "type": "agreement",
            "start": 0.0,
            "end": 10.0,
            "probability": "high",
            "rationale": 'Nods, says "yes".',
            "modality": ["video", "audio"],
        },
        {"type": "confidence", "start": 5, "end": 15, "probability": "medium"},
    ],
    "engagement_state": [
        {"state": "engaged", "start": 0.0, "end": 5.0},
        {"state": "neutral", "start": 5.0, "end": 15.0},
    ],
    "conversation_quality": {
        "overall": {**scored(70.0), "quality_index": 72.0},
        "timeline": [{"start": 0.0, "end": 10.0, "values": scored(50.0)}],
    },
    "feedback": {
        "type": "feedback",
        "message": "Slow down.",
        "active_dimensions": ["clarity"],
        "primary_signal": "confidence",
    },
}


def test_a_whole_answer_is_read_by_value() -> None:
    analysis = read(WHOLE, correlation_id="c-1")
    dimensions = {name: 70.0 for name in scored(0) if name != "quality_index"}
    assert analysis == Analysis(
        signals=(
            Signal("agreement", 0.0, 10.0, "high", 'Nods, says "yes".', ("video", "audio")),
            Signal("confidence", 5.0, 15.0, "medium"),
        ),
        engagement=(EngagementSpan("engaged", 0.0, 5.0), EngagementSpan("neutral", 5.0, 15.0)),
        conversation_quality=ConversationQuality(
            QualityScores(quality_index=72.0, **dimensions),
            (QualityWindow(0.0, 10.0, QualityScores(**scored(50.0))),),
        ),
        feedback=Feedback("Slow down.", ("clarity",), "confidence"),
        duration_s=None,
        model="inter-1",
        correlation_id="c-1",
        sandbox=False,
        unread=(),
        raw=WHOLE,
        raw_bytes=json.dumps(WHOLE).encode(),
    )


def test_an_answer_without_signals_is_no_fault() -> None:
    analysis = read({"signals": []})
    assert analysis.signals == ()
    assert analysis.engagement == ()
    assert analysis.conversation_quality is None
    assert analysis.feedback is None
    assert analysis.unread == ()


@pytest.mark.parametrize(
    "neighbour",
    [
        None,
        5,
        "text",
        [],
        {},
        {"type": "agreement"},
        {"type": None, "start": 0, "end": 1},
        {"type": "agreement", "start": None, "end": 1},
        {"type": "agreement", "start": 0, "end": math.nan},
        {"type": "agreement", "start": 0, "end": 10**400},
        {"type": {"a": 1}, "start": [], "end": {}},
    ],
)
def test_an_unreadable_neighbour_costs_nothing_but_itself(neighbour: Any) -> None:
    good = {"type": "interest", "start": 1, "end": 2}
    analysis = read({"signals": [good, neighbour, good], "engagement_state": [neighbour]})
    assert analysis.signals == (Signal("interest", 1.0, 2.0),) * 2
    assert analysis.engagement == ()
    assert any(note.path == "signals[1]" for note in analysis.unread)


@pytest.mark.parametrize(
    ("changed", "signal", "noted"),
    [
        ({"type": "tension"}, Signal("tension", 1.0, 2.0), []),
        ({"type": "brand new"}, Signal("brand new", 1.0, 2.0), []),
        ({"modality": None}, Signal("interest", 1.0, 2.0), []),
        ({"probability": None, "rationale": None}, Signal("interest", 1.0, 2.0), []),
        ({"probability": 0.9}, Signal("interest", 1.0, 2.0), ["signals[0].probability"]),
        ({"rationale": 5}, Signal("interest", 1.0, 2.0), ["signals[0].rationale"]),
        ({"modality": 5}, Signal("interest", 1.0, 2.0), ["signals[0].modality"]),
        ({"end": 1.0}, Signal("interest", 1.0, 1.0), []),
        ({"end": 0}, Signal("interest", 0.0, 1.0), ["signals[0]"]),
        ({"start": "1"}, Signal("interest", 1.0, 2.0), ["signals[0].start"]),
        ({"extra": {"deep": [1]}}, Signal("interest", 1.0, 2.0), []),
    ],
)
def test_an_odd_signal_is_kept(changed: dict[str, Any], signal: Signal, noted: list[str]) -> None:
    analysis = read({"signals": [{"type": "interest", "start": 1, "end": 2, **changed}]})
    assert analysis.signals == (signal,)
    assert [note.path for note in analysis.unread] == noted


def test_zero_length_spans_overlaps_and_their_order_are_kept() -> None:
    spans = [("stress", 10, 10), ("stress", 0, 5), ("agreement", 0, 5), ("agreement", 0, 5)]
    analysis = read({"signals": [{"type": t, "start": a, "end": b} for t, a, b in spans]})
    assert [(each.type, each.start, each.end) for each in analysis.signals] == spans


@pytest.mark.parametrize(
    ("quality", "read_as"),
    [
        (None, None),
        ({}, None),
        ({"overall": None, "timeline": None}, None),
        ([], None),
        ({"overall": scored(50.0)}, ConversationQuality(QualityScores(**scored(50.0)))),
        (
            {"timeline": [{"start": 5, "end": 0, "values": scored(1.0)}]},
            ConversationQuality(None, (QualityWindow(0.0, 5.0, QualityScores(**scored(1.0))),)),
        ),
        (
            {"overall": scored(2.0), "timeline": [None, {"start": 0, "end": 5}, 7]},
            ConversationQuality(QualityScores(**scored(2.0))),
        ),
    ],
)
def test_either_half_of_the_quality_may_be_missing(
    quality: Any, read_as: ConversationQuality | None
) -> None:
    analysis = read({"signals": [], "conversation_quality": quality})
    assert analysis.conversation_quality == read_as


@pytest.mark.parametrize(
    ("feedback", "read_as", "notes"),
    [
        (None, None, 0),
        (
            {"type": "no_feedback", "reason": "Nothing to add."},
            Feedback(reason="Nothing to add."),
            0,
        ),
        ({"message": "Go on."}, Feedback("Go on."), 0),
        ({"type": "feedback", "message": "m", "active_dimensions": None}, Feedback("m"), 0),
        (
            {"type": "feedback", "message": "m", "primary_signal": "new"},
            Feedback("m", (), "new"),
            0,
        ),
        ({"type": "feedback"}, None, 1),
        ("text", None, 1),
    ],
)
def test_feedback(feedback: Any, read_as: Feedback | None, notes: int) -> None:
    analysis = read({"signals": [], "feedback": feedback})
    assert analysis.feedback == read_as
    assert len(analysis.unread) == notes


def test_a_missing_list_of_signals_is_noted() -> None:
    assert [(note.path, note.why) for note in read({}).unread] == [("signals", "is missing")]


@pytest.mark.parametrize("payload", [None, 5, "text", [], [WHOLE], True])
def test_json_that_is_no_object_gives_an_empty_analysis_with_a_note(payload: Any) -> None:
    analysis = read(payload)
    assert analysis.signals == ()
    assert analysis.raw == payload
    assert len(analysis.unread) == 1


def test_bytes_that_are_not_json_are_refused() -> None:
    with pytest.raises(NotJSONError):
        read_v1(b"<html>")


def test_the_sandbox_says_so_in_the_body_or_in_the_header() -> None:
    assert read({"signals": [], "sandbox": "Local stand-in: …"}).sandbox
    assert read({"signals": []}, sandbox=True).sandbox
    assert not read({"signals": []}).sandbox


def test_a_hundred_thousand_signals_are_read() -> None:
    signal = {"type": "interest", "start": 1, "end": 2}
    analysis = read({"signals": [signal, {**signal, "probability": 1}] * 50_000})
    assert len(analysis.signals) == 100_000
    assert len(analysis.unread) == 1_001


def test_the_last_of_two_equal_keys_counts() -> None:
    raw = b'{"signals": [], "signals": [{"type": "interest", "start": 0, "end": 1}]}'
    analysis = read_v1(raw)
    assert len(analysis.signals) == 1
    assert analysis.raw_bytes == raw


def window(index: int, engagement: str, *signals: dict[str, Any]) -> dict[str, Any]:
    return {
        "index": index,
        "start_seconds": index * 4.0,
        "end_seconds": index * 4.0 + 4.0,
        "engagement_status": engagement,
        "signals": list(signals),
    }


def stress(index: int, probability: str) -> dict[str, Any]:
    return {
        "type": "stress",
        "start": index * 4.0,
        "end": index * 4.0 + 4.0,
        "probability": probability,
        "rationale": f"seen in {index}",
    }


RESULT: dict[str, Any] = {
    "duration_seconds": 11.5,
    "window_seconds": 4.0,
    "windows": [
        window(0, "engaged", stress(0, "low")),
        window(1, "engaged", stress(1, "high")),
        window(2, "neutral"),
    ],
}
ENVELOPE: dict[str, Any] = {
    "job_id": "3f1c2b7a9d4e4c8fa1b2c3d4e5f60718",
    "status": "completed",
    "model": "inter-2-audio",
    "result": RESULT,
}


def read2(payload: Any, **options: Any) -> Analysis:
    return read_v2(json.dumps(payload).encode(), **options)


def test_a_completed_job_becomes_the_same_kind_of_analysis() -> None:
    analysis = read2(ENVELOPE, correlation_id="c-2")
    assert analysis == Analysis(
        signals=(Signal("stress", 0.0, 8.0, "high", "seen in 1"),),
        engagement=(EngagementSpan("engaged", 0.0, 8.0), EngagementSpan("neutral", 8.0, 11.5)),
        duration_s=11.5,
        model="inter-2-audio",
        correlation_id="c-2",
        windows=(
            AnalysisWindow(
                0, 0.0, 4.0, "engaged", (Signal("stress", 0.0, 4.0, "low", "seen in 0"),)
            ),
            AnalysisWindow(
                1, 4.0, 8.0, "engaged", (Signal("stress", 4.0, 8.0, "high", "seen in 1"),)
            ),
            AnalysisWindow(2, 8.0, 12.0, "neutral"),
        ),
        raw=ENVELOPE,
        raw_bytes=json.dumps(ENVELOPE).encode(),
    )


def test_a_result_alone_reads_like_its_envelope() -> None:
    alone = read2(RESULT)
    enveloped = read2(ENVELOPE)
    assert alone.model == "inter-2"
    for name in ("signals", "engagement", "windows", "duration_s", "unread"):
        assert getattr(alone, name) == getattr(enveloped, name)


@pytest.mark.parametrize("listed", [[], [{"type": "interest", "start": 0, "end": 11.5}]])
def test_the_api_s_own_merged_list_counts_when_it_is_there(listed: list[Any]) -> None:
    analysis = read2({**RESULT, "signals": listed})
    assert [each.type for each in analysis.signals] == [each["type"] for each in listed]
    assert len(analysis.windows) == 3


def test_quality_of_a_job_in_either_half() -> None:
    overall = {"overall": scored(50.0)}
    quality = read2({**RESULT, "conversation_quality": overall}).conversation_quality
    assert quality == ConversationQuality(QualityScores(**scored(50.0)))
    odd = read2({**ENVELOPE, "result": {**RESULT, "conversation_quality": 5}})
    assert odd.conversation_quality is None
    assert [note.path for note in odd.unread] == ["result.conversation_quality"]


def test_windows_out_of_order_are_put_in_order_and_odd_ones_left_out() -> None:
    first, second, third = RESULT["windows"]
    analysis = read2({**RESULT, "windows": [third, None, second, {"index": 9}, first]})
    assert [each.index for each in analysis.windows] == [0, 1, 2]
    assert analysis.engagement == read2(RESULT).engagement
    assert {note.path for note in analysis.unread} >= {"windows[1]", "windows[3]"}


def test_a_window_s_signal_without_times_spans_its_window() -> None:
    odd = {**window(1, "engaged"), "signals": [{"type": "stress"}], "index": None}
    (read_window,) = read2({**RESULT, "windows": [odd]}).windows
    assert read_window.signals == (Signal("stress", 4.0, 8.0),)
    assert read_window.index == 0


def test_a_window_without_a_state_leaves_a_gap() -> None:
    windows = [{**window(0, "x"), "engagement_status": None}, window(1, "neutral")]
    analysis = read2({**RESULT, "windows": windows})
    assert analysis.engagement == (EngagementSpan("neutral", 4.0, 8.0),)


@pytest.mark.parametrize("duration", [None, "long", -5, 0, 0.5, math.nan, True])
def test_a_duration_that_cannot_be_is_left_out(duration: Any) -> None:
    analysis = read2({**RESULT, "duration_seconds": duration})
    assert analysis.duration_s is None
    assert analysis.end_s == 12.0
    assert "duration_seconds" in {note.path for note in analysis.unread}
    short = read2({**RESULT, "windows": RESULT["windows"][:1], "duration_seconds": -5})
    assert short.engagement == (EngagementSpan("engaged", 0.0, 4.0),)


def test_a_job_without_a_result_gives_an_empty_analysis_with_a_note() -> None:
    analysis = read2({"job_id": "x", "status": "running"})
    assert analysis.windows == ()
    assert [note.path for note in analysis.unread] == ["windows"]
    assert len(read2({**ENVELOPE, "result": 5}).unread) == 2
    assert read2([]).unread[0].path == ""


def test_the_sandbox_says_so_in_envelope_or_result() -> None:
    assert read2({**ENVELOPE, "sandbox": "Local stand-in"}).sandbox
    assert read2({**ENVELOPE, "result": {**RESULT, "sandbox": "Local stand-in"}}).sandbox
    assert read2(RESULT, sandbox=True).sandbox
    assert not read2(ENVELOPE).sandbox


SPAN = {"start_seconds": 0.0, "end_seconds": 4.0}
STRESS = {"type": "stress", "start": 0.0, "end": 4.0, "probability": "high"}
HIDDEN = [{**SPAN, "signals": [STRESS]}]
FOUND = (Signal("stress", 0.0, 4.0, "high"),)


@pytest.mark.parametrize(
    ("listed", "noted"),
    [
        (None, []),
        ("none", ["signals", "signals"]),
        (5, ["signals", "signals"]),
        ({"type": "stress"}, ["signals", "signals"]),
        ([None, 7], ["signals[0]", "signals[1]", "signals"]),
        ([{"type": "interest"}], ["signals[0].start", "signals[0].end", "signals[0]", "signals"]),
    ],
)
@pytest.mark.parametrize("place", ["alone", "result", "beside null"])
def test_a_merged_list_that_cannot_be_read_does_not_hide_the_windows(
    listed: Any, noted: list[str], place: str
) -> None:
    result = {"windows": HIDDEN, "signals": listed}
    payload = {"alone": result, "result": {"result": result}, "beside null": {**result}}[place]
    at = "result." if place == "result" else ""
    if place == "beside null":
        payload["result"] = None
    analysis = read2(payload)
    assert analysis.signals == FOUND
    extra = ["result", "result"] if place == "beside null" else []
    assert [note.path for note in analysis.unread] == [*extra, *(f"{at}{path}" for path in noted)]


def test_a_merged_list_of_which_a_part_can_be_read_counts() -> None:
    listed = [None, {"type": "interest", "start": 1, "end": 2}]
    analysis = read2({"windows": HIDDEN, "signals": listed})
    assert analysis.signals == (Signal("interest", 1.0, 2.0),)
    assert [note.path for note in analysis.unread] == ["signals[0]"]


@pytest.mark.parametrize("result", [None, 5, "text", [], {}, {"window_seconds": 4}])
def test_a_result_that_is_none_does_not_hide_what_stands_beside_it(result: Any) -> None:
    beside = {"windows": HIDDEN, "conversation_quality": {"overall": scored(60.0)}}
    analysis = read2({**beside, "duration_seconds": 3.5, "result": result})
    assert analysis.signals == (Signal("stress", 0.0, 3.5, "high"),)
    assert analysis.conversation_quality is not None
    assert analysis.duration_s == 3.5
    assert "result" in {note.path for note in analysis.unread}


def test_a_result_counts_before_what_stands_beside_it() -> None:
    analysis = read2({"result": RESULT, "windows": [], "signals": []})
    assert analysis.windows == read2(RESULT).windows
    assert analysis.unread == ()


def test_text_is_cleaned_of_what_no_screen_can_carry() -> None:
    odd, shown = "a\ud800b\x00\u202ec", "a\ufffdb\ufffd\ufffdc"
    feedback = {"message": odd, "active_dimensions": [odd], "primary_signal": odd}
    analysis = read({"signals": [{"type": odd, "start": 0, "end": 1}], "feedback": feedback})
    assert analysis.feedback == Feedback(shown, (shown,), shown)
    assert analysis.signals[0].type == shown
    assert "feedback.message" in {note.path for note in analysis.unread}
    assert read2({**RESULT, "model": odd}).model == shown


KEYS = [
    *("type", "start", "end", "probability", "rationale", "modality", "state"),
    *("overall", "timeline", "values", "clarity", "message", "reason", "x"),
    *("windows", "start_seconds", "end_seconds", "index", "engagement_status", "signals"),
]
ODDITIES = ["high", "agreement", "engaged", "5", "1e999", 10**400, "feedback"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(ODDITIES),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)
answers = st.dictionaries(
    st.sampled_from(
        [
            *("signals", "engagement_state", "conversation_quality", "feedback", "sandbox"),
            *("windows", "result", "duration_seconds", "model", "other"),
        ]
    ),
    json_values | st.lists(json_values),
)


@pytest.mark.parametrize("read_any", [read_v1, read_v2])
@given(json_values | answers | st.fixed_dictionaries({"result": answers}))
def test_reading_never_raises_and_leaves_the_raw_answer_alone(
    read_any: Callable[[bytes], Analysis], payload: Any
) -> None:
    raw_bytes = json.dumps(payload).encode()
    analysis = read_any(raw_bytes)
    assert analysis.raw_bytes == raw_bytes
    assert json.dumps(analysis.raw) == json.dumps(json.loads(raw_bytes))
    for signal in analysis.signals:
        assert 0 <= signal.start <= signal.end < math.inf
        signal.type.encode()
    for note in analysis.unread:
        note.why.encode()


times = st.tuples(st.integers(0, 3600), st.integers(0, 600)).map(lambda t: (t[0], t[0] + t[1]))
good_signals = st.builds(
    lambda kind, span, probability: {
        "type": kind, "start": span[0], "end": span[1], "probability": probability,
    },
    st.sampled_from(["agreement", "stress", "a new one"]),
    times,
    st.sampled_from(["high", "medium", "low", None]),
)  # fmt: skip


@given(st.lists(st.tuples(st.just(True), good_signals) | st.tuples(st.just(False), json_values)))
def test_every_readable_signal_is_kept_whatever_its_neighbours_are(
    mixed: list[tuple[bool, Any]],
) -> None:
    analysis = read({"signals": [item for _, item in mixed]})
    good = [
        Signal(item["type"], item["start"], item["end"], item["probability"])
        for is_good, item in mixed
        if is_good
    ]
    kept = iter(analysis.signals)
    assert all(any(signal == other for other in kept) for signal in good)


good_windows = st.builds(
    lambda span, state, mixed: (
        {
            "start_seconds": span[0],
            "end_seconds": span[1],
            "engagement_status": state,
            "signals": [item for _, item in mixed],
        },
        [item for is_good, item in mixed if is_good],
    ),
    times,
    st.sampled_from(["engaged", "neutral", None]),
    st.lists(st.tuples(st.just(True), good_signals) | st.tuples(st.just(False), json_values)),
)
no_times = json_values.filter(lambda value: not isinstance(value, dict))
unreadable_lists = st.none() | no_times.filter(bool) | st.lists(no_times, min_size=1)
wrapped = st.sampled_from(["alone", "result", "null beside", "empty beside"])


def covered(item: dict[str, Any], signals: tuple[Signal, ...]) -> bool:
    """Tell whether a signal of a window is in one of the merged ones."""
    rank = [None, "low", "medium", "high"]
    return any(
        signal.type == item["type"]
        and signal.start <= item["start"] <= item["end"] <= signal.end
        and rank.index(signal.probability) >= rank.index(item["probability"])
        for signal in signals
    )


@given(st.lists(good_windows | no_times), unreadable_lists, wrapped)
def test_every_readable_signal_of_a_window_is_kept_whatever_stands_around_it(
    mixed: list[Any], listed: Any, place: str
) -> None:
    pairs = [item for item in mixed if isinstance(item, tuple)]
    windows = [item[0] if isinstance(item, tuple) else item for item in mixed]
    result = {"windows": windows, "signals": listed}
    payload = {
        "alone": result,
        "result": {"model": "inter-2", "result": result},
        "null beside": {**result, "result": None},
        "empty beside": {**result, "result": {}},
    }[place]
    raw = json.dumps({"job_id": "a", "status": "completed", **payload}).encode()
    analyses = [read_v2(raw)]
    if windows:
        job = read_job(raw)
        assert job.analysis is not None
        analyses += [job.analysis, load(raw).analysis]
    for analysis in analyses:
        assert len(analysis.windows) == len(pairs)
        for _, good in pairs:
            assert all(covered(item, analysis.signals) for item in good)
        saved = dump(analysis, recording=None, saved_at=datetime(2026, 1, 1, tzinfo=UTC))
        assert load(saved).analysis == analysis
