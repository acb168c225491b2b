"""`POST /v1/auth` and the bearer check, by raw HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from interhuman.sandbox import Sandbox, SandboxSettings
from interhuman.sandbox.errors import ERRORS
from interhuman.sandbox.http.tokens import STREAM, UPLOAD
from tests.sandbox import calls


def test_a_sign_in_answers_what_the_api_documents(sandbox: Sandbox) -> None:
    response = calls.sign_in(sandbox)
    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 900, UPLOAD)
    assert len(body["access_token"]) > 20


def test_each_sign_in_gives_another_token(sandbox: Sandbox) -> None:
    assert calls.token(sandbox) != calls.token(sandbox)


@pytest.mark.parametrize(
    ("body", "error_id"),
    [
        (b"{not json", "ih4006"),
        (b"\xff\xfe", "ih4006"),
        (b"[" * 100_000, "ih4006"),
        (b"[]", "ih4006"),
        (b" " * 70_000, "ih4006"),
        (b'{"key_secret":"x","scopes":["a"]}', "ih4005"),
        (b'{"key_id":"sandbox","scopes":["interhumanai.upload"]}', "ih2005"),
        (b'{"key_id":"sandbox","key_secret":"","scopes":["interhumanai.upload"]}', "ih2005"),
        (b'{"key_id":"sandbox","key_secret":"sandbox"}', "ih4005"),
        (b'{"key_id":"sandbox","key_secret":"sandbox","scopes":[]}', "ih4005"),
        (b'{"key_id":"sandbox","key_secret":"sandbox","scopes":[1]}', "ih4005"),
        (b'{"key_id":"sandbox","key_secret":"sandbox","scopes":"interhumanai.upload"}', "ih4005"),
        (b'{"key_id":"sandbox","key_secret":"wrong","scopes":["interhumanai.upload"]}', "ih2001"),
        (b'{"key_id":"other","key_secret":"sandbox","scopes":["interhumanai.upload"]}', "ih2001"),
        (b'{"key_id":"sandbox-ih9999","key_secret":"x","scopes":["a"]}', "ih2001"),
        (b'{"key_id":"sandbox","key_secret":"sandbox","scopes":["something.else"]}', "ih2003"),
    ],
)
def test_a_refused_sign_in_answers_with_its_error_id(
    sandbox: Sandbox, body: bytes, error_id: str
) -> None:
    response = httpx.post(f"{sandbox.base_url}/v1/auth", content=body)
    assert calls.error_of(response) == error_id


@pytest.mark.parametrize(
    ("requested", "granted"),
    [
        ([UPLOAD, STREAM], f"{UPLOAD} {STREAM}"),
        ([f"{UPLOAD}.inter-2"], UPLOAD),
        ([f"{UPLOAD}.inter-2", UPLOAD], UPLOAD),
        ([UPLOAD, "something.else"], UPLOAD),
    ],
)
def test_the_granted_scope_is_what_the_key_holds(
    sandbox: Sandbox, requested: list[str], granted: str
) -> None:
    body = {"key_id": "sandbox", "key_secret": "sandbox", "scopes": requested}
    assert httpx.post(f"{sandbox.base_url}/v1/auth", json=body).json()["scope"] == granted


def test_a_key_without_the_upload_scope_signs_in_and_may_not_upload(sandbox: Sandbox) -> None:
    signed_in = calls.sign_in(sandbox, "sandbox-noscope", "anything")
    assert signed_in.json()["scope"] == STREAM
    assert calls.error_of(calls.upload(sandbox, key=signed_in.json()["access_token"])) == "ih2003"
    assert calls.error_of(calls.upload(sandbox, key="ih_live_sandbox-noscope")) == "ih2003"


@pytest.mark.parametrize("key_id", [f"sandbox-{error_id}" for error_id in ERRORS])
def test_every_error_has_a_key_that_signs_in(sandbox: Sandbox, key_id: str) -> None:
    assert calls.sign_in(sandbox, key_id, "sandbox").json()["scope"] == UPLOAD


@pytest.mark.parametrize(
    ("headers", "error_id"),
    [
        ({}, "ih2002"),
        ({"Authorization": ""}, "ih2002"),
        ({"Authorization": "Bearer"}, "ih2002"),
        ({"Authorization": "Basic c2FuZGJveDpzYW5kYm94"}, "ih2002"),
        ({"Authorization": "Bearer sandbox.unknown"}, "ih2001"),
        ({"Authorization": "Bearer ih_live_unknown"}, "ih2001"),
        ({"Authorization": "Bearer ih_live_sandbox-ih9999"}, "ih2001"),
    ],
)
def test_an_upload_needs_a_known_credential(
    sandbox: Sandbox, headers: dict[str, str], error_id: str
) -> None:
    response = httpx.post(f"{sandbox.base_url}/v1/upload/analyze", headers=headers, content=b"")
    assert calls.error_of(response) == error_id


def test_a_token_and_a_direct_key_both_upload(sandbox: Sandbox) -> None:
    assert calls.upload(sandbox, key=calls.token(sandbox)).status_code == 200
    assert calls.upload(sandbox, key="ih_live_sandbox").status_code == 200


def test_a_token_ends_when_its_lifetime_is_over() -> None:
    clock = calls.Clock()
    with Sandbox(SandboxSettings(token_lifetime_s=30, clock=clock)) as sandbox:
        signed_in = calls.sign_in(sandbox).json()
        assert signed_in["expires_in"] == 30
        clock.now_s += 29.9
        assert calls.upload(sandbox, key=signed_in["access_token"]).status_code == 200
        clock.now_s += 0.1
        response = calls.upload(sandbox, key=signed_in["access_token"])
        assert calls.error_of(response) == "ih2001"
        assert "expired" in response.json()["message"]


def test_a_daily_quota_sends_retry_after_it_resets() -> None:
    settings = SandboxSettings(clock=calls.Clock())
    with Sandbox(settings) as sandbox:
        body: dict[str, Any] = calls.upload(sandbox, key="ih_live_sandbox-ih3004").json()
    assert body["reset_time"] == "2027-01-16T00:00:00Z"
