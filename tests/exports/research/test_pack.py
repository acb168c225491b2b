"""The research pack: what is in the zip, under which names, and that memory does not grow."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree

import pandas as pd
import pytest
import webvtt
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from interhuman.analysis import Analysis
from interhuman.exports.about import reading
from interhuman.exports.columns import COLUMNS, MEASURES
from interhuman.exports.named import NamedResult
from interhuman.exports.research.bids import BIDS_COLUMNS
from interhuman.exports.research.boris_events import BORIS_COLUMNS
from interhuman.exports.research.pack import (
    ABOUT,
    ALL_RECORDINGS,
    ALL_SIGNALS,
    FILES,
    README,
    write_research_pack,
)
from interhuman.exports.research.pack_readme import CSV_COLUMNS
from interhuman.exports.tables import write_long_csv, write_wide_csv
from interhuman.findings.moments import OWN_RULES, RULES
from interhuman.version import PROGRAM, VERSION
from interhuman.vocabulary import SANDBOX_NOTE
from tests import examples
from tests.exports.results import FULL, RESULTS

ENDINGS = [*(each.ending for each in FILES), ABOUT]
SANDBOX = replace(FULL, title="Trial", analysis=replace(FULL.analysis, sandbox=True))


def packed(*named: NamedResult | tuple[str, Analysis]) -> zipfile.ZipFile:
    file = io.BytesIO()
    write_research_pack(named, file)
    return zipfile.ZipFile(file)


def text_of(pack: zipfile.ZipFile, name: str) -> str:
    return pack.read(name).decode("utf-8-sig")


def test_a_result_has_a_folder_with_every_file(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    write_research_pack([FULL], str(path))
    with zipfile.ZipFile(path) as pack:
        stem = "Pitch_ June/Pitch_ June"
        assert pack.namelist() == [
            *(f"{stem}{ending}" for ending in ENDINGS),
            ALL_SIGNALS,
            ALL_RECORDINGS,
            README,
        ]
        assert pack.testzip() is None
        assert pack.read(f"{stem}-answer.json") == FULL.analysis.raw_bytes
        signals = pd.read_csv(io.BytesIO(pack.read(f"{stem}-signals.csv")))
        assert signals["person_says"].dropna().to_dict() == {0: "agree"}
        notes = pd.read_csv(io.BytesIO(pack.read(f"{stem}-notes.csv")))
        assert notes["note"].tolist() == ["Good start"]
    assert list(tmp_path.iterdir()) == [path]


def test_pairs_of_title_and_analysis_are_enough() -> None:
    pack = packed(("Talk.mp4", examples.read(examples.FULL)))
    assert "Talk/Talk.eaf" in pack.namelist()


def test_each_says_what_it_is() -> None:
    pack = packed(FULL, SANDBOX)
    about = text_of(pack, "Pitch_ June/Pitch_ June-about.txt")
    assert about.splitlines() == [
        "Title: Pitch, June",
        "Recording: pitch june.mp4",
        "Labels: not given",
        "Length: 60.000 s",
        "Analysis ID: analysis-1",
        "Correlation ID: c0ffee00-0000-4000-8000-000000000001",
        "Model: inter-1",
        "Source: Interhuman API, inter-1",
        "Analyzed: 2026-11-27 20:15:04 UTC",
        "Note: not given",
        f"Made by: {PROGRAM} {VERSION}",
    ]
    assert f"Source: {SANDBOX_NOTE}" in text_of(pack, "Trial/Trial-about.txt")
    readme = text_of(pack, README)
    assert f"Made by: {PROGRAM} {VERSION}" in readme
    assert "It holds 2 analyses, 1 of them from the sandbox." in readme


def _without_type(column: str) -> str:
    """Return a column as the dictionary has it: "count_<type>" for that of any type."""
    measure = next((name for name in MEASURES if column.startswith(f"{name}_")), None)
    return f"{measure}_<type>" if measure and column not in COLUMNS else column


def test_the_readme_describes_every_file_column_and_rule() -> None:
    pack = packed(FULL)
    readme = text_of(pack, README)
    blocks = {block.partition("\n")[0] for block in readme.split("\n\n")}
    assert set(ENDINGS) <= blocks
    assert {f"Moments: {rule.title}" for rule in RULES.values()} <= blocks
    assert {name for name, _ in reading()} <= blocks
    assert OWN_RULES in " ".join(readme.split())
    tables = {"_events.tsv": BIDS_COLUMNS, "-boris-events.csv": BORIS_COLUMNS}
    for name in pack.namelist():
        if name.endswith((".csv", ".tsv")):
            described = next(
                (columns for end, columns in tables.items() if name.endswith(end)), CSV_COLUMNS
            )
            separator = "\t" if name.endswith(".tsv") else ","
            table = pd.read_csv(io.BytesIO(pack.read(name)), sep=separator)
            columns = {_without_type(column) for column in table.columns}
            assert columns <= set(described), name
            assert columns <= blocks, name
    assert max(map(len, readme.splitlines())) <= 88


def test_an_answer_that_was_not_kept_has_no_file() -> None:
    pack = packed(replace(FULL, analysis=replace(FULL.analysis, raw_bytes=b"")))
    assert not [name for name in pack.namelist() if name.endswith("-answer.json")]


@pytest.mark.parametrize(
    ("titles", "folders"),
    [
        (["Talk", "talk", "Talk.mp4"], ["Talk", "talk 2", "Talk 3"]),
        (["../../etc/passwd", "CON", "a/b\\c"], ["passwd", "CON_", "c"]),
        (["", "…", "\x00"], ["analysis", "analysis 2", "analysis 3"]),
    ],
)
def test_folders_have_safe_names_of_their_own(titles: list[str], folders: list[str]) -> None:
    pack = packed(*(replace(FULL, title=title) for title in titles))
    found = dict.fromkeys(name.partition("/")[0] for name in pack.namelist() if "/" in name)
    assert list(found) == folders


def test_the_same_results_are_the_same_bytes_with_the_date_of_the_analysis() -> None:
    files = io.BytesIO(), io.BytesIO()
    for file in files:
        write_research_pack([FULL, replace(FULL, analyzed_at=None)], file)
    assert files[0].getvalue() == files[1].getvalue()
    with zipfile.ZipFile(files[0]) as pack:
        dates = {entry.filename: entry.date_time for entry in pack.infolist()}
        kinds = {entry.compress_type for entry in pack.infolist()}
    assert dates["Pitch_ June/Pitch_ June.eaf"] == (2026, 11, 27, 20, 15, 4)
    assert dates["Pitch_ June 2/Pitch_ June 2.eaf"] == (1980, 1, 1, 0, 0, 0)
    assert dates[README] == (2026, 11, 27, 20, 15, 4)
    assert kinds == {zipfile.ZIP_DEFLATED}


def test_the_tables_of_all_results_stand_beside_their_folders() -> None:
    file = io.BytesIO()
    write_research_pack(iter((FULL, SANDBOX)), file)
    pack = zipfile.ZipFile(file)
    for name, write in ((ALL_SIGNALS, write_long_csv), (ALL_RECORDINGS, write_wide_csv)):
        alone = io.BytesIO()
        write((FULL, SANDBOX), alone)
        assert pack.read(name) == alone.getvalue()
        assert f"{name}\n    One row per" in text_of(pack, README)


def test_what_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    def results() -> Iterator[NamedResult]:
        yield FULL
        raise RuntimeError("the library is gone")

    path = tmp_path / "pack.zip"
    path.write_bytes(b"the pack of yesterday")
    with pytest.raises(RuntimeError, match="the library is gone"):
        write_research_pack(results(), path)
    assert path.read_bytes() == b"the pack of yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pack_of_nothing_says_so(tmp_path: Path) -> None:
    write_research_pack([], tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert pack.namelist() == [ALL_SIGNALS, ALL_RECORDINGS, README]
        assert "It holds 0 analyses." in text_of(pack, README)


def test_memory_does_not_grow_with_the_number_of_results(tmp_path: Path) -> None:
    """All that stays of a result is its place in the list of files at the end of the zip."""
    large = 1_000_000

    def results(number: int) -> Iterator[NamedResult]:
        for _ in range(number):
            yield NamedResult("Talk", Analysis(raw_bytes=bytes(large)))

    def peak(number: int) -> int:
        tracemalloc.start()
        write_research_pack(results(number), tmp_path / "pack.zip")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    write_research_pack(results(1), tmp_path / "pack.zip")
    assert peak(4) - peak(2) < large / 5


@settings(
    max_examples=10, phases=[Phase.generate]
)  # A pack takes too long to search for a smaller one.
@given(results=st.lists(RESULTS, max_size=2))
def test_any_results_are_a_pack_of_safe_names_that_can_be_read(results: list[NamedResult]) -> None:
    pack = packed(*results)
    assert pack.testzip() is None
    names = pack.namelist()
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        for path in (PurePosixPath(name), PureWindowsPath(name)):
            assert not path.is_absolute()
            assert len(path.parts) == 2 or name in (README, ALL_SIGNALS, ALL_RECORDINGS)
            assert ".." not in path.parts
        content = pack.read(name)
        if name.endswith(".eaf"):
            ElementTree.fromstring(content)
        elif name.endswith((".boris", "_events.json")):
            json.loads(content)
        elif name.endswith((".vtt", ".srt")) and content:
            webvtt.from_buffer(io.BytesIO(content), format=name[-3:])
        elif name.endswith((".csv", ".tsv")):
            pd.read_csv(io.BytesIO(content), sep="\t" if name.endswith(".tsv") else ",")
        elif name.endswith(".txt"):
            content.decode("utf-8-sig")
