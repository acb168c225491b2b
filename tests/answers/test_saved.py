from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import Analysis
from interhuman.annotations import MAX_RESULT_NOTE
from interhuman.answers.payload import read_v1, read_v2
from interhuman.answers.saved import SavedFileError, dump, load
from interhuman.text import displayable
from tests.answers.test_jobs import COMPLETED, FAILED, ID, PENDING
from tests.server import EXAMPLE

NOW = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
RAW = (
    b'{"signals":[{"type":"interest","start":5,"end":12.5}],\n "engagement_state": [], "x": 1e3}\n'
)


def test_the_api_s_own_json_opens() -> None:
    found = load(RAW)
    assert found.analysis == read_v1(RAW)
    assert found.recording is None
    assert found.saved_at is None


@pytest.mark.parametrize("payload", [COMPLETED, COMPLETED["result"], {"windows": []}])
def test_a_job_s_envelope_and_its_result_alone_open(payload: Any) -> None:
    raw = json.dumps(payload).encode()
    found = load(raw)
    assert found.analysis == read_v2(raw)
    assert found.analysis.model == "inter-2"
    analysis = replace(found.analysis, correlation_id="c-2")
    assert load(dump(analysis, recording="a.mp4", saved_at=NOW)).analysis == analysis


@pytest.mark.parametrize("key", ["signals", "engagement_state"])
def test_either_list_makes_it_a_result(key: str) -> None:
    assert load(json.dumps({key: []}).encode()).analysis.signals == ()


def test_what_was_saved_opens_as_it_was() -> None:
    analysis = read_v1(RAW, correlation_id="c-1", sandbox=True).with_duration(11.0)
    assert analysis.signals[0].end == 11.0
    saved = dump(analysis, recording="Grüße 😀.mp4", saved_at=NOW)
    found = load(saved)
    assert found.analysis == analysis
    assert found.analysis.raw_bytes == RAW
    assert found.recording == "Grüße 😀.mp4"
    assert found.saved_at == NOW


def test_the_file_says_what_it_is_and_holds_the_very_bytes() -> None:
    analysis = read_v1(RAW, correlation_id="c-1")
    content = json.loads(dump(analysis, recording=None, saved_at=NOW))
    assert content == {
        "format": "interhuman-dashboard/saved-analysis",
        "version": 1,
        "saved_at": "2026-11-22T15:04:05+00:00",
        "recording": None,
        "duration_s": None,
        "model": "inter-1",
        "correlation_id": "c-1",
        "sandbox": False,
        "answer": RAW.decode(),
    }
    stand_in = json.loads(dump(replace(analysis, sandbox=True), recording=None, saved_at=NOW))
    assert stand_in["note"].startswith("Sandbox: measures sound and movement")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_any_encoding_that_json_may_have_survives(encoding: str) -> None:
    raw = json.dumps({**EXAMPLE, "note": "Grüße"}, ensure_ascii=False).encode(encoding)
    analysis = read_v1(raw)
    again = load(dump(analysis, recording=None, saved_at=NOW)).analysis
    assert again == analysis
    assert again.raw_bytes == raw


def test_the_time_keeps_its_zone_and_must_have_one() -> None:
    analysis = read_v1(RAW)
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert load(dump(analysis, recording=None, saved_at=there)).saved_at == NOW
    with pytest.raises(ValueError, match="time zone"):
        dump(analysis, recording=None, saved_at=NOW.replace(tzinfo=None))


def saved_with(**changed: Any) -> bytes:
    content = json.loads(dump(read_v1(RAW), recording="a.mp4", saved_at=NOW))
    for key, value in changed.items():
        if value is ...:
            del content[key]
        else:
            content[key] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"<html>", "the file is a web page"),
        (b"time,signal\n0,agreement\n", "the file isn't complete JSON"),
        (b"\x00\x00\x00\x18ftypmp42", "This isn't a saved result"),
        (b'{"signals": [', "the file isn't complete JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "isn't an object"),
        (b"5", "isn't an object"),
        (b"{}", 'neither "signals" nor "engagement_state"'),
        (b'{"signals": null}', 'neither "signals" nor "engagement_state"'),
        (json.dumps(PENDING).encode(), f"hadn't finished yet.*{ID}"),
        (json.dumps(FAILED).encode(), r"a failed job \(ih5002\)"),
        (b'{"error_id": "ih4003", "message": "x"}', r"an error from the API \(ih4003\)"),
        (saved_with(version=99), "version 99 of the format"),
        (saved_with(version=...), "version None of the format"),
        (saved_with(answer=...), "missing the response itself"),
        (saved_with(answer=5), "missing the response itself"),
        (saved_with(answer="", answer_base64="!"), "is empty"),
        (saved_with(answer=None, answer_base64="é"), "is damaged"),
        (saved_with(answer=None, answer_base64="!!"), "is damaged"),
        (saved_with(answer="\ud800"), "is damaged"),
        (saved_with(answer="<html>"), "is a web page"),
        (saved_with(answer="[]"), "isn't an object"),
        (saved_with(answer="{}"), "neither"),
        (b" " * (128 * 1024 * 1024 + 1), "too large to be a saved result"),
    ],
)
def test_what_is_not_a_saved_result_says_what_is_missing(data: bytes, says: str) -> None:
    with pytest.raises(SavedFileError, match=says) as caught:
        load(data)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "changed",
    [
        {"recording": 5, "saved_at": "yesterday", "duration_s": "long", "correlation_id": []},
        {"recording": ..., "saved_at": ..., "duration_s": ..., "correlation_id": ...},
        {"recording": "", "saved_at": "2026-11-22T15:04:05", "duration_s": -1, "sandbox": ...},
        {"recording": None, "saved_at": 5, "duration_s": 10**400, "correlation_id": None},
        {"recording": None, "saved_at": None, "duration_s": True, "model": 5},
        {"recording": None, "saved_at": None, "result_note": ["**"]},
        {"recording": None, "saved_at": "0001-01-01T00:00:00+14:00"},
        {"recording": None, "saved_at": "9999-12-31T23:59:59-12:00"},
    ],
)
def test_what_only_accompanies_the_answer_may_be_damaged(changed: dict[str, Any]) -> None:
    found = load(saved_with(**changed))
    assert found.analysis == read_v1(RAW)
    assert found.recording is None
    assert found.saved_at is None
    assert found.note == ""


