"""What a request may ask for.

An upload is checked in this order, and the first fault found is the answer:

 1. the bearer credential                       ih2002, ih2001
 2. its scope                                   ih2003
 3. uploads of this account already running     ih3002
 4. the announced size, before the body         ih4003; ih1002 where too much is held already
 5. the body: its size and its `file` part      ih4003, ih4001
 6. the error that the key asks for             `sandbox-ihNNNN`
 7. the other parameters                        ih4005
 8. the file: empty                             ih5001
 9. its extension and its first bytes           ih4002
10. can it be opened at all, is it whole        ih5004, ih5002
11. its length                                  ih4007, ih4004
12. its tracks                                  ih5001, ih5008
13. their codecs, the sample rate               ih5003, ih5004 (MPEG-4 Part 2)
14. its content, while it is analyzed           ih5002; ih5005 for too much memory or time

Steps 1-6 are in `http`, 7 here, 8-9 in `containers`, 10-14 in `measuring`, in a process of its
own. A job is accepted after step 13: what fails later fails the job.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from interhuman.sandbox.errors import ApiError

QUALITY_FLAGS = ("conversation_quality_overall", "conversation_quality_timeline")
JOB_FLAGS = ("signals", *QUALITY_FLAGS)
MAX_WAIT_S = 120
DIMENSIONS = ("clarity", "authority", "energy", "rapport", "learning")


def check_flags(flags: Iterable[str], *, allowed: Collection[str] = QUALITY_FLAGS) -> None:
    """Raise ih4005 for an `include[]` flag that the endpoint does not know."""
    for flag in flags:
        if flag not in allowed:
            raise ApiError("ih4005", f"Unknown include flag '{flag[:80]}'.")


def check_goals(goals: Iterable[str]) -> None:
    """Raise ih4005 for a goal dimension that is none of the five."""
    for goal in goals:
        if goal not in DIMENSIONS:
            raise ApiError("ih4005", f"Unknown goal dimension '{goal[:80]}'.")


def check_model(model: str | None, *, served: Collection[str]) -> str:
    """Return the model of a job; raise ih4005 for a missing or unknown one."""
    if not model:
        raise ApiError("ih4005", "The field 'model' is missing.")
    if model not in served:
        raise ApiError("ih4005", f"Unknown model '{model[:80]}'.")
    return model


def parse_wait_seconds(text: str | None) -> int:
    """Return how many seconds the answer may be held back; raise ih4005 outside 0-120."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        raise ApiError("ih4005", "The field 'wait_seconds' must be a whole number.")
    if int(text) > MAX_WAIT_S:
        raise ApiError("ih4005", f"The field 'wait_seconds' is at most {MAX_WAIT_S}.")
    return int(text)
