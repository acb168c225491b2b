from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import (
    Analysis,
    ConversationQuality,
    EngagementSpan,
    Feedback,
    QualityScores,
    QualityWindow,
    Signal,
)
from interhuman.payload import NotJSONError, read_v1


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
    assert [(note.path, note.why) for note in read({}).unread] == [("signals", "is not there")]


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


KEYS = [
    *("type", "start", "end", "probability", "rationale", "modality", "state"),
    *("overall", "timeline", "values", "clarity", "message", "reason", "x"),
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
        ["signals", "engagement_state", "conversation_quality", "feedback", "sandbox", "other"]
    ),
    json_values | st.lists(json_values),
)


@given(json_values | answers)
def test_reading_never_raises_and_leaves_the_raw_answer_alone(payload: Any) -> None:
    raw_bytes = json.dumps(payload).encode()
    analysis = read_v1(raw_bytes)
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
