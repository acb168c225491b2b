"""What is said plainly where a comparison is unfair."""

from __future__ import annotations

import pytest

from interhuman.findings.caveats import caveats
from interhuman.findings.comparison import Compared
from interhuman.vocabulary import SCORES
from tests.findings.compared import FULL, recording

EVIDENT = {**FULL, "rapport": 61.0}
UNREAD = "The signals of B couldn't be read."
FAIR = recording(("stress", 0, 5), scores=EVIDENT, options={"quality": "overall"})


def like_fair(**others: object) -> Compared:
    """Return `FAIR` with some things changed."""
    options: dict[str, object] = {"scores": EVIDENT, "options": {"quality": "overall"}, **others}
    return recording(("stress", 0, 5), **options)  # type: ignore[arg-type]


def test_a_fair_comparison_says_nothing() -> None:
    assert caveats([FAIR, FAIR, FAIR]) == ()
    assert caveats([]) == ()
    assert caveats([like_fair(sandbox=True), like_fair(sandbox=True)]) == ()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            like_fair(sandbox=True),
            "B came from the sandbox, A from Interhuman. They don't measure the same things, so "
            "don't compare their numbers; no difference is shown.",
        ),
        (
            like_fair(model="inter-2-audio"),
            "Different models: A Inter-1, B Inter-2 audio. Models detect different things, so a "
            "difference can come from the model.",
        ),
        (
            like_fair(options={"quality": "overall", "feedback goals": "clarity"}),
            "Analyzed with different options: feedback goals.",
        ),
        (like_fair(options=None), "The options that B used aren't known."),
        (
            like_fair(end_s=39.0),
            "The lengths differ by more than a third (A 1:00, B 0:39), so signals are compared "
            "per minute, not in total.",
        ),
        (
            like_fair(end_s=0.0, states=(("engaged", 0, 0),)),
            "The length of B isn't known, so there are no signals per minute.",
        ),
        (
            like_fair(length_given=False),
            "The length of B isn't known. It's counted to the last entry, so signals per minute "
            "may be too high.",
        ),
        (recording(scores=EVIDENT, options={"quality": "overall"}, signals_read=False), UNREAD),
        (like_fair(scores=None), "B has no conversation quality."),
        (
            like_fair(scores={name: 60.0 for name in SCORES if name != "energy"}),
            "B has no score for energy.",
        ),
        (
            like_fair(scores=FULL),
            "Exactly 50 means no evidence, so it isn't compared: rapport (B).",
        ),
        (
            recording(scores=EVIDENT, options={"quality": "overall"}),
            "B has no signals. That says nothing about the person.",
        ),
        (like_fair(states=()), "B has no engagement data."),
    ],
)
def test_each_reason_by_itself(other: Compared, words: str) -> None:
    assert caveats([FAIR, other]) == (words,)


def test_lengths_that_differ_by_a_third_are_alike_enough() -> None:
    assert caveats([FAIR, like_fair(end_s=40.0)]) == ()


def test_exactly_50_names_each_dimension_with_its_recordings() -> None:
    nothing = like_fair(scores=dict.fromkeys(SCORES, 50.0))
    assert caveats([like_fair(scores=FULL), nothing]) == (
        "Exactly 50 means no evidence, so it isn't compared: clarity (B), authority (B), "
        "energy (B), rapport (A and B), learning (B).",
        "All five dimensions of B are exactly 50, so the quality index says nothing there.",
    )


def test_several_are_named_together_and_what_weighs_most_comes_first() -> None:
    said = caveats([FAIR, like_fair(sandbox=True, scores=None), like_fair(sandbox=True)])
    assert [words.partition(".")[0] for words in said] == [
        "B and C came from the sandbox, A from Interhuman",
        "B has no conversation quality",
    ]


def test_options_of_files_alone_are_no_reason() -> None:
    assert caveats([like_fair(options=None), like_fair(options=None)]) == ()


def test_more_than_have_letters_are_counted() -> None:
    others = [like_fair(end_s=30.0, model="inter-2"), like_fair(scores=FULL, sandbox=True)]
    assert caveats([FAIR, FAIR, FAIR, *others]) == (
        "1 of 5 came from the sandbox, 4 of 5 from Interhuman. They don't measure the same things, "
        "so don't compare their numbers; no difference is shown.",
        "Different models: Inter-1 (4), Inter-2 (1). Models detect different things, so a "
        "difference can come from the model.",
        "The lengths differ by more than a third (0:30 to 1:00), so signals are compared per "
        "minute, not in total.",
        "Exactly 50 means no evidence, so it isn't compared: rapport (1 of 5).",
    )
