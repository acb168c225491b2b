"""The command, run in this process against a real server on this machine."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interhuman.answers.answer import Answer
from interhuman.answers.saved import load
from interhuman.answers.stitched import PATH
from interhuman.errors import LibraryError
from interhuman.library.engine import open_engine
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.library.reading import summarize
from interhuman.library.recordings_folder import digest_of
from interhuman.library.workers import WORKED_ON
from interhuman.runs.queue.account import account_key
from interhuman.runs.queue.queue import SLOWED, QueueStatus
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.settings import Credentials
from interhuman.terminal.adding import BILLED, UNDER_WAY
from interhuman.terminal.main import main
from interhuman.terminal.outcomes import SEND_MISSING
from interhuman.vocabulary import QUALITY_OVERALL, QUALITY_TIMELINE
from tests import clips, stitched
from tests.server import ANALYZE, EXAMPLE, Scripted, api_error
from tests.terminal.conftest import SECRET, SUBMIT, Place

pytestmark = pytest.mark.usefixtures("in_process")


@dataclass
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def results(self) -> dict[str, str]:
        """What became of each file, by the summary."""
        lines = [line.split("\t") for line in self.out.splitlines() if "\t" in line]
        return {line[0]: line[1] for line in lines[1:]}


@dataclass
class Command:
    """Runs the command; nothing that it prints or writes may hold the key."""

    place: Place
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Ended:
        try:
            code = main(["analyze", *arguments])
        except SystemExit as ended:
            code = int(str(ended.code))
        printed = self.capture.readouterr()
        assert SECRET not in printed.out + printed.err
        for path in self.place.folder.rglob("*"):
            assert not path.is_file() or SECRET.encode() not in path.read_bytes()
        return Ended(code, printed.out, printed.err)


@pytest.fixture
def analyze(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.chdir(place.folder)
    for name, value in place.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("INTERHUMAN_LIBRARY", raising=False)
    return Command(place, capsys)


def test_all_are_analyzed_once_and_the_results_are_in_the_folder(
    place: Place, analyze: Command
) -> None:
    files = place.files(3)
    first = analyze(".", "--out", "results", "--format", "json,xlsx,research,report")
    assert first.code == 0, first.err
    assert first.results == {path.name: "Done" for path in files}
    assert "3 of 3 files analyzed." in first.out
    assert place.sent == Counter(path.name for path in files)
    out = place.folder / "results"
    saved = load((out / "talk 1.interhuman.json").read_bytes())
    assert (saved.recording, len(saved.analysis.signals)) == ("talk 1.mp4", 2)
    assert sorted(path.name for path in out.iterdir() if path.suffix != ".json") == [
        *("interhuman-research.zip", "interhuman.html", "interhuman.xlsx"),
    ]
    with zipfile.ZipFile(out / "interhuman-research.zip") as packed:
        assert packed.testzip() is None
    again = analyze(".", "--out", "results")
    assert (again.code, set(again.results.values())) == (0, {"Done before"})
    assert place.sent.total() == 3
    other = analyze("talk 1.mp4", "--out", "results", "--include", "none")
    assert (other.code, other.results) == (0, {"talk 1.mp4": "Done"})
    assert place.sent.total() == 4


def test_a_library_that_is_off_leaves_its_state_in_the_folder(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERHUMAN_LIBRARY", "off")
    place.files(2)
    assert analyze("*.mp4", "--out", "results").code == 0
    assert (place.folder / "results" / ".interhuman" / "library.sqlite3").is_file()
    assert not (place.folder / "data").exists()
    assert analyze("*.mp4", "--out", "results").code == 0
    assert place.sent.total() == 2
    assert analyze("*.mp4", "--out", "others").code == 0
    assert place.sent.total() == 4


def test_the_same_recording_under_two_names_is_sent_once(place: Place, analyze: Command) -> None:
    one, two = place.files(2)
    two.write_bytes(one.read_bytes())
    ended = analyze(str(one), str(two), "talk 0.mp4")
    assert (ended.code, ended.results) == (
        0,
        {"talk 0.mp4": "Done", "talk 1.mp4": "Same as talk 0.mp4"},
    )
    assert place.sent == {"talk 0.mp4": 1}


def test_one_that_is_refused_is_named_with_its_remedy_and_stops_no_other(
    place: Place, analyze: Command
) -> None:
    place.files(3)
    place.server.script(ANALYZE, api_error(422, "ih5003"))
    ended = analyze(".")
    assert ended.code == 1
    assert sorted(ended.results.values()) == ["Can't be analyzed", "Done", "Done"]
    assert "H.264" in ended.out
    assert "2 of 3 files analyzed, 1 not." in ended.out
    assert analyze(".").code == 1
    assert place.sent.total() == 3


def test_what_may_be_billed_is_sent_again_only_where_a_person_decides_that(
    place: Place, analyze: Command
) -> None:
    place.files(2)
    place.server.script(ANALYZE, Scripted(502, body=b"<html>bad gateway"))
    first = analyze(".")
    assert (first.code, sorted(first.results.values())) == (1, ["Done", "Sent, result unknown"])
    again = analyze(".")
    assert (again.code, sorted(again.results.values())) == (
        1,
        ["Done before", "Sent, result unknown"],
    )
    assert BILLED in again.out
    assert place.sent.total() == 2
    assert analyze(".", "--send-again").code == 0
    assert sorted(place.sent.values()) == [1, 2]


def test_a_used_up_quota_stops_everything_and_the_same_command_goes_on(
    place: Place, analyze: Command
) -> None:
    files = place.files(6)
    place.server.script(ANALYZE, Scripted(json=EXAMPLE), api_error(429, "ih3003"))
    ended = analyze(".", "--jobs", "1")
    assert ended.code == 1
    assert Counter(ended.results.values()) == {"Done": 1, "Not analyzed": 5}
    assert "You've used up your quota." in ended.err
    assert "Run the same command again" in ended.out
    assert place.sent.total() == 2
    assert analyze(".").code == 0
    assert set(place.sent) == {path.name for path in files}
    assert place.sent.total() == 7


def test_too_many_requests_are_sent_later(place: Place, analyze: Command) -> None:
    place.files(2)
    refused = Scripted(429, json={"error_id": "ih3002"}, headers={"Retry-After": "1"})
    place.server.script(ANALYZE, refused)
    assert analyze(".").code == 0
    assert place.sent.total() == 3


def test_a_job_is_submitted_once_and_asked_for_until_it_ends(
    place: Place, analyze: Command
) -> None:
    place.files(1)
    id = "0123456789abcdef0123456789abcdef"
    result = {"duration_seconds": 12.0, "window_seconds": 5.0, "windows": [], "signals": []}
    place.server.script(SUBMIT, Scripted(202, json={"job_id": id, "status": "queued"}))
    place.server.script(
        f"/v2/upload/jobs/{id}",
        Scripted(json={"job_id": id, "status": "completed", "result": result}),
    )
    assert analyze(".", "--model", "inter-2").code == 0
    fields = place.server.requests(SUBMIT)[0].fields
    assert ("model", "inter-2") in fields
    assert ("include[]", "conversation_quality_timeline") in fields


def test_results_of_one_name_are_numbered(place: Place, analyze: Command) -> None:
    one, two = place.files(2)
    (place.folder / "b").mkdir()
    two.rename(place.folder / "b" / one.name)
    assert analyze(".", "--out", "results").code == 0
    names = sorted(path.name for path in (place.folder / "results").iterdir())
    assert names == ["talk 0-2.interhuman.json", "talk 0.interhuman.json"]


def test_a_file_that_failed_elsewhere_is_found_where_it_lies_now(
    place: Place, analyze: Command
) -> None:
    (path,) = place.files(1)
    place.server.script(ANALYZE, *[api_error(500, "ih1001")] * 1)
    assert analyze(".").code == 1
    path.rename(place.folder / "moved.mp4")
    ended = analyze(".")
    assert (ended.code, ended.results) == (0, {"moved.mp4": "Done"})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "required: FILE"),
        (("missing.mp4",), "There's no recording at missing.mp4."),
        (("missing*.mp4",), "There's no recording at missing*.mp4."),
        (("empty",), "There's no recording at empty."),
        (("talk 0.mp4", "--jobs", "0"), "from 1 to 64"),
        (("talk 0.mp4", "--format", "json,doc"), "'doc' isn't one of json, xlsx"),
        (("talk 0.mp4", "--include", "signals"), "'signals' isn't one of overall"),
        (("talk 0.mp4", "--model", "inter-9"), "invalid choice: 'inter-9'"),
        (("talk 0.mp4", "--wat"), "unrecognized arguments: --wat"),
    ],
)
def test_wrong_use_is_said_before_anything_is_sent(
    place: Place, analyze: Command, arguments: tuple[str, ...], says: str
) -> None:
    place.files(1)
    (place.folder / "empty").mkdir()
    ended = analyze(*arguments)
    assert ended.code == 2
    assert says in ended.err
    assert place.server.seen == []
    assert not (place.folder / "results").exists()


def test_without_a_key_it_says_where_to_put_one(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.files(1)
    monkeypatch.delenv("INTERHUMAN_API_KEY")
    ended = analyze(".")
    assert ended.code == 2
    assert "INTERHUMAN_API_KEY" in ended.err
    assert "--sandbox" in ended.err


def test_the_secrets_file_of_the_page_is_read(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.files(1)
    for name in ("INTERHUMAN_API_KEY", "INTERHUMAN_BASE_URL"):
        monkeypatch.delenv(name)
    secrets = place.folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        f'[interhuman]\nkey_id = "id"\nkey_secret = "{SECRET[:-1]}"\n'
        f'base_url = "{place.server.base_url}"\n',
        encoding="utf-8",
    )
    assert analyze("talk 0.mp4").code == 0
    assert place.server.seen[0].json["key_id"] == "id"
    secrets.write_text('[interhuman]\nkey_id = "do not tell"\n', encoding="utf-8")
    half = analyze("talk 0.mp4")
    assert (half.code, "do not tell" in half.err) == (2, False)
    assert "key_secret is missing" in half.err
    secrets.write_text("[interhuman\nkey_id", encoding="utf-8")
    broken = analyze("talk 0.mp4")
    assert (broken.code, "isn't valid TOML" in broken.err) == (2, True)


def test_a_library_that_cannot_be_opened_is_said(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.files(1)
    (place.folder / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("INTERHUMAN_LIBRARY", str(place.folder / "file"))
    ended = analyze("talk 0.mp4")
    assert ended.code == 1
    assert "library" in ended.err
    assert place.server.seen == []


def test_names_from_outside_write_no_markup_and_no_escapes(place: Place, analyze: Command) -> None:
    name = "[red]\x1b[31m evil.mp4"
    (place.folder / name).write_bytes(b"film")
    ended = analyze(str(Path(name)))
    assert ended.code == 0
    assert "\x1b" not in ended.out + ended.err
    assert "[red]\N{REPLACEMENT CHARACTER}[31m evil.mp4" in ended.out


def test_a_library_that_is_away_for_a_moment_costs_no_result(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.files(2)
    rows, away = QueueRows.all, iter([True, True])

    def all_or_none(self: QueueRows, **options: Any) -> tuple[QueuedRow, ...]:
        if next(away, False):
            raise LibraryError("The library is away.", problem="unreachable")
        return rows(self, **options)

    monkeypatch.setattr(QueueRows, "all", all_or_none)
    ended = analyze(".")
    assert (ended.code, ended.err.count("The library is away.")) == (0, 1)


def test_why_nothing_is_sent_for_a_while_is_said_once(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.files(1)
    left_s = iter([60, 59])

    def status(queue: ThreadQueue, library: Library) -> QueueStatus:
        wait_s = next(left_s, None)
        return QueueStatus(0, 4, slowed=SLOWED.format(wait_s) if wait_s is not None else None)

    monkeypatch.setattr(ThreadQueue, "status", status)
    ended = analyze(".")
    assert (ended.code, ended.err.count("Interhuman asked to wait")) == (0, 1)


def test_files_that_could_not_be_added_are_gone_on_with_the_next_time(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.files(3)
    add, tries = QueueRows.add, iter([True, False])

    def add_once(self: QueueRows, **options: Any) -> str:
        if next(tries, False):
            return add(self, **options)
        raise LibraryError("The disk is full.", problem="full")

    with monkeypatch.context() as patch:
        patch.setattr(QueueRows, "add", add_once)
        ended = analyze(".")
    assert ended.code == 1
    assert ended.results == {
        "talk 0.mp4": "Done",
        "talk 1.mp4": "Not analyzed",
        "talk 2.mp4": "Not analyzed",
    }
    assert "The disk is full." in ended.err
    assert analyze(".").code == 0
    assert set(place.sent.values()) == {1}


def test_a_gap_is_named_with_how_to_fill_it_and_is_no_success(
    place: Place, analyze: Command
) -> None:
    whole, gap = place.files(2)
    library = Library(open_engine(place.folder / "data" / "interhuman"), owner=LOCAL_OWNER)
    options = {"include": [QUALITY_OVERALL, QUALITY_TIMELINE], "goal_dimensions": []}
    for path in (whole, gap):
        document = stitched.document(complete=path == whole)
        id = library.begin(name=path.name, model="inter-1", options=options, sha256=digest_of(path))
        raw = document.to_bytes()
        library.store_answer(id, Answer(PATH, 200, raw, None, False, stitched.ARRIVED_AT))
        library.finish(id, summary=summarize(load(raw).analysis))
    ended = analyze(".")
    assert (ended.code, ended.results) == (
        1,
        {"talk 0.mp4": "Done before", "talk 1.mp4": "Done before, with a gap"},
    )
    assert f"talk 1.mp4: Nothing was analyzed from 6:40 to 13:10. {SEND_MISSING}" in ended.out
    assert "2 of 2 files analyzed, 1 with a gap." in ended.out
    assert "70 (mean of 2 parts)" in ended.out
    assert analyze(whole.name).code == 0
    assert place.sent.total() == 0


def test_what_the_page_analyzes_now_is_not_sent_beside_it(place: Place, analyze: Command) -> None:
    (path,) = place.files(1)
    library = Library(open_engine(place.folder / "data" / "interhuman"), owner=LOCAL_OWNER)
    options = {"include": [QUALITY_OVERALL, QUALITY_TIMELINE], "goal_dimensions": []}
    id = library.begin(name="talk.mp4", model="inter-1", options=options, sha256=digest_of(path))
    WORKED_ON.add(id)
    try:
        ended = analyze(".")
    finally:
        WORKED_ON.remove(id)
    assert (ended.code, ended.results) == (1, {"talk 0.mp4": "Not analyzed"})
    assert UNDER_WAY in ended.out
    assert place.sent.total() == 0


def test_what_a_page_left_waiting_is_not_sent_unless_it_is_named(
    place: Place, analyze: Command
) -> None:
    named, other = place.files(2)
    library = Library(open_engine(place.folder / "data" / "interhuman"), owner=LOCAL_OWNER)
    credentials = Credentials(access_token=SECRET)
    id = QueueRows(library.access).add(
        stage=ItemState.WAITING,
        account=account_key(credentials, base_url=place.server.base_url),
        source=str(other),
        name=other.name,
        model="inter-1",
        options={"include": [QUALITY_OVERALL, QUALITY_TIMELINE], "goal_dimensions": []},
        sandbox=False,
        duration_s=None,
        size_bytes=None,
        sha256=digest_of(other),
    )
    assert analyze(named.name).code == 0
    assert place.sent == {named.name: 1}
    assert analyze(".").code == 0
    assert place.sent == {named.name: 1, other.name: 1}
    row = library.get(id)
    assert row is not None
    assert row.state == "done"


def test_parts_of_a_camera_are_one_recording_which_is_sent_once_a_file(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERHUMAN_CONVERT", "on")
    names = ("GX010042.MP4", "GX020042.MP4", "talk.mp4")
    for name, seconds in zip(names, (4.0, 5.0, 6.0), strict=True):
        (place.folder / name).write_bytes(clips.camera_part(seconds))
    named = [str(place.folder / name) for name in reversed(names)]
    ended = analyze(*named, "--join")
    assert (ended.code, ended.results) == (0, {"talk.mp4": "Done", "GX0042.mp4": "Done"})
    assert place.sent == {"talk.mp4": 1, "GX0042.mp4": 2}
    analysis = load((place.folder / "results" / "GX0042.interhuman.json").read_bytes()).analysis
    assert (analysis.files, analysis.files_timed) == (names[:2], False)
    (whole,) = place.folder.glob("results/joined/*/GX0042.mp4")
    joined_at = whole.stat().st_mtime_ns
    again = analyze(".", "--join")  # with what was joined among the files
    assert set(again.results.values()) == {"Done before"}
    assert place.sent.total() == 3
    assert whole.stat().st_mtime_ns == joined_at


def test_what_cannot_be_joined_is_not_sent_apart(
    place: Place, analyze: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(path) for path in place.files(2)]
    assert (analyze(*names, "--join").code, place.sent.total()) == (2, 0)
    monkeypatch.setenv("INTERHUMAN_CONVERT", "on")
    ended = analyze(*names, "--join")
    assert (ended.code, place.sent.total()) == (2, 0)
    assert "None of these files look like parts" in ended.err
