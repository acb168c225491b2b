"""`POST /v1/upload/analyze`: the analysis in the response."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.http.receiving import client_left, receive_upload
from interhuman.sandbox.http.state import authorized_account, json_response, state_of
from interhuman.sandbox.http.upload import Upload
from interhuman.sandbox.http.workers import StoppedError
from interhuman.sandbox.parameters import check_flags, check_goals
from interhuman.sandbox.settings import SandboxSettings


async def analyze_upload(request: Request) -> Response:
    """Answer with the analysis; refuse in the order that `parameters` lists."""
    state, account = state_of(request), authorized_account(request)
    async with AsyncExitStack() as stack:
        stack.enter_context(state.concurrency.acquire(account))
        upload = await receive_upload(request, stack)
        left = await stack.enter_async_context(client_left(request))
        if account.scripted_error is not None:
            raise ApiError(account.scripted_error)
        due_s = time.monotonic() + state.settings.least_analysis_s
        try:
            answer = await state.analyses.call(
                "v1_answer",
                upload.file,
                _arguments(upload, state.settings),
                should_stop=lambda: state.should_stop() or left.is_set(),
            )
        except StoppedError:
            if left.is_set():
                raise ClientDisconnect from None
            raise
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        return json_response(answer)


def _arguments(upload: Upload, settings: SandboxSettings) -> dict[str, object]:
    include, goals = upload.texts("include[]"), upload.texts("goal_dimensions[]")
    check_flags(include)
    check_goals(goals)
    return {
        "demuxer": upload.detect_demuxer(),
        "min_s": settings.min_duration_s,
        "max_s": settings.max_duration_s,
        "include": list(dict.fromkeys(include)),
        "goals": list(dict.fromkeys(goals)),
        "has_context": bool((upload.text("conversation_context") or "").strip()),
    }
