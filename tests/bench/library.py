"""The library with 10,000 analyses, in SQLite and in PostgreSQL."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from interhuman.answers.answer import Answer
from interhuman.answers.payload import read_v1
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.reading import read_kept, summarize
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.vocabulary import MAX_FILE_BYTES
from tests.bench.frames import payload
from tests.library.conftest import PostgresServer

ANALYSES = 10_000
SIGNALS = 20
LARGE = 2_000
"""How many signals the answers have that fill the library, and the one that is opened."""

ROUNDS = 15
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = (
    *("anna", "board", "call", "demo", "first", "follow", "hiring"),
    *("Müller", "pitch", "quarter", "review", "sales", "team"),
)

AIMS_MS = {"first page": 150, "search": 150, "open": 100, "store": 20}


def run() -> list[str]:
    """Fill a library, then give the median and the slowest of `ROUNDS` calls in ms."""
    with tempfile.TemporaryDirectory() as folder:
        lines = _measure("SQLite", open_engine(Path(folder)))
        lines += _measure_recordings(Path(folder))
    server = PostgresServer(keeps=True)
    try:
        return [*lines, *_measure("PostgreSQL", open_engine(server.new_database()))]
    finally:
        server.close()


def _measure(name: str, engine: Engine) -> list[str]:
    library = Library(engine, owner="coach")
    large = fill(library)
    body = _answer(payload(SIGNALS))
    summary = summarize(read_v1(body.body))

    def store() -> None:
        id = library.begin(name="stored.mp4", model="inter-1")
        library.store_answer(id, body)
        library.finish(id, summary=summary)

    def open_one() -> None:
        kept, raw = library.get(large), library.raw(large)
        assert kept is not None
        assert raw is not None

    def read_one() -> None:
        kept, raw = library.get(large), library.raw(large)
        assert kept is not None
        assert raw is not None
        read_kept(kept, raw)

    calls: list[tuple[str, Callable[[], object]]] = [
        ("first page", library.page),
        ("first page by index", lambda: library.page(sort="quality_index")),
        ("last page", lambda: library.page(offset=ANALYSES - 50)),
        ("search, many found", lambda: library.page(search="ANNA call")),
        ("search, none found", lambda: library.page(search="nobody")),
        ("search by title", lambda: library.page(search="müller", sort="heading")),
        (f"open, {LARGE:,} signals", open_one),
        (f"open and read, {LARGE:,} signals", read_one),
        ("store, from begin to finish", store),
        ("space used", library.space_used),
    ]
    lines = [f"{name}, {library.page(limit=0).total:,} analyses"]
    for title, call in calls:
        times_ms = sorted(_times_ms(call))
        aim = next((aim for start, aim in AIMS_MS.items() if title.startswith(start)), None)
        lines.append(
            f"  {title:34} {statistics.median(times_ms):7.1f} ms, slowest {times_ms[-1]:7.1f} ms"
            + (f", aim {aim} ms" if aim is not None else "")
        )
    engine.dispose()
    return lines


def _measure_recordings(folder: Path) -> list[str]:
    """Keep and read the largest recording that the API takes."""
    recordings = RecordingsFolder(folder, owner="coach")
    data = random.randbytes(MAX_FILE_BYTES)
    start = time.perf_counter()
    sha256 = recordings.keep(data)
    kept_ms = (time.perf_counter() - start) * 1000
    read_ms = statistics.median(_times_ms(lambda: recordings.find(sha256)))
    return [f"  recording of 32 MiB: kept in {kept_ms:.1f} ms, read in {read_ms:.1f} ms"]


def fill(library: Library) -> str:
    """Add the analyses as the page would, and return the id of the one with a large answer."""
    random.seed(1)
    body = _answer(payload(SIGNALS))
    summary = summarize(read_v1(body.body))
    id = ""
    for number in range(ANALYSES):
        id = library.begin(name=f"{_words(3)} {number}.mp4", model="inter-1")
        library.store_answer(id, body)
        library.finish(id, summary=summary)
        if number % 3 == 0:
            library.describe(id, title=_words(4).title())
        if number % 10 == 0:
            library.describe(id, note=_words(100))
    large = payload(LARGE)
    library.store_answer(id, _answer(large))
    library.finish(id, summary=summarize(read_v1(large)))
    return id


def _words(count: int) -> str:
    return " ".join(random.choices(WORDS, k=count))


def _answer(body: bytes) -> Answer:
    return Answer("/v1/upload/analyze", 200, body, "550e8400-e29b", False, MOMENT)


def _times_ms(call: Callable[[], object]) -> Iterator[float]:
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        yield (time.perf_counter() - start) * 1000
