"""Receives uploads for the endpoints, and notices clients that leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.requests import Request

from interhuman.sandbox.http.state import state_of
from interhuman.sandbox.http.upload import Upload, announced_bytes, read_upload


async def receive_upload(request: Request, stack: AsyncExitStack) -> Upload:
    """Receive the upload and leave it to `stack` to delete it."""
    state = state_of(request)
    max_file_bytes = state.settings.max_file_bytes
    size_bytes = announced_bytes(request, max_file_bytes=max_file_bytes)
    stack.enter_context(state.held.reserve(size_bytes))
    upload = await read_upload(request, max_file_bytes=max_file_bytes)
    stack.push_async_callback(upload.form.close)
    return upload


@asynccontextmanager
async def client_left(request: Request) -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set when the client closes its connection.

    The request's body must have been read.
    """
    left = asyncio.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        left.set()

    task = asyncio.create_task(watch())
    try:
        yield left
    finally:
        task.cancel()
