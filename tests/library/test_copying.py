from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from interhuman.annotations import Annotations, Note
from interhuman.errors import LibraryError
from interhuman.library.annotating import annotate, annotations_of
from interhuman.library.copying import copy_library
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.migrations import MIGRATIONS, migrate
from tests.library.conftest import PostgresServer, answer, begin
from tests.library.writer import SUMMARY

ADDED = Annotations((Note("0a1b2c3d", 1.0, 2.5, "Grüße 🙂"),), {2: "agree", 0: "disagree"})

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def source(tmp_path: Path) -> Library:
    """A library in a folder, with analyses of every state."""
    library = Library(open_engine(tmp_path / "source"), owner="coach")
    done, failed = begin(library, "done.mp4"), begin(library, "failed.mp4")
    library.store_answer(done, answer(b"accepted", status=202))
    library.store_answer(done, answer(bytes(range(256))))
    library.finish(done, summary=SUMMARY)
    library.describe(done, title="Grüße")
    library.describe(done, labels=["a", "b"])
    annotate(library.access, done, ADDED.changes())
    library.fail(failed, "why")
    begin(library, "running.mp4", options={"context": "\0"})
    return library


def test_every_analysis_is_copied_once(engine: Engine, source: Library, tmp_path: Path) -> None:
    origin = open_engine(tmp_path / "source")
    assert copy_library(origin, engine) == 3
    target = Library(engine, owner="coach")
    assert target.page() == source.page()
    for row in source.page().rows:
        assert target.answer(row.id) == source.answer(row.id)
        kept = annotations_of(target.access, row.id)
        assert kept == (ADDED if row.name == "done.mp4" else Annotations())
    assert target.space_used() == source.space_used()
    assert target.page(search="grüße b").total == 1
    assert copy_library(origin, engine) == 0
    late = begin(source, "late.mp4")
    assert copy_library(origin, engine) == 1
    assert target.get(late) == source.get(late)
    target.store_answer(late, answer())
    origin.dispose()


def test_copies_may_become_anothers(engine: Engine, source: Library, tmp_path: Path) -> None:
    origin = open_engine(tmp_path / "source")
    assert copy_library(origin, engine, owner="issuer|coach") == 3
    assert Library(engine, owner="coach").page().total == 0
    target = Library(engine, owner="issuer|coach")
    assert target.page() == source.page()
    assert copy_library(origin, engine, owner="issuer|coach") == 0
    origin.dispose()


def test_neither_side_may_be_of_a_newer_version(
    engine: Engine, source: Library, tmp_path: Path
) -> None:
    origin = open_engine(tmp_path / "source")
    migrate(engine, migrations=(*MIGRATIONS, ("CREATE TABLE new (x INTEGER)",)))
    for one, other in ((origin, engine), (engine, origin)):
        with pytest.raises(LibraryError, match="newer version"):
            copy_library(one, other)
    origin.dispose()


@pytest.mark.parametrize("change", ["created_at = 'x'", "options = 'null'"])
def test_an_odd_row_is_left_out_and_stops_no_other(
    engine: Engine, source: Library, tmp_path: Path, change: str
) -> None:
    origin = open_engine(tmp_path / "source")
    (odd,) = (row.id for row in source.page().rows if row.name == "failed.mp4")
    with origin.begin() as connection:
        connection.execute(text(f"UPDATE analyses SET {change} WHERE id = :id"), {"id": odd})
    assert copy_library(origin, engine) == 2
    assert Library(engine, owner="coach").page().total == 2
    origin.dispose()


def run(*arguments: str, library: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "interhuman.library.copying", *arguments],
        cwd=ROOT,
        env={**os.environ, "INTERHUMAN_LIBRARY": library},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_copies_a_folder_to_postgresql(
    postgres: PostgresServer, source: Library, tmp_path: Path
) -> None:
    url = postgres.new_database()
    done = run(str(tmp_path / "source"), library=url)
    assert (done.returncode, done.stdout) == (0, "Copied 3 analyses.\n"), done.stderr
    engine = open_engine(url)
    assert Library(engine, owner="coach").page() == source.page()
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "library", "status", "says"),
    [
        ([], "postgresql://x", 2, "INTERHUMAN_LIBRARY=postgresql://"),
        (["source"], "off", 2, "INTERHUMAN_LIBRARY=postgresql://"),
        (["nowhere"], "postgresql://x", 1, "There's no library in"),
        (["."], "postgresql://x", 1, "There's no library in"),
        (["."], "mysql://u:S3cret@h/d", 1, "must begin with postgresql://"),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, arguments: list[str], library: str, status: int, says: str
) -> None:
    done = run(*(str(tmp_path / one) for one in arguments), library=library)
    assert done.returncode == status
    assert says in done.stderr
    assert "S3cret" not in done.stderr
    assert list(tmp_path.iterdir()) == []
