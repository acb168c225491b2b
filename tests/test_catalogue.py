from __future__ import annotations

import pytest

from interhuman.catalogue import CATALOGUE, advice_for

DOCUMENTED = [
    *(f"ih{number}" for number in (1001, 1002, 1003, 1004)),
    *(f"ih{number}" for number in (2001, 2002, 2003, 2005, 2010, 2011, 2014)),
    *(f"ih{number}" for number in (3001, 3002, 3003, 3004, 3005, 3006)),
    *(f"ih{number}" for number in (4001, 4002, 4003, 4004, 4005, 4006, 4007, 4021)),
    *(f"ih{number}" for number in (5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008)),
]

RESENDABLE = {"ih1001", "ih1002", "ih1003", "ih1004", "ih3001", "ih3002"}


def test_every_documented_id_has_a_row_and_no_other() -> None:
    assert sorted(CATALOGUE) == DOCUMENTED


@pytest.mark.parametrize("error_id", DOCUMENTED)
def test_a_row_says_what_happened_and_what_to_do_in_whole_sentences(error_id: str) -> None:
    advice = CATALOGUE[error_id]
    assert 5 < len(advice.title) <= 45
    assert not advice.title.endswith(".")
    for sentence in (advice.meaning, advice.action):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert error_id not in sentence, "an id says nothing to a person"


def test_only_what_passes_by_itself_may_be_sent_again() -> None:
    assert {error_id for error_id, advice in CATALOGUE.items() if advice.resend} == RESENDABLE
    assert all(CATALOGUE[error_id].kind == "retry" for error_id in RESENDABLE)


def test_titles_tell_the_errors_apart() -> None:
    titles = [advice.title for advice in CATALOGUE.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("error_id", "number"),
    [
        ("ih3001", "60 seconds"),
        ("ih4003", "33.5 MB"),
        ("ih4004", "30 minutes"),
        ("ih4007", "3 seconds"),
        ("ih2003", "interhumanai.upload"),
    ],
)
def test_the_action_names_the_number_that_matters(error_id: str, number: str) -> None:
    assert number in CATALOGUE[error_id].action


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (0, "retry"),
        (200, "retry"),
        (302, "fix"),
        (400, "fix"),
        (401, "account"),
        (403, "account"),
        (404, "fix"),
        (409, "fix"),
        (413, "fix"),
        (422, "fix"),
        (429, "retry"),
        (500, "retry"),
        (502, "retry"),
        (503, "retry"),
        (599, "retry"),
        (799, "retry"),
        (-1, "retry"),
    ],
)
def test_an_unknown_id_falls_back_on_its_status(status: int, kind: str) -> None:
    assert advice_for("ih9999", status).kind == kind
    assert advice_for(None, status) is advice_for("ih9999", status)


def test_a_known_id_counts_more_than_its_status() -> None:
    assert advice_for("ih3003", 429).kind == "account"
    assert advice_for("ih4003", 400) is CATALOGUE["ih4003"]
