"""What the list says of a recording, and what it offers to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from interhuman.media.forecast import Forecast
from interhuman.page.many.rows import (
    ANALYZED_AGAIN,
    ANALYZED_TWICE,
    BILLED_AGAIN,
    in_series,
    row_of,
)
from interhuman.runs.queue.same import Same
from interhuman.runs.queue.states import ItemState
from tests.page.many.fake_queue import item

TOO_LONG = Forecast("It's too long.", refused=True)
AT = datetime(2026, 11, 27, 20, 15, tzinfo=UTC)


def offered(row: dict[str, object]) -> list[str]:
    """Return the names of what a row offers."""
    return [action["name"] for action in cast("list[dict[str, Any]]", row["actions"])]


@pytest.mark.parametrize(
    ("state", "known", "kind", "names"),
    [
        (ItemState.WAITING, {}, "waiting", ["cancel"]),
        (ItemState.PREPARING, {}, "active", ["cancel"]),
        (ItemState.READY, {}, "active", ["cancel"]),
        (ItemState.SENDING, {}, "active", ["cancel"]),
        (ItemState.CANCELING, {}, "active", []),
        (ItemState.JOB, {}, "active", ["cancel"]),
        (ItemState.DONE, {}, "done", ["open", "remove"]),
        (ItemState.FAILED, {"may_retry": True}, "failed", ["retry", "remove"]),
        (ItemState.FAILED, {}, "failed", ["remove"]),
        (ItemState.REFUSED, {}, "refused", ["remove"]),
        (ItemState.CANCELED, {"may_retry": True}, "canceled", ["retry", "remove"]),
        (
            ItemState.UNANSWERED,
            {"may_retry": True, "may_be_billed": True},
            "asks",
            ["send_again", "remove"],
        ),
        (
            ItemState.UNANSWERED,
            {"may_retry": True, "may_be_billed": True, "has_job": True},
            "asks",
            ["ask", "send_again", "remove"],
        ),
    ],
)
def test_each_state_offers_what_can_be_done(
    state: ItemState, known: dict[str, Any], kind: str, names: list[str]
) -> None:
    row = row_of(item("a", state, **known))
    assert (row["kind"], offered(row)) == (kind, names)


def test_sending_again_is_offered_only_after_saying_that_it_may_be_billed() -> None:
    row = row_of(item("a", ItemState.UNANSWERED, may_retry=True, may_be_billed=True))
    (again, _) = cast("list[dict[str, Any]]", row["actions"])
    assert again["confirm"] == {"words": BILLED_AGAIN, "text": "Send it again anyway"}
    assert "billed twice" in BILLED_AGAIN


def test_what_has_a_job_is_asked_for_before_it_is_sent_again() -> None:
    known = {"may_retry": True, "may_be_billed": True, "has_job": True}
    row = row_of(item("a", ItemState.CANCELED, **known))
    (ask, again, _) = cast("list[dict[str, Any]]", row["actions"])
    assert (ask["name"], ask["text"], ask["confirm"]) == ("ask", "Ask again", None)
    assert again["confirm"]["words"] == BILLED_AGAIN


def test_what_is_not_started_says_what_will_be_done() -> None:
    known = item(duration_s=1801.0, size_bytes=312_000_000)
    row = row_of(known, Forecast("To be converted", converts=True))
    assert row["about"] == "30:01 · 312 MB · To be converted"
    assert (row["state"], offered(row)) == ("Ready to start", ["remove"])
    row = row_of(known, started=True)
    assert (row["state"], offered(row)) == ("Paused", ["start", "remove"])


def test_what_cannot_be_sent_says_why_and_is_not_offered_to_be_started() -> None:
    row = row_of(item(), TOO_LONG, started=True)
    assert (row["kind"], row["state"], row["problem"]) == (
        "refused",
        "Can't be analyzed",
        "It's too long.",
    )
    assert offered(row) == ["remove"]


@pytest.mark.parametrize(
    ("state", "warning", "words", "names"),
    [
        (ItemState.DONE, ANALYZED_AGAIN, "Analyzed before", ["open_earlier", "start", "remove"]),
        (ItemState.WAITING, ANALYZED_TWICE, "Already in this list", ["start", "remove"]),
        (ItemState.UNANSWERED, BILLED_AGAIN, "Sent before, result unknown", ["start", "remove"]),
    ],
)
def test_a_repeat_is_said_and_started_only_after_a_question(
    state: ItemState, warning: str, words: str, names: list[str]
) -> None:
    billed = warning == BILLED_AGAIN
    same = Same("b", "first.mp4", state, AT, is_queued=True, may_be_billed=billed)
    row = row_of(item(), same=same)
    assert (row["state"], offered(row)) == (words, names)
    (start,) = [a for a in cast("list[dict[str, Any]]", row["actions"]) if a["name"] == "start"]
    assert start["confirm"]["words"] == warning
    if state is ItemState.DONE:
        assert "Nov 27, 2026, 20:15" in str(row["problem"])


def test_a_result_is_its_index_with_the_band_and_its_signals() -> None:
    row = row_of(item("a", ItemState.DONE, quality_index=64.7, signal_count=1))
    assert (row["result"], row["signals"]) == ("Index 64, moderate", "1 signal")
    mean = "mean of 3 parts, weighted by length"
    row = row_of(item("a", ItemState.DONE, quality_index=64.7, overall_is=mean))
    assert row["result"] == "Index 64 (mean of 3 parts), moderate"
    bare = row_of(item("a", ItemState.DONE, signal_count=0))
    assert (bare["result"], bare["signals"]) == ("", "0 signals")


def test_progress_is_shown_only_while_something_goes_on() -> None:
    assert row_of(item("a", ItemState.SENDING, share=0.4567))["share"] == 0.457
    assert row_of(item("a", ItemState.SENDING))["share"] is None
    assert row_of(item("a", ItemState.DONE, share=1.0))["share"] is None


def test_a_problem_comes_with_its_remedy() -> None:
    row = row_of(item("a", ItemState.FAILED, problem="It broke.", remedy="Mend it."))
    assert row["problem"] == "It broke. Mend it."


def test_text_from_outside_is_one_short_line() -> None:
    row = row_of(
        item("a", ItemState.FAILED, file_name=f"a\n\x00<b>{'x' * 500}", problem="y\n" * 500)
    )
    assert "\n" not in str(row["title"]) + str(row["problem"])
    assert str(row["title"]).startswith("a \N{REPLACEMENT CHARACTER}<b>x")
    assert len(str(row["title"])) <= 120
    assert len(str(row["problem"])) <= 400


def test_a_place_in_line_is_said() -> None:
    assert row_of(item("a", ItemState.WAITING, words="Waiting", place=0))["state"] == "Waiting"
    words = row_of(item("a", ItemState.WAITING, words="Waiting", place=2))["state"]
    assert words == "Waiting: 2 recordings before it"


def test_the_parts_of_a_camera_stand_after_each_other() -> None:
    names = ["talk.mp4", "GX020042.MP4", "other.mp4", "GX010042.MP4"]
    items = [item(str(number), file_name=name) for number, name in enumerate(names)]
    assert [each.id for each in in_series(items)] == ["0", "2", "3", "1"]


def test_what_is_being_joined_can_not_be_started_alone() -> None:
    same = Same("b", "first.mp4", ItemState.DONE, AT, is_queued=True, may_be_billed=False)
    row = row_of(item(), same=same, started=True, joining=True)
    assert (row["state"], row["actions"]) == ("Being joined", [])


def test_a_result_that_no_library_has_is_not_removed_unasked() -> None:
    for has_library in (True, False):
        row = row_of(item("a", ItemState.DONE), has_library=has_library)
        _, remove = cast("list[dict[str, Any]]", row["actions"])
        assert remove["name"] == "remove"
        assert (remove["confirm"] is None) is has_library
