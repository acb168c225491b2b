from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.answers.jobs import UploadJob, is_job_id, read_job
from interhuman.answers.lenient import NotJSONError
from interhuman.errors import UploadJobError

ID = "3f1c2b7a9d4e4c8fa1b2c3d4e5f60718"
PENDING: dict[str, Any] = {
    "job_id": ID,
    "model": "inter-2",
    "created_at": "2026-09-11T10:00:00Z",
    "expires_at": "2026-09-11T11:00:00Z",
    "status_url": f"/v2/upload/jobs/{ID}",
    "status": "queued",
}
FAILED = {
    **PENDING,
    "status": "failed",
    "error": {
        "error_id": "ih5002",
        "correlation_id": "c-9",
        "link": "https://docs.interhuman.ai/x#ih5002-corrupted-video",
        "message": "The file is corrupted.",
    },
}
COMPLETED = {
    **PENDING,
    "status": "completed",
    "result": {"duration_seconds": 10.0, "window_seconds": 5.0, "windows": [], "signals": []},
}


def read(payload: Any, **options: Any) -> UploadJob:
    return read_job(json.dumps(payload).encode(), **options)


def test_a_pending_job() -> None:
    job = read(PENDING, correlation_id="c-1")
    assert (job.job_id, job.status, job.model) == (ID, "queued", "inter-2")
    assert job.created_at == datetime(2026, 9, 11, 10, tzinfo=UTC)
    assert job.expires_at == datetime(2026, 9, 11, 11, tzinfo=UTC)
    assert job.status_url == f"/v2/upload/jobs/{ID}"
    assert (job.error, job.analysis, job.is_terminal) == (None, None, False)
    assert job.correlation_id == "c-1"
    assert job.raw == PENDING
    assert job.raw_bytes == json.dumps(PENDING).encode()


def test_a_completed_job_carries_its_analysis() -> None:
    job = read(COMPLETED, correlation_id="c-1", sandbox=True)
    assert job.is_terminal
    assert job.analysis is not None
    assert job.analysis.duration_s == 10.0
    assert job.analysis.model == "inter-2"
    assert job.analysis.correlation_id == "c-1"
    assert job.analysis.sandbox
    assert job.sandbox


def test_a_failed_job_carries_why_with_what_to_do() -> None:
    job = read(FAILED)
    assert job.is_terminal
    error = job.error
    assert isinstance(error, UploadJobError)
    assert (error.error_id, error.correlation_id) == ("ih5002", "c-9")
    assert error.link == "https://docs.interhuman.ai/x#ih5002-corrupted-video"
    assert str(error) == (
        "The recording is damaged. Check that it plays to the end, then export it again as MP4 "
        '(H.264 video, AAC audio). The API said: "The file is corrupted." (ih5002, '
        "correlation ID c-9)"
    )


@pytest.mark.parametrize("told", [None, 5, [], {}, {"error_id": "ih9999"}, {"link": "javascript:"}])
def test_a_job_that_failed_without_saying_why_in_known_words(told: Any) -> None:
    error = read({**PENDING, "status": "failed", "error": told}, correlation_id="h").error
    assert error is not None
    assert error.advice.title == "The analysis failed"
    assert error.correlation_id == "h"
    assert error.link is None
    assert "HTTP" not in str(error)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"status": " Running "}, "running"),
        ({"status": "cancelling"}, "cancelling"),
        ({"status": None}, "unknown"),
        ({"status": 5}, "unknown"),
        ({"status": None, "result": {"windows": []}}, "completed"),
        ({"status": None, "error": {"error_id": "ih1004"}}, "failed"),
        ({"status": "succeeded", "result": {"windows": []}}, "completed"),
        ({"status": None, "windows": [{"start_seconds": 0, "end_seconds": 5}]}, "completed"),
        ({"status": "running", "result": {"windows": []}}, "running"),
        ({"status": "failed", "result": {"windows": []}}, "failed"),
    ],
)
def test_an_odd_status(changed: dict[str, Any], status: str) -> None:
    assert read({**PENDING, **changed}).status == status


@pytest.mark.parametrize("result", [None, "text", 5, []])
def test_a_completed_job_whose_result_stands_beside_its_place(result: Any) -> None:
    windows = [{"start_seconds": 0, "end_seconds": 5, "signals": [{"type": "stress"}]}]
    job = read({**COMPLETED, "result": result, "windows": windows})
    assert job.analysis is not None
    assert [signal.type for signal in job.analysis.signals] == ["stress"]
    assert "result" in {note.path for note in job.analysis.unread}


@pytest.mark.parametrize("moment", [None, 5, "yesterday", "", "2026-13-45T00:00:00Z"])
def test_an_unreadable_moment_is_none(moment: Any) -> None:
    assert read({**PENDING, "expires_at": moment}).expires_at is None


def test_a_moment_without_a_zone_is_utc() -> None:
    job = read({**PENDING, "expires_at": "2026-09-11T13:00:00+02:00"})
    assert job.expires_at is not None
    assert f"{job.expires_at:%H:%M %Z}" == "11:00 UTC"
    job = read({**PENDING, "expires_at": "2026-09-11T11:00:00"})
    assert job.expires_at == datetime(2026, 9, 11, 11, tzinfo=UTC)


def test_bytes_that_are_not_json_are_refused() -> None:
    with pytest.raises(NotJSONError):
        read_job(b"<html>")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (ID, True),
        ("a-b_C9", True),
        ("", False),
        ("../auth", False),
        ("a/b", False),
        ("a?b", False),
        ("a b", False),
        ("é", False),
        ("a\n", False),
        ("a" * 129, False),
        ("<script>", False),
    ],
)
def test_what_can_be_a_job_s_id(text: str, fits: bool) -> None:
    assert is_job_id(text) is fits


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values | st.dictionaries(st.sampled_from([*COMPLETED, "error"]), json_values))
def test_reading_any_envelope_never_raises(payload: Any) -> None:
    job = read(payload)
    assert job.is_terminal or job.analysis is None
