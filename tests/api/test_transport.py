from __future__ import annotations

import json
import logging
import ssl
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.api.multipart import FileToSend, MultipartBody
from interhuman.api.transport import (
    HttpReply,
    HttpRequest,
    Transport,
    answer_of,
    error_from,
    unreadable,
)
from interhuman.api.transport.redaction import MAX_SECRETS, Redactor
from interhuman.api.transport.replies import retry_after
from interhuman.api.transport.wire import _send_some
from interhuman.errors import InterhumanAPIError, InterhumanConfigError
from interhuman.settings import Hidden
from tests.server import ANALYZE, CORRELATION_ID, Scripted, Server


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the proxies to the tests: those of the machine would decide what is seen."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def reply(status: int, body: Any, **options: Any) -> HttpReply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpReply(status, options.pop("headers", {}), raw, **options)


STANDARD = {
    "error_id": "ih4003",
    "message": "Payload too large.",
    "correlation_id": "from-body",
    "link": "https://docs.interhuman.ai/api-reference/error-handling#ih4003-file-too-large",
}


def test_a_standard_error_keeps_all_its_evidence() -> None:
    headers = {"X-Correlation-ID": "from-header", "Retry-After": "7"}
    error = error_from(reply(413, STANDARD, headers=headers, request_id="r-1"))
    assert error.status == 413
    assert error.error_id == "ih4003"
    assert error.message == "Payload too large."
    assert error.correlation_id == "from-body"
    assert error.link == STANDARD["link"]
    assert error.retry_after_s == 7.0
    assert error.body == STANDARD
    assert error.request_id == "r-1"
    assert not error.maybe_accepted
    assert error.failure is None


def test_the_correlation_id_falls_back_on_the_header() -> None:
    error = error_from(reply(500, {"error_id": "x"}, headers={"X-Correlation-ID": "h"}))
    assert error.correlation_id == "h"
    assert error.message == 'HTTP 500: {"error_id": "x"}'


@pytest.mark.parametrize(
    ("detail", "message"),
    [
        ("Not authenticated", "Not authenticated"),
        (
            [{"loc": ["body"], "msg": "field required"}, {"msg": "too long"}],
            "field required; too long",
        ),
        ([], 'HTTP 400: {"detail": []}'),
        ({"a": 1}, 'HTTP 400: {"detail": {"a": 1}}'),
    ],
)
def test_very_old_bodies_have_a_detail(detail: Any, message: str) -> None:
    error = error_from(reply(400, {"detail": detail}))
    assert error.message == message
    assert error.error_id is None


def test_a_proxys_page_keeps_its_status_and_first_words() -> None:
    page = b"<html>\n  <title>502 Bad\xff Gateway</title>" + b"x" * 10_000
    error = error_from(reply(502, page, upload=True))
    assert error.status == 502
    assert error.error_id is None
    assert error.message.startswith("HTTP 502: <html> <title>502 Bad\ufffd Gateway</title>xxx")
    assert len(error.message) < 250
    assert isinstance(error.body, str)
    assert len(error.body) == 2000
    assert error.advice.resend


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"5", b"{}", b"{", b"[" * 100_000])
def test_an_empty_or_odd_error_body_is_an_error_all_the_same(body: bytes) -> None:
    error = error_from(reply(418, body))
    assert error.status == 418
    assert error.message.startswith("HTTP 418")
    assert error.error_id is None


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://docs.interhuman.ai/",
        "https://a b\n",
        5,
        None,
        "",
        "data:text/html,x",
        "https://docs.interhuman.ai/\u202e",
    ],
)
def test_only_an_https_address_is_a_link(link: Any) -> None:
    assert error_from(reply(400, {**STANDARD, "link": link})).link is None


@pytest.mark.parametrize("value", [5, None, [], {}, "", "   "])
def test_ids_that_are_not_text_count_as_missing(value: Any) -> None:
    body = {"error_id": value, "correlation_id": value, "message": value}
    error = error_from(reply(400, body))
    assert error.error_id is None
    assert error.correlation_id is None


@pytest.mark.parametrize(
    ("status", "body", "doubtful"),
    [
        (500, STANDARD, False),
        (500, b"", True),
        (502, b"<html>", True),
        (504, b"upstream timed out", True),
        (503, b"<html>", True),
        (503, {"message": "Service Unavailable"}, True),
        (503, {"error_id": "ih9999"}, True),
        (503, {"error_id": "ih1002"}, False),
        (503, {"error_id": "ih3003"}, False),
        (504, {"message": "Endpoint request timed out"}, True),
        (429, b"", False),
        (413, b"<html>", False),
    ],
)
def test_a_gateway_that_gave_up_leaves_it_open_whether_it_was_paid_for(
    status: int, body: Any, doubtful: bool
) -> None:
    assert error_from(reply(status, body, upload=True)).maybe_accepted is doubtful
    assert not error_from(reply(status, body)).maybe_accepted


