"""The right next step for an error, as a button: which one, and what it sends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from interhuman.errors import InterhumanAPIError, UploadJobError, UploadJobTimeoutError
from interhuman.page.runs import Request
from interhuman.vocabulary import INTER_1, INTER_2, INTER_2_AUDIO, MODELS

SIGN_IN_AGAIN = frozenset({"ih2001", "ih2002", "ih2003", "ih2005", "ih2010", "ih2011", "ih2014"})
ANOTHER_MODEL = {"ih5001": INTER_2_AUDIO, "ih5008": INTER_1}
"""An Inter-2 job that misses the picture can be heard, one that misses the sound can be seen."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One next step: a new sign-in, or a request to send."""

    label: str
    kind: Literal["sign in", "send"]
    request: Request | None = None


def remedy_for(error: Exception, request: Request) -> Remedy | None:
    """Return the next step that a button can do, or None where only the person can."""
    if isinstance(error, UploadJobTimeoutError):
        return Remedy("Go on waiting", "send", replace(request, job_id=error.job.job_id))
    if not isinstance(error, InterhumanAPIError):
        return None
    if error.error_id in SIGN_IN_AGAIN or error.status == 401:
        return Remedy("Use other credentials", "sign in")
    return _other_request(error, request) or _same_again(error, request)


def _other_request(error: InterhumanAPIError, request: Request) -> Remedy | None:
    """Return the remedy that asks for something else than what failed."""
    if error.error_id == "ih4021":
        return _send("Submit the recording again", replace(request, job_id=None))
    model = ANOTHER_MODEL.get(error.error_id or "")
    if model is None or request.wishes.model != INTER_2:
        return None
    wishes = replace(request.wishes, model=model)
    return _send(
        f"Analyze with {MODELS[model].title} instead", replace(request, wishes=wishes, job_id=None)
    )


def _same_again(error: InterhumanAPIError, request: Request) -> Remedy | None:
    """Return the remedy that sends the same once more, where that can help.

    A job that has failed stays failed: only the recording itself can be sent again.
    """
    if isinstance(error, UploadJobError):
        request = replace(request, job_id=None)
    if error.maybe_accepted and request.job_id is None:
        return _send("Send it again, although it may be billed twice", request)
    if error.advice.resend or error.failure is not None:
        return _send("Look again" if request.job_id else "Send the recording again", request)
    return None


def _send(label: str, request: Request) -> Remedy | None:
    """Return the remedy if there is something to send: a recording, or a job to look at."""
    at_hand = request.recording is not None or request.job_id is not None
    return Remedy(label, "send", request) if at_hand else None
