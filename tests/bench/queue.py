"""The queue: many recordings, each at a fixed time of the server, against the ideal."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from interhuman.library.engine import open_engine
from interhuman.runs.queue.states import ENDED, ItemState
from tests.bench.sink import DELAY_S, sink
from tests.library.conftest import PostgresServer
from tests.runs.queue.world import IMPLEMENTATIONS, WAYS, account_of, add, library_in, states

FILES, AT_ONCE = 200, 4
MAX_TIMES_IDEAL = {"threads": 1.05, "procrastinate": 1.15}
IDEAL_S = FILES * DELAY_S / AT_ONCE


def run() -> list[str]:
    """Have every implementation work on the same files in each database."""
    postgres = PostgresServer(keeps=True)
    try:
        return [_line(way, postgres) for way in WAYS]
    finally:
        postgres.close()


def _line(way: str, postgres: PostgresServer) -> str:
    name, _, database = way.partition("-")
    with tempfile.TemporaryDirectory() as folder, sink("slow") as base_url:
        place = Path(folder, "library") if database == "sqlite" else postgres.new_database()
        took_s = _work(name, place, Path(folder), base_url)
    times, most = took_s / IDEAL_S, MAX_TIMES_IDEAL[name]
    return (
        f"{name}, {database}: {FILES} files of {DELAY_S} s, {AT_ONCE} at "
        f"once, in {took_s:.2f} s: {times:.3f} × the ideal  limit {most}: {times <= most}"
    )


def _work(name: str, place: str | Path, folder: Path, base_url: str) -> float:
    """Return how long it takes from the start of all files to the last result, in seconds."""
    engine = open_engine(place)
    library, account = library_in(engine, folder), account_of(base_url)
    queue = IMPLEMENTATIONS[name](max_at_once=AT_ONCE, convert=False)
    names = [f"talk {number}.mp4" for number in range(FILES)]
    add(queue, library, account, folder, *names, start=False)
    began_s = time.perf_counter()
    queue.start(library, account)
    time.sleep(0.9 * IDEAL_S)  # Nobody looks at the rows meanwhile.
    while not set(states(queue, library).values()) <= ENDED:
        time.sleep(0.1)
    took_s = time.perf_counter() - began_s
    assert set(states(queue, library).values()) == {ItemState.DONE}
    queue.close()
    engine.dispose()
    return took_s


if __name__ == "__main__":
    print("\n".join(run()))
