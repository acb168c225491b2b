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


_RESET = "{host} closed the connection before it answered."

_FAILURES: tuple[tuple[tuple[type[BaseException], ...], Failure, str], ...] = (
    (
        (low.ProxyError, low.ProxySchemeUnknown, InvalidProxyURL, InvalidSchema),
        "proxy",
        "The proxy on the way to {host} did not let the request through. Check HTTPS_PROXY (its "
        "address, user name and password) and NO_PROXY.",
    ),
    (
        (low.NameResolutionError, socket.gaierror, low.LocationValueError, UnicodeError),
        "dns",
        "The name {host} could not be found. Check the internet connection and the base URL.",
    ),
    (
        (ConnectionRefusedError,),
        "refused",
        "{host} refused the connection: nothing answers there. Check the base URL, and that the "
        "server is running.",
    ),
    (
        (low.NewConnectionError,),
        "unreachable",
        "{host} cannot be reached from here. Check the internet connection.",
    ),
    (
        (low.ConnectTimeoutError,),
        "connect_timeout",
        "{host} could not be connected to within {elapsed_s:.0f} s. Check the internet "
        "connection, then try again.",
    ),
    (
        (ssl.SSLCertVerificationError,),
        "tls",
        "The certificate of {host} is not trusted, so nothing was sent. Check the base URL and "
        "this computer's clock; behind a company's own certificate set REQUESTS_CA_BUNDLE.",
    ),
    (
        (ssl.SSLError, ssl.CertificateError, low.SSLError),
        "tls",
        "No secure connection to {host} could be made. Check the base URL: what answers there "
        "does not speak https, or not a version of it that is safe.",
    ),
    (
        (low.ReadTimeoutError,),
        "read_timeout",
        "{host} did not give a whole answer within {elapsed_s:.0f} s.",
    ),
    (
        (TimeoutError,),
        "send_timeout",
        "The connection to {host} stalled while the recording was being sent. Check the internet "
        "connection, then try again.",
    ),
    ((http.client.RemoteDisconnected, ConnectionError), "reset", _RESET),
    (
        (http.client.HTTPException,),
        "unreadable",
        "What answers at {host} does not speak HTTP as it should. Check the base URL.",
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
