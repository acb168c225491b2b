"""The recent analyses: on the start page and in a result's head, one list of the same things."""

from __future__ import annotations

from pathlib import Path

import pytest

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.page.keys import Key
from interhuman.page.library.recent import OF_THE_LIBRARY
from tests import clips, examples
from tests.page.conftest import Hold, Page, page_of
from tests.page.kept import KeptPlace, use_library
from tests.server import ANALYZE


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KeptPlace:
    """A library beside the page, whose visitor sits at this machine."""
    return use_library(monkeypatch, tmp_path / "library")


def titles(page: Page) -> list[str]:
    return [row["title"] for row in page.recent]


def fill(place: KeptPlace, number: int) -> list[str]:
    """Add analyses and return their names, newest first."""
    names = [f"talk {each}.mp4" for each in range(number)]
    for name in names:
        place.add(name=name)
    return names[::-1]


def is_strongest(page: Page, key: Key) -> bool:
    return bool(page.at.button(key=key).proto.type == "primary")


def test_a_newcomer_sees_the_example_and_is_led_to_the_sample(page: Page) -> None:
    assert not page.recent
    assert "Sample output" in page.text
    assert is_strongest(page, Key.TRY_SAMPLE)
    page.upload(clips.recording())
    assert not is_strongest(page, Key.TRY_SAMPLE)
    assert is_strongest(page, Key.ANALYZE)


def test_the_sample_is_not_the_strongest_where_it_would_be_billed(hold: Hold) -> None:
    assert not is_strongest(page_of(hold(ANALYZE)), Key.TRY_SAMPLE)


def test_the_newest_of_the_library_are_listed_with_their_tracks(place: KeptPlace) -> None:
    names = fill(place, OF_THE_LIBRARY + 2)
    page = Page()
    assert titles(page) == names[:OF_THE_LIBRARY]
    assert all(set(row["tracks"]) >= {"toward", "engagement"} for row in page.recent)
    assert "Sample output" not in page.text
    assert not is_strongest(page, Key.TRY_SAMPLE)


def test_an_analysis_that_is_looked_at_is_listed_once_and_marked(place: KeptPlace) -> None:
    names = fill(place, 3)
    page = Page()
    before = page.recent
    page.open_recent(names[1])
    assert [row["shown"] for row in page.recent] == [False, True, False]
    page.new_analysis()
    assert page.recent == before


def test_an_older_one_that_was_opened_stays_in_reach(place: KeptPlace) -> None:
    oldest = place.add(name="oldest.mp4")
    names = fill(place, OF_THE_LIBRARY)
    page = Page(address={"result": oldest})
    assert titles(page.new_analysis()) == [*names, "oldest.mp4"]
    page.open_recent("oldest.mp4")
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.kept_id == oldest


def test_one_without_a_result_says_so_and_can_not_be_pressed(place: KeptPlace) -> None:
    place.add(name="done.mp4")
    library = place.of()
    failed = library.begin(name="failed.mp4", model="inter-1")
    library.fail(failed, "It's damaged.")
    place.of().begin(name="elsewhere.mp4", model="inter-1")
    listed = {row["title"]: row for row in Page().recent}
    assert [row["opens"] for row in listed.values()] == [False, False, True]
    assert listed["failed.mp4"]["words"] == "Failed"
    assert "It's damaged." in listed["failed.mp4"]["about"]
    assert listed["elsewhere.mp4"]["words"] == "In progress"


def test_what_no_library_has_reads_as_if_one_had_it(page: Page, place: KeptPlace) -> None:
    """`page` came before there was a library."""
    page.show(examples.read(examples.FULL)).new_analysis()
    (row,) = page.recent
    place.add(name="talk.mp4")
    (kept,) = Page().recent
    same = ("title", "length", "index", "band", "tracks", "words", "opens")
    assert {name: row[name] for name in same} == {name: kept[name] for name in same}
    assert "opened from a file" in row["about"]


def test_a_hostile_name_is_sent_as_text(place: KeptPlace) -> None:
    place.add(name=f"{examples.HOSTILE}.mp4")
    (row,) = Page().recent
    assert row["title"].startswith(examples.HOSTILE[:20])


def test_a_library_that_cannot_be_read_leaves_the_visit_s_own(
    page: Page, place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show(examples.read(examples.FULL))
    place.add(name="kept.mp4")

    def refuse(*_: object, **__: object) -> None:
        raise LibraryError("The database is locked.", problem="locked")

    monkeypatch.setattr(Library, "page", refuse)
    page.new_analysis()
    assert titles(page) == ["talk.mp4"]
    assert "The database is locked" in page.text.replace("\\", "")


def test_the_navigation_leads_from_the_library_to_the_start(page: Page) -> None:
    page.show(examples.read(examples.FULL)).go_to("library").go_to("")
    assert page.visit.results.shown is None
    assert page.offers("Try the sample")
    page.open_recent("talk.mp4")
    assert page.visit.results.shown is not None


def test_leaving_a_result_cancels_nothing_that_is_under_way(hold: Hold) -> None:
    page = page_of(hold(ANALYZE)).upload(clips.recording(), "late.mp4").press("Analyze")
    run = page.visit.run
    assert run is not None
    page.show(examples.read(examples.FULL)).go_to("library").go_to("")
    assert page.visit.results.shown is None
    assert page.visit.run is run
    assert not run.finished
    assert page.offers("Cancel")
