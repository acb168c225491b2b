"""What happens to the library when processes, disks and servers fail, for real."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from interhuman.errors import LibraryError
from interhuman.library.engine import FILE_NAME, open_engine
from interhuman.library.library import Library
from interhuman.library.listing import MAX_ROWS
from interhuman.library.migrations import MIGRATIONS, migrate
from interhuman.library.rows import KeptAnalysis
from interhuman.library.stops import end_stop
from tests.library.conftest import BODY, Place, PostgresServer, answer, begin
from tests.library.writer import SUMMARY

ROOT = Path(__file__).parent.parent.parent
KILLS = {"sqlite": 40, "postgresql": 20}


def writer(place: Place, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.library.writer", str(place), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def committed(*processes: subprocess.Popen[str]) -> dict[str, dict[str, str]]:
    """Wait, and return by id which calls had returned, with what they had written."""
    rows: dict[str, dict[str, str]] = {}
    for process in processes:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        for line in output.splitlines():
            what, id, value = json.loads(line)
            rows.setdefault(id, {})[what] = value
    return rows


def every_row(library: Library) -> dict[str, KeptAnalysis]:
    total = library.page(limit=0).total
    pages = [library.page(limit=MAX_ROWS, offset=offset) for offset in range(0, total, MAX_ROWS)]
    return {row.id: row for page in pages for row in page.rows}


def check(library: Library, rows: dict[str, dict[str, str]]) -> None:
    """Compare what is there with what had been committed."""
    there = every_row(library)
    assert set(rows) <= set(there), "a committed row is lost"
    for id, calls in rows.items():
        raw = library.raw(id)
        if "stored" in calls:
            assert raw is not None
            assert hashlib.sha256(raw).hexdigest() == calls["stored"]
        if "renamed" in calls:
            assert there[id].title == calls["renamed"]
        if "finished" in calls:
            assert there[id].state == "done"
    for row in there.values():
        assert (row.state == "done") == (row.signal_count == SUMMARY.signal_count)
        assert (row.state == "done") == (row.tracks == SUMMARY.tracks)
        assert row.state != "done" or library.raw(row.id) is not None
        assert (row.correlation_id is None) == (library.raw(row.id) is None), "half an answer"
        assert row.title in {"", f"Title of {row.name}"}
        assert library.page(search=row.heading).total >= 1


def test_what_was_committed_outlives_any_kill(place: Place) -> None:
    engine = open_engine(place)
    library = Library(engine, owner="coach")
    rows = committed(writer(place, "kill", str(KILLS[engine.dialect.name])))
    assert len(rows) >= KILLS[engine.dialect.name]
    stages = {len(calls) for calls in rows.values()}
    assert stages == {1, 2, 3, 4}, "processes were killed between all calls"
    check(library, rows)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    library.store_answer(begin(library), answer())
    engine.dispose()


def test_several_processes_write_at_once(place: Place) -> None:
    engine = open_engine(place)
    library = Library(engine, owner="coach")
    rows = committed(*(writer(place, "write", f"p{n}", "15") for n in range(2)))
    assert len(rows) == 2 * 15
    assert all(len(calls) == 4 for calls in rows.values())
    check(library, rows)
    engine.dispose()


def test_ten_threads_share_one_library(library: Library) -> None:
    def work(number: int) -> list[str]:
        ids = [begin(library, f"{number}-{place}") for place in range(5)]
        for id in ids:
            library.store_answer(id, answer(id.encode()))
            library.describe(id, labels=[str(number)])
            assert library.page(search=str(number)).total >= 1
        return ids

    with ThreadPoolExecutor(10) as threads:
        ids = [id for done in threads.map(work, range(10)) for id in done]
    assert library.page().total == len(set(ids)) == 50
    assert all(library.raw(id) == id.encode() for id in ids)


def test_two_who_change_one_row_lose_nothing_of_each_other(library: Library) -> None:
    id = begin(library)
    with ThreadPoolExecutor(4) as threads:
        for number in range(20):
            done = [
                threads.submit(library.describe, id, title=f"title{number}"),
                threads.submit(library.describe, id, note=f"note{number}"),
                threads.submit(library.describe, id, labels=[f"label{number}"]),
            ]
            for one in done:
                one.result()
            search = f"title{number} note{number} label{number}"
            assert library.page(search=search).total == 1


DISK_FULL = """
import resource, sys
from pathlib import Path
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.migrations import MIGRATIONS, migrate
from tests.library.conftest import answer
from interhuman.errors import LibraryError
library = Library(open_engine(Path(sys.argv[1])), owner="coach")
kept = library.begin(name="kept", model="inter-1")
library.store_answer(kept, answer(b"kept"))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
try:
    library.store_answer(kept, answer(bytes(2_000_000)))
except LibraryError as error:
    print(error.problem, error)
