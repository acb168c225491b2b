"""The limit on the requests of an account: by value, by random walks, and between threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from interhuman.adaptive_limit import (
    MAX_PAUSE_S,
    AccountStoppedError,
    AdaptiveLimit,
    AdaptiveLimits,
    WaitCanceledError,
    slows,
)
from interhuman.errors import InterhumanAPIError
from tests.server import Clock


def refusal(error_id: str = "ih3002", retry_after_s: float | None = None) -> InterhumanAPIError:
    return InterhumanAPIError(
        "as scripted", status=429, error_id=error_id, retry_after_s=retry_after_s
    )


def limit_with(clock: Clock, max_at_once: int = 4) -> AdaptiveLimit:
    """Return a limit whose waits pass on the clock at once."""
    return AdaptiveLimit(max_at_once, clock=clock, wait=lambda _, s: clock.sleep(s))


def refuse(limit: AdaptiveLimit, error: InterhumanAPIError) -> None:
    with pytest.raises(InterhumanAPIError), limit.place():
        raise error


def succeed(limit: AdaptiveLimit, times: int) -> None:
    for _ in range(times):
        with limit.place():
            pass


def is_free(limit: AdaptiveLimit) -> bool:
    return limit._is_free()


def test_so_many_are_under_way_at_once_and_no_more() -> None:
    limit = limit_with(Clock(), 2)
    with limit.place(), limit.place():
        assert (limit.under_way, is_free(limit)) == (2, False)
        with pytest.raises(WaitCanceledError), limit.place(canceled=lambda: True):
            pass
    assert (limit.under_way, is_free(limit)) == (0, True)
    with pytest.raises(WaitCanceledError), limit.place(canceled=lambda: True):
        pass
    assert limit.under_way == 0


def test_a_refusal_halves_the_limit_and_holds_everyone_back_as_long_as_asked() -> None:
    clock = Clock()
    limit = limit_with(clock)
    refuse(limit, refusal(retry_after_s=7.0))
    assert (limit.at_once, limit.pause_s, is_free(limit)) == (2, 7.0, False)
    began_s = clock()
    with limit.place():
        assert clock() - began_s == pytest.approx(7.0, abs=0.11)
    refuse(limit, refusal(retry_after_s=1.0))
    clock.now_s += 1.0
    refuse(limit, refusal(retry_after_s=1.0))
    assert limit.at_once == 1


@pytest.mark.parametrize(
    ("error_id", "asked_s", "pause_s"),
    [
        *(("ih3001", None, 60.0), ("ih3002", None, 2.0), ("ih3002", 0.0, 1.0)),
        *(("ih3001", 5.0, 5.0), ("ih3002", 86_400.0, MAX_PAUSE_S)),
    ],
)
def test_how_long_a_refusal_holds_back(
    error_id: str, asked_s: float | None, pause_s: float
) -> None:
    limit = limit_with(Clock())
    refuse(limit, refusal(error_id, asked_s))
    assert limit.pause_s == pytest.approx(pause_s)


def test_refusals_one_after_another_hold_back_longer_and_a_success_ends_that() -> None:
    clock = Clock()
    limit = limit_with(clock)
    pauses_s = []
    for _ in range(8):
        refuse(limit, refusal())
        pauses_s.append(round(limit.pause_s))
        clock.now_s += limit.pause_s
    assert pauses_s == [2, 4, 8, 16, 32, 60, 60, 60]
    succeed(limit, 1)
    refuse(limit, refusal())
    assert round(limit.pause_s) == 2


def test_those_who_wait_for_places_take_turns() -> None:
    waits = threading.Event()

    def wait(condition: threading.Condition, seconds: float) -> None:
        waits.set()
        condition.wait(seconds)

    limit, order = AdaptiveLimit(1, wait=wait), list[str]()

    def send(who: str) -> None:
        with limit.place(turn_of=who):
            order.append(who)

    threads = [threading.Thread(target=send, args=(who,)) for who in ("ann", "ann", "ann", "ben")]
    with limit.place(turn_of="ann"):
        for thread in threads:
            waits.clear()
            thread.start()
            assert waits.wait(30.0)
    for thread in threads:
        thread.join(30.0)
    assert order == ["ben", "ann", "ann", "ann"]


def test_another_process_that_knows_of_a_stop_stops_everyone() -> None:
    limit = limit_with(Clock())
    with pytest.raises(AccountStoppedError), limit.place():
        raise AccountStoppedError("The quota is used up.")
    assert (limit.stopped, limit.under_way) == ("The quota is used up.", 0)


def test_requests_that_are_refused_together_halve_the_limit_once() -> None:
    limit = limit_with(Clock(), 8)
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(InterhumanAPIError))
        for asked_s in (3.0, 9.0, 1.0):
            stack.enter_context(refused_later(limit, asked_s))
    assert (limit.at_once, limit.pause_s, limit.under_way) == (4, 9.0, 0)


@contextmanager
def refused_later(limit: AdaptiveLimit, retry_after_s: float) -> Iterator[None]:
    with limit.place():
        try:
            yield
        finally:
            raise refusal(retry_after_s=retry_after_s)


def test_a_stretch_of_successes_adds_one_up_to_the_most() -> None:
    clock = Clock()
    limit = limit_with(clock, 3)
    for _ in range(2):
        refuse(limit, refusal())
        clock.now_s += 100
    grown = []
    for _ in range(9):
        succeed(limit, 1)
        grown.append(limit.at_once)
    assert grown == [1, 2, 2, 2, 2, 3, 3, 3, 3]


def test_a_success_of_a_request_from_before_the_refusal_speeds_nothing_up() -> None:
    limit = limit_with(Clock(), 8)
    with ExitStack() as before:
        for _ in range(7):
            before.enter_context(limit.place())
        refuse(limit, refusal())
        assert limit.at_once == 4
    assert limit.at_once == 4
    succeed(limit, 8)
    assert limit.at_once == 5


@pytest.mark.parametrize("error_id", ["ih3003", "ih3004", "ih3005", "ih3006", "ih2001", "ih2014"])
def test_what_an_account_has_no_right_to_stops_everyone_with_a_sentence(error_id: str) -> None:
    limit = limit_with(Clock())
    refuse(limit, refusal(error_id))
    with pytest.raises(AccountStoppedError) as stopped, limit.place():
        pass
    assert str(stopped.value) == limit.stopped
    assert refusal(error_id).advice.title in (limit.stopped or "")
    assert not is_free(limit)
    limit.resume()
    assert is_free(limit)
    assert limit.at_once == 4


@pytest.mark.parametrize("error", [refusal("ih5001"), refusal("ih1002"), KeyError("x")])
def test_other_errors_concern_the_one_request_alone(error: Exception) -> None:
    limit = limit_with(Clock())
    with pytest.raises(type(error)), limit.place():
        raise error
    assert (limit.at_once, limit.pause_s, limit.stopped, limit.under_way) == (4, 0.0, None, 0)
    assert not slows(error)


def test_one_who_waits_learns_of_the_stop() -> None:
    limit = AdaptiveLimit(1)
    waiting = threading.Event()

    def canceled() -> bool:
        waiting.set()
        return False

    def wait() -> str:
        with pytest.raises(AccountStoppedError) as stopped, limit.place(canceled=canceled):
            pass
        return str(stopped.value)

    with ThreadPoolExecutor(1) as pool:
        place = ExitStack()
        place.enter_context(limit.place())
        told = pool.submit(wait)
        assert waiting.wait(10)
        error = refusal("ih3003")
        place.__exit__(type(error), error, None)
        assert "quota" in told.result(10)


def test_many_threads_never_exceed_it_and_all_get_their_turn() -> None:
    limit = AdaptiveLimit(3)
    lock, under_way, most = threading.Lock(), 0, 0
    three = threading.Barrier(3)

    def send(_: int) -> None:
        nonlocal under_way, most
        with limit.place():
            with lock:
                under_way += 1
                most = max(most, under_way)
            three.wait(10)  # Passed only if three are under way at once.
            with lock:
                under_way -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(send, range(60)))
    assert (most, limit.under_way, limit.at_once) == (3, 0, 3)


def test_equal_credentials_share_a_limit() -> None:
    limits = AdaptiveLimits(2)
    assert limits.of("one") is limits.of("one")
    assert limits.of("one") is not limits.of("two")
    assert limits.of("one").at_once == 2


def test_none_at_once_is_no_limit() -> None:
    with pytest.raises(ValueError, match="At least one"):
        AdaptiveLimit(0)


class Walk(RuleBasedStateMachine):
    """Requests begin and end in any order; what holds at any time is stated below."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.limit = limit_with(self.clock, 5)
        self.under_way: list[ExitStack] = []
        self.not_before_s = 0.0

    @rule()
    def begin(self) -> None:
        free = is_free(self.limit)
        assert free == (
            len(self.under_way) < self.limit.at_once and self.clock() >= self.not_before_s
        )
        if free:
            place = ExitStack()
            place.enter_context(self.limit.place())
            self.under_way.append(place)

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def succeed(self, data: st.DataObject) -> None:
        before = self.limit.at_once
        self._taken(data).close()
        assert before <= self.limit.at_once <= before + 1

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), retry_after_s=st.none() | st.floats(0, 10_000))
    def refuse(self, data: st.DataObject, retry_after_s: float | None) -> None:
        before = self.limit.at_once
        error = refusal(retry_after_s=retry_after_s)
        self._taken(data).__exit__(type(error), error, None)
        assert self.limit.at_once in {before, max(1, before // 2)}
        if retry_after_s is not None:
            asked_s = min(retry_after_s, MAX_PAUSE_S)
            self.not_before_s = max(self.not_before_s, self.clock() + asked_s)
        assert self.clock() + self.limit.pause_s >= self.not_before_s - 1e-6
        self.not_before_s = self.clock() + self.limit.pause_s

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        before = self.limit.at_once
        error = refusal("ih5001")
        self._taken(data).__exit__(type(error), error, None)
        assert self.limit.at_once == before

    @rule(seconds=st.floats(0, 100))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.now_s += seconds

    @invariant()
    def the_limit_is_one(self) -> None:
        assert 1 <= self.limit.at_once <= 5
        assert self.limit.under_way == len(self.under_way) <= 5

    def _taken(self, data: st.DataObject) -> ExitStack:
        return self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))


TestWalk = Walk.TestCase


@settings(deadline=None)
@given(st.lists(st.booleans(), max_size=60))
def test_it_always_comes_back_to_the_most(refused: list[bool]) -> None:
    clock = Clock()
    limit = limit_with(clock, 6)
    for one in refused:
        clock.now_s += limit.pause_s
        if one:
            refuse(limit, refusal())
        else:
            succeed(limit, 1)
    clock.now_s += limit.pause_s
    succeed(limit, 2 * (1 + 2 + 3 + 4 + 5))
    assert limit.at_once == 6
