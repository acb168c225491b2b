"""What many recordings come to, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interhuman.media.forecast import Forecast
from interhuman.page.many.closing import closing_words
from interhuman.page.many.sums import (
    about,
    after_words,
    before_words,
    during_words,
    pace_s,
    sums_of,
)
from interhuman.runs.queue.estimate import Estimate
from interhuman.runs.queue.same import Same
from interhuman.runs.queue.states import ItemState
from tests.page.many.fake_queue import item

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SAME = Same("z", "first.mp4", ItemState.DONE, NOW, is_queued=False, may_be_billed=False)


def test_only_what_can_be_sent_and_is_no_repeat_is_ready() -> None:
    items = [item(id, duration_s=60.0) for id in "abcd"]
    sums = sums_of(items, {"b": Forecast("no", refused=True)}, {"c": SAME})
    assert [each.id for each in sums.ready] == ["a", "d"]
    assert (sums.refused, sums.repeats, sums.begun, sums.moving) == (1, 1, 0, 0)
    words = before_words(sums, Estimate(2, 400.0))
    assert words == (
        "2 recordings, 2:00 in all · 2 requests · about 7 minutes · "
        "1 can't be analyzed · 1 repeated"
    )


def test_how_far_all_are() -> None:
    states = [*[ItemState.DONE] * 3, ItemState.FAILED, ItemState.SENDING, ItemState.WAITING]
    states += [ItemState.UNANSWERED, ItemState.CANCELED, ItemState.REFUSED, ItemState.PAUSED]
    sums = sums_of([item(str(number), state) for number, state in enumerate(states)])
    assert (sums.begun, sums.moving, len(sums.ready)) == (8, 2, 1)
    assert sums.share == pytest.approx(6 / 8)
    assert during_words(sums, seconds=130.0) == (
        "3 of 8 analyzed · 1 failed · 1 sent, result unknown · 1 canceled · 1 can't be analyzed · "
        "about 2 minutes left"
    )
    assert after_words(sums).startswith("3 recordings analyzed · 1 failed")


def test_what_is_held_back_or_being_joined_goes_on_by_nothing() -> None:
    items = [
        item("a", ItemState.WAITING, is_held_back=True),
        item("b", ItemState.SENDING),
        *(item("c"), item("d")),
    ]
    sums = sums_of(items, {}, {}, joining={"d"})
    assert (sums.begun, sums.moving, sums.held_back, sums.repeats) == (2, 1, 1, 0)
    assert [each.id for each in sums.ready] == ["c"]
    assert during_words(sums, seconds=None) == "0 of 2 analyzed · 1 can't be sent yet"


def test_what_cannot_be_analyzed_counts_alike_before_during_and_after() -> None:
    hopeless = Forecast("no", refused=True, hopeless=True)
    before = [item("a"), item("b")]
    during = [item("a", ItemState.SENDING), item("b", ItemState.WAITING)]
    after = [item("a", ItemState.DONE), item("b", ItemState.REFUSED)]
    sums = [sums_of(each, {"b": hopeless}) for each in (before, during, after)]
    assert [(len(each.ready) + each.begun, each.refused) for each in sums] == [(1, 1)] * 3
    assert during_words(sums[1], seconds=None) == "0 of 1 analyzed · 1 can't be analyzed"


def test_what_cannot_be_started_is_said_in_the_place_of_what_starting_comes_to() -> None:
    sums = sums_of([item("a"), item("b")], {"a": Forecast("no", refused=True)}, {"b": SAME})
    assert before_words(sums, Estimate(0, 0.0)) == "1 can't be analyzed · 1 repeated"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "less than a minute"),
        (50.0, "about 1 minute"),
        (200.0, "about 3 minutes"),
        (1_300.0, "about 20 minutes"),
        (5_400.0, "about 1.5 hours"),
        (36_000.0, "about 10 hours"),
    ],
)
def test_a_time_is_as_rough_as_it_is_known(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_the_pace_counts_once_it_tells_something() -> None:
    assert pace_s(10.0, ended=2, left=5) is None
    assert pace_s(10.0, ended=4, left=6) == 15.0


def test_closing_the_page_is_promised_only_what_holds() -> None:
    def words(
        *,
        uploading: bool = False,
        own_key: bool = False,
        keeps: bool = True,
        has_library: bool = True,
    ) -> str:
        return closing_words(
            uploading=uploading,
            moving=True,
            own_key=own_key,
            has_library=has_library,
            keeps_recordings=keeps,
        )

    assert words(uploading=True).startswith("Keep this page open")
    assert "goes on where it was" in words()
    assert "sign in with your key" in words(own_key=True)
    assert "are lost" in words(keeps=False)
    assert "goes on where" not in words(keeps=False)
    still = closing_words(
        uploading=False, moving=False, own_key=False, has_library=True, keeps_recordings=True
    )
    assert still == "The list stays when you close this page, and when the app restarts."
    assert "are gone when you close or reload it" in words(has_library=False, uploading=True)
