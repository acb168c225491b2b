"""Why no answer came, told apart by the exceptions below and said in plain sentences.

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
    failure: Failure = next(
        (kind for types, kind in _KINDS if any(isinstance(cause, types) for cause in causes)),
        "reset",
    )
    if failure == "tls" and any(
        isinstance(cause, ssl.SSLCertVerificationError) for cause in causes
    ):
        return failure, (
            f"The certificate of {host} is not trusted, so nothing was sent. Check the base URL "
            "and this computer's clock; behind a company's own certificate set "
            "REQUESTS_CA_BUNDLE."
        )
    return failure, _SENTENCES[failure].format(host=host, elapsed_s=elapsed_s)


_KINDS: tuple[tuple[tuple[type[BaseException], ...], Failure], ...] = (
    ((low.ProxyError, low.ProxySchemeUnknown, InvalidProxyURL, InvalidSchema), "proxy"),
    ((low.NameResolutionError, socket.gaierror, low.LocationValueError, UnicodeError), "dns"),
    ((ConnectionRefusedError,), "refused"),
    ((low.NewConnectionError,), "unreachable"),
    ((low.ConnectTimeoutError,), "connect_timeout"),
    ((ssl.SSLError, ssl.CertificateError, low.SSLError), "tls"),
    ((low.ReadTimeoutError,), "read_timeout"),
    ((TimeoutError,), "send_timeout"),
    ((http.client.RemoteDisconnected, ConnectionError), "reset"),
    ((http.client.HTTPException,), "unreadable"),
)
"""The first row of which one is among the causes decides."""

_SENTENCES: dict[Failure, str] = {
    "proxy": (
        "The proxy on the way to {host} did not let the request through. Check HTTPS_PROXY (its "
        "address, user name and password) and NO_PROXY."
    ),
    "dns": ("The name {host} could not be found. Check the internet connection and the base URL."),
    "refused": (
        "{host} refused the connection: nothing answers there. Check the base URL, and that the "
        "server is running."
    ),
    "connect_timeout": (
        "{host} could not be connected to within {elapsed_s:.0f} s. Check the internet "
        "connection, then try again."
    ),
    "unreachable": ("{host} cannot be reached from here. Check the internet connection."),
    "tls": (
        "No secure connection to {host} could be made. Check the base URL: what answers there "
        "does not speak https, or not a version of it that is safe."
    ),
    "read_timeout": ("{host} did not give a whole answer within {elapsed_s:.0f} s."),
    "send_timeout": (
        "The connection to {host} stalled while the recording was being sent. Check the internet "
        "connection, then try again."
    ),
    "reset": "{host} closed the connection before it answered.",
    "unreadable": ("What answers at {host} does not speak HTTP as it should. Check the base URL."),
}


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