def test_a_stand_in_s_answer_stays_one_whatever_is_written_beside_it() -> None:
    raw = json.dumps({**EXAMPLE, "sandbox": "Local stand-in"})
    assert load(saved_with(answer=raw, sandbox=False)).analysis.sandbox
    assert load(saved_with(sandbox=True)).analysis.sandbox
    assert not load(saved_with()).analysis.sandbox


@given(st.binary(max_size=300))
def test_any_bytes_open_or_are_refused_in_words(data: bytes) -> None:
    try:
        outcome: Analysis | str = load(data).analysis
    except SavedFileError as error:
        outcome = str(error)
    assert isinstance(outcome, Analysis) or outcome.endswith(".")


@pytest.mark.parametrize(
    "payload",
    [
        {"signals": "none", "conversation_quality": {"overall": {"clarity": 70}}},
        {"signals": {"0": {}}, "feedback": {"message": "Slow down."}},
        {"feedback": {"message": "Slow down."}},
        {"result": None, "windows": [{"start_seconds": 0, "end_seconds": 5}]},
    ],
)
def test_an_odd_answer_that_was_read_opens_again(payload: dict[str, Any]) -> None:
    read = read_v2 if "windows" in payload else read_v1
    analysis = read(json.dumps(payload).encode())
    assert analysis.unread
    assert load(dump(analysis, recording=None, saved_at=NOW)).analysis == analysis


BROKEN = "a\ud800b\x00\u202ec"


def test_broken_characters_beside_an_answer_are_replaced() -> None:
    found = load(saved_with(model=BROKEN, correlation_id=BROKEN, recording=BROKEN))
    shown = "a\ufffdb\ufffd\ufffdc"
    assert found.analysis.model == found.analysis.correlation_id == found.recording == shown


def test_the_note_on_the_whole_result_is_text_of_limited_length() -> None:
    note = "One.\n**Two** <b>three</b>"
    sandbox = replace(read_v1(RAW), sandbox=True)
    saved = dump(sandbox, recording=None, saved_at=NOW, note=note)
    assert json.loads(saved)["note"].startswith("Sandbox: "), "what the file says of itself stays"
    assert load(saved).note == note
    assert load(saved_with(result_note=f" {BROKEN} ")).note == "a\ufffdb\ufffd\ufffdc"
    assert len(load(saved_with(result_note="a" * 10**6)).note) == MAX_RESULT_NOTE


@pytest.mark.parametrize(
    "payload",
    [
        {**PENDING, "job_id": BROKEN},
        {**PENDING, "job_id": "x" * 10_000},
        {**FAILED, "error": {"error_id": BROKEN}},
        {"error_id": BROKEN},
    ],
)
def test_a_refusal_can_be_shown_whatever_the_file_holds(payload: dict[str, Any]) -> None:
    with pytest.raises(SavedFileError) as caught:
        load(json.dumps(payload).encode())
    assert len(str(caught.value)) < 300
    assert str(caught.value) == displayable(str(caught.value))


def test_an_unknown_version_can_be_shown_however_long_it_is() -> None:
    with pytest.raises(SavedFileError) as caught:
        load(saved_with(version="9" * 10_000))
    assert len(str(caught.value)) < 300


finite = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers() | finite | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=8)
signals = st.fixed_dictionaries(
    {"type": st.text(), "start": values, "end": st.integers(0, 100)},
    optional={"probability": values, "rationale": values, "modality": values},
)


@given(
    st.lists(signals | values, max_size=5),
    st.dictionaries(st.sampled_from(["conversation_quality", "feedback", "sandbox"]), values),
    st.none() | st.text(min_size=1).map(displayable),
    st.booleans(),
    st.none() | st.floats(0.1, 10_000),
    st.none() | st.lists(values, max_size=3),
    st.none() | st.fixed_dictionaries({"job_id": values, "model": st.none() | st.text()}),
)
def test_saving_and_opening_gives_the_same_analysis(
    found: list[Any],
    other: dict[str, Any],
    name: str | None,
    sandbox: bool,
    duration_s: float | None,
    windows: list[Any] | None,
    envelope: dict[str, Any] | None,
) -> None:
    holds = {"signals": found, **other, **({} if windows is None else {"windows": windows})}
    read = read_v1 if windows is None else read_v2
    if windows is not None and envelope is not None:
        holds = {"result": holds} | envelope
    raw = json.dumps(holds).encode()
    analysis = read(raw, correlation_id=name, sandbox=sandbox).with_duration(duration_s)
    again = load(dump(analysis, recording=name, saved_at=NOW))
    assert again.analysis == analysis
    assert again.recording == name
