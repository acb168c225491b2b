"""`POST /v1/upload/analyze`: the answer in the response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from interhuman.sandbox.analysis import Limits, accepted, measurements_of
from interhuman.sandbox.answer import v1_body
from interhuman.sandbox.settings import SandboxSettings
from interhuman.sandbox.upload import Upload
from interhuman.sandbox.validate import check_flags, check_goals


def answer_v1(
    upload: Upload, *, settings: SandboxSettings, should_stop: Callable[[], bool]
) -> dict[str, Any]:
    """Return the body for this upload; raise `ApiError` in the order that `validate` lists."""
    include, goals = upload.texts("include[]"), upload.texts("goal_dimensions[]")
    check_flags(include)
    check_goals(goals)
    facts = accepted(upload.file, upload.filename, limits=Limits.of_v1(settings))
    measurements = measurements_of(upload.file, facts, should_stop=should_stop)
    context = (upload.text("conversation_context") or "").strip() or None
    return v1_body(measurements, include=include, goals=goals, context=context)
