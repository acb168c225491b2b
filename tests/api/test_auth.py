from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from interhuman.api.auth import (
    ASSUMED_LIFETIME_S,
    Grant,
    StaticTokenProvider,
    TokenManager,
    create_token,
    provider_for,
)
from interhuman.api.sender import Sender
from interhuman.api.transport import Transport
from interhuman.errors import InterhumanAPIError, InterhumanConfigError
from interhuman.settings import Credentials, Hidden
from tests.server import AUTH, ArrivalLock, Clock, Scripted, Server, api_error

PAIR = Credentials("kid-1", "sec-1")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def sender(server: Server) -> Sender:
    return Sender(Transport(server.base_url), Clock().sleep)


class Mint:
    """Counts exchanges; each token lasts as long as it is told to."""

    def __init__(self, expires_in_s: float = 900.0) -> None:
        self.count = 0
        self.expires_in_s = expires_in_s

    def __call__(self, tries: int = 4) -> Grant:
        self.count += 1
        return Grant(Hidden(f"token-{self.count}"), ("interhumanai.upload",), self.expires_in_s)


def test_a_static_token_stays_the_same() -> None:
    tokens = StaticTokenProvider("key")
    assert not tokens.invalidate("key"), "there is no other token"
    assert tokens.get_token() == "key"


@pytest.mark.parametrize(
    ("after_s", "exchanges"), [(0, 1), (869.9, 1), (870.0, 2), (900.0, 2), (5000, 2)]
)
def test_a_token_is_renewed_thirty_seconds_before_its_end(after_s: float, exchanges: int) -> None:
    clock, mint = Clock(), Mint()
    tokens = TokenManager(mint, clock=clock)
    assert tokens.get_token() == "token-1"
    clock.now_s += after_s
    assert tokens.get_token() == f"token-{exchanges}"
    assert mint.count == exchanges


def test_the_life_of_a_token_counts_from_before_its_exchange() -> None:
    clock, mint = Clock(), Mint(100.0)

    def slow(tries: int) -> Grant:
        clock.now_s += 65.0
        return mint()

    tokens = TokenManager(slow, clock=clock)
    tokens.get_token()
    clock.now_s += 4.9
    assert tokens.get_token() == "token-1"
    clock.now_s += 0.2
    assert tokens.get_token() == "token-2"


def test_a_token_that_is_too_short_lived_is_used_once_without_end() -> None:
    mint = Mint(5.0)
    tokens = TokenManager(mint, clock=Clock())
    assert [tokens.get_token() for _ in range(3)] == ["token-1", "token-2", "token-3"]


def test_only_the_token_in_use_can_be_dropped() -> None:
    tokens = TokenManager(Mint(), clock=Clock())
    tokens.get_token()
    tokens.invalidate("token-0")
    assert tokens.get_token() == "token-1"
    tokens.invalidate("token-1")
    assert tokens.get_token() == "token-2"
    tokens.invalidate("token-1")
    assert tokens.get_token() == "token-2"


def crowded(mint: Callable[[int], Grant], number: int) -> TokenManager:
    """Return tokens whose first exchange ends when so many threads are there for it."""
    lock = ArrivalLock(number)
    first = iter([lock.everyone_is_there])

    def waits(tries: int) -> Grant:
        next(first, lambda: None)()
        return mint(tries)

    tokens: Any = TokenManager(waits, clock=Clock())
    tokens._exchanging = lock
    return cast(TokenManager, tokens)


def in_threads(work: Callable[[], Any], number: int) -> list[Any]:
    """Do the same in so many threads at once; return what each got, or its exception."""

    def outcome() -> Any:
        try:
            return work()
        except BaseException as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return [future.result(30) for future in [pool.submit(outcome) for _ in range(number)]]


def test_twenty_threads_share_one_exchange() -> None:
    mint = Mint()
    assert in_threads(crowded(mint, 20).get_token, 20) == ["token-1"] * 20
    assert mint.count == 1


def test_twenty_threads_that_want_a_new_token_share_one_exchange_too() -> None:
    mint = Mint()
    grants = in_threads(crowded(mint, 20).renew, 20)
    assert {grant.token for grant in grants} == {"token-1"}
    assert mint.count == 1


def test_a_token_too_short_lived_to_be_kept_is_shared_by_those_who_waited_for_it() -> None:
    mint = Mint(5.0)
    assert in_threads(crowded(mint, 20).get_token, 20) == ["token-1"] * 20


def test_a_failed_exchange_reaches_every_thread_and_the_next_one_tries_again() -> None:
    mint, fails = Mint(), iter([InterhumanAPIError("No.", status=401, error_id="ih2001")])

    def failing(tries: int) -> Grant:
        for error in fails:
            raise error
        return mint()

    tokens = crowded(failing, 20)
    errors = in_threads(tokens.get_token, 20)
    assert [error.error_id for error in errors] == ["ih2001"] * 20
    assert len({id(error) for error in errors}) == 20, "an exception belongs to one thread"
    assert mint.count == 0
    assert tokens.get_token() == "token-1"


def test_a_failed_renewal_leaves_the_token_that_is_still_good() -> None:
    mint = Mint()
    fails = iter([False, True])

    def failing(tries: int) -> Grant:
        if next(fails, False):
            raise InterhumanAPIError("Busy.", status=503)
        return mint()

    tokens = TokenManager(failing, clock=Clock())
    tokens.get_token()
    with pytest.raises(InterhumanAPIError):
        tokens.renew()
    assert tokens.get_token() == "token-1"


