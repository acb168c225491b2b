"""The next step to offer for an error, as a button: which one, and what it sends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from interhuman.errors import InterhumanAPIError, UploadJobError, UploadJobTimeoutError
from interhuman.media.fit import FitError
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import INTER_1, INTER_2, INTER_2_AUDIO, MODELS

SIGN_IN_AGAIN = frozenset({"ih2001", "ih2002", "ih2003", "ih2005", "ih2010", "ih2011", "ih2014"})
ANOTHER_MODEL = {
    ("ih5001", INTER_1): INTER_2_AUDIO,
    ("ih5001", INTER_2): INTER_2_AUDIO,
    ("ih5008", INTER_2): INTER_1,
}
"""The model to offer, by the error and the model that failed with it.

A recording without video can be analyzed by its audio, one without audio by its video.
"""

PASSING = frozenset({"disk_full", "too_demanding", "failed"})
"""Why a recording could not be prepared, where another time it may be."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One next step: a new sign-in, or a request to send."""

    label: str
    kind: Literal["sign in", "send"]
    request: AnalysisRequest | None = None


def next_step_for(error: Exception, request: AnalysisRequest) -> NextStep | None:
    """Return the next step that a button can do, or None where only the person can."""
    if isinstance(error, UploadJobTimeoutError):
        return NextStep("Keep waiting", "send", replace(request, job_id=error.job.job_id))
    if isinstance(error, FitError):
        return _send("Try again", request) if error.reason in PASSING else None
    if not isinstance(error, InterhumanAPIError):
        return None
    if error.error_id in SIGN_IN_AGAIN or error.status == 401:
        return NextStep("Use different credentials", "sign in")
    return _different_request(error, request) or _same_again(error, request)


def _different_request(error: InterhumanAPIError, request: AnalysisRequest) -> NextStep | None:
    """Return the next step that asks for something else than what failed."""
    if error.error_id == "ih4021":
        return _send("Submit the recording again", replace(request, job_id=None))
    model = ANOTHER_MODEL.get((error.error_id or "", request.model))
    if model is None:
        return None
    other = replace(request, model=model, job_id=None)
    if model != INTER_1:  # Only Inter-1 gives feedback.
        other = replace(other, goal_dimensions=(), conversation_context=None)
    return _send(f"Analyze with {MODELS[model].title} instead", other)


def _same_again(error: InterhumanAPIError, request: AnalysisRequest) -> NextStep | None:
    """Return the next step that sends the same once more, where that can help.

    A job that has failed stays failed: only the recording itself can be sent again.
    """
    if isinstance(error, UploadJobError):
        request = replace(request, job_id=None)
    if error.maybe_accepted and request.job_id is None:
        return _send("Send it again (it may be billed twice)", request)
    if error.advice.resend or error.failure is not None:
        return _send("Check again" if request.job_id else "Send the recording again", request)
    return None


def _send(label: str, request: AnalysisRequest) -> NextStep | None:
    """Return the next step if there is something to send: a recording, or a job to look at."""
    can_be_sent = request.recording is not None or request.job_id is not None
    return NextStep(label, "send", request) if can_be_sent else None
