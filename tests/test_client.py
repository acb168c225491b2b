from __future__ import annotations

import copy
import dataclasses
import gzip
import inspect
import io
import json
import logging
import pickle
import threading
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path
from typing import Any

import interhumanai
import pytest

from interhuman import (
    Answer,
    Credentials,
    InterhumanAPIError,
    InterhumanClient,
    InterhumanConfigError,
    Signal,
)
from interhuman.api.multipart import PIECE_BYTES, FileInput
from interhuman.api.uploads import UploadClient
from interhuman.vocabulary import MAX_FILE_BYTES
from tests.bench.sink import sink
from tests.server import ANALYZE, AUTH, CORRELATION_ID, EXAMPLE, Clock, Scripted, Server, api_error

NOBODY = "http://127.0.0.1:9"
KEY_ID, SECRET = "kid-7f3a", "sec-91bd44"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[InterhumanClient]:
    with pair_client(server) as opened:
        yield opened


def pair_client(server: Server, **options: Any) -> InterhumanClient:
    options.setdefault("sleep", Clock().sleep)
    return InterhumanClient(key_id=KEY_ID, key_secret=SECRET, base_url=server.base_url, **options)


def token_client(server: Server, **options: Any) -> InterhumanClient:
    options.setdefault("sleep", Clock().sleep)
    return InterhumanClient(access_token=SECRET, base_url=server.base_url, **options)


def test_a_recording_goes_in_and_its_analysis_comes_out(
    server: Server, client: InterhumanClient, tmp_path: Path
) -> None:
    path = tmp_path / "meeting.webm"
    path.write_bytes(b"film" * 100_000)
    analysis = client.upload.analyze(
        path,
        include=["conversation_quality_overall", "conversation_quality_timeline"],
        goal_dimensions=("clarity", "energy"),
        conversation_context="A first call.\nTwo people.",
    )
    (seen,) = server.requests(ANALYZE)
    assert seen.headers["authorization"] == "Bearer token-1"
    assert seen.fields == [
        ("include[]", "conversation_quality_overall"),
        ("include[]", "conversation_quality_timeline"),
        ("goal_dimensions[]", "clarity"),
        ("goal_dimensions[]", "energy"),
        ("conversation_context", "A first call.\nTwo people."),
    ]
    assert seen.file.filename == "meeting.webm"
    assert seen.file.headers["content-type"] == "video/webm"
    assert seen.file.body == b"film" * 100_000
    assert analysis.signals[0] == Signal(
        "hesitation", 5.0, 10.0, "high", 'A pause before "well, maybe".'
    )
    assert analysis.signals[1].start == analysis.signals[1].end == 10.0
    assert analysis.engagement[0].state == "engaged"
    assert analysis.correlation_id == CORRELATION_ID
    assert analysis.raw == EXAMPLE
    assert analysis.raw_bytes == json.dumps(EXAMPLE).encode()
    assert not analysis.sandbox


def test_without_options_only_the_file_is_sent(server: Server, client: InterhumanClient) -> None:
    client.upload.analyze(b"film")
    (part,) = server.requests(ANALYZE)[0].parts
    assert (part.name, part.filename, part.body) == ("file", "video", b"film")


def parameters(of: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(of).parameters)


def test_the_options_are_named_as_in_the_official_sdk() -> None:
    ours, theirs = UploadClient, interhumanai.UploadClient
    assert parameters(ours.analyze) - parameters(theirs.analyze) == {"on_progress"}
    assert parameters(theirs.analyze) <= parameters(ours.analyze)
    assert parameters(theirs.submit) <= parameters(ours.submit)
    assert parameters(theirs.wait_for_job) <= parameters(ours.wait_for_job)
    assert parameters(theirs.get_job) <= parameters(ours.get_job)
    shared = parameters(InterhumanClient) & parameters(interhumanai.InterhumanClient)
    assert {"key_id", "key_secret", "access_token", "base_url"} <= shared