SECRET = "ih_live_Ab/9-z"
ESCAPED = {
    "as it is": SECRET,
    "JSON": "".join(f"\\u{ord(each):04x}" for each in SECRET),
    "JSON, capitals": "".join(f"\\u{ord(each):04X}" for each in SECRET),
    "JSON, a slash": SECRET.replace("/", "\\/"),
    "JSON, one letter": SECRET.replace("l", "\\u006c"),
    "JSON in JSON": "".join(f"\\\\u{ord(each):04x}" for each in SECRET),
    "a URL": "".join(f"%{ord(each):02X}" for each in SECRET),
    "HTML": "".join(f"&#{ord(each)};" for each in SECRET),
    "HTML, hexadecimal": "".join(f"&#x{ord(each):X};" for each in SECRET),
    "in lower case": SECRET.lower(),
}


def assert_hidden(error: InterhumanAPIError) -> None:
    for text in (str(error), repr(error), str(vars(error))):
        for form in ESCAPED.values():
            assert form.lower() not in text.lower()
        assert "Ab/9" not in text
    assert "(hidden)" in str(vars(error))


@pytest.mark.parametrize("form", ESCAPED.values(), ids=ESCAPED)
@pytest.mark.parametrize(
    "body",
    [
        '{"message": "Token %s is bad", "error_id": "ih2001"}',
        '{"message": "no", "link": "https://docs.example/%s", "error_id": "x"}',
        '{"message": "no", "correlation_id": "%s"}',
        '{"message": "no", "error_id": "%s"}',
        '{"detail": [{"msg": "%s"}]}',
        '{"message": "no", "echo": [{"%s": ["Bearer %s"]}]}',
        '["%s"]',
        '{"message": "%s", "cut": ',
        "<p>Authorization: Bearer %s</p>",
    ],
)
def test_a_secret_that_the_server_repeats_in_whatever_form_is_hidden(body: str, form: str) -> None:
    raw = body.replace("%s", form).encode()
    error = error_from(reply(401, raw, redactor=Redactor(SECRET)))
    assert_hidden(error)
    assert error.status == 401


@pytest.mark.parametrize("name", ["X-Correlation-ID", "Location"])
@pytest.mark.parametrize("status", [302, 401, 502])
def test_a_secret_in_a_header_is_hidden(name: str, status: int) -> None:
    headers = {name: f"https://{SECRET.replace('/', '.')}.example/{SECRET}"}
    redactor = Redactor(SECRET, SECRET.replace("/", "."))
    error = error_from(reply(status, b"", headers=headers, redactor=redactor))
    assert "live" not in f"{error} {error!r} {vars(error)}"


def test_an_id_is_no_secret_either_once_unprintable_characters_are_gone() -> None:
    spread = "\u200b".join(SECRET)
    redactor = Redactor(SECRET)
    body = {"message": "no", "error_id": spread, "correlation_id": spread}
    error = error_from(reply(400, body, redactor=redactor))
    assert (error.error_id, error.correlation_id) == ("(hidden)", "(hidden)")
    accepted = reply(200, b"{", headers={"X-Correlation-ID": spread}, redactor=redactor)
    assert accepted.correlation_id == "(hidden)"
    assert answer_of("/x", accepted).correlation_id == "(hidden)"


def test_a_body_nested_too_deeply_to_be_searched_shows_nothing() -> None:
    body = b'{"message": "' + SECRET.encode() + b'", "a": ' + b"[" * 900 + b"]" * 900 + b"}"
    assert_hidden(error_from(reply(400, body, redactor=Redactor(SECRET))))


def test_an_accepted_answer_of_no_use_is_kept_without_secrets() -> None:
    error = unreadable(reply(200, f"<p>{SECRET}".encode(), redactor=Redactor(SECRET)), "is odd")
    assert error.body == b"<p>(hidden)"


def test_of_two_secrets_one_inside_the_other_nothing_stays() -> None:
    redactor = Redactor("abc", "xabcx", "", "abc")
    redactor.add(None, "abcabc")
    assert redactor.text("xabcx abcabc abc") == "(hidden) (hidden) (hidden)"
    assert redactor.bytes(b"xabcx abcabc abc") == b"(hidden) (hidden) (hidden)"
    assert redactor.value({"abc": [1, None, "abc"]}) == {"(hidden)": [1, None, "(hidden)"]}


