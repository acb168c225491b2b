"""`POST /v1/upload/analyze`: the answer in the response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from interhuman.sandbox.http.upload import Upload
from interhuman.sandbox.http.workers import Workers
from interhuman.sandbox.parameters import check_flags, check_goals
from interhuman.sandbox.settings import SandboxSettings


async def answer_v1(
    upload: Upload,
    *,
    settings: SandboxSettings,
    workers: Workers,
    should_stop: Callable[[], bool],
) -> dict[str, Any]:
    """Return the body for this upload; raise `ApiError` in the order that `validate` lists."""
    include, goals = upload.texts("include[]"), upload.texts("goal_dimensions[]")
    check_flags(include)
    check_goals(goals)
    has_context = bool((upload.text("conversation_context") or "").strip())
    arguments = {
        "demuxer": upload.demuxer(),
        "min_s": settings.min_duration_s,
        "max_s": settings.max_duration_s,
        "include": list(dict.fromkeys(include)),
        "goals": list(dict.fromkeys(goals)),
        "has_context": has_context,
    }
    answer: dict[str, Any] = await workers.call(
        "v1_answer", upload.file, arguments, should_stop=should_stop
    )
    return answer
