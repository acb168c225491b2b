"""Runs that a reloaded page finds again by their token."""

from __future__ import annotations

import pytest
import streamlit as st

from interhuman.page import state
from interhuman.page.in_flight import UNSEEN_FOR_S, InFlight
from interhuman.runs import Recording, Request, Run
from tests import media
from tests.server import ANALYZE

from .conftest import PATIENCE_S, Hold, Page, page_of


def run() -> Run:
    return Run(Request(Recording("talk.mp4", b"talk")))


def test_a_run_is_found_by_its_token_until_its_end_was_seen() -> None:
    in_flight, one, two = InFlight(), run(), run()
    token, other = in_flight.put(one), in_flight.put(two)
    assert token != other
    assert in_flight.find(token) is one
    in_flight.forget(one)
    assert in_flight.find(token) is None
    assert in_flight.find(other) is two


@pytest.mark.parametrize("token", ["", "0" * 32, "../x", "<script>", "A" * 32])
def test_any_other_token_finds_nothing(token: str) -> None:
    in_flight = InFlight()
    in_flight.put(run())
    assert in_flight.find(token) is None


def test_a_run_that_nobody_comes_back_for_is_let_go() -> None:
    now_s = [0.0]
    in_flight = InFlight(clock=lambda: now_s[0])
    token = in_flight.put(run())
    now_s[0] = UNSEEN_FOR_S
    in_flight.put(run())
    assert in_flight.find(token) is None


def test_a_reload_shows_the_result_of_an_analysis_that_was_under_way(hold: Hold) -> None:
    server = hold(ANALYZE)
    first = page_of(server).upload(media.recording()).press("Analyze")
    in_url = first.at.query_params["run"]
    token = in_url if isinstance(in_url, str) else in_url[0]
    going_on = first.visit.run
    assert going_on is not None
    second = page_of(server, run=token)
    assert second.visit.run is going_on
    server.let_go.set()
    assert going_on.wait(PATIENCE_S)
    second.rerun()
    assert second.visit.shown is not None
    assert second.visit.shown.analysis is going_on.analysis
    assert "run" not in second.at.query_params
    stranger = page_of(server, run=token)
    assert stranger.visit.run is None
    assert stranger.visit.shown is None
    assert len(server.requests(ANALYZE)) == 1


def test_the_address_says_nothing_once_the_result_is_there() -> None:
    page = Page()
    page.upload(media.recording(duration_s=12)).analyze()
    assert page.visit.shown is not None
    assert "run" not in page.at.query_params
    st.cache_resource.clear()
    assert state.in_flight().find("0" * 32) is None
