"""Runs that a reloaded page finds again by their token."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import streamlit as st

from interhuman.analysis import Analysis
from interhuman.page import state
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.registry import UNSEEN_FOR_S, RunRegistry
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run
from tests import clips
from tests.page.conftest import PATIENCE_S, Hold, Page, page_of
from tests.page.library.test_library import ALICE, BOB
from tests.page.library.test_library import AUTH as SIGN_IN
from tests.runs.test_run import ScriptedClient
from tests.server import ANALYZE


def run() -> Run:
    return Run(AnalysisRequest(UploadedRecording("talk.mp4", b"talk")))


def test_a_run_is_found_by_its_token_until_its_end_was_seen() -> None:
    run_registry, one, two = RunRegistry(), run(), run()
    token, other = run_registry.put(one), run_registry.put(two)
    assert token != other
    assert run_registry.find(token) is one
    run_registry.forget(one)
    assert run_registry.find(token) is None
    assert run_registry.find(other) is two


def test_with_sign_in_only_its_owner_finds_a_run() -> None:
    run_registry, one = RunRegistry(), run()
    token = run_registry.put(one, owner="https://id.example ann")
    assert run_registry.find(token, owner="https://id.example ann") is one
    assert run_registry.find(token, owner="https://id.example ben") is None
    assert run_registry.find(token) is None
    assert run_registry.holds(token)
    run_registry.forget(one)
    assert not run_registry.holds(token)


@pytest.mark.parametrize("token", ["", "0" * 32, "../x", "<script>", "A" * 32])
def test_any_other_token_finds_nothing(token: str) -> None:
    run_registry = RunRegistry()
    run_registry.put(run())
    assert run_registry.find(token) is None


class Timers:
    """Stands in for `threading.Timer`: nothing happens until `fire`."""

    def __init__(self) -> None:
        self.started: list[tuple[float, Callable[[], None]]] = []

    def __call__(
        self, interval_s: float, function: Callable[..., None], args: tuple[object, ...]
    ) -> threading.Timer:
        timers = self

        class Timer(threading.Timer):
            def start(self) -> None:
                timers.started.append((interval_s, lambda: function(*args)))

        return Timer(interval_s, function, args)

    def fire(self) -> None:
        due, self.started = self.started, []
        for _, function in due:
            function()


def test_a_run_that_nobody_comes_back_for_is_let_go_once_it_has_ended() -> None:
    timers = Timers()
    run_registry = RunRegistry(timer=timers)
    going_on = run()
    token = run_registry.put(going_on)
    assert [interval_s for interval_s, _ in timers.started] == [UNSEEN_FOR_S]
    timers.fire()
    assert run_registry.find(token) is going_on
    going_on.cancel()
    going_on.start(ScriptedClient(lambda *_: Analysis()).open)
    assert going_on.wait(PATIENCE_S)
    timers.fire()
    assert run_registry.find(token) is None


def test_a_reload_shows_the_result_of_an_analysis_that_was_under_way(hold: Hold) -> None:
    server = hold(ANALYZE)
    first = page_of(server).upload(clips.recording()).press("Analyze")
    token = first.address["run"]
    going_on = first.visit.run
    assert going_on is not None
    second = page_of(server, address={"run": token})
    assert second.visit.run is going_on
    server.let_go.set()
    assert going_on.wait(PATIENCE_S)
    second.rerun()
    assert second.visit.results.shown is not None
    assert second.visit.results.shown.analysis is going_on.analysis
    assert "run" not in second.at.query_params
    stranger = page_of(server, address={"run": token})
    assert any("can't find that analysis" in info.value for info in stranger.at.info)
    assert "run" not in stranger.address
    assert stranger.visit.run is None
    assert stranger.visit.results.shown is None
    assert len(server.requests(ANALYZE)) == 1


def test_with_sign_in_the_address_of_a_run_shows_a_stranger_nothing(hold: Hold) -> None:
    server = hold(ANALYZE)
    mine = page_of(server, user=ALICE, auth=SIGN_IN)
    mine.upload(clips.recording()).press("Analyze")
    token, going_on = mine.address["run"], mine.visit.run
    assert going_on is not None
    for user in (BOB, {"is_logged_in": False}, {**ALICE, "is_logged_in": False}, {}):
        stranger = page_of(server, address={"run": token}, user=user, auth=SIGN_IN)
        assert stranger.visit.run is None
    again = page_of(server, address={"run": token}, user=ALICE, auth=SIGN_IN)
    assert again.visit.run is going_on
    server.let_go.set()
    assert going_on.wait(PATIENCE_S)
    for user in (BOB, {}):
        stranger = page_of(server, address={"run": token}, user=user, auth=SIGN_IN)
        assert (stranger.visit.run, stranger.visit.results.all) == (None, [])
    assert again.rerun().visit.results.shown is not None


def test_the_address_says_nothing_once_the_result_is_there() -> None:
    page = Page()
    page.upload(clips.recording(duration_s=12)).analyze()
    assert page.visit.results.shown is not None
    assert "run" not in page.at.query_params
    st.cache_resource.clear()
    assert state.run_registry().find("0" * 32) is None