ESCAPES: list[Callable[[str], str]] = [
    lambda one: one,
    lambda one: f"\\u00{ord(one):02X}",
    lambda one: f"\\\\u00{ord(one):02x}",
    lambda one: f"%{ord(one):02X}",
    lambda one: f"&#{ord(one)};",
    lambda one: f"&#x0{ord(one):x};",
]


@given(st.lists(st.tuples(st.sampled_from(string.ascii_letters), st.sampled_from(ESCAPES))))
def test_a_secret_is_hidden_however_each_of_its_characters_is_written(
    spelled: list[tuple[str, Callable[[str], str]]],
) -> None:
    secret = "Sec.ret-" + "".join(one for one, _ in spelled)
    written = "Sec.ret-" + "".join(escape(one) for one, escape in spelled)
    shown = Redactor(secret).text(f"%41 {written} &#66;")
    assert shown == "%41 (hidden) &#66;"


def test_renewed_tokens_cost_little_and_the_latest_are_known() -> None:
    redactor = Redactor("the key's own secret")
    for number in range(3 * MAX_SECRETS):
        redactor.add(f"token-{number}-" + "x" * 2_000, "the key's own secret")
    last = f"token-{3 * MAX_SECRETS - 1}-" + "x" * 2_000
    assert redactor.text(f"{last} the key's own secret") == "(hidden) (hidden)"
    first = "token-0-" + "x" * 2_000
    assert redactor.text(first) == first, "tokens that ran out long ago are still looked for"


def test_no_secret_is_lost_where_threads_learn_them_at_once() -> None:
    redactor = Redactor()
    secrets = [f"secret-{number:02d}-" for number in range(MAX_SECRETS)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(redactor.add, secrets))
    assert redactor.text("".join(secrets)) == "(hidden)" * MAX_SECRETS


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), st.text())
def test_any_secret_is_hidden_and_other_text_is_not(secret: str, text: str) -> None:
    redactor = Redactor(secret)
    assert redactor.text(secret) == "(hidden)"
    assert redactor.text(json.dumps(secret)[1:-1]) == "(hidden)"
    assert redactor.text("\n\u00e9") == "\n\u00e9"
    assert Redactor().text(text) == text