def test_a_thread_that_has_a_token_does_not_wait_for_a_renewal() -> None:
    mint, inside, done = Mint(), threading.Event(), threading.Event()

    def slow(tries: int) -> Grant:
        if mint.count:
            inside.set()
            assert done.wait(10)
        return mint()

    tokens = TokenManager(slow, clock=Clock())
    tokens.get_token()
    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(tokens.renew)
        assert inside.wait(10)
        assert tokens.get_token() == "token-1"
        done.set()
        assert renewal.result(10).token == "token-2"


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), RuntimeError("odd"), SystemExit()])
def test_an_exchange_that_is_interrupted_leaves_nobody_waiting(fault: BaseException) -> None:
    mint, faults = Mint(), iter([fault])

    def interrupted(tries: int) -> Grant:
        for error in faults:
            raise error
        return mint()

    outcomes = in_threads(crowded(interrupted, 5).get_token, 5)
    assert outcomes.count(fault) == 1
    assert outcomes.count("token-1") == 4
    assert mint.count == 1


def test_the_exchange_sends_exactly_this(server: Server) -> None:
    grant = create_token(sender(server), PAIR)
    (seen,) = server.requests(AUTH)
    assert seen.method == "POST"
    assert seen.json == {
        "key_id": "kid-1",
        "key_secret": "sec-1",
        "scopes": ["interhumanai.upload"],
    }
    assert "authorization" not in seen.headers
    assert grant.token == "token-1"
    assert grant.scope == ("interhumanai.upload",)
    assert grant.expires_in_s == 900.0
    assert "token-1" not in repr(grant)


@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        ("interhumanai.stream", "interhumanai.stream"),
        ("", "no scope"),
        ("interhumanai.uploads", "interhumanai.uploads"),
        (None, "no scope"),
        (5, "no scope"),
    ],
)
def test_a_grant_without_the_upload_scope_is_an_error(
    server: Server, scope: Any, granted: str
) -> None:
    server.scope = scope
    with pytest.raises(InterhumanAPIError) as caught:
        create_token(sender(server), PAIR)
    assert (caught.value.status, caught.value.error_id) == (403, "ih2003")
    assert granted in caught.value.message
    assert "interhumanai.upload" in str(caught.value)


@pytest.mark.parametrize("scope", ["a interhumanai.upload b", ["interhumanai.upload"]])
def test_the_upload_scope_may_come_among_others_or_as_a_list(server: Server, scope: Any) -> None:
    server.scope = scope
    assert "interhumanai.upload" in create_token(sender(server), PAIR).scope


@pytest.mark.parametrize("model", ["inter-2", "inter-2-audio", "inter-2-deep"])
def test_the_scope_of_one_model_covers_it_and_no_other(server: Server, model: str) -> None:
    server.scope = f"interhumanai.upload.{model}"
    tokens = provider_for(PAIR, sender(server))
    assert tokens.get_token() == tokens.get_token(model=model)
    for other in {"inter-1", "inter-2", "inter-2-audio"} - {model}:
        with pytest.raises(InterhumanAPIError, match=f"doesn't cover the model {other}") as caught:
            tokens.get_token(model=other)
        assert (caught.value.status, caught.value.error_id) == (403, "ih2003")


def test_a_scope_that_is_not_told_is_the_one_asked_for(server: Server) -> None:
    server.script(AUTH, Scripted(json={"access_token": "t", "expires_in": 60}))
    assert create_token(sender(server), PAIR).scope == ("interhumanai.upload",)


@pytest.mark.parametrize("expires_in", [None, "900", -5, 0, 10**400, float("nan"), [], True])
def test_an_odd_lifetime_is_not_trusted(server: Server, expires_in: Any) -> None:
    server.expires_in = expires_in
    lifetime_s = create_token(sender(server), PAIR).expires_in_s
    assert lifetime_s == (1.0 if expires_in is True else ASSUMED_LIFETIME_S)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>sign in to the hotel wifi</html>",
        b"[]",
        b"{}",
        b'{"access_token": null}',
        b'{"access_token": ""}',
        b'{"access_token": "a\\r\\nX-Evil: 1"}',
        b'{"access_token": "\\u00e9"}',
        b"[" * 100_000,
    ],
)
def test_an_answer_without_a_usable_token_is_an_error(server: Server, answer: bytes) -> None:
    server.script(AUTH, Scripted(body=answer))
    with pytest.raises(InterhumanAPIError, match="has no usable token") as caught:
        create_token(sender(server), PAIR)
    assert caught.value.status == 200
    assert not caught.value.maybe_accepted
    assert caught.value.body is None


def test_a_refusal_never_repeats_the_secret(server: Server) -> None:
    server.script(AUTH, api_error(401, "ih2001", "kid-1/sec-1 is unknown"))
    with pytest.raises(InterhumanAPIError) as caught:
        create_token(sender(server), PAIR)
    assert caught.value.error_id == "ih2001"
    assert "sec-1" not in f"{caught.value} {caught.value!r} {caught.value.body}"


def test_half_a_pair_never_gets_as_far_as_an_exchange(server: Server) -> None:
    with pytest.raises(InterhumanConfigError):
        Credentials("kid-1")
    assert server.seen == []
