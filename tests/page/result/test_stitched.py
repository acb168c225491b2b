"""A long recording on the page: a part that fails is a gap, which can be filled later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from interhuman.media import preflight as preflight_module
from interhuman.page.library.listing import row_data
from interhuman.view.states_in_words import states_in_words
from interhuman.vocabulary import INTER_1, MODELS
from tests import clips, stitched
from tests.page.conftest import Page, page_of
from tests.page.kept import use_library
from tests.page.result.test_result import open_tab, sent_to
from tests.server import ANALYZE, Scripted, Server, api_error


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Inter-1 take a minute and a half at most, so that a test need not wait for half hours."""
    shorter = replace(MODELS[INTER_1], max_duration_s=90.0)
    monkeypatch.setattr(preflight_module, "MODELS", {**MODELS, INTER_1: shorter})


def plain(page: Page) -> str:
    return page.text.replace("\\", "").replace("\N{WORD JOINER}", "")


@pytest.mark.usefixtures("short_limit")
def test_a_part_that_failed_is_said_and_sent_again_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_library(monkeypatch, tmp_path / "library")
    with Server() as server:
        server.script(ANALYZE, Scripted(json=json.loads(stitched.answer(60, length_s=80))))
        server.script(ANALYZE, api_error(422, "ih5002"))
        page = page_of(server).upload(clips.in_two_parts()).read_through().analyze()
        first = page.visit.results.shown
        assert first is not None
        assert len(first.analysis.gaps) == 1
        words = plain(page)
        assert "This recording was analyzed in 2 parts that overlap" in words
        assert "Nothing was analyzed from 1:1" in words
        assert "Part 2, 1:0" in words
        assert "ih5002" in words
        assert "Its overall scores: only one part has scores." in words
        page.press("Analyze the missing part").finish()
        assert len(server.requests(ANALYZE)) == 3, "the other part isn't sent again"
    second = page.visit.results.all[-1]
    assert second.number == 2
    assert not second.analysis.gaps
    assert second.fingerprint == first.fingerprint
    page.visit.show(2)
    assert not page.rerun().offers("Analyze the missing part")
    assert "This recording was analyzed in 2 parts" in plain(page)
    library = page.visit.kept.library
    assert library is not None
    kept = library.get(first.kept_id or "")
    assert kept is not None
    listed = row_data(kept, UTC)
    assert "scores: only one part has scores" in str(listed["about"])
    assert "not analyzed from 1:1" in str(listed["about"])
    assert "only one part has scores" in str(listed["band"])


def test_what_it_takes_to_fill_a_gap_is_said_where_the_recording_is_not_here() -> None:
    page = Page().show(stitched.analysis())
    assert "To analyze what is missing, add the recording below." in plain(page)
    assert not page.offers("Analyze the missing part")


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("Feedback", "Part 3, 13:10 to 20:00"),
        ("Feedback", "Of the part with 80."),
        ("Quality", "These scores: mean of 2 parts, weighted by length."),
        ("Statistics", "Shares are of the 13:30 that were analyzed, of 20:00."),
    ],
)
def test_every_tab_says_what_its_words_and_numbers_are_of(tab: str, words: str) -> None:
    page = open_tab(Page().show(stitched.analysis()), tab)
    assert words in plain(page)


def test_at_the_playhead_a_gap_is_no_absence_of_signals() -> None:
    page = Page().show(stitched.analysis())
    result = page.visit.results.shown
    assert result is not None
    stretches = states_in_words(
        result.tables.engagement, result.tables.quality_timeline, gaps=result.analysis.gaps
    )
    assert (*stitched.GAP, "Not analyzed") in stretches
    assert not [one for one in stretches[:-1] if one[0] < 790 and one[1] > 400]
    assert [*stitched.GAP, "Not analyzed"] in sent_to(page, "now")["states"]