def test_members_of_the_official_enums_are_taken(server: Server, client: InterhumanClient) -> None:
    flag = interhumanai.IncludeFlag.CONVERSATION_QUALITY_OVERALL
    assert isinstance(flag, Enum)
    client.upload.analyze(b"film", include=[flag])
    assert server.requests(ANALYZE)[0].fields == [("include[]", "conversation_quality_overall")]


def test_mistakes_in_the_call_are_told_before_anything_is_sent(
    server: Server, client: InterhumanClient
) -> None:
    wrong: Any = {"inklude": []}
    with pytest.raises(TypeError, match="inklude"):
        client.upload.analyze(b"film", **wrong)
    with pytest.raises(InterhumanConfigError, match="takes a list"):
        client.upload.analyze(b"film", include="conversation_quality_overall")
    with pytest.raises(InterhumanConfigError, match="can't be read"):
        client.upload.analyze("missing.mp4")
    with pytest.raises(InterhumanConfigError, match=r"33\.5 MB"):
        client.upload.analyze(bytes(MAX_FILE_BYTES + 1))
    assert server.seen == []


@pytest.mark.parametrize("timeout_s", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_time_limit_must_be_one(timeout_s: float) -> None:
    with pytest.raises(InterhumanConfigError, match="timeout"):
        InterhumanClient(access_token="x", timeout_s=timeout_s)


def test_one_sign_in_serves_many_uploads(server: Server, client: InterhumanClient) -> None:
    for _ in range(3):
        client.upload.analyze(b"film")
    assert len(server.requests(AUTH)) == 1
    assert len(server.requests(ANALYZE)) == 3


def test_twenty_threads_share_one_client_and_one_sign_in(server: Server) -> None:
    with pair_client(server) as client, ThreadPoolExecutor(20) as pool:
        films = [bytes([i]) * 100_000 for i in range(20)]
        names = [f"film-{i}.mp4" for i in range(20)]
        jobs = [
            pool.submit(client.upload.analyze, film, filename=name)
            for film, name in zip(films, names, strict=True)
        ]
        assert all(len(job.result(30).signals) == 2 for job in jobs)
    assert len(server.requests(AUTH)) == 1
    arrived = {seen.file.filename: seen.file.body for seen in server.requests(ANALYZE)}
    assert arrived == dict(zip(names, films, strict=True))


def test_an_old_token_is_renewed_before_the_next_upload(server: Server) -> None:
    clock = Clock()
    with pair_client(server, clock=clock) as client:
        client.upload.analyze(b"film")
        clock.now_s += 871
        client.upload.analyze(b"film")
    tokens = [seen.headers["authorization"] for seen in server.requests(ANALYZE)]
    assert tokens == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("early", [False, True])
def test_a_refused_token_is_renewed_once_and_the_whole_file_sent_again(
    server: Server, client: InterhumanClient, early: bool
) -> None:
    refused = Scripted(401, json={"error_id": "ih2001"}, early=early)
    server.script(ANALYZE, refused)
    file = io.BytesIO(b"skip" + b"film" * 1_000_000)
    file.seek(4)
    progress: list[tuple[int, int]] = []
    analysis = client.upload.analyze(file, on_progress=lambda *now: progress.append(now))
    assert len(analysis.signals) == 2
    seen = server.requests(ANALYZE)[-1]
    assert seen.headers["authorization"] == "Bearer token-2"
    assert seen.file.body == b"film" * 1_000_000
    assert len(server.requests(AUTH)) == 2
    assert progress.count((0, 4_000_000)) == 2
    assert progress[-1] == (4_000_000, 4_000_000)


def test_after_the_second_refusal_it_stops(server: Server, client: InterhumanClient) -> None:
    server.script(ANALYZE, *[api_error(401, "ih2001")] * 5)
    with pytest.raises(InterhumanAPIError) as caught:
        client.upload.analyze(b"film")
    assert caught.value.error_id == "ih2001"
    assert len(server.requests(ANALYZE)) == 2
    assert len(server.requests(AUTH)) == 2


def test_a_refused_key_is_not_tried_twice(server: Server) -> None:
    server.script(ANALYZE, *[api_error(401, "ih2001")] * 2)
    with token_client(server) as client, pytest.raises(InterhumanAPIError):
        client.upload.analyze(b"film")
    (seen,) = server.seen
    assert seen.headers["authorization"] == f"Bearer {SECRET}"


def test_a_refusal_of_the_renewal_itself_is_the_error(
    server: Server, client: InterhumanClient
) -> None:
    client.upload.analyze(b"film")
    server.script(ANALYZE, api_error(401, "ih2011"))
    server.script(AUTH, *[api_error(503, "ih1002")] * 4)
    with pytest.raises(InterhumanAPIError) as caught:
        client.upload.analyze(b"film")
    assert caught.value.error_id == "ih1002"
    assert len(server.requests(ANALYZE)) == 2


def test_twenty_threads_with_a_refused_token_make_one_new_exchange(server: Server) -> None:
    with pair_client(server) as client:
        server.refused_tokens.add(client.get_token())
        together = threading.Barrier(20)

        def send() -> None:
            together.wait(10)
            client.upload.analyze(bytes(1000))

        with ThreadPoolExecutor(20) as pool:
            for job in [pool.submit(send) for _ in range(20)]:
                job.result(30)
    used = [seen.headers["authorization"] for seen in server.requests(ANALYZE)]
    assert used.count("Bearer token-2") == 20
    assert set(used) == {"Bearer token-1", "Bearer token-2"}
    assert len(server.requests(AUTH)) == 2


def test_a_scope_that_does_not_cover_uploads_stops_before_the_upload(server: Server) -> None:
    server.scope = "interhumanai.stream"
    with pair_client(server) as client, pytest.raises(InterhumanAPIError) as caught:
        client.upload.analyze(b"film")
    assert (caught.value.status, caught.value.error_id) == (403, "ih2003")
    assert server.requests(ANALYZE) == []


@pytest.mark.parametrize(
    ("status", "error_id"),
    [
        *((400, "ih4001"), (413, "ih4003"), (422, "ih5001"), (403, "ih2003")),
        *((429, "ih3003"), (429, "ih3004"), (500, "ih1001"), (502, "ih9999")),
    ],
)
def test_what_waiting_does_not_help_is_never_sent_again(
    server: Server, client: InterhumanClient, status: int, error_id: str
) -> None:
    server.script(ANALYZE, *[api_error(status, error_id)] * 2)
    with pytest.raises(InterhumanAPIError) as caught:
        client.upload.analyze(b"film")
    assert (caught.value.status, caught.value.error_id) == (status, error_id)
    assert caught.value.correlation_id == f"body-{error_id}"
    assert caught.value.link is not None
    assert len(server.requests(ANALYZE)) == 1


@pytest.mark.parametrize("source", ["path", "bytes", "file"])
def test_progress_ends_with_everything_sent(
    server: Server, client: InterhumanClient, source: str, tmp_path: Path
) -> None:
    data = bytes(PIECE_BYTES + 7)
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    sources: dict[str, FileInput] = {"path": path, "bytes": data, "file": io.BytesIO(data)}
    progress: list[tuple[int, int]] = []
    client.upload.analyze(
        sources[source], on_progress=lambda sent, total: progress.append((sent, total))
    )
    assert progress == [(0, len(data)), (PIECE_BYTES, len(data)), (len(data), len(data))]


@pytest.mark.parametrize("kind", [RuntimeError, OSError, TimeoutError, ValueError, SystemExit])
def test_what_progress_raises_stops_the_upload_and_comes_out_unchanged(
    server: Server, client: InterhumanClient, kind: type[BaseException]
) -> None:
    stop = kind("canceled")
    server.may_be_cut = True

    def on_progress(sent: int, total: int) -> None:
        if sent:
            raise stop

    with pytest.raises(kind) as caught:
        client.upload.analyze(bytes(20_000_000), on_progress=on_progress)
    assert caught.value is stop
    assert len(client.upload.analyze(b"film").signals) == 2


def test_a_recording_of_32_mib_takes_less_than_2_mib_of_memory(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES)
    with sink() as base_url, InterhumanClient(access_token="t", base_url=base_url) as client:
        client.upload.analyze(b"film")
        tracemalloc.start()
        try:
            client.upload.analyze(path)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


def test_every_answer_is_handed_on_before_it_is_read(server: Server) -> None:
    answers: list[Answer] = []
    with token_client(server, on_answer=answers.append) as client:
        server.script(ANALYZE, Scripted(body=b"<html>not JSON"))
        with pytest.raises(InterhumanAPIError):
            client.upload.analyze(b"film")
        client.upload.analyze(b"film")
    assert [answer.body for answer in answers] == [b"<html>not JSON", json.dumps(EXAMPLE).encode()]
    first = answers[0]
    assert (first.path, first.status, first.complete) == (ANALYZE, 200, True)
    assert first.correlation_id == CORRELATION_ID
    assert not first.sandbox


def test_a_refusal_is_no_answer_to_keep(server: Server) -> None:
    answers: list[Answer] = []
    server.script(ANALYZE, api_error(422, "ih5001"))
    client = token_client(server, on_answer=answers.append)
    with pytest.raises(InterhumanAPIError):
        client.upload.analyze(b"film")
    assert answers == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the response is empty"),
        (b"<html>OK</html>", "the response is a web page"),
        (b'{"signals": [', "isn't complete JSON"),
        (b'{"signals": "\xff"}', "isn't valid text"),
        (b"[" * 50_000, "nested too deeply"),
        (b"[1, 2]", "isn't an object"),
        (b"null", "isn't an object"),
    ],
)
def test_an_accepted_upload_with_an_unreadable_answer(
    server: Server, client: InterhumanClient, body: bytes, says: str
) -> None:
    server.script(ANALYZE, Scripted(body=body))
    with pytest.raises(InterhumanAPIError, match=says) as caught:
        client.upload.analyze(b"film")
    assert caught.value.status == 200
    assert caught.value.error_id is None
    assert caught.value.body == body
    assert caught.value.maybe_accepted
    assert "may have been analyzed and billed" in str(caught.value)
    assert caught.value.correlation_id == CORRELATION_ID
    assert len(server.requests(ANALYZE)) == 1