def test_the_log_holds_no_secret_from_a_header(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Server() as server:
        server.script("/x", Scripted(headers={"X-Correlation-ID": f"id {SECRET}"}))
        got = Transport(server.base_url).send(HttpRequest("GET", "/x", Hidden(SECRET)))
    assert got.correlation_id == "id (hidden)"
    assert SECRET not in caplog.text


def test_a_redirect_names_the_other_host_only() -> None:
    headers = {"Location": "https://user:pw@other.example/secret?token=1"}
    error = error_from(reply(302, b"", headers=headers))
    assert error.failure == "redirect"
    assert str(error).startswith("The server redirected the request to other.example.")
    assert "pw" not in str(error)
    odd = error_from(reply(307, b"", headers={"Location": "https://[bad"}))
    assert odd.message.startswith("The server redirected the request to another URL.")


NOW = 1_790_000_000.0
DATE, LATER = "Mon, 21 Sep 2026 14:13:20 GMT", "Mon, 21 Sep 2026 14:13:50 GMT"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": " 2.5 "}, 2.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": LATER}, 30.0),
        ({"Retry-After": LATER, "Date": DATE}, 30.0),
        ({"Retry-After": LATER, "Date": "Mon, 21 Sep 2026 14:13:45 GMT"}, 5.0),
        ({"Retry-After": DATE, "Date": LATER}, 0.0),
        ({"Retry-After": LATER, "Date": "nonsense"}, 30.0),
        ({"Retry-After": "9" * 400}, 86_400.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "Mon, 99 Sep 2026 99:99:99 GMT"}, None),
        ({"Retry-After": "Mon, 21 Sep 9999 14:13:50 GMT"}, 86_400.0),
    ],
)
def test_retry_after_in_both_forms(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after(headers, NOW) == wait_s


def test_a_request_arrives_as_it_was_made() -> None:
    with Server() as server:
        Transport(server.base_url).send(HttpRequest("POST", "/v1/auth", json={"a": "é"}))
        (seen,) = server.seen
    assert seen.json == {"a": "é"}
    assert "authorization" not in seen.headers
    assert seen.headers["accept"] == "application/json"
    assert len(seen.headers["x-client-request-id"]) == 36


def test_each_request_has_an_id_of_its_own() -> None:
    assert HttpRequest("GET", "/").request_id != HttpRequest("GET", "/").request_id


def test_the_reply_is_kept_as_bytes_with_its_headers() -> None:
    with Server() as server:
        server.script("/x", Scripted(201, body=b'{"a":  1}\n', headers={"X-Odd": "1"}))
        got = Transport(server.base_url).send(HttpRequest("GET", "/x"))
    assert (got.status, got.body, got.broken, got.ok) == (201, b'{"a":  1}\n', None, True)
    assert got.headers["x-odd"] == "1"
    assert got.correlation_id == CORRELATION_ID
    assert not got.from_sandbox
    answer = answer_of("/x", got)
    assert (answer.body, answer.status, answer.complete) == (got.body, 201, True)
    assert answer.received_at.tzinfo is not None


def test_reading_shares_a_connection_and_sending_never_does() -> None:
    with Server() as server:
        transport = Transport(server.base_url)
        for _ in range(5):
            transport.send(HttpRequest("GET", "/x"))
        assert server.connections == 1
        for _ in range(3):
            transport.send(HttpRequest("POST", "/v1/auth", json={}))
        assert server.connections == 4
        transport.close()


def test_a_kept_connection_that_was_dropped_is_replaced() -> None:
    with Server() as server:
        transport = Transport(server.base_url)
        server.script("/x", Scripted(headers={"Connection": "close"}))
        transport.send(HttpRequest("GET", "/x"))
        assert transport.send(HttpRequest("GET", "/x")).status == 200
        transport.close()


def test_a_redirect_is_not_followed_and_takes_no_credentials_along() -> None:
    with Server() as other, Server() as server:
        headers = {"Location": f"{other.base_url}/v1/upload/analyze"}
        server.script("/x", Scripted(307, body=b"moved", headers=headers))
        got = Transport(server.base_url).send(HttpRequest("GET", "/x", Hidden("token")))
        assert got.status == 307
        assert other.seen == []


def test_cookies_are_not_kept() -> None:
    with Server() as server:
        transport = Transport(server.base_url)
        server.script("/x", Scripted(headers={"Set-Cookie": "who=me; Path=/"}))
        transport.send(HttpRequest("GET", "/x"))
        transport.send(HttpRequest("GET", "/x"))
        assert "cookie" not in server.seen[1].headers
        transport.close()


def test_the_machines_netrc_and_proxies_do_not_reach_a_local_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Server() as server:
        Transport(server.base_url).send(HttpRequest("GET", "/x", Hidden("mine")))
        assert server.seen[0].headers["authorization"] == "Bearer mine"


def test_a_proxy_from_the_environment_is_used_for_the_world_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:pw-of-proxy@127.0.0.1:9")
    with pytest.raises(InterhumanAPIError) as caught:
        Transport("https://api.example").send(HttpRequest("GET", "/x"))
    assert caught.value.failure == "proxy"
    assert "HTTPS_PROXY" in str(caught.value)
    assert "pw-of-proxy" not in str(caught.value)


@pytest.mark.parametrize("status", [401, 413, 429])
def test_an_answer_that_comes_before_the_recording_is_out_is_read(status: int) -> None:
    with Server() as server:
        transport = Transport(server.base_url)
        for _ in range(5):
            server.script(ANALYZE, Scripted(status, json={"error_id": "x"}, early=True))
            body = MultipartBody(FileToSend(bytes(30_000_000)))
            got = transport.send(HttpRequest("POST", ANALYZE, Hidden("t"), body=body))
            assert (got.status, got.body) == (status, b'{"error_id": "x"}')


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://", "nonsense://x"])
def test_a_proxy_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(InterhumanAPIError) as caught:
        Transport("https://api.example").send(HttpRequest("GET", "/x"))
    assert caught.value.failure == "proxy"


def test_a_bundle_of_certificates_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    with pytest.raises(InterhumanConfigError, match="REQUESTS_CA_BUNDLE points to a file"):
        Transport("https://127.0.0.1:9").send(HttpRequest("GET", "/x"))


class HungUp:
    """A TLS socket whose other side has closed, as OpenSSL tells it while writing."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def send(self, data: memoryview) -> int:
        raise self._error


@pytest.mark.parametrize("kind", [ssl.SSLEOFError, ssl.SSLZeroReturnError])
def test_a_tls_end_while_writing_means_that_an_answer_may_wait(kind: type[Exception]) -> None:
    with pytest.raises(BrokenPipeError):
        _send_some(HungUp(kind("EOF")), memoryview(b"film"))


@pytest.mark.parametrize("kind", [BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError])
def test_what_cannot_go_out_now_goes_out_later(kind: type[Exception]) -> None:
    assert _send_some(HungUp(kind("later")), memoryview(b"film")) == 0
