"""Many files from code, against a real server on this machine."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from interhuman import (
    Analysis,
    FileUpdate,
    InterhumanAPIError,
    InterhumanClient,
    InterhumanConfigError,
    InterhumanError,
    analyze_many,
)
from interhuman.adaptive_limit import AccountStoppedError
from interhuman.media.fit import FitError
from interhuman.runs import many
from interhuman.runs.file_update import FilePath, Outcome
from interhuman.runs.notebook import Board, notebook_progress
from tests import clips
from tests.examples import HOSTILE
from tests.server import (
    ANALYZE,
    EXAMPLE,
    HELD_S,
    Clock,
    Scripted,
    Seen,
    Server,
    api_error,
)

SUBMIT = "/v2/upload/analyze"


class CountingServer(Server):
    """A server that holds uploads until so many are there at once, and counts the most."""

    def __init__(self, together: int = 1) -> None:
        super().__init__()
        self.most = 0
        self._under_way = 0
        self._counting = threading.Lock()
        self._together = threading.Barrier(together)

    def answer(self, seen: Seen) -> Scripted:
        if seen.path != ANALYZE:
            return super().answer(seen)
        with self._counting:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        self._together.wait(HELD_S)
        try:
            return super().answer(seen)
        finally:
            with self._counting:
                self._under_way -= 1

    @property
    def names(self) -> list[str]:
        return [seen.file.filename or "" for seen in self.requests(ANALYZE)]


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with CountingServer() as running:
        yield running


@pytest.fixture
def client(server: CountingServer) -> Iterator[InterhumanClient]:
    with InterhumanClient(access_token="t", base_url=server.base_url) as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return made_in(tmp_path, 8)


def made_in(folder: Path, number: int) -> list[Path]:
    paths = [folder / f"talk {place}.mp4" for place in range(number)]
    for place, path in enumerate(paths):
        path.write_bytes(bytes([place]) * 1000)
    return paths


def ended(client: InterhumanClient, files: list[Path], **options: Any) -> dict[Path, Outcome]:
    options = {"convert": False, **options}
    return {Path(file): outcome for file, outcome in analyze_many(client, files, **options)}


def test_every_file_gets_its_analysis_and_is_sent_once(
    server: CountingServer, client: InterhumanClient, files: list[Path]
) -> None:
    outcomes = ended(client, files, include=["conversation_quality_overall"])
    assert list(map(type, outcomes.values())) == [Analysis] * 8
    assert sorted(server.names) == sorted(path.name for path in files)
    assert server.seen[-1].fields == [("include[]", "conversation_quality_overall")]


def test_so_many_are_under_way_at_once_and_no_more(files: list[Path]) -> None:
    # Every four uploads are answered only when all four are there.
    with (
        CountingServer(together=4) as server,
        InterhumanClient(access_token="t", base_url=server.base_url) as client,
    ):
        assert len(ended(client, files, max_concurrent=4)) == 8
    assert server.most == 4


def test_files_of_the_same_content_are_sent_once_and_all_get_the_analysis(
    server: CountingServer, client: InterhumanClient, tmp_path: Path
) -> None:
    names = ["a.mp4", "b.mp4", "c.mp4"]
    for name in names:
        (tmp_path / name).write_bytes(b"one" if name != "c.mp4" else b"two")
    given = [*(tmp_path / name for name in names), tmp_path / "a.mp4"]
    outcomes = list(analyze_many(client, given, convert=False))
    assert sorted(Path(file).name for file, _ in outcomes) == ["a.mp4", "a.mp4", "b.mp4", "c.mp4"]
    assert len({id(outcome) for _, outcome in outcomes}) == 2
    assert sorted(server.names) == ["a.mp4", "c.mp4"]


def test_a_file_that_fails_stops_no_other(
    server: CountingServer, client: InterhumanClient, files: list[Path]
) -> None:
    files[3].unlink()
    server.script(ANALYZE, api_error(422, "ih5002"), Scripted(body=b"<html>broken"))
    outcomes = ended(client, files, max_concurrent=1)
    kinds = [type(outcome) for outcome in outcomes.values()]
    assert kinds.count(Analysis) == 5
    assert isinstance(outcomes[files[3]], InterhumanConfigError)
    errors = [one for one in outcomes.values() if isinstance(one, InterhumanAPIError)]
    assert {(error.error_id, error.maybe_accepted) for error in errors} == {
        ("ih5002", False),
        (None, True),
    }
    assert len(server.names) == 7


def test_what_was_refused_for_too_many_requests_goes_out_later(
    server: CountingServer, client: InterhumanClient, files: list[Path]
) -> None:
    too_many = Scripted(429, json={"error_id": "ih3002"}, headers={"Retry-After": "1"})
    server.script(ANALYZE, *[too_many] * 3)
    outcomes = ended(client, files[:4], max_concurrent=3)
    assert list(map(type, outcomes.values())) == [Analysis] * 4
    assert len(server.names) == 7


def test_a_used_up_quota_ends_what_is_left_with_a_sentence_and_sends_none_of_it(
    server: CountingServer, client: InterhumanClient, files: list[Path]
) -> None:
    server.script(ANALYZE, Scripted(json=EXAMPLE), api_error(429, "ih3003"))
    outcomes = ended(client, files, max_concurrent=1)
    kinds = [type(outcome) for outcome in outcomes.values()]
    assert kinds == [Analysis, InterhumanAPIError, *[AccountStoppedError] * 6]
    assert all("quota" in str(outcome) for outcome in list(outcomes.values())[1:])
    assert len(server.names) == 2


def test_a_lost_answer_is_never_asked_for_by_sending_again(
    server: CountingServer, client: InterhumanClient, files: list[Path]
) -> None:
    server.script(ANALYZE, *[Scripted(502, body=b"<html>bad gateway")] * 3)
    outcomes = ended(client, files[:3])
    assert all(
        isinstance(one, InterhumanAPIError) and one.maybe_accepted for one in outcomes.values()
    )
    assert len(server.names) == 3


def test_jobs_are_waited_for_and_named(server: CountingServer, tmp_path: Path) -> None:
    id = "0123456789abcdef0123456789abcdef"
    result = {"duration_seconds": 12.0, "window_seconds": 5.0, "windows": [], "signals": []}
    server.script(SUBMIT, Scripted(202, json={"job_id": id, "status": "queued"}))
    server.script(
        f"/v2/upload/jobs/{id}",
        Scripted(json={"job_id": id, "status": "running"}),
        Scripted(json={"job_id": id, "status": "completed", "result": result}),
    )
    updates: list[FileUpdate] = []
    client = InterhumanClient(access_token="t", base_url=server.base_url)
    with client, pytest.MonkeyPatch.context() as patch:
        patch.setattr(many._Batch, "_sleep", lambda *_: None)
        (outcome,) = ended(
            client, made_in(tmp_path, 1), model="inter-2", on_update=updates.append
        ).values()
    assert isinstance(outcome, Analysis)
    assert updates[-1] == FileUpdate(tmp_path / "talk 0.mp4", "done", job_id=id, outcome=outcome)


def test_updates_say_how_far_each_file_is_and_end_with_its_outcome(
    client: InterhumanClient, files: list[Path]
) -> None:
    updates: list[FileUpdate] = []
    outcomes = ended(client, files, on_update=updates.append)
    for file in files:
        of_file = [update for update in updates if update.file == file]
        assert of_file[-1].outcome is outcomes[file]
        assert [update for update in of_file if update.outcome is not None] == of_file[-1:]
        assert {update.state for update in of_file} <= {"waiting", "sending", "analyzing", "done"}
        assert all(update.share is None or 0 <= update.share <= 1 for update in of_file)


@pytest.fixture
def canceled(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return what is set as soon as a batch is canceled."""
    event, cancel = threading.Event(), many._Batch.cancel

    def cancel_and_tell(batch: many._Batch) -> None:
        cancel(batch)
        event.set()

    monkeypatch.setattr(many._Batch, "cancel", cancel_and_tell)
    return event


