"""`POST /v2/upload/analyze`: what is checked at submission, and what the job does then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from interhuman.sandbox.http.upload import Upload
from interhuman.sandbox.http.workers import Workers
from interhuman.sandbox.parameters import JOB_FLAGS, check_flags, check_model, wait_seconds_of
from interhuman.sandbox.settings import SandboxSettings

MODELS: Mapping[str, str] = {"inter-2": "both", "inter-2-audio": "sound"}
"""Model -> the tracks that a recording must have for it."""

FAILING_IN_THE_JOB = frozenset({"ih1004", "ih5002"})
"""Errors that a key asks for and that fail the accepted job instead of its submission."""
VANISHING = "ih4021"
"""The error of a key whose jobs are accepted and then cannot be read."""


@dataclass(frozen=True, slots=True)
class Order:
    """One job as it was asked for."""

    model: str
    include: tuple[str, ...]
    wait_s: int


def order_of(upload: Upload) -> Order:
    """Return what the request asks for; raise ih4005 for what it cannot have."""
    model = check_model(upload.text("model"), served=MODELS)
    include = tuple(upload.texts("include[]"))
    check_flags(include, allowed=JOB_FLAGS)
    return Order(model, include, wait_seconds_of(upload.text("wait_seconds")))


async def accept(
    upload: Upload,
    order: Order,
    *,
    settings: SandboxSettings,
    workers: Workers,
    should_stop: Callable[[], bool],
) -> dict[str, Any]:
    """Return the facts of a recording that the model can read; raise `ApiError` else."""
    needs = MODELS[order.model]
    arguments = {
        "demuxer": upload.demuxer(sound=needs == "sound"),
        "min_s": settings.min_duration_s,
        "max_s": settings.max_job_duration_s,
        "needs": needs,
    }
    facts: dict[str, Any] = await workers.call(
        "job_facts", upload.file, arguments, should_stop=should_stop
    )
    return facts


async def result_of(
    upload: Upload,
    order: Order,
    facts: dict[str, Any],
    *,
    workers: Workers,
    should_stop: Callable[[], bool],
) -> dict[str, Any]:
    """Decode and measure the recording and return the job's result."""
    arguments = {
        "facts": facts,
        "include": list(dict.fromkeys(order.include)),
        "sound_alone": MODELS[order.model] == "sound",
    }
    result: dict[str, Any] = await workers.call(
        "job_result", upload.file, arguments, should_stop=should_stop
    )
    return result
