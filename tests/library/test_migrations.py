from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from interhuman.errors import LibraryError
from interhuman.library.annotating import annotations_of
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.migrations import LOCK, MIGRATIONS, migrate
from interhuman.library.tables import metadata
from tests.library.conftest import BODY, Place, PostgresServer, answer, begin
from tests.processes import wait_until

ROOT = Path(__file__).parent.parent.parent

ADDED = ("ALTER TABLE analyses ADD COLUMN mood TEXT", "UPDATE analyses SET mood = 'good'")
BROKEN = ("CREATE TABLE half (x INTEGER)", "ALTER TABLE nowhere ADD COLUMN x TEXT")

FIRST = (
    """INSERT INTO analyses (id, owner, created_at, updated_at, name, model, options, sandbox,
        state, title, labels, note, heading_key, search_text, worker, alive_at, sent)
    VALUES ('AAAAAAAAAAAAAAAAAAAAAA', 'coach', 1800000000000000, 1800000000000000, 'old.mp4',
        'inter-1', '{{}}', false, 'running', 'Old', '["a"]', 'note', 'old', 'old.mp4 old a',
        'elsewhere 1 1800000000.00', 1800000000000000, true)""",
    """INSERT INTO answers (analysis_id, received_at, path, status, complete, sandbox, body)
    VALUES ('AAAAAAAAAAAAAAAAAAAAAA', 1800000000000000, '/v1', 200, true, false, {body})""",
)

WRITTEN_BY: dict[int, tuple[str, ...]] = {
    1: FIRST,
    2: (
        *FIRST,
        """INSERT INTO notes (analysis_id, id, start_s, end_s, text, written_at)
        VALUES ('AAAAAAAAAAAAAAAAAAAAAA', 'aaaaaaaa', 1.5, 2, 'note', 1800000000000000)""",
        """INSERT INTO judgments (analysis_id, signal, says, judged_at)
        VALUES ('AAAAAAAAAAAAAAAAAAAAAA', 3, 'agree', 1800000000000000)""",
    ),
}
"""How the program of each version wrote an analysis."""

WRITTEN_BY[3] = (
    *WRITTEN_BY[2],
    """UPDATE analyses SET stage = 'sent, answer unknown', account = 'abc', batch = 'interviews',
        queued_at = 1800000000000000, source = '/recordings/old.mp4',
        remedy = 'Look at it.'""",
)

WRITTEN_BY[4] = (
    *WRITTEN_BY[3],
    """INSERT INTO stopped_accounts (account, why, stopped_at)
    VALUES ('abc', 'The quota is used up.', 1800000000000000)""",
    "UPDATE analyses SET part_in_flight = true",
)

BODY_LITERAL = {"sqlite": f"x'{BODY.hex()}'", "postgresql": f"'\\x{BODY.hex()}'::bytea"}


def execute(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_every_released_version_is_written_here() -> None:
    assert set(WRITTEN_BY) == set(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_a_library_of_every_earlier_version_opens_with_what_it_holds(
    engine: Engine, version: int
) -> None:
    migrate(engine, migrations=MIGRATIONS[:version])
    body = BODY_LITERAL[engine.dialect.name]
    written = [one.format(body=body) for one in WRITTEN_BY.get(version, ())]
    execute(engine, *(one.replace(":", "\\:") for one in written))
    library = Library(engine, owner="coach")
    assert library.notice is None
    rows = library.page(search="old").rows
    assert [row.title for row in rows] == ["Old"] * bool(version)
    for row in rows:
        assert library.raw(row.id) == BODY
        assert bool(annotations_of(library.access, row.id)) == (version > 1)
    library.store_answer(begin(library), answer())


def test_the_newest_schema_is_what_the_queries_expect(engine: Engine) -> None:
    assert migrate(engine) == len(MIGRATIONS)
    assert tables(engine) == set(metadata.tables)
    for name, table in metadata.tables.items():
        columns = {one["name"]: one["nullable"] for one in inspect(engine).get_columns(name)}
        primary = set(inspect(engine).get_pk_constraint(name)["constrained_columns"])
        assert primary == {column.name for column in table.primary_key}
        assert set(columns) == set(table.columns.keys())
        for column in table.columns:
            if not column.primary_key:
                assert columns[column.name] == column.nullable, f"{name}.{column.name}"


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == migrate(engine) == len(MIGRATIONS)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT version FROM schema_version")).all()
    assert [tuple(row) for row in rows] == [(number + 1,) for number in range(len(MIGRATIONS))]


def test_a_migration_is_done_whole_or_not_at_all(engine: Engine) -> None:
    more: Sequence[Sequence[str]] = (*MIGRATIONS, ADDED, BROKEN)
    with pytest.raises(LibraryError):
        migrate(engine, migrations=more)
    assert "half" not in tables(engine)
    assert migrate(engine, migrations=more[:-1]) == len(MIGRATIONS) + 1, "this one was kept"
    mended = (*more[:-1], ("CREATE TABLE half (x INTEGER)",))
    assert migrate(engine, migrations=mended) == len(MIGRATIONS) + 2
    assert "half" in tables(engine)


def test_a_library_of_a_newer_version_can_be_read_but_not_changed(engine: Engine) -> None:
    library = Library(engine, owner="coach")
    id = begin(library)
    library.store_answer(id, answer())
    migrate(engine, migrations=(*MIGRATIONS, ADDED))

    newer = Library(engine, owner="coach")
    assert newer.notice is not None
    assert "newer version" in newer.notice
    assert newer.raw(id) == BODY
    assert newer.page().total == 1
    for change in (
        lambda: begin(newer),
        lambda: newer.store_answer(id, answer()),
        lambda: newer.delete(id),
        newer.delete_everything,
        newer.close_abandoned,
    ):
        with pytest.raises(LibraryError, match="newer version") as caught:
            change()
        assert caught.value.problem == "newer"
    assert newer.space_used() == len(BODY)


def test_postgresql_migrates_under_a_lock(postgres: PostgresServer) -> None:
    place = postgres.new_database()
    engine, watching = open_engine(place), open_engine(place)
    with watching.connect() as watcher, ThreadPoolExecutor(1) as threads:
        watcher.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        watcher.commit()
        migrated = threads.submit(migrate, engine)
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        try:
            wait_until(lambda: watcher.scalar(waiting) == 1, within_s=20)
            assert tables(watching) == set()
        finally:
            watcher.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
            watcher.commit()
        assert migrated.result() == len(MIGRATIONS)
    engine.dispose()
    watching.dispose()


MIGRATE = """
import sys
from pathlib import Path
from interhuman.library.annotating import annotations_of
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
sys.stdin.readline()
Library(open_engine(place), owner="coach").begin(name=sys.argv[2], model="inter-1")
"""


def test_any_number_of_processes_migrate_at_once(place: Place) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, str(place), str(number)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for number in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, errors
    engine = open_engine(place)
    assert {row.name for row in Library(engine, owner="coach").page().rows} == set("012")
    engine.dispose()
