from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from interhuman.analysis import AnalyzedPart, Feedback, Signal
from interhuman.answers.answer import Answer
from interhuman.answers.saved import dump, load
from interhuman.answers.stitched import NOT_SENT, KeptPart, Stitched, open_stitched
from interhuman.errors import SavedFileError
from tests.answers.test_jobs import COMPLETED, FAILED
from tests.answers.test_saved import NOW

FIRST = json.dumps(
    {
        "signals": [{"type": "interest", "start": 585, "end": 600}],
        "engagement_state": [{"state": "engaged", "start": 0, "end": 600}],
        "conversation_quality": {"overall": {"quality_index": 60, "clarity": 70}},
        "feedback": {"type": "feedback", "message": "Grüße"},
    },
    ensure_ascii=False,
).encode()
SECOND = json.dumps(
    {
        "signals": [{"type": "interest", "start": 0, "end": 20}],
        "conversation_quality": {"overall": {"quality_index": 80, "clarity": 70}},
    }
).encode("utf-16")
EMPTY = Stitched((KeptPart(0.0, 600.0), KeptPart(590.0, 1200.0)), 1200.0, "inter-1")


def answer(body: bytes, correlation_id: str = "c-1") -> Answer:
    return Answer("/v1/upload/analyze", 200, body, correlation_id, False, NOW)


WHOLE = EMPTY.answered(0, answer(FIRST)).answered(1, answer(SECOND, "c-2"))


def test_a_document_holds_the_very_answers_and_what_was_stitched() -> None:
    content = json.loads(WHOLE.to_bytes())
    assert content["format"] == "interhuman-dashboard/stitched-analysis"
    assert content["duration_s"] == 1200.0
    first, second = content["parts"]
    assert first["answer"] == FIRST.decode()
    assert (first["start_s"], first["end_s"], first["overlap_s"]) == (0.0, 600.0, 0.0)
    assert (second["start_s"], second["end_s"], second["overlap_s"]) == (590.0, 1200.0, 10.0)
    assert second["correlation_id"] == "c-2"
    assert open_stitched(WHOLE.to_bytes()) == WHOLE


def test_a_document_says_which_files_it_is_from_and_what_placed_them() -> None:
    parts = (KeptPart(0.0, 600.0, file="GX01\u202e.MP4"), KeptPart(700.0, 900.0, file="GX02.MP4"))
    kept = replace(WHOLE, parts=parts, is_timed=True)
    content = json.loads(kept.to_bytes())
    assert content["files_placed_by"] == "camera clock"
    assert [part["file"] for part in content["parts"]] == ["GX01\u202e.MP4", "GX02.MP4"]
    opened = open_stitched(kept.to_bytes())
    assert [part.file for part in opened.parts] == ["GX01\ufffd.MP4", "GX02.MP4"]
    assert opened.is_timed
    assert open_stitched(replace(kept, is_timed=False).to_bytes()).is_timed is False


def test_a_document_opens_as_one_analysis_and_so_does_what_was_saved_of_it() -> None:
    analysis = load(WHOLE.to_bytes()).analysis
    assert analysis.signals == (Signal("interest", 585, 610),)
    assert analysis.duration_s == 1200.0
    assert analysis.parts == (
        AnalyzedPart(0, 600, feedback=Feedback("Grüße"), correlation_id="c-1"),
        AnalyzedPart(590, 1200, correlation_id="c-2"),
    )
    saved = dump(analysis, recording="talk.mp4", saved_at=NOW)
    assert load(saved).analysis == analysis
    content = json.loads(saved)
    assert content["overall_quality"] == "mean of 2 parts, weighted by length"
    assert content["stitched_from"] == (
        "2 overlapping parts; times count from the start of the whole"
    )


def test_a_part_without_an_answer_is_a_gap_that_says_why() -> None:
    failed = EMPTY.answered(0, answer(FIRST)).changed(1, problem="It was refused.", maybe_sent=True)
    assert failed.missing == (1,)
    analysis = load(failed.to_bytes()).analysis
    assert analysis.gaps == ((600.0, 1200.0),)
    assert analysis.parts[1].problem == "It was refused."
    assert open_stitched(failed.to_bytes()).parts[1].maybe_sent
    content = json.loads(dump(analysis, recording=None, saved_at=NOW))
    assert content["stitched_from"].startswith("2 overlapping parts, 1 of them without a result")
    assert content["overall_quality"] == "only one part has scores"


def test_an_answer_that_holds_no_result_is_a_gap_too() -> None:
    refused = EMPTY.answered(0, answer(FIRST)).answered(1, answer(b"<html>"))
    analysis = load(refused.to_bytes()).analysis
    assert analysis.parts[1].problem == "Its response is a web page."
    assert analysis.unread[-1].path == "parts[1].answer"
    failed_job = json.dumps(FAILED).encode()
    refused = EMPTY.answered(0, answer(FIRST)).answered(1, answer(failed_job))
    assert "failed job" in (load(refused.to_bytes()).analysis.parts[1].problem or "")
    nested = EMPTY.answered(0, answer(FIRST)).answered(1, answer(WHOLE.to_bytes()))
    assert load(nested.to_bytes()).analysis.gaps == ((600.0, 1200.0),)


def test_a_job_is_remembered_until_its_answer_is_there() -> None:
    expires_at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    waiting = EMPTY.changed(1, job_id="ab12", job_expires_at=expires_at)
    part = open_stitched(waiting.to_bytes()).parts[1]
    assert (part.job_id, part.job_expires_at) == ("ab12", expires_at)
    done = replace(EMPTY, model="inter-2").answered(0, answer(json.dumps(COMPLETED).encode()))
    assert load(done.to_bytes()).analysis.model == "inter-2"


def test_without_any_result_it_says_why() -> None:
    with pytest.raises(SavedFileError, match=f"None of its parts has a result. {NOT_SENT}"):
        load(EMPTY.to_bytes())


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"parts": []},
        {"parts": "none"},
        {"duration_s": 0},
        {"duration_s": None},
        {"parts": [{"part": 1}]},
        {"parts": [{"start_s": 0, "end_s": 3, "answer_base64": "?"}]},
    ],
)
def test_what_is_no_such_document_is_refused_in_words(change: dict[str, object]) -> None:
    content = {**json.loads(WHOLE.to_bytes()), **change}
    with pytest.raises(SavedFileError):
        load(json.dumps(content).encode())
