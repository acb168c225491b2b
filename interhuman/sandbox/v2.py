"""`POST /v2/upload/analyze`: what is checked at submission, and what the job does then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from interhuman.sandbox.analysis import Limits, accepted, measurements_of
from interhuman.sandbox.answer import v2_result
from interhuman.sandbox.reader import Facts
from interhuman.sandbox.rules import HEARD_TYPES
from interhuman.sandbox.settings import SandboxSettings
from interhuman.sandbox.upload import Upload
from interhuman.sandbox.validate import JOB_FLAGS, check_flags, check_model, wait_seconds_of

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


def accept(upload: Upload, order: Order, *, settings: SandboxSettings) -> Facts:
    """Return the facts of a recording that the model can read; raise `ApiError` else."""
    return accepted(
        upload.file,
        upload.filename,
        limits=Limits.of_jobs(settings),
        needs=MODELS[order.model],
    )


def result_of(
    upload: Upload, order: Order, facts: Facts, *, should_stop: Callable[[], bool]
) -> dict[str, Any]:
    """Decode and measure the recording and return the job's result."""
    sound_alone = MODELS[order.model] == "sound"
    measurements = measurements_of(
        upload.file, facts, picture=not sound_alone, should_stop=should_stop
    )
    types = HEARD_TYPES if sound_alone else None
    return v2_result(measurements, include=order.include, types=types)
