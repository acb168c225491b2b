"""What the queue decides without doing anything, by value."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from interhuman.adaptive_limit import AccountStoppedError, AdaptiveLimit
from interhuman.errors import (
    InterhumanAPIError,
    InterhumanConfigError,
    LibraryError,
    UploadJobError,
    UploadJobTimeoutError,
)
from interhuman.library import rows
from interhuman.media.facts import SoundChoice
from interhuman.media.fit_error import FitError
from interhuman.runs.queue.account import Account, account_key
from interhuman.runs.queue.estimate import Estimate, estimate
from interhuman.runs.queue.queue import status_of
from interhuman.runs.queue.same import is_same
from interhuman.runs.queue.states import (
    ENDED,
    TRANSITIONS,
    UNSENT,
    WORKED_ON,
    ItemState,
    before,
    row_state,
)
from interhuman.runs.queue.verdicts import RecordingGoneError, verdict_on
from interhuman.runs.request import AnalysisRequest
from interhuman.settings import Credentials

S = ItemState


def test_every_state_has_its_row_in_the_table_and_nothing_follows_a_result() -> None:
    assert set(TRANSITIONS) == set(S)
    assert TRANSITIONS[S.DONE] == frozenset()
    assert set(S) == UNSENT | WORKED_ON | ENDED
    assert UNSENT.isdisjoint(ENDED)
    assert {row_state(state) for state in S} == set(get_args(rows.State))
    assert all(row_state(state) == "running" for state in set(S) - ENDED)


def test_only_a_person_has_something_sent_again_that_may_have_been_accepted() -> None:
    assert before(S.SENDING) == {S.READY}
    assert before(S.READY) == {S.PREPARING, S.SENDING}
    assert before(S.PREPARING) == {S.WAITING}
    assert TRANSITIONS[S.UNANSWERED] == {S.WAITING, S.JOB, S.DONE}
    assert S.SENDING not in TRANSITIONS[S.JOB] | TRANSITIONS[S.UNANSWERED]


def test_the_library_knows_the_stages_in_which_a_response_may_arrive() -> None:
    stages = {rows.SENDING, rows.CANCELING, rows.WAITING_FOR_JOB}
    assert stages == {S.SENDING, S.CANCELING, S.JOB}
    assert {rows.PAUSED} == {S.PAUSED}


def api_error(error_id: str | None = None, status: int = 429, **more: Any) -> InterhumanAPIError:
    return InterhumanAPIError("as said", status=status, error_id=error_id, **more)


@pytest.mark.parametrize(
    ("error", "sent", "state", "may_be_billed"),
    [
        (None, False, S.CANCELED, False),
        (None, True, S.CANCELED, False),
        (api_error(status=502, maybe_accepted=True), True, S.UNANSWERED, True),
        (api_error("ih1001", 500), True, S.FAILED, False),
        (api_error("ih5003", 422), True, S.REFUSED, False),
        (api_error("ih2003", 403), True, S.FAILED, False),
        (UploadJobError("as said", error_id="ih1004"), True, S.FAILED, True),
        (UploadJobError("as said", error_id="ih5002"), True, S.REFUSED, True),
        (FitError("too_short", "It is too short."), False, S.REFUSED, False),
        (FitError("disk_full", "The disk is full."), False, S.FAILED, False),
        (RecordingGoneError("It is gone."), False, S.FAILED, False),
        (InterhumanConfigError("It is too large."), True, S.FAILED, False),
        (LibraryError("It is away."), False, S.WAITING, False),
        (LibraryError("It is away."), True, S.UNANSWERED, True),
        (AccountStoppedError("The quota is used up."), False, S.WAITING, False),
        (OSError("no such file"), False, S.FAILED, False),
        (ZeroDivisionError(), False, S.FAILED, False),
        (ZeroDivisionError(), True, S.UNANSWERED, True),
    ],
)
def test_what_becomes_of_an_item_without_a_result(
    error: Exception | None, sent: bool, state: ItemState, may_be_billed: bool
) -> None:
    verdict = verdict_on(error, sent=sent, has_open_job=False, stopped=False)
    assert verdict is not None
    assert (verdict.state, verdict.sent) == (state, may_be_billed)
    assert state is S.WAITING or verdict.problem


def test_a_refusal_is_said_in_the_words_of_the_api_and_nothing_is_said_twice() -> None:
    refused = verdict_on(api_error("ih4001", 400), sent=True, has_open_job=False, stopped=False)
    assert refused is not None
    assert 'The API said: "as said" (ih4001, HTTP 400)' in str(refused.problem)
    unsure = api_error(None, 502, maybe_accepted=True)
    unknown = verdict_on(unsure, sent=True, has_open_job=False, stopped=False)
    assert unknown is not None
    words = f"{unknown.problem} {unknown.remedy}"
    assert (words.count("billed twice"), words.count("billed.")) == (1, 1)
    assert "HTTP 502" in words


def test_an_item_waits_where_its_account_is_stopped() -> None:
    quota, file = api_error("ih3003"), api_error("ih5003", 422)
    verdicts = [verdict_on(e, sent=True, has_open_job=False, stopped=True) for e in (quota, file)]
    assert [one.state for one in verdicts if one is not None] == [S.WAITING, S.REFUSED]


def test_what_has_a_job_is_left_with_it_unless_nobody_can_have_the_result() -> None:
    def verdict(error: Exception | None) -> ItemState | None:
        found = verdict_on(error, sent=True, has_open_job=True, stopped=False)
        assert found is None or found.sent
        return found.state if found is not None else None

    assert verdict(UploadJobTimeoutError("still running", job=None)) is None
    assert verdict(api_error("ih2010", 401)) is None
    assert verdict(api_error("ih4021", 404)) is S.UNANSWERED
    assert verdict(None) is S.CANCELED


def test_equal_credentials_have_one_key_that_tells_nothing_of_them() -> None:
    pair = Credentials("key-id", "s3cret-s3cret")
    key = account_key(pair, base_url="https://a")
    assert key == account_key(Credentials("key-id", "s3cret-s3cret"), base_url="https://a")
    others = [
        account_key(Credentials("key-id", "another"), base_url="https://a"),
        account_key(Credentials("other-id", "s3cret-s3cret"), base_url="https://a"),
        account_key(Credentials(None, None, "s3cret-s3cret"), base_url="https://a"),
        account_key(pair, base_url="https://b"),
    ]
    assert len({key, *others}) == 5
    account = Account.of(lambda **_: None, credentials=pair, base_url="https://a")  # type: ignore[arg-type]
    assert "s3cret" not in repr(account)
    assert "key-id" not in repr(account)
    sandboxes = {
        Account.of(
            lambda **_: None,  # type: ignore[arg-type]
            credentials=pair,
            base_url=f"http://127.0.0.1:{port}",
            sandbox=True,
        ).key
        for port in (1, 2)
    }
    assert len(sandboxes) == 1, "each process has it at another address"


@pytest.mark.parametrize(
    ("lengths_s", "options", "expected"),
    [
        ([], {}, Estimate(0, 0.0)),
        ([60.0], {"convert": False}, Estimate(1, 12.0)),
        ([10.0], {"convert": False}, Estimate(1, 5.0)),
        ([7_200.0], {"convert": False}, Estimate(1, 180.0)),
        ([None], {"convert": False}, Estimate(1, 60.0)),
        ([60.0], {}, Estimate(1, 20.0 + 12.0)),
        ([60.0] * 8, {"convert": False, "at_once": 4}, Estimate(8, 24.0)),
        ([60.0] * 8, {"at_once": 4}, Estimate(8, 8 * 20.0 + 12.0)),
        ([60.0] * 8, {"at_once": 4, "conversions": 4}, Estimate(8, 2 * 20.0 + 12.0)),
        ([3_590.0], {"convert": False, "requests": [2]}, Estimate(2, 360.0)),
        ([3_590.0, 60.0], {"requests": [2, 1]}, Estimate(3, 1_200.0 + 360.0)),
    ],
)
def test_the_time_ahead_is_that_of_the_slower_step(
    lengths_s: list[float | None], options: dict[str, Any], expected: Estimate
) -> None:
    found = estimate(lengths_s, **options)
    assert found.requests == expected.requests
    assert found.seconds == pytest.approx(expected.seconds)


OPTIONS: dict[str, object] = {
    "include": ["a", "b"],
    "goal_dimensions": [],
    "conversation_context": None,
}


@pytest.mark.parametrize(
    ("options", "asked", "same"),
    [
        ({}, {}, True),
        ({"include": ["b", "a"]}, {}, True),
        ({"include": ["a"]}, {}, False),
        ({"goal_dimensions": ["energy"]}, {}, False),
        ({"goal_dimensions": ["energy"]}, {"goal_dimensions": ("energy",)}, True),
        ({"conversation_context": "a talk"}, {}, False),
        ({"conversation_context": ""}, {}, True),
        ({"sound": {"track": 0, "channel": None}}, {}, True),
        ({"sound": {"track": 1, "channel": None}}, {}, False),
        ({"sound": {"track": 1, "channel": None}}, {"sound": SoundChoice(1)}, True),
        ({"sound": {"track": 1, "channel": 0}}, {"sound": SoundChoice(1)}, False),
        ({"opened_from_file": True, "include": None}, {}, False),
    ],
)
def test_the_same_is_asked_in_any_order(
    options: dict[str, object], asked: dict[str, Any], same: bool
) -> None:
    request = AnalysisRequest(**{"include": ("a", "b"), **asked})
    assert is_same({**OPTIONS, **options}, request) is same


def test_a_status_adds_up_what_the_accounts_allow() -> None:
    limits = {"first": AdaptiveLimit(4), "second": AdaptiveLimit(2)}
    status = status_of(limits, lacks_account=True)
    assert (status.in_flight, status.limit, status.lacks_account) == (0, 6, True)
    assert (status.problem, status.slowed) == (None, None)
    with pytest.raises(InterhumanAPIError), limits["second"].place():
        raise api_error("ih3002", retry_after_s=9.0)
    assert "9 s" in str(status_of(limits, lacks_account=False).slowed)
    with pytest.raises(InterhumanAPIError), limits["first"].place():
        raise api_error("ih3003")
    stopped = status_of(limits, lacks_account=False)
    assert list(stopped.problems) == ["first"]
    assert "quota" in str(stopped.problem)
