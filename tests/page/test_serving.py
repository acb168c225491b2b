"""Whom a server answers that is bound to this machine alone."""

from __future__ import annotations

import gc
from collections.abc import Mapping

import pytest
import streamlit as st
from starlette.types import Message, Receive, Scope, Send

from interhuman.page import secrets_file, serving
from interhuman.page.serving import OwnHostOnly, ReadableSecretsOnly
from tests.coroutines import finished

ANSWERED: list[object] = ["answered", "answered"]
REFUSED: list[object] = [403, 1008]
OWN = ["localhost:8501", "127.0.0.1:8501", "127.1.2.3", "[::1]:8501"]
FOREIGN = ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "", "[", "192.168.0.7"]
PROXY = {"X-Forwarded-For": "203.0.113.7"}
BROWSER = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Authorization": "Basic dTpw",
    "Connection": "keep-alive",
    "Referer": "https://evil.example/",
    "Sec-Fetch-Mode": "navigate",
    "Upgrade-Insecure-Requests": "1",
    "User-Agent": "Mozilla/5.0",
}


def messages_for(headers: Mapping[str, str]) -> list[object]:
    """Return what a request and a websocket get: the app's answer, a status, or a close code."""
    messages: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        messages.append("answered")

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        messages.extend(message[key] for key in ("status", "code") if key in message)

    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    for kind in ("http", "websocket"):
        finished(OwnHostOnly(app)({"type": kind, "headers": lines}, receive, send))
    return messages


@pytest.mark.parametrize("host", OWN)
def test_it_answers_for_this_machine(host: str) -> None:
    assert messages_for({**BROWSER, "Host": host}) == ANSWERED


@pytest.mark.parametrize("host", FOREIGN)
def test_it_refuses_every_other_name(host: str) -> None:
    assert messages_for({**BROWSER, "Host": host}) == REFUSED


@pytest.mark.parametrize("host", FOREIGN)
def test_a_proxy_of_this_machine_may_pass_any_name_on(host: str) -> None:
    passed_on = messages_for({**BROWSER, **PROXY, "Host": host})
    assert passed_on == (REFUSED if host == "[" else ANSWERED)


@pytest.mark.parametrize(
    ("address", "guarded"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), (None, False)],
)
def test_only_a_server_that_is_bound_to_this_machine_is_guarded(
    monkeypatch: pytest.MonkeyPatch, address: str | None, guarded: bool
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.address": address}.get)
    assert ("OwnHostOnly" in str(serving.middleware())) is guarded


def test_the_secrets_are_looked_at_before_each_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(secrets_file, "set_aside_unusable", lambda: looked.append("at secrets"))

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        looked.append(scope["type"])

    async def visit(kind: str) -> None:
        await ReadableSecretsOnly(app)({"type": kind}, None, None)  # type: ignore[arg-type]

    finished(visit("http"))
    finished(visit("websocket"))
    assert looked == ["http", "at secrets", "websocket"]


def test_what_is_loaded_is_never_collected_again() -> None:
    gc.unfreeze()
    serving.stop_collecting_what_stays()
    try:
        assert all(each is not serving for each in gc.get_objects())
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
    assert any(each is serving for each in gc.get_objects())
