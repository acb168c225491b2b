"""Which calls run and which wait, with calls that end when the test says so."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest

from interhuman.isolation import CrashedError, KilledError, OutOfMemoryError, OutOfTimeError
from interhuman.sandbox import ApiError
from interhuman.sandbox.http import workers
from interhuman.sandbox.http.workers import StoppedError, Workers
from tests.coroutines import finished


class FakeCall:
    """A call without a process: it runs as long as `reply` is None."""

    running: list[FakeCall]

    def __init__(self, function: str, *_: object, **__: object) -> None:
        self.name = function.rpartition(":")[2]
        self.running_s = 0.0
        self.reply: dict[str, Any] | Exception | None = None
        self.has_low_priority = False

    def has_ended(self) -> bool:
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply is not None

    def result(self) -> object:
        return self.reply

    def lower_priority(self) -> None:
        self.has_low_priority = True

    def __enter__(self) -> FakeCall:
        self.running.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.running.remove(self)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> list[FakeCall]:
    monkeypatch.setattr(workers, "IsolatedCall", FakeCall)
    FakeCall.running = []
    return FakeCall.running


def new_workers() -> Workers:
    return Workers(
        max_foreground=2, max_processes=4, slow_after_s=10.0, memory_bytes=1, wall_s=60.0
    )


def begin(
    pool: Workers, name: str, should_stop: Callable[[], bool] = lambda: False
) -> asyncio.Task[Any]:
    return asyncio.create_task(pool.call(name, io.BytesIO(), {}, should_stop=should_stop))


async def settled() -> None:
    for _ in range(8):
        await asyncio.sleep(0.01)


def test_two_calls_run_and_the_rest_wait_in_order(running: list[FakeCall]) -> None:
    async def main() -> None:
        pool = new_workers()
        tasks = [begin(pool, name) for name in "abcd"]
        await settled()
        assert [call.name for call in running] == ["a", "b"]
        running[1].reply = {"answer": "done"}
        assert await tasks[1] == "done"
        await settled()
        assert [call.name for call in running] == ["a", "c"]

    finished(main())


def test_slow_calls_make_room_for_the_next_up_to_the_limit_of_processes(
    running: list[FakeCall],
) -> None:
    async def main() -> None:
        pool = new_workers()
        tasks = [begin(pool, name) for name in "abcdef"]
        await settled()
        for call in running:
            call.running_s = 10.1
        await settled()
        assert [call.name for call in running] == ["a", "b", "c", "d"]
        assert [call.has_low_priority for call in running] == [True, True, False, False]
        for call in running:
            call.running_s = 20.0
        await settled()
        assert [call.name for call in running] == ["a", "b", "c", "d"]
        running[0].reply = {"answer": 1}
        await tasks[0]
        await settled()
        assert [call.name for call in running] == ["b", "c", "d", "e"]

    finished(main())


def test_a_stopped_call_frees_its_place_whether_it_waits_or_runs(running: list[FakeCall]) -> None:
    async def main() -> None:
        pool, stopped = new_workers(), set[str]()

        def stops(name: str) -> Callable[[], bool]:
            return lambda: name in stopped

        tasks = {name: begin(pool, name, stops(name)) for name in "abcd"}
        await settled()
        stopped.update("ac")
        for name in "ac":
            with pytest.raises(StoppedError):
                await tasks[name]
        await settled()
        assert [call.name for call in running] == ["b", "d"]

    finished(main())


@pytest.mark.parametrize(
    ("reply", "error_id"),
    [
        (OutOfMemoryError(), "ih5005"),
        (OutOfTimeError(), "ih5005"),
        (CrashedError("signal 11"), "ih5002"),
        (KilledError("signal 9"), "ih1001"),
        ({"error_id": "ih4007", "message": "too short"}, "ih4007"),
        ({"error_id": "ih9999", "message": "unknown"}, "ih5002"),
        ({"more": 1}, "ih5002"),
    ],
)
def test_every_failure_has_a_documented_id_and_frees_the_place(
    running: list[FakeCall], reply: Any, error_id: str
) -> None:
    async def main() -> None:
        pool = new_workers()
        for _ in range(5):
            task = begin(pool, "a")
            await settled()
            running[0].reply = reply
            with pytest.raises(ApiError, match=error_id):
                await task

    finished(main())
