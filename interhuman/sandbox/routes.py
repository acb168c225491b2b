"""What each address of the stand-in does with a request."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from interhuman.sandbox import v2
from interhuman.sandbox.desk import Desk
from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.jobs import RUNNING, Job
from interhuman.sandbox.reader import Facts, StoppedError
from interhuman.sandbox.upload import Upload, may_upload, receive
from interhuman.sandbox.v1 import answer_v1

_LARGEST_SIGN_IN_BYTES = 64 * 1024
_QUEUED_S, _RUNNING_S = 1.0, 2.0


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
    with desk.slots.take(account):
        upload = await receive(request, max_file_bytes=desk.settings.max_file_bytes)
        try:
            if account.scripted_error is not None:
                raise ApiError(account.scripted_error)
            due_s = time.monotonic() + desk.settings.least_analysis_s
            answer = await desk.work(
                answer_v1, upload, settings=desk.settings, should_stop=desk.should_stop
            )
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            return json_response(answer)
        finally:
            await upload.form.close()


async def submit_v2(request: Request) -> Response:
    """Answer `POST /v2/upload/analyze`: the job, ended or not (200 or 202)."""
    desk = desk_of(request)
    account = may_upload(request, desk.tokens).account
    scripted = account.scripted_error
    with desk.slots.take(account):
        upload = await receive(request, max_file_bytes=desk.settings.max_file_bytes)
        try:
            if scripted and scripted not in {*v2.FAILING_IN_THE_JOB, v2.VANISHING}:
                raise ApiError(scripted)
            order = v2.order_of(upload)
            facts = await asyncio.to_thread(v2.accept, upload, order, settings=desk.settings)
        except BaseException:
            await upload.form.close()
            raise
        job = desk.jobs.new(owner=account.key_id, model=order.model)
        if scripted != v2.VANISHING:
            desk.jobs.keep(job)
        ends_with = scripted if scripted in v2.FAILING_IN_THE_JOB else None
        running = _Running(desk, job, upload, request.scope["correlation_id"], ends_with)
        desk.go_on_with(running.run(order, facts))
        ended = await _ends_within(job, order.wait_s)
    return json_response(job.envelope(), status=200 if ended else 202)


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
        self, desk: Desk, job: Job, upload: Upload, correlation_id: str, ends_with: str | None
    ) -> None:
        self._desk = desk
        self._job = job
        self._upload = upload
        self._correlation_id = correlation_id
        self._ends_with = ends_with

    async def run(self, order: v2.Order, facts: Facts) -> None:
        """Wait, analyse, and end the job; the recording is gone afterwards."""
        scale = self._desk.settings.time_scale
        try:
            await asyncio.sleep(_QUEUED_S * scale)
            due_s = time.monotonic() + _RUNNING_S * scale
            result = await self._desk.work(self._analyse, order, facts)
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
        finally:
            await self._upload.form.close()

    def _analyse(self, order: v2.Order, facts: Facts) -> dict[str, Any]:
        self._job.status = RUNNING
        return v2.result_of(self._upload, order, facts, should_stop=self._desk.should_stop)

    def _fail(self, fault: ApiError) -> None:
        now_s = self._desk.settings.clock()
        self._job.fail(fault.body(self._correlation_id, now_s=now_s))


async def _ends_within(job: Job, wait_s: int) -> bool:
    """Wait for the job's end so many seconds at most and say whether it came."""
    if wait_s == 0:
        return False
    try:
        await asyncio.wait_for(job.ended.wait(), wait_s)
    except TimeoutError:
        return False
    return True
