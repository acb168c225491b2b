"""What runs in the process that opens a recording, named by `workers`; all of it is JSON.

Each returns {"answer": …}, or {"error_id": …, "message": …} where the recording is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO, ParamSpec

from interhuman.sandbox.analysis import Limits, facts_within, measurements_of
from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.measuring.answer import v1_body, v2_result
from interhuman.sandbox.measuring.facts import Facts
from interhuman.sandbox.measuring.rules import HEARD_TYPES

Asked = ParamSpec("Asked")


def _refusing(do: Callable[Asked, Any]) -> Callable[Asked, dict[str, Any]]:
    @functools.wraps(do)
    def reply(*args: Asked.args, **options: Asked.kwargs) -> dict[str, Any]:
        try:
            return {"answer": do(*args, **options)}
        except ApiError as fault:
            return {"error_id": fault.error_id, "message": fault.message}

    return reply


@_refusing
def v1_answer(
    file: BinaryIO,
    *,
    demuxer: str,
    min_s: float,
    max_s: float,
    include: list[str],
    goals: list[str],
    has_context: bool,
) -> dict[str, Any]:
    """Return the answer of the API's first version."""
    facts = facts_within(file, demuxer, limits=Limits(min_s, max_s), needs="picture")
    measurements = measurements_of(file, facts)
    return v1_body(measurements, include=include, goals=goals, has_context=has_context)


@_refusing
def job_facts(
    file: BinaryIO, *, demuxer: str, min_s: float, max_s: float, needs: str
) -> dict[str, Any]:
    """Return the fields of the `Facts` of a recording that a job accepts."""
    return asdict(facts_within(file, demuxer, limits=Limits(min_s, max_s), needs=needs))


@_refusing
def job_result(
    file: BinaryIO, *, facts: dict[str, Any], include: list[str], sound_alone: bool
) -> dict[str, Any]:
    """Return the result of a job on an accepted recording."""
    measurements = measurements_of(file, Facts(**facts), picture=not sound_alone)
    types = HEARD_TYPES if sound_alone else None
    return v2_result(measurements, include=include, types=types)