def test_one_that_is_closed_early_sends_nothing_more_and_hands_on_what_was_sent(
    server: CountingServer,
    client: InterhumanClient,
    files: list[Path],
    canceled: threading.Event,
) -> None:
    arrived = threading.Event()

    def hold() -> None:
        arrived.set()
        assert canceled.wait(HELD_S)

    server.script(ANALYZE, Scripted(json=EXAMPLE), Scripted(json=EXAMPLE, before=hold))
    updates: dict[FilePath, FileUpdate] = {}
    results = analyze_many(
        client,
        files,
        max_concurrent=1,
        convert=False,
        on_update=lambda update: updates.update({update.file: update}),
    )
    next(results)
    assert arrived.wait(HELD_S)
    results.close()
    assert len(server.names) == 2
    states = [update.state for update in updates.values()]
    assert sorted(states) == ["canceled"] * 6 + ["done"] * 2
    assert sum(isinstance(update.outcome, Analysis) for update in updates.values()) == 2
    assert "analyze many" not in {thread.name for thread in threading.enumerate()}


def test_an_upload_that_is_going_out_is_broken_off_by_closing(
    server: CountingServer,
    client: InterhumanClient,
    tmp_path: Path,
    canceled: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.may_be_cut = True
    path = tmp_path / "talk.mp4"
    path.write_bytes(bytes(2_000_000))
    pass_on = many._Batch._tell

    def tell_and_hold(batch: many._Batch, place: int, update: FileUpdate) -> None:
        pass_on(batch, place, update)
        if update.share:
            assert canceled.wait(HELD_S)

    monkeypatch.setattr(many._Batch, "_tell", tell_and_hold)
    updates: list[FileUpdate] = []

    def tell(update: FileUpdate) -> None:
        updates.append(update)
        if update.share:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(analyze_many(client, [path], convert=False, on_update=tell))
    assert updates[-1].state == "canceled"
    assert server.requests(ANALYZE) == []


def test_nothing_begins_before_the_first_is_asked_for(
    server: CountingServer, client: InterhumanClient, files: list[Path]
) -> None:
    assert iter(analyze_many(client, files))
    with pytest.raises(InterhumanConfigError, match="lists"):
        analyze_many(client, "talk.mp4")
    with pytest.raises(InterhumanConfigError, match="lists"):
        analyze_many(client, files, include="signals")
    assert server.seen == []
    assert list(analyze_many(client, [])) == []


@pytest.mark.usefixtures("in_process")
def test_files_are_made_to_fit_and_refused_by_what_is_in_them(
    server: CountingServer, client: InterhumanClient, tmp_path: Path
) -> None:
    good, bad = tmp_path / "talk.mkv", tmp_path / "notes.mp4"
    good.write_bytes(clips.recording(duration_s=4, container="mkv"))
    bad.write_bytes(clips.text_renamed())
    outcomes = ended(client, [good, bad], convert=True)
    assert isinstance(outcomes[bad], FitError)
    analysis = outcomes[good]
    assert isinstance(analysis, Analysis)
    assert analysis.duration_s == pytest.approx(4.0, abs=0.1)
    assert server.names == ["talk.mp4"]


def test_a_board_shows_what_is_under_way_and_what_failed_as_text() -> None:
    board = Board(20)
    board.take(FileUpdate("a/one.mp4", "done", outcome=Analysis()))
    board.take(FileUpdate(f"{HOSTILE.replace('/', '')}.mp4", "sending", 0.25))
    board.take(FileUpdate("two.mp4", "failed", outcome=InterhumanError(f"No. {HOSTILE}")))
    for number in range(15):
        board.take(FileUpdate(f"waiting {number}.mp4"))
    html = board._repr_html_()
    assert repr(board) == "1 of 20 recordings analyzed, 1 failed"
    assert "<script" not in html
    assert "<img" not in html
    assert "sending 25%" in html
    assert "failed: No. &lt;script&gt;" in html
    assert "one.mp4" not in html
    assert html.count("<tr>") == 12
    assert "and 5 more" in html


def test_a_notebook_is_drawn_into_five_times_a_second_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, drawn = Clock(), list[str]()
    handle = SimpleNamespace(update=lambda board: drawn.append(repr(board)))
    shell = SimpleNamespace(kernel=object())
    display = SimpleNamespace(display=lambda board, display_id: handle)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    files = ["one.mp4", "two.mp4", "three.mp4"]
    tell = notebook_progress(files, clock=clock)
    assert tell is not None
    for file, after_s in zip(files, (0.1, 0.2, 0.0), strict=True):
        clock.now_s += after_s
        tell(FileUpdate(file, "done", outcome=Analysis()))
    assert drawn == ["2 of 3 recordings analyzed", "3 of 3 recordings analyzed"]


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_a_terminal_is_no_notebook(monkeypatch: pytest.MonkeyPatch, shell: object) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert notebook_progress(["one.mp4"]) is None
    monkeypatch.delitem(sys.modules, "IPython")
    assert notebook_progress(["one.mp4"]) is None
