"""What the process that opens a recording can be asked to run; all arguments and results are JSON.

Each function returns {"answer": …}, or {"error_id": …, "message": …} for a refused recording.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO, ParamSpec

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.measuring.answer import v1_body, v2_result
from interhuman.sandbox.measuring.decoding import measure_recording
from interhuman.sandbox.measuring.facts import Facts, read_accepted_facts
from interhuman.sandbox.measuring.rules import SOUND_TYPES

Parameters = ParamSpec("Parameters")


def _as_reply(function: Callable[Parameters, object]) -> Callable[Parameters, dict[str, object]]:
    @functools.wraps(function)
    def reply(*args: Parameters.args, **options: Parameters.kwargs) -> dict[str, object]:
        try:
            return {"answer": function(*args, **options)}
        except ApiError as error:
            return {"error_id": error.error_id, "message": error.message}

    return reply


@_as_reply
def v1_answer(
    file: BinaryIO,
    *,
    demuxer: str,
    min_s: float,
    max_s: float,
    include: list[str],
    goals: list[str],
    has_context: bool,
) -> dict[str, object]:
    """Return the answer of the API's first version."""
    facts = read_accepted_facts(
        file, demuxer, min_s=min_s, max_s=max_s, needs_picture=True, needs_sound=False
    )
    return v1_body(
        measure_recording(file, facts), include=include, goals=goals, has_context=has_context
    )


@_as_reply
def job_facts(
    file: BinaryIO, *, demuxer: str, min_s: float, max_s: float, needs_picture: bool
) -> dict[str, object]:
    """Return the fields of the `Facts` of a recording that a job accepts: one with sound."""
    facts = read_accepted_facts(
        file, demuxer, min_s=min_s, max_s=max_s, needs_picture=needs_picture, needs_sound=True
    )
    return asdict(facts)


@_as_reply
def job_result(
    file: BinaryIO, *, facts: dict[str, Any], include: list[str], sound_only: bool
) -> dict[str, object]:
    """Return the result of a job on an accepted recording."""
    measurements = measure_recording(file, Facts(**facts), with_picture=not sound_only)
    return v2_result(measurements, include=include, types=SOUND_TYPES if sound_only else None)
