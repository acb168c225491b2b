"""`POST /v2/upload/analyze` and `GET /v2/upload/jobs/{job_id}`: jobs, from submission to end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.http.jobs import RUNNING, Job
from interhuman.sandbox.http.receiving import client_left, receive_upload
from interhuman.sandbox.http.state import State, authorized_account, json_response, state_of
from interhuman.sandbox.http.upload import Upload
from interhuman.sandbox.http.workers import StoppedError
from interhuman.sandbox.parameters import JOB_FLAGS, check_flags, check_model, parse_wait_seconds

_NEEDS_PICTURE: Mapping[str, bool] = {"inter-2": True, "inter-2-audio": False}
"""The models, and whether a recording must have a picture for them; all need sound."""

_MIN_QUEUED_S, _MIN_RUNNING_S = 1.0, 2.0

_FAILS_THE_JOB = frozenset({"ih1004", "ih5002"})
"""Errors that a key asks for and that fail the accepted job, not its submission."""
_HIDES_THE_JOB = "ih4021"
"""The error of a key whose jobs are accepted and then cannot be read."""


async def submit_job(request: Request) -> Response:
    """Answer with the job: 200 where it ended within the wait that was asked for, else 202."""
    state, account = state_of(request), authorized_account(request)
    scripted_error = account.scripted_error
    async with AsyncExitStack() as stack:
        with state.concurrency.acquire(account):
            upload = await receive_upload(request, stack)
            async with client_left(request) as left:
                if scripted_error and scripted_error not in {_HIDES_THE_JOB, *_FAILS_THE_JOB}:
                    raise ApiError(scripted_error)
                model = check_model(upload.text("model"), served=_NEEDS_PICTURE)
                include = upload.texts("include[]")
                check_flags(include, allowed=JOB_FLAGS)
                wait_s = parse_wait_seconds(upload.text("wait_seconds"))
                facts = await _check_recording(upload, model, state=state, left=left)
                job = state.jobs.create(owner=account.key_id, model=model)
                if scripted_error != _HIDES_THE_JOB:
                    state.jobs.add(job)
                running = _run_job(
                    job,
                    upload,
                    stack.pop_all(),
                    state=state,
                    facts=facts,
                    include=include,
                    correlation_id=request.scope["correlation_id"],
                    error_id=scripted_error if scripted_error in _FAILS_THE_JOB else None,
                )
                state.start_task(running)
                has_ended = await _wait_for_end(job, wait_s, left)
    return json_response(job.envelope(), status=200 if has_ended else 202)


async def read_job(request: Request) -> Response:
    """Answer with the job as it is now."""
    account = authorized_account(request)
    job = state_of(request).jobs.read(request.path_params["job_id"], owner=account.key_id)
    return json_response(job.envelope())


async def _check_recording(
    upload: Upload, model: str, *, state: State, left: asyncio.Event
) -> dict[str, object]:
    """Return the facts of a recording that the model can read; raise `ApiError` else."""
    needs_picture = _NEEDS_PICTURE[model]
    arguments = {
        "demuxer": upload.detect_demuxer(sound_only=not needs_picture),
        "min_s": state.settings.min_duration_s,
        "max_s": state.settings.max_job_duration_s,
        "needs_picture": needs_picture,
    }
    try:
        facts: dict[str, object] = await state.checks.call(
            "job_facts", upload.file, arguments, should_stop=left.is_set
        )
    except StoppedError:
        raise ClientDisconnect from None
    return facts


async def _run_job(
    job: Job,
    upload: Upload,
    upload_stack: AsyncExitStack,
    *,
    state: State,
    facts: dict[str, object],
    include: list[str],
    correlation_id: str,
    error_id: str | None,
) -> None:
    """Analyze the recording, delete the upload, end the job: with `error_id` if there is one."""

    def fail(error: ApiError) -> None:
        job.fail(error.body(correlation_id, now_s=state.settings.clock()))

    arguments = {
        "facts": facts,
        "include": list(dict.fromkeys(include)),
        "sound_only": not _NEEDS_PICTURE[job.model],
    }
    time_scale = state.settings.time_scale
    try:
        async with upload_stack:
            await asyncio.sleep(_MIN_QUEUED_S * time_scale)
            due_s = time.monotonic() + _MIN_RUNNING_S * time_scale
            job.status = RUNNING
            result = await state.analyses.call(
                "job_result", upload.file, arguments, should_stop=state.should_stop
            )
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            if error_id is not None:
                raise ApiError(error_id)
        job.complete(result)
    except ApiError as error:
        fail(error)
    except StoppedError:
        fail(ApiError("ih1004"))
    except Exception:
        fail(ApiError("ih1001"))
        raise


async def _wait_for_end(job: Job, wait_s: int, left: asyncio.Event) -> bool:
    """Wait at most `wait_s`, or until the client leaves; return whether the job has ended."""
    if wait_s == 0:
        return False
    waiting = [asyncio.create_task(event.wait()) for event in (job.ended, left)]
    await asyncio.wait(waiting, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    return job.ended.is_set()
