"""Downloads from the library: of what is ticked, else of all that the search finds."""

from __future__ import annotations

import gc
import io
import threading
import weakref
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from interhuman.exports.files import Target, opened
from interhuman.exports.kinds import FileKind, kinds
from interhuman.exports.named import Named
from interhuman.page import exporting, serving
from interhuman.page.exporting import Export
from interhuman.page.keys import Key
from interhuman.page.library import downloads
from interhuman.page.library.selection import TICKED
from interhuman.runs.kept_results import UNDER_WAY
from tests.page.conftest import Page
from tests.page.kept import KeptPlace, use_library
from tests.processes import wait_until


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KeptPlace:
    return use_library(monkeypatch, tmp_path / "library")


@pytest.fixture(autouse=True)
def _without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.PLAYBACK, "is_served", False)


def library_page() -> Page:
    return Page().go_to("library")


def last(page: Page) -> Export:
    """Return the export that was begun last, once it has ended."""
    export: Export = page.at.session_state["export"]
    wait_until(lambda: export.run.finished)
    page.rerun()
    return export


def press(page: Page, name: str) -> Export:
    page.at.button(key=f"{Key.EXPORTS}-{name}").click().run()
    return last(page)


def test_the_whole_library_is_a_workbook(place: KeptPlace) -> None:
    for name in ("a.mp4", "b.mp4"):
        place.add(name=name)
    page = library_page()
    export = press(page, "workbook")
    assert export.file_name == "interhuman 2 analyses.xlsx"
    summary = pd.read_excel(export.run.path, sheet_name="Summary")
    assert summary["recording"].tolist() == ["b.mp4", "a.mp4"]
    assert export.file_name in {str(node.proto.label) for node in page.nodes("download_button")}


@pytest.mark.parametrize(
    ("sandbox", "ends"), [((True, True), "-sandbox.xlsx"), ((True, False), "-partly-sandbox.xlsx")]
)
def test_the_name_of_many_says_what_is_the_sandboxs(
    sandbox: tuple[bool, ...], ends: str, place: KeptPlace
) -> None:
    for is_sandbox in sandbox:
        place.add(sandbox=is_sandbox)
    assert press(library_page(), "workbook").file_name == f"interhuman 2 analyses{ends}"


def test_only_what_is_ticked_is_in_it_in_that_order(place: KeptPlace) -> None:
    ids = [place.add(name=name) for name in ("a.mp4", "b.mp4", "c.mp4")]
    page = library_page()
    page.at.session_state[TICKED].take_in([ids[2], ids[0]])
    page.rerun()
    table = pd.read_csv(io.BytesIO(press(page, "wide").run.path.read_bytes()))
    assert table["analysis_id"].tolist() == [ids[2], ids[0]]


def test_what_has_no_result_is_named_with_the_reason(place: KeptPlace) -> None:
    ids = [place.add(name="a.mp4"), place.of().begin(name="now.mp4", model="inter-1")]
    page = library_page()
    page.at.session_state[TICKED].take_in(ids)
    page.rerun()
    export = press(page, "report")
    assert export.run.made is not None
    assert export.run.made.left_out == (("now.mp4", UNDER_WAY),)
    assert "1 analysis left out" in page.text
    assert "no result yet" in page.text


def test_more_than_a_report_holds_is_refused_with_what_to_do(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.mp4", "b.mp4"):
        place.add(name=name)
    report, *_ = kinds()
    monkeypatch.setattr(downloads, "kinds", lambda **_: (replace(report, max_results=1),))
    page = library_page()
    page.at.button(key=f"{Key.EXPORTS}-report").click().run()
    assert "export" not in page.at.session_state
    (warning,) = page.at.warning
    assert warning.value == downloads.TOO_MANY.format("Report", 1, 2)


def test_a_file_stays_where_the_visitor_goes_until_it_is_put_away(place: KeptPlace) -> None:
    place.add(name="a.mp4")
    page = library_page()
    export = press(page, "workbook")
    page.go_to("")
    assert export.file_name in {str(node.proto.label) for node in page.nodes("download_button")}
    page.at.button(key=Key.EXPORT_CLOSE).click().run()
    assert "export" not in page.at.session_state
    assert not any(export.file_name in str(node.proto) for node in page.nodes("download_button"))


def test_deleting_everything_lets_go_of_the_last_file_and_the_printed_report(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving.PLAYBACK, "is_served", True)
    id = place.add(name="a.mp4")
    page = Page(address={"result": id})
    report = weakref.ref(page.at.session_state["printed"])
    assert b"a.mp4" in page.at.session_state["printed"].html()
    page.go_to("library")
    assert "printed" not in page.at.session_state
    path = press(page, "workbook").run.path
    page.at.button(key=Key.DELETE_CONFIRMED).click().run()
    gc.collect()
    assert "export" not in page.at.session_state
    assert report() is None
    assert not path.exists()


def test_what_is_being_written_can_be_canceled(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def write(named: Named, target: Target) -> None:
        for _ in named:
            with opened(target):
                pass
            go_on.wait()

    slow = FileKind("slow", "Slow", "To wait for.", ".txt", "text/plain", write)
    monkeypatch.setattr(downloads, "kinds", lambda **_: (slow,))
    for name in ("a.mp4", "b.mp4"):
        place.add(name=name)
    page = library_page()
    page.at.button(key=f"{Key.EXPORTS}-slow").click().run()
    export: Export = page.at.session_state["export"]
    wait_until(export.run.path.exists)
    page.rerun()
    assert "Slow: 0 of 2" in page.text
    assert exporting.BUSY in page.text
    page.at.button(key=Key.EXPORT_CANCEL).click().run()
    go_on.set()
    wait_until(lambda: export.run.finished)
    page.rerun()
    assert page.at.button(key=f"{Key.EXPORTS}-slow") is not None
    assert not page.at.exception
    wait_until(lambda: not export.run.path.exists())
