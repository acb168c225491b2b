"""Sending one request, once.

Nothing is sent twice and no redirect is followed. Proxies from the environment are used
(`HTTPS_PROXY`, `NO_PROXY`), also a private certificate bundle (`REQUESTS_CA_BUNDLE`), but never
a `.netrc`, which would replace the bearer token. Nothing goes through a proxy to this machine.
"""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from interhuman.api.multipart import BodyStoppedError, MultipartBody
from interhuman.api.transport.failures import explain
from interhuman.api.transport.redaction import Redactor
from interhuman.api.transport.replies import HttpReply
from interhuman.api.transport.wire import POOLS
from interhuman.errors import Failure, InterhumanAPIError, InterhumanConfigError
from interhuman.settings import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Hidden, is_loopback

MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""An answer is read up to here and no further."""

MAX_ERROR_BYTES = 1024 * 1024
"""The body of an error is read up to here; the rest is not waited for."""

_READ_BYTES = 64 * 1024

log = logging.getLogger("interhuman")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What to send: a JSON value or a streamed body, with or without a bearer token."""

    method: str
    path: str
    bearer: Hidden | None = None
    json: object = field(default=None, repr=False)
    body: MultipartBody | None = None
    timeout_s: float = READ_TIMEOUT_S
    """How long the answer may take once the request is out, in seconds."""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    """Sent as ``X-Client-Request-Id``: what support can look for when no answer came."""
    model: str | None = None
    """The model that the bearer token must cover, where the request needs one that does."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not be shown when the server repeats it, beside the bearer token."""


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> urllib3.ProxyManager:
        manager: urllib3.ProxyManager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager


class _Session(requests.Session):
    """A session that knows nothing of redirects, cookies or the machine's own settings."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.headers.clear()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", _Adapter(max_retries=0))
        self.mount("http://", _Adapter(max_retries=0))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Find none: otherwise all of a redirect's body would be read, however large."""
        return None


class Transport:
    """Sends requests to one base URL; may be shared by any number of threads.

    A request that must not be sent twice gets a connection of its own: on an idle one the server
    may hang up just as it is used again, and nobody could tell whether the request arrived. The
    others share connections, each used by one thread at a time.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._host = urlsplit(base_url).hostname or base_url
        self._idle: deque[_Session] = deque()
        self._redactor = Redactor()

    def close(self) -> None:
        """Close the idle connections; those of requests under way are not touched."""
        while self._idle:
            self._idle.pop().close()

    def send(self, request: HttpRequest) -> HttpReply:
        """Send once and return the reply, whatever its status.

        Raises InterhumanAPIError with status 0 when no answer came, and whatever the body's
        `on_progress` raised.
        """
        self._redactor.add(request.bearer, *request.secrets)
        began_s = time.monotonic()
        outcome = self._attempt(request, began_s)
        took_s = time.monotonic() - began_s
        if isinstance(outcome, BodyStoppedError):
            raise outcome.reason
        if isinstance(outcome, InterhumanAPIError):
            log.info("%s %s: %s, %.2f s", request.method, request.path, outcome.failure, took_s)
            raise outcome
        log.info(
            "%s %s: %d, %.2f s, correlation id %s",
            request.method,
            request.path,
            outcome.status,
            took_s,
            outcome.correlation_id,
        )
        return outcome

    def _attempt(
        self, request: HttpRequest, began_s: float
    ) -> HttpReply | InterhumanAPIError | BodyStoppedError:
        """Return the outcome instead of raising it.

        An exception of a layer below holds the request with its secrets; it must not be chained
        to the one that is raised.
        """
        if request.body is not None:
            request.body.began = False
        try:
            with self._session(reusable=request.method == "GET") as session:
                return self._exchange(session, request)
        except BodyStoppedError as stopped:
            return BodyStoppedError(stopped.reason)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failure, message = explain(error, self._host, time.monotonic() - began_s)
            return InterhumanAPIError(
                message,
                status=0,
                failure=failure,
                maybe_accepted=request.body is not None and request.body.began,
                request_id=request.request_id,
            )

    def _exchange(self, session: _Session, request: HttpRequest) -> HttpReply:
        response = session.request(
            request.method,
            self.base_url + request.path,
            headers=_headers(request),
            json=request.json,
            data=cast("Iterable[bytes] | None", request.body),
            timeout=(CONNECT_TIMEOUT_S, request.timeout_s),
            allow_redirects=False,
            stream=True,
            proxies=self._proxies(),
            verify=_trusted_certificates(),
        )
        with response:
            limit = MAX_ANSWER_BYTES if response.status_code < 300 else MAX_ERROR_BYTES
            body, broken = _read(response.raw, limit)
            return HttpReply(
                response.status_code,
                response.headers,
                body,
                broken,
                request.request_id,
                upload=request.body is not None,
                redactor=self._redactor,
            )

    @contextmanager
    def _session(self, *, reusable: bool) -> Iterator[_Session]:
        try:
            session = self._idle.pop() if reusable else _Session()
        except IndexError:
            session = _Session()
        try:
            yield session
        except BaseException:
            session.close()
            raise
        if reusable:
            self._idle.append(session)
        else:
            session.close()

    def _proxies(self) -> dict[str, str]:
        if is_loopback(self._host):
            return {}
        return requests.utils.get_environ_proxies(self.base_url)


def _headers(request: HttpRequest) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"interhuman-dashboard requests/{requests.__version__}",
        "X-Client-Request-Id": request.request_id,
    }
    if request.bearer is not None:
        headers["Authorization"] = Hidden(f"Bearer {request.bearer}")
    if request.body is not None:
        headers["Content-Type"] = request.body.content_type
    return headers


def _trusted_certificates() -> str | bool:
    """Return the machine's own bundle of trusted certificates, or True for the usual one.

    Raises InterhumanConfigError when the file that is named does not exist.
    """
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        path = os.environ.get(name)
        if path:
            if not Path(path).exists():
                raise InterhumanConfigError(f"{name} points to a file that doesn't exist.")
            return path
    return True


def _read(raw: urllib3.HTTPResponse, limit: int) -> tuple[bytes, Failure | None]:
    """Read a body up to `limit` bytes and say why it is not complete, if it is not."""
    body = bytearray()
    try:
        while piece := raw.read1(_READ_BYTES, decode_content=True):
            body += piece
            if len(body) > limit:
                return bytes(body[:limit]), "too_large"
    except urllib3.exceptions.ReadTimeoutError:
        return bytes(body), "read_timeout"
    except urllib3.exceptions.HTTPError:
        return bytes(body), "cut"
    return bytes(body), None
