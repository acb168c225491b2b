"""Why no answer came: the exceptions of the layers below, put into plain sentences.

The text of those exceptions is never passed on: it may hold a proxy's password.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

from requests.exceptions import InvalidProxyURL, InvalidSchema
from urllib3 import exceptions as low

from interhuman.errors import Failure


def explain(error: BaseException, host: str, elapsed_s: float) -> tuple[Failure, str]:
    """Return the kind of failure and one or two sentences that say what to check."""
    causes = list(_causes(error))
    for types, failure, sentences in _FAILURES:
        if any(isinstance(cause, types) for cause in causes):
            return failure, sentences.format(host=host, elapsed_s=elapsed_s)
    return "reset", _RESET.format(host=host)


_RESET = "{host} closed the connection before it responded."

_FAILURES: tuple[tuple[tuple[type[BaseException], ...], Failure, str], ...] = (
    (
        (low.ProxyError, low.ProxySchemeUnknown, InvalidProxyURL, InvalidSchema),
        "proxy",
        "The proxy didn't let the request through to {host}. Check HTTPS_PROXY (its address, user "
        "name and password) and NO_PROXY.",
    ),
    (
        (low.NameResolutionError, socket.gaierror, low.LocationValueError, UnicodeError),
        "dns",
        "The host {host} couldn't be found. Check your internet connection and the base URL.",
    ),
    (
        (ConnectionRefusedError,),
        "refused",
        "{host} refused the connection. Check the base URL, and make sure the server is running.",
    ),
    (
        (low.NewConnectionError,),
        "unreachable",
        "{host} can't be reached from here. Check your internet connection.",
    ),
    (
        (low.ConnectTimeoutError,),
        "connect_timeout",
        "Couldn't connect to {host} within {elapsed_s:.0f} s. Check your internet connection, "
        "then try again.",
    ),
    (
        (ssl.SSLCertVerificationError,),
        "tls",
        "The certificate of {host} isn't trusted, so nothing was sent. Check the base URL and this "
        "computer's clock. If your company uses its own certificate, set REQUESTS_CA_BUNDLE.",
    ),
    (
        (ssl.SSLError, ssl.CertificateError, low.SSLError),
        "tls",
        "Couldn't make a secure connection to {host}. Check the base URL: the server there doesn't "
        "support HTTPS, or supports only an unsafe version of it.",
    ),
    (
        (low.ReadTimeoutError,),
        "read_timeout",
        "{host} didn't send a complete response within {elapsed_s:.0f} s.",
    ),
    (
        (TimeoutError,),
        "send_timeout",
        "The connection to {host} stalled while the recording was being sent. Check your internet "
        "connection, then try again.",
    ),
    ((http.client.RemoteDisconnected, ConnectionError), "reset", _RESET),
    (
        (http.client.HTTPException,),
        "unreadable",
        "The server at {host} doesn't speak HTTP correctly. Check the base URL.",
    ),
)
"""The first row of which one exception is among the causes decides."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Go through an exception and everything that it wraps, in whichever way, once each."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        context = None if cause.__suppress_context__ else cause.__context__
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__, context)
        waiting += [item for item in inner if isinstance(item, BaseException)]