def test_a_compressed_answer_is_read_although_none_was_asked_for(
    server: Server, client: InterhumanClient
) -> None:
    packed = gzip.compress(json.dumps(EXAMPLE).encode())
    server.script(ANALYZE, Scripted(body=packed, headers={"Content-Encoding": "gzip"}))
    analysis = client.upload.analyze(b"film")
    assert analysis.raw == EXAMPLE
    assert analysis.raw_bytes == json.dumps(EXAMPLE).encode()
    assert server.requests(ANALYZE)[0].headers["accept-encoding"] == "identity"


def test_the_sandbox_is_known_by_its_header(server: Server, client: InterhumanClient) -> None:
    sentence = "Local stand-in: measures sound and movement."
    headers = {"X-Interhuman-Sandbox": sentence}
    server.script(ANALYZE, Scripted(json=EXAMPLE, headers=headers))
    assert client.upload.analyze(b"film").sandbox
    server.script(ANALYZE, Scripted(json={**EXAMPLE, "sandbox": sentence}))
    assert client.upload.analyze(b"film").sandbox


def test_checking_signs_in_anew_each_time(server: Server, client: InterhumanClient) -> None:
    assert client.check().verified
    found = client.check()
    assert found.scope == ("interhumanai.upload",)
    assert found.expires_in_s == 900
    assert found.message == (
        "Interhuman accepted the key pair. It can upload recordings. The sign-in lasts 15 minutes "
        "and renews itself."
    )
    assert len(server.requests(AUTH)) == 2
    server.script(AUTH, api_error(401, "ih2001"))
    with pytest.raises(InterhumanAPIError):
        client.check()
    assert client.get_token() == "token-2"