assert library.raw(kept) == b"kept"
assert library.page().total == 1
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
library.store_answer(kept, answer(b"later"))
"""


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DISK_FULL, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("full The disk that holds the library is full.")
    library = Library(open_engine(tmp_path), owner="coach")
    (row,) = library.page().rows
    assert library.raw(row.id) == b"later"


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    library = Library(engine, owner="coach")
    id = begin(library)
    with engine.connect() as connection:  # The pool gives this one out again.
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(LibraryError, match="disk that holds the library is full") as caught:
        library.store_answer(id, answer(bytes(1_000_000)))
    assert caught.value.problem == "full"
    assert caught.value.__suppress_context__
    assert library.raw(id) is None
    engine.dispose()
    library.store_answer(id, answer())
    assert library.raw(id) == BODY
    engine.dispose()


@contextmanager
def common_user() -> Iterator[None]:
    """Be a user who may not do everything, as root may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a common user may enter, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_to_is_said(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    for place in (open_folder, open_folder / "deeper"):
        with common_user(), pytest.raises(LibraryError) as caught:
            open_engine(place)
        assert caught.value.problem == "read_only"
        assert "read-only" in str(caught.value)


@pytest.mark.parametrize("in_use", [False, True], ids=["closed", "open elsewhere"])
def test_a_library_that_may_not_be_written_to_is_read(open_folder: Path, in_use: bool) -> None:
    engine = open_engine(open_folder)
    before = Library(engine, owner="coach")
    id = begin(before)
    before.store_answer(id, answer())
    if not in_use:
        engine.dispose()
    for path in open_folder.iterdir():
        path.chmod(0o444)
    open_folder.chmod(0o555)
    with common_user():
        library = Library(open_engine(open_folder), owner="coach")
        assert "can't be written to" in (library.notice or "")
        assert [row.id for row in library.page().rows] == [id]
        assert library.raw(id) == BODY
        with pytest.raises(LibraryError) as caught:
            library.fail(id, "nothing")
        assert caught.value.problem == "readable"
    engine.dispose()


def test_an_empty_library_that_may_not_be_written_to_is_said(open_folder: Path) -> None:
    engine = open_engine(open_folder)
    engine.dispose()
    (open_folder / FILE_NAME).chmod(0o444)
    open_folder.chmod(0o555)
    with common_user(), pytest.raises(LibraryError) as caught:
        Library(open_engine(open_folder), owner="coach")
    assert caught.value.problem == "read_only"


def test_a_library_of_an_earlier_version_that_may_not_be_written_to_is_read(
    open_folder: Path,
) -> None:
    engine = open_engine(open_folder)
    migrate(engine, migrations=MIGRATIONS[:1])
    engine.dispose()
    (open_folder / FILE_NAME).chmod(0o444)
    open_folder.chmod(0o555)
    with common_user():
        library = Library(open_engine(open_folder), owner="coach")
        assert library.notice is not None
        assert library.page().total == 0
        with pytest.raises(LibraryError) as caught:
            end_stop(library.access, "an account")
        assert caught.value.problem == "readable"


def test_a_library_that_becomes_read_only_is_said(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    library = Library(engine, owner="coach")
    id = begin(library)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(LibraryError) as caught:
        library.store_answer(id, answer())
    assert caught.value.problem == "read_only"
    assert library.get(id) is not None
    engine.dispose()


def test_what_is_no_folder_or_no_library_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / FILE_NAME).write_bytes(b"not a database " * 1_000)
    (tmp_path / "folder" / FILE_NAME).mkdir(parents=True)
    for place, problem in (("file", "unopenable"), ("odd", "damaged"), ("folder", "unopenable")):
        with pytest.raises(LibraryError) as caught:
            Library(open_engine(tmp_path / place), owner="coach")
        assert caught.value.problem == problem, place


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_locked_library_is_read_and_said_to_be_busy(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, busy_timeout_s=0.05)
    library = Library(engine, owner="coach")
    id = begin(library)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / FILE_NAME)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryError, match="another program has locked it") as caught:
            library.store_answer(id, answer())
        assert caught.value.problem == "locked"
        assert library.page().total == 1
        holder.communicate("go\n", timeout=30)
    library.store_answer(id, answer())
    assert library.raw(id) == BODY
    engine.dispose()


def test_what_is_erased_while_another_reads_is_said_and_gone_the_next_time(
    tmp_path: Path,
) -> None:
    engine = open_engine(tmp_path, busy_timeout_s=0.05)
    library = Library(engine, owner="coach")
    id = begin(library)
    library.store_answer(id, answer(b"Needle"))
    reader = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM analyses").fetchone()
    with pytest.raises(LibraryError, match="another program is reading the library") as caught:
        library.delete_everything()
    assert caught.value.problem == "locked"
    assert library.page().total == 0
    reader.close()
    library.purge_deleted()
    assert not any(b"Needle" in path.read_bytes() for path in tmp_path.iterdir())
    engine.dispose()


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


def test_a_server_that_goes_away_is_said_and_used_again_when_it_is_back(
    own_server: PostgresServer,
) -> None:
    engine = open_engine(own_server.new_database())
    library = Library(engine, owner="coach")
    id = begin(library)
    library.store_answer(id, answer())
    for _ in range(2):
        own_server.stop()
        for work in (library.page, library.close_abandoned, lambda: library.raw(id)):
            with pytest.raises(LibraryError, match="database can't be reached") as caught:
                work()
            assert caught.value.problem == "unreachable"
        with pytest.raises(LibraryError):
            Library(engine, owner="coach")
        own_server.start()
        assert library.raw(id) == BODY
        library.describe(id, title="still there")
    engine.dispose()


def test_a_connection_that_breaks_between_two_calls_is_made_again(engine: Engine) -> None:
    library = Library(engine, owner="coach")
    id = begin(library)
    if engine.dialect.name == "postgresql":
        with engine.connect() as killer, engine.connect() as victim:
            pid = victim.scalar(text("SELECT pg_backend_pid()"))
            victim.rollback()
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    for _ in range(3):
        assert library.get(id) is not None
