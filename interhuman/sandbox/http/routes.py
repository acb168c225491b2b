"""What each address of the stand-in does with a request."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from interhuman.isolation import StoppedError
from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.http import v2
from interhuman.sandbox.http.jobs import RUNNING, Job
from interhuman.sandbox.http.state import Desk
from interhuman.sandbox.http.upload import Upload, announced_bytes, may_upload, receive
from interhuman.sandbox.http.v1 import answer_v1

_LARGEST_SIGN_IN_BYTES = 64 * 1024
_QUEUED_S, _RUNNING_S = 1.0, 2.0
_JOB_ERRORS = {v2.VANISHING, *v2.FAILING_IN_THE_JOB}
"""Errors asked for by a key that do not answer the submission of a job."""


def json_response(body: Any, *, status: int = 200) -> Response:
    """Return `body` as JSON."""
    text = json.dumps(body, allow_nan=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type="application/json")


def desk_of(request: Request) -> Desk:
    """Return the state of the stand-in that serves this request."""
    desk: Desk = request.app.state.desk
    return desk


async def sign_in(request: Request) -> Response:
    """Answer `POST /v1/auth`."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_SIGN_IN_BYTES:
            raise ApiError("ih4006", "The request body is too large.")
    return json_response(desk_of(request).tokens.sign_in(body))


async def analyze_v1(request: Request) -> Response:
    """Answer `POST /v1/upload/analyze`: the analysis itself."""
    desk = desk_of(request)
    account = may_upload(request, desk.tokens).account
    async with AsyncExitStack() as held:
        held.enter_context(desk.slots.take(account))
        upload = await _received(request, held)
        left = await held.enter_async_context(_client_left(request))
        if account.scripted_error is not None:
            raise ApiError(account.scripted_error)
        due_s = time.monotonic() + desk.settings.least_analysis_s
        try:
            answer = await answer_v1(
                upload,
                settings=desk.settings,
                workers=desk.analyses,
                should_stop=lambda: desk.should_stop() or left.is_set(),
            )
        except StoppedError:
            if left.is_set():
                raise ClientDisconnect from None
            raise
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        return json_response(answer)


async def submit_v2(request: Request) -> Response:
    """Answer `POST /v2/upload/analyze`: the job, ended or not (200 or 202)."""
    desk = desk_of(request)
    account = may_upload(request, desk.tokens).account
    scripted = account.scripted_error
    async with AsyncExitStack() as held:
        with desk.slots.take(account):
            upload = await _received(request, held)
            async with _client_left(request) as left:
                if scripted and scripted not in _JOB_ERRORS:
                    raise ApiError(scripted)
                order = v2.order_of(upload)
                facts = await _accepted(upload, order, desk, left)
                job = desk.jobs.new(owner=account.key_id, model=order.model)
                if scripted != v2.VANISHING:
                    desk.jobs.keep(job)
                running = _Running(
                    desk=desk,
                    job=job,
                    upload=upload,
                    held=held.pop_all(),
                    correlation_id=request.scope["correlation_id"],
                    ends_with=scripted,
                )
                desk.go_on_with(running.run(order, facts))
                ended = await _ends_within(job, order.wait_s, left)
    return json_response(job.envelope(), status=200 if ended else 202)


async def _accepted(
    upload: Upload, order: v2.Order, desk: Desk, left: asyncio.Event
) -> dict[str, Any]:
    try:
        return await v2.accept(
            upload,
            order,
            settings=desk.settings,
            workers=desk.checks,
            should_stop=left.is_set,
        )
    except StoppedError:
        raise ClientDisconnect from None


async def _received(request: Request, held: AsyncExitStack) -> Upload:
    """Take in the upload and leave to `held` to let go of it."""
    desk = desk_of(request)
    most = desk.settings.max_file_bytes
    held.enter_context(desk.held.hold(announced_bytes(request, max_file_bytes=most)))
    upload = await receive(request, max_file_bytes=most)
    held.push_async_callback(upload.form.close)
    return upload


@asynccontextmanager
async def _client_left(request: Request) -> AsyncIterator[asyncio.Event]:
    """Give an event that is set when the client closes its connection; its body must be read."""
    left = asyncio.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        left.set()

    watching = asyncio.create_task(watch())
    try:
        yield left
    finally:
        watching.cancel()


async def read_job(request: Request) -> Response:
    """Answer `GET /v2/upload/jobs/{job_id}`."""
    desk = desk_of(request)
    account = may_upload(request, desk.tokens).account
    job = desk.jobs.read(request.path_params["job_id"], owner=account.key_id)
    return json_response(job.envelope())


ROUTES = (
    Route("/v1/auth", sign_in, methods=["POST"]),
    Route("/v1/upload/analyze", analyze_v1, methods=["POST"]),
    Route("/v2/upload/analyze", submit_v2, methods=["POST"]),
    Route("/v2/upload/jobs/{job_id}", read_job, methods=["GET"]),
)


class _Running:
    """One accepted job from its queue to its end."""

    def __init__(
        self,
        *,
        desk: Desk,
        job: Job,
        upload: Upload,
        held: AsyncExitStack,
        correlation_id: str,
        ends_with: str | None,
    ) -> None:
        self._desk = desk
        self._job = job
        self._upload = upload
        self._held = held
        self._correlation_id = correlation_id
        self._ends_with = ends_with if ends_with in v2.FAILING_IN_THE_JOB else None

    async def run(self, order: v2.Order, facts: dict[str, Any]) -> None:
        """Wait, analyse, and end the job; the recording is gone afterwards."""
        scale = self._desk.settings.time_scale
        async with self._held:
            try:
                await asyncio.sleep(_QUEUED_S * scale)
                due_s = time.monotonic() + _RUNNING_S * scale
                result = await self._analyse(order, facts)
                await asyncio.sleep(max(0.0, due_s - time.monotonic()))
                if self._ends_with is not None:
                    raise ApiError(self._ends_with)
                self._job.complete(result)
            except ApiError as fault:
                self._fail(fault)
            except StoppedError:
                self._fail(ApiError("ih1004"))
            except Exception:
                self._fail(ApiError("ih1001"))
                raise

    async def _analyse(self, order: v2.Order, facts: dict[str, Any]) -> dict[str, Any]:
        self._job.status = RUNNING
        return await v2.result_of(
            self._upload,
            order,
            facts,
            workers=self._desk.analyses,
            should_stop=self._desk.should_stop,
        )

    def _fail(self, fault: ApiError) -> None:
        now_s = self._desk.settings.clock()
        self._job.fail(fault.body(self._correlation_id, now_s=now_s))


async def _ends_within(job: Job, wait_s: int, left: asyncio.Event) -> bool:
    """Wait for the job's end so many seconds at most, or until the client leaves."""
    if wait_s == 0:
        return False
    waiting = [asyncio.create_task(event.wait()) for event in (job.ended, left)]
    await asyncio.wait(waiting, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    return job.ended.is_set()
