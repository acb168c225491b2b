"""What becomes of an item whose run has ended: one pure function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interhuman.adaptive_limit import AccountStoppedError
from interhuman.errors import (
    MAYBE_BILLED,
    InterhumanAPIError,
    InterhumanConfigError,
    InterhumanError,
    LibraryError,
    SavedFileError,
    UploadJobError,
)
from interhuman.library.changes import EXPIRED
from interhuman.media.fit_error import FitError
from interhuman.runs.preparing import TRANSIENT_REASONS
from interhuman.runs.queue.account import AccountGoneError
from interhuman.runs.queue.states import ItemState
from interhuman.runs.record import CANCELED, JOB_UNKNOWN

SEND_AGAIN: Final = "Send it again only if you accept that it may be billed twice."
JOB_CANCELED: Final = "Canceled while Interhuman was analyzing it, which it goes on with."
HELD: Final = "Paused. The parts that were sent aren't sent again when you start it."
PART_CANCELED: Final = "Canceled after a part of it was sent, which may have been billed."
ASK_AGAIN: Final = (
    "Ask again within an hour of sending it to get the result. That sends and bills nothing."
)
ELSEWHERE: Final = (
    "The recording isn't on the machine that last took it up. It waits for one that has it."
)
ADD_AGAIN: Final = "If no machine has it any more, remove it and add it again."
UNREADABLE_PARTS: Final = (
    "Update the app if a newer version of it wrote them. Else remove it, and add it again only if "
    "you accept that it may be billed twice."
)
UNREADABLE: Final = "The recording can't be read."
FAULT: Final = "Something went wrong in the app. Its log says what."


class RecordingGoneError(InterhumanError):
    """The recording of an item isn't there any more, or isn't what was added."""


class RecordingElsewhereError(RecordingGoneError):
    """The recording of an item isn't on this machine, but may be on another."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an item goes, and what is said of it there."""

    state: ItemState
    problem: str | None = None
    remedy: str | None = None
    sent: bool = False
    """Whether it may have been accepted, and billed."""

    @property
    def columns(self) -> dict[str, object]:
        """What the row says of it besides its stage."""
        return {"failure": self.problem, "remedy": self.remedy, "sent": self.sent}


def verdict_on(
    error: Exception | None,
    *,
    sent: bool,
    has_open_job: bool,
    stopped: bool,
    is_shared: bool = False,
) -> Verdict | None:
    """Return what becomes of an item without a result, None to leave it with its job.

    `error` is how its run ended, None where that was canceled; `sent` is whether any of it went
    out, `has_open_job` whether it has a job that isn't known to have ended. `stopped` says that
    nothing more is sent on its account, for a reason that isn't its own; `is_shared`, that workers
    on other machines may take it.
    """
    if has_open_job:
        return _with_job(error)
    match error:
        case None:
            verdict = Verdict(ItemState.CANCELED, CANCELED)
        case InterhumanAPIError():
            verdict = _answered(error, stopped=stopped)
        case FitError():
            may_retry = error.reason in TRANSIENT_REASONS
            verdict = Verdict(ItemState.FAILED if may_retry else ItemState.REFUSED, str(error))
        case RecordingElsewhereError() if is_shared and not sent:
            verdict = Verdict(ItemState.WAITING, ELSEWHERE, ADD_AGAIN)
        case SavedFileError():
            verdict = Verdict(ItemState.UNANSWERED, str(error), UNREADABLE_PARTS, sent=True)
        case InterhumanConfigError() | RecordingGoneError():
            verdict = Verdict(ItemState.FAILED, str(error))
        case AccountStoppedError() | AccountGoneError() | LibraryError() if not sent:
            verdict = Verdict(ItemState.WAITING)
        case _:
            verdict = _fault(error, sent=sent)
    return verdict


def _fault(error: Exception, *, sent: bool) -> Verdict:
    """Return what becomes of an item whose run ended in a way that nobody foresaw."""
    why = UNREADABLE if isinstance(error, OSError) else FAULT
    if sent:
        return Verdict(ItemState.UNANSWERED, why, SEND_AGAIN, sent=True)
    return Verdict(ItemState.FAILED, why)


def _answered(error: InterhumanAPIError, *, stopped: bool) -> Verdict:
    """Return what becomes of an item that the API refused, or that no usable answer came for."""
    if error.maybe_accepted:
        problem = f"{error.meaning} {MAYBE_BILLED}{error.evidence}"
        return Verdict(ItemState.UNANSWERED, problem, SEND_AGAIN, sent=True)
    if stopped and error.advice.kind == "account":
        return Verdict(ItemState.WAITING)
    has_ended_job = isinstance(error, UploadJobError)
    resend = error.advice.resend if has_ended_job else error.advice.kind != "fix"
    state = ItemState.FAILED if resend else ItemState.REFUSED
    problem = error.meaning
    if state is ItemState.REFUSED and error.quotation is not None:
        problem = f"{problem} {error.quotation}{error.evidence}"
    return Verdict(state, problem, error.action, sent=has_ended_job)


def _with_job(error: Exception | None) -> Verdict | None:
    """Return what becomes of an item whose job may still be running."""
    if error is None:
        return Verdict(ItemState.CANCELED, JOB_CANCELED, ASK_AGAIN, sent=True)
    if isinstance(error, InterhumanAPIError) and error.error_id == JOB_UNKNOWN:
        return Verdict(ItemState.UNANSWERED, EXPIRED, SEND_AGAIN, sent=True)
    return None
