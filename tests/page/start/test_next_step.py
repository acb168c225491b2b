"""Which next step an error gets, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interhuman.answers.jobs import UploadJob
from interhuman.errors import (
    Failure,
    InterhumanAPIError,
    InterhumanConfigError,
    UploadJobError,
    UploadJobTimeoutError,
)
from interhuman.page.start.next_step import next_step_for
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest

TALK = UploadedRecording("talk.mp4", b"talk")
ONE, TWO = AnalysisRequest(TALK), AnalysisRequest(TALK, model="inter-2")
JOB = "0" * 32


def api(error_id: str | None, status: int) -> InterhumanAPIError:
    return InterhumanAPIError("said", status=status, error_id=error_id)


def job_failed(error_id: str | None) -> UploadJobError:
    return UploadJobError("failed", status=200, error_id=error_id)


def lost(failure: Failure, *, maybe_accepted: bool = False) -> InterhumanAPIError:
    return InterhumanAPIError("x", status=0, failure=failure, maybe_accepted=maybe_accepted)


@pytest.mark.parametrize(
    ("error", "request_", "label"),
    [
        (api("ih2001", 401), ONE, "Use different credentials"),
        (api(None, 401), ONE, "Use different credentials"),
        (api("ih1001", 500), ONE, "Send the recording again"),
        (api("ih3001", 429), ONE, "Send the recording again"),
        (api("ih3003", 429), ONE, None),
        (api("ih4003", 413), ONE, None),
        (api("ih5008", 422), TWO, "Analyze with Inter-1 instead"),
        (api("ih5001", 422), TWO, "Analyze with Inter-2 audio instead"),
        (api("ih5001", 422), ONE, "Analyze with Inter-2 audio instead"),
        (api("ih5001", 422), replace(ONE, model="inter-2-audio"), None),
        (api("ih5008", 422), ONE, None),
        (job_failed("ih1004"), TWO, "Send the recording again"),
        (job_failed("ih1004"), replace(TWO, job_id=JOB), "Send the recording again"),
        (job_failed(None), replace(TWO, job_id=JOB), "Send the recording again"),
        (job_failed("ih1004"), AnalysisRequest(job_id=JOB), None),
        (api("ih4021", 404), AnalysisRequest(TALK, job_id=JOB), "Submit the recording again"),
        (api("ih4021", 404), AnalysisRequest(job_id=JOB), None),
        (
            lost("read_timeout", maybe_accepted=True),
            ONE,
            "Send it again (it may be billed twice)",
        ),
        (lost("refused"), ONE, "Send the recording again"),
        (lost("reset"), AnalysisRequest(job_id=JOB), "Check again"),
        (UploadJobTimeoutError("runs", job=UploadJob(JOB, "running")), TWO, "Keep waiting"),
        (InterhumanConfigError("too large"), ONE, None),
        (ZeroDivisionError(), ONE, None),
    ],
)
def test_the_next_step(error: Exception, request_: AnalysisRequest, label: str | None) -> None:
    step = next_step_for(error, request_)
    assert (step.label if step else None) == label


def test_waiting_again_names_the_job_and_sends_no_recording() -> None:
    error = UploadJobTimeoutError("runs", job=UploadJob(JOB, "running"))
    step = next_step_for(error, TWO)
    assert step is not None
    assert step.request is not None
    assert step.request.job_id == JOB


def test_another_model_is_a_new_submission() -> None:
    step = next_step_for(api("ih5008", 422), AnalysisRequest(TALK, "inter-2", ("x",), job_id=JOB))
    assert step is not None
    assert step.request == AnalysisRequest(TALK, "inter-1", ("x",))


def test_a_model_without_feedback_is_asked_for_none() -> None:
    asked = AnalysisRequest(
        TALK, include=("x",), goal_dimensions=("clarity",), conversation_context="A pitch."
    )
    step = next_step_for(api("ih5001", 422), asked)
    assert step is not None
    assert step.request == AnalysisRequest(TALK, "inter-2-audio", ("x",))


def test_a_job_that_failed_after_it_was_waited_for_again_is_submitted_anew() -> None:
    step = next_step_for(job_failed("ih1004"), replace(TWO, job_id=JOB))
    assert step is not None
    assert step.request == TWO