def test_checking_says_when_the_sandbox_answered(server: Server, client: InterhumanClient) -> None:
    answer = {"access_token": "t", "expires_in": 900, "scope": "interhumanai.upload"}
    server.script(AUTH, Scripted(json=answer, headers={"X-Interhuman-Sandbox": "yes"}))
    found = client.check()
    assert found.sandbox
    assert found.message.startswith("The sandbox accepted")


def test_an_access_token_cannot_be_checked_without_an_upload(server: Server) -> None:
    with token_client(server) as client:
        found = client.check()
    assert not found.verified
    assert "when you send your first recording" in found.message
    assert server.seen == []


def failures(server: Server) -> Iterator[BaseException]:
    """Make every kind of error while a secret and a token are in play."""
    server.may_be_cut = True
    for client, first, second in (
        (pair_client(server, timeout_s=0.3), "token-1", "token-2"),
        (token_client(server, timeout_s=0.3), SECRET, SECRET),
    ):
        for script in (
            api_error(401, "ih2001", f"{first} and {second} are bad"),
            Scripted(200, body=b"<html>"),
            Scripted(502, body=f"<p>Authorization: Bearer {second}".encode()),
            Scripted(200, delay_s=1.0),
            Scripted(302, headers={"Location": "https://other.example/"}),
        ):
            server.script(ANALYZE, script, script)
            try:
                client.upload.analyze(b"film")
            except InterhumanAPIError as error:
                yield error
            server.unscript()
    for gone in (
        InterhumanClient(key_id=KEY_ID, key_secret=SECRET, base_url=NOBODY, sleep=Clock().sleep),
        InterhumanClient(access_token=SECRET, base_url=NOBODY, sleep=Clock().sleep),
    ):
        try:
            gone.upload.analyze(b"film")
        except InterhumanAPIError as error:
            yield error


