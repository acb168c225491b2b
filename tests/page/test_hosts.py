"""A server that is bound to this machine answers for its names alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from interhuman.page import hosts
from interhuman.page.hosts import OwnHostOnly

OWN = ["localhost:8501", "127.0.0.1:8501", "127.1.2.3", "[::1]:8501"]
FOREIGN = ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "", "[", "192.168.0.7"]
PROXY = {"X-Forwarded-For": "203.0.113.7"}
BROWSER = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Connection": "keep-alive",
    "Referer": "https://evil.example/",
    "Sec-Fetch-Mode": "navigate",
    "Upgrade-Insecure-Requests": "1",
    "User-Agent": "Mozilla/5.0",
}


def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("the page")


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("the session")
    await socket.close()


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/", answer), WebSocketRoute("/stream", talk)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(OwnHostOnly)]))


def said(client: TestClient, headers: Mapping[str, str]) -> tuple[str, str | None]:
    """Return what the page and its websocket answer, None for a refusal."""
    page = client.get("/", headers=headers).text
    try:
        with client.websocket_connect("/stream", headers=dict(headers)) as socket:
            return page, socket.receive_text()
    except WebSocketDisconnect:
        return page, None


@pytest.mark.parametrize("host", OWN)
def test_it_answers_for_this_machine(client: TestClient, host: str) -> None:
    assert said(client, {**BROWSER, "Host": host}) == ("the page", "the session")


@pytest.mark.parametrize("host", FOREIGN)
def test_it_refuses_every_other_name(client: TestClient, host: str) -> None:
    assert said(client, {**BROWSER, "Host": host}) == (hosts.REFUSED, None)


@pytest.mark.parametrize("host", FOREIGN)
def test_a_proxy_of_this_machine_may_pass_any_name_on(client: TestClient, host: str) -> None:
    answered = said(client, {**BROWSER, **PROXY, "Host": host})
    assert answered in {("the page", "the session"), (hosts.REFUSED, None)}
    assert (answered == ("the page", "the session")) is (host != "[")


@pytest.mark.parametrize(
    ("address", "guarded"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), (None, False)],
)
def test_only_a_server_that_is_bound_to_this_machine_is_guarded(
    monkeypatch: pytest.MonkeyPatch, address: str | None, guarded: bool
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.address": address}.get)
    assert bool(hosts.middleware()) is guarded
