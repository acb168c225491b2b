"""Raw HTTP to a sandbox, so that its tests depend on no client; and settings they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from interhuman.sandbox import NOTICE, Sandbox
from interhuman.sandbox.errors import DOCS_URL, ERRORS
from tests import clips

KEY = "ih_live_sandbox"
UPLOAD = "interhumanai.upload"
QUALITY = ["conversation_quality_overall", "conversation_quality_timeline"]
TIMEOUT_S = 60.0
_TLS = httpx.create_ssl_context()
"""Made once: nothing here uses it, and httpx would read all certificates for each request."""
ENDLESS = 1e9
"""A time scale at which no job ends while a test runs."""


@dataclass
class Clock:
    """A clock that a test sets, in seconds; it begins at 2027-01-15T08:00:00Z."""

    now_s: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


def sign_in(
    sandbox: Sandbox, key_id: str = "sandbox", key_secret: str = "sandbox", scope: str = UPLOAD
) -> httpx.Response:
    body = {"key_id": key_id, "key_secret": key_secret, "scopes": [scope]}
    return httpx.post(f"{sandbox.base_url}/v1/auth", json=body, timeout=TIMEOUT_S, verify=_TLS)


def token(sandbox: Sandbox, key_id: str = "sandbox") -> str:
    return str(sign_in(sandbox, key_id).json()["access_token"])


def upload(
    sandbox: Sandbox,
    content: bytes | None = None,
    *,
    filename: str = "recording.mp4",
    key: str | None = KEY,
    path: str = "/v1/upload/analyze",
    **fields: Any,
) -> httpx.Response:
    """Send a recording; a field `include` is sent as `include[]`, lists are repeated."""
    content = clips.recording() if content is None else content
    names = {"include": "include[]", "goal_dimensions": "goal_dimensions[]"}
    return httpx.post(
        sandbox.base_url + path,
        files={"file": (filename, content, "video/mp4")},
        data={names.get(name, name): value for name, value in fields.items()},
        headers={"Authorization": f"Bearer {key}"} if key is not None else {},
        timeout=TIMEOUT_S,
        verify=_TLS,
    )


def submit(sandbox: Sandbox, content: bytes | None = None, **fields: Any) -> httpx.Response:
    """Submit a job, for the model `inter-2` unless `fields` name another."""
    return upload(sandbox, content, path="/v2/upload/analyze", **{"model": "inter-2", **fields})


def read_job(sandbox: Sandbox, job_id: str, *, key: str = KEY) -> httpx.Response:
    return httpx.get(
        f"{sandbox.base_url}/v2/upload/jobs/{job_id}",
        headers={"Authorization": f"Bearer {key}"},
        verify=_TLS,
    )


def error_of(response: httpx.Response) -> str:
    """Return the error id after checking that the whole answer is as documented."""
    body = response.json()
    error_id = body["error_id"]
    row = ERRORS[error_id]
    assert response.status_code == row.status
    assert body["link"] == f"{DOCS_URL}#{error_id}-{row.slug}"
    assert body["correlation_id"] == response.headers["X-Correlation-ID"]
    assert body["message"]
    assert response.headers["X-Interhuman-Sandbox"] == NOTICE
    assert ("Retry-After" in response.headers) == row.sends_retry_after
    return str(error_id)