def test_no_secret_in_any_repr_log_or_traceback_even_with_locals(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = list(failures(server))
    assert len(found) == 12
    texts = [caplog.text, repr(pair_client(server)), str(vars(pair_client(server)))]
    for error in found:
        assert error.__context__ is None
        assert error.__cause__ is None
        assert error.__traceback__ is not None
        error.with_traceback(error.__traceback__.tb_next)  # without this test's own frame
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
        texts += [str(error), repr(error), str(vars(error)), *trace.format()]
    for text in texts:
        assert SECRET not in text
        assert "token-" not in text
    assert "POST /v1/upload/analyze" in caplog.text


def test_the_log_has_one_line_for_each_request(
    server: Server, client: InterhumanClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="interhuman")
    client.upload.analyze(b"film", filename="private name.mp4")
    # Those of this thread: a run of another test may still give up in its own.
    own = [record for record in caplog.records if record.thread == threading.get_ident()]
    lines = [record.getMessage() for record in own if record.name == "interhuman"]
    assert len(lines) == 2
    assert lines[1].startswith("POST /v1/upload/analyze: 200, 0.")
    assert lines[1].endswith(f" s, correlation id {CORRELATION_ID}")
    assert "private" not in caplog.text


def make(**options: Any) -> InterhumanClient:
    return InterhumanClient(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"key_secret": SECRET},
        {"key_id": SECRET},
        {"key_id": KEY_ID, "key_secret": f"{SECRET} with a space"},
        {"access_token": f"{SECRET}\u00e9"},
        {"key_id": KEY_ID, "key_secret": SECRET, "access_token": "ih_live_1"},
        {"access_token": SECRET, "base_url": "ftp://x"},
        {"access_token": SECRET, "timeout_s": 0},
    ],
)
def test_a_mistake_in_the_credentials_shows_none_of_them_in_a_traceback_with_locals(
    options: dict[str, Any],
) -> None:
    pair = {name: options[name] for name in options if name not in {"base_url", "timeout_s"}}
    for build, given in ((make, options), (Credentials, pair)):
        if build is Credentials and len(pair) < len(options):
            continue
        with pytest.raises(InterhumanConfigError) as caught:
            build(**given)
        trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        inside = [frame for frame in trace.stack if "/tests/" not in frame.filename]
        assert inside
        texts = [str(caught.value), *(f"{frame.locals}" for frame in inside)]
        assert all(SECRET not in text and "ih_live_1" not in text for text in texts)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_nothing_that_holds_a_secret_can_be_pickled(protocol: int) -> None:
    pair = Credentials(KEY_ID, SECRET)
    with (
        InterhumanClient(key_id=KEY_ID, key_secret=SECRET) as signs_in,
        InterhumanClient(access_token=SECRET, sleep=print) as with_token,
    ):
        for holder in (pair, pair.key_secret, {"key": pair.key_id}, signs_in, with_token):
            with pytest.raises(TypeError, match="pickle"):
                pickle.dumps(holder, protocol)


