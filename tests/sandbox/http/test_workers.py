"""Who runs and who waits, with calls that end when the test says so."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest

from interhuman.isolation import CrashedError, OutOfMemoryError, OutOfTimeError, StoppedError
from interhuman.sandbox import ApiError
from interhuman.sandbox.http import workers
from interhuman.sandbox.http.workers import Workers


class FakeCall:
    """Stands in for a process: runs as long as `reply` is None."""

    running: list[FakeCall]

    def __init__(self, function: str, *_: object, **__: object) -> None:
        self.name = function.rpartition(":")[2]
        self.running_s = 0.0
        self.reply: dict[str, Any] | Exception | None = None
        self.stepped_back = False

    def ended(self) -> bool:
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply is not None

    def result(self) -> object:
        return self.reply

    def step_back(self) -> None:
        self.stepped_back = True

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
    return Workers(at_once=2, most=4, slow_after_s=10.0, memory_bytes=1, wall_s=60.0)


def begin(
    pool: Workers, name: str, should_stop: Callable[[], bool] = lambda: False
) -> asyncio.Task[Any]:
    return asyncio.create_task(pool.call(name, io.BytesIO(), {}, should_stop=should_stop))


async def settled() -> None:
    for _ in range(8):
        await asyncio.sleep(0.01)


def test_two_run_and_the_rest_wait_in_the_order_they_came(running: list[FakeCall]) -> None:
    async def main() -> None:
        pool = new_workers()
        tasks = [begin(pool, name) for name in "abcd"]
        await settled()
        assert [call.name for call in running] == ["a", "b"]
        running[1].reply = {"answer": "done"}
        assert await tasks[1] == "done"
        await settled()
        assert [call.name for call in running] == ["a", "c"]

    asyncio.run(main())


def test_slow_ones_step_back_for_the_next_but_never_more_than_the_most(
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
        assert [call.stepped_back for call in running] == [True, True, False, False]
        for call in running:
            call.running_s = 20.0
        await settled()
        assert [call.name for call in running] == ["a", "b", "c", "d"]
        running[0].reply = {"answer": 1}
        await tasks[0]
        await settled()
        assert [call.name for call in running] == ["b", "c", "d", "e"]

    asyncio.run(main())


def test_one_that_is_to_stop_leaves_its_place_waiting_or_running(running: list[FakeCall]) -> None:
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

    asyncio.run(main())


@pytest.mark.parametrize(
    ("reply", "error_id"),
    [
        (OutOfMemoryError(), "ih5005"),
        (OutOfTimeError(), "ih5005"),
        (CrashedError("signal 11"), "ih5002"),
        ({"error_id": "ih4007", "message": "too short"}, "ih4007"),
        ({"error_id": "ih9999", "message": "unknown"}, "ih5002"),
        ({"more": 1}, "ih5002"),
    ],
)
def test_whatever_happens_has_a_documented_id_and_frees_the_place(
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

    asyncio.run(main())