def test_credentials_can_be_copied_and_stay_hidden() -> None:
    pair = Credentials(KEY_ID, SECRET)
    for again in (copy.copy(pair), copy.deepcopy(pair), dataclasses.replace(pair)):
        assert again == pair
        assert again.key_secret == SECRET
        assert SECRET not in f"{again!r} {again.key_secret!r} {dataclasses.asdict(again)}"


def test_keys_and_tokens_that_the_api_repeats_show_nowhere(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[InterhumanAPIError] = []
    for path in (AUTH, ANALYZE):
        for secret in (KEY_ID, SECRET, *([] if path == AUTH else ["token-1", "token-2"])):
            escaped = "".join(f"\\u{ord(each):04x}" for each in secret)
            body = f'{{"error_id": "{escaped}", "message": "{escaped}", "echo": "{escaped}"}}'
            headers = {"X-Correlation-ID": secret}
            opened = pair_client(server)
            script = Scripted(403, body=body.encode(), headers=headers)
            if secret == "token-2":
                server.script(ANALYZE, api_error(401, "ih2010"))
            server.script(path, script)
            server.restart_tokens()
            with pytest.raises(InterhumanAPIError) as caught:
                opened.upload.analyze(b"film")
            errors.append(caught.value)
    assert len(errors) == 6
    for error in errors:
        assert error.status == 403
        for text in (str(error), repr(error), str(vars(error)), caplog.text):
            assert not any(secret in text for secret in (KEY_ID, SECRET, "token-"))


def test_a_failed_job_that_repeats_a_token_shows_none(server: Server) -> None:
    job = {"job_id": "a", "status": "failed", "error": {"message": "token-1", "x": ["token-1"]}}
    server.script("/v2/upload/analyze", Scripted(json=job, headers={"X-Correlation-ID": "token-1"}))
    with pair_client(server) as client:
        error = client.upload.submit(b"film", model="inter-2").error
    assert error is not None
    assert "token-" not in f"{error} {error!r} {vars(error)}"
    assert error.message == "(hidden)"


def test_what_hears_of_a_retry_may_end_the_trying(server: Server, client: InterhumanClient) -> None:
    clock = Clock()
    heard: list[str | None] = []
    uploads = client.uploads(sleep=clock.sleep, on_retry=lambda error: heard.append(error.error_id))
    server.script(ANALYZE, api_error(429, "ih3002"), api_error(503, "ih1002"))
    assert len(uploads.analyze(b"film").signals) == 2
    assert heard == ["ih3002", "ih1002"]
    assert len(clock.slept) == 2

    def give_up(error: InterhumanAPIError) -> None:
        raise error

    server.script(ANALYZE, api_error(429, "ih3001"))
    with pytest.raises(InterhumanAPIError) as caught:
        client.uploads(sleep=clock.sleep, on_retry=give_up).analyze(b"film")
    assert caught.value.error_id == "ih3001"
    assert len(clock.slept) == 2
    assert len(server.requests(ANALYZE)) == 4
    assert len(server.requests(AUTH)) == 1
