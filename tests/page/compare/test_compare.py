"""Comparing results: what is compared, by whom, at which address, and what is told of the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from interhuman.findings.comparison import MAX_COMPARED
from interhuman.library.rows import label_search
from interhuman.page import open_kept
from interhuman.page.compare import compare, opening, picker
from interhuman.page.keys import Key
from interhuman.page.library.listing import MAX_TICKED, Ticked
from interhuman.runs.results import Comparison
from tests import examples
from tests.page.conftest import Page
from tests.page.kept import KeptPlace, use_library
from tests.page.library.test_library import ALICE, AUTH, BOB

ONE_MISSING = opening.missing_words(1)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KeptPlace:
    """A library beside the page, whose visitor sits at this machine."""
    return use_library(monkeypatch, tmp_path / "library")


def sent(page: Page, part: str) -> dict[str, Any]:
    """Return what the browser is sent of one part of the comparison."""
    drawn = [str(node.proto.json) for node in page.nodes("bidi_component")]
    parts = [json.loads(each) for each in drawn if each]
    (found,) = [one for one in parts if isinstance(one, Mapping) and one.get("part") == part]
    return cast("dict[str, Any]", found)


def titles(page: Page) -> list[str]:
    return [one["title"] for one in sent(page, "sheet")["who"]]


def compared(place: KeptPlace, number: int = 2) -> tuple[Page, list[str]]:
    """Open the page on a comparison of so many analyses."""
    ids = [place.add(name=f"talk {each}.mp4") for each in range(number)]
    return Page(address={"compare": ",".join(ids)}), ids


def noticed(page: Page) -> list[str]:
    return [info.value for info in page.at.main.info if "sandbox" not in info.value]


# What is compared


def test_an_address_names_what_is_compared_and_stays(place: KeptPlace) -> None:
    page, ids = compared(place, 3)
    assert titles(page) == ["talk 0.mp4", "talk 1.mp4", "talk 2.mp4"]
    assert [one["name"] for one in sent(page, "sheet")["who"]] == ["A", "B", "C"]
    assert page.address == {"compare": ",".join(ids)}
    assert page.at.title[0].value == "Comparing 3 analyses"
    assert not page.at.exception
    assert sent(page, "sheet")["noLink"] == ""


def test_the_same_twice_is_compared_once_and_a_moment_in_the_address_stays(
    place: KeptPlace,
) -> None:
    one, other = place.add(), place.add(name="other.mp4")
    page = Page(address={"compare": f"{one},{other},{one}"})
    assert page.address == {"compare": f"{one},{other}"}
    page = Page(address={"compare": f"{one},{other}", "t": "3.5"})
    assert page.address == {"compare": f"{one},{other}", "t": "3.5"}


def test_numbers_and_caveats_are_sent_as_the_findings_have_them(place: KeptPlace) -> None:
    page, _ = compared(place)
    sheet = sent(page, "sheet")
    assert [row["label"] for row in sheet["numbers"]["scores"]] == [
        *("Quality index", "Clarity", "Authority", "Energy", "Rapport", "Learning"),
        "Time engaged",
    ]
    assert sheet["caveats"] == [
        "Exactly 50 means no evidence, so it isn't compared: learning (A and B)."
    ]
    assert sheet["who"][0]["facts"].endswith("0:40 · Inter-1")
    assert sent(page, "recurring")["rows"][0]["recordings"] == 2


def test_the_sandbox_has_its_badge_and_is_told_apart(place: KeptPlace) -> None:
    page = Page()
    analysis = examples.read(examples.FULL)
    numbers = [
        page.visit.results.add_opened(one, name).number
        for one, name in ((analysis, "api.mp4"), (replace(analysis, sandbox=True), "sand.mp4"))
    ]
    opening.open_comparison(page.visit, [f"visit-{number}" for number in numbers])
    sheet = sent(page.rerun(), "sheet")
    assert [bool(one["sandbox"]) for one in sheet["who"]] == [False, True]
    assert sheet["caveats"][0].startswith("B came from the sandbox, A from Interhuman.")


def test_names_from_outside_are_text(place: KeptPlace) -> None:
    page = Page()
    hostile = examples.read(examples.HOSTILE_PAYLOAD)
    ids = [page.visit.results.add_opened(hostile, examples.HOSTILE).listed_id for _ in range(3)]
    opening.open_comparison(page.visit, ids)
    page.rerun()
    assert not page.at.exception
    assert titles(page)[0].startswith("<script>")


def test_over_time_takes_three(place: KeptPlace) -> None:
    page, ids = compared(place, 2)
    assert "Over time" not in page.text
    third = place.add(name="third.mp4")
    page = Page(address={"compare": ",".join([*ids, third])})
    assert "Over time" in page.text
    table = page.at.dataframe[0].value
    assert table["Title"].tolist() == ["talk 0.mp4", "talk 1.mp4", "third.mp4"]
    assert table["Learning"].tolist() == ["no evidence"] * 3


def test_more_than_have_letters_are_numbered_and_only_read(place: KeptPlace) -> None:
    page, ids = compared(place, MAX_COMPARED + 1)
    sheet = sent(page, "sheet")
    assert [one["name"] for one in sheet["who"]] == ["1", "2", "3", "4", "5"]
    assert sheet["numbers"] is None
    assert page.visit.results.all == []
    assert page.address == {"compare": ",".join(ids)}
    place.of().delete(ids[0])
    page.rerun()
    assert ONE_MISSING in noticed(page)


def test_all_with_a_label_are_compared(place: KeptPlace) -> None:
    ids = [place.add(name=f"talk {each}.mp4") for each in range(4)]
    for id, labels in zip(
        ids, (["Sales"], ["sales"], ["sales", "june"], ["salesman"]), strict=True
    ):
        place.of().describe(id, labels=labels)
    page = Page(address={"label": "sales"})
    assert sorted(titles(page)) == ["talk 0.mp4", "talk 1.mp4", "talk 2.mp4"]
    assert page.address == {"label": "sales"}
    assert page.at.title[0].value == "Label sales"
    none = Page(address={"label": "nothing"})
    assert compare.TOO_FEW in [caption.value for caption in none.at.caption]


# What is not here


@pytest.mark.parametrize("gone", ["another's", "deleted", "unknown", "no id"])
def test_what_is_not_here_is_told_alike_whatever_the_reason(place: KeptPlace, gone: str) -> None:
    ids = [place.add(), place.add(name="other.mp4")]
    missing = {"unknown": "x" * 22, "no id": "../../etc"}.get(gone, "")
    if gone == "another's":
        missing = place.add(owner="bob", name="b.mp4")
    elif gone == "deleted":
        missing = place.add(name="gone.mp4")
        place.of().delete(missing)
    page = Page(address={"compare": f"{ids[0]},{missing},{ids[1]}"})
    assert noticed(page) == [ONE_MISSING]
    assert titles(page) == ["talk.mp4", "other.mp4"]
    assert page.address == {"compare": ",".join(ids)}
    assert missing not in page.text
    alone = Page(address={"compare": f"{ids[0]},{missing}"})
    assert noticed(alone) == [f"{ONE_MISSING} {opening.NOTHING}"]
    assert alone.address == {}
    assert alone.visit.results.compared is None


def test_of_many_too_at_least_two_have_to_be_here(place: KeptPlace) -> None:
    gone = [each * 22 for each in "vwxy"]
    nothing = Page(address={"compare": "a,b,c,d,e"})
    assert noticed(nothing) == [f"{opening.missing_words(5)} {opening.NOTHING}"]
    assert nothing.address == {}
    ids = [place.add(), place.add(name="other.mp4")]
    page = Page(address={"compare": ",".join([*gone, *ids])})
    assert titles(page) == ["talk.mp4", "other.mp4"]
    assert noticed(page) == [opening.missing_words(4)]
    assert page.address == {"compare": ",".join(ids)}
    link = {"compare": ",".join([*gone, *ids])}
    nobody = Page(address=link, user={"is_logged_in": False}, auth=AUTH)
    assert noticed(nobody) == [open_kept.SIGN_IN_FIRST]
    assert nobody.address == {}


def test_those_that_cannot_be_read_are_counted(place: KeptPlace) -> None:
    ids = [place.add(name=f"talk {each}.mp4") for each in range(4)]
    odd = place.add(name="odd.mp4", body=b"[", read=False)
    for id in (*ids, odd):
        place.of().describe(id, labels=["sales"])
    told = compare.unreadable_words(1)
    for address in ({"label": "sales"}, {"compare": ",".join([*ids, odd])}):
        page = Page(address=address)
        assert sorted(titles(page)) == [f"talk {each}.mp4" for each in range(4)]
        assert noticed(page) == [told]


def test_several_that_are_not_here_are_counted(place: KeptPlace) -> None:
    page = Page(address={"compare": f"{'x' * 22},{'y' * 22}"})
    assert noticed(page) == [f"{opening.missing_words(2)} {opening.NOTHING}"]


def test_one_without_a_result_says_why(place: KeptPlace) -> None:
    ids = [place.add(), place.add(name="other.mp4")]
    waiting = place.of().begin(name="waiting.mp4", model="inter-1")
    page = Page(address={"compare": ",".join([*ids, waiting])})
    assert titles(page) == ["talk.mp4", "other.mp4"]
    assert any("no result yet" in words for words in noticed(page))


def test_who_signed_in_compares_their_own_alone(place: KeptPlace) -> None:
    owner = f"{ALICE['iss']} {ALICE['sub']}"
    names = ["plan one.mp4", "plan two.mp4"]
    ids = [place.add(owner=owner, name=name) for name in names]
    label = {"label": "plan"}
    for id in ids:
        place.of(owner).describe(id, labels=["plan"])
    named = {"compare": ",".join(ids)}
    assert titles(Page(address=named, user=ALICE, auth=AUTH)) == [
        "plan one.mp4",
        "plan two.mp4",
    ]
    assert len(titles(Page(address=label, user=ALICE, auth=AUTH))) == 2
    for address in (named, label):
        stranger = Page(address=address, user=BOB, auth=AUTH)
        assert "plan one" not in stranger.text
        assert "plan one" not in "".join(
            str(node.proto) for node in stranger.nodes("bidi_component")
        )
    nobody = Page(address=named, user={"is_logged_in": False}, auth=AUTH)
    assert noticed(nobody) == [open_kept.SIGN_IN_FIRST]
    assert nobody.offers("Sign in")
    assert nobody.visit.address_after_sign_in == f"compare={ids[0]}%2C{ids[1]}"


# From the library, from a result, and back


def test_ticks_are_taken_in_as_ids_alone() -> None:
    ticked = Ticked()
    ticked.take_in(["x" * 22, "y" * 22, "x" * 22, "../..", 3, None])
    assert ticked.ids == ("x" * 22, "y" * 22)
    for odd in (None, "x" * 22, 7, {"ids": ["z" * 22]}):
        ticked.take_in(odd)
    assert ticked.ids == ("x" * 22, "y" * 22)
    ticked.take_in([f"{number:022}" for number in range(MAX_TICKED + 5)])
    assert len(ticked.ids) == MAX_TICKED


def test_ticks_are_taken_back_all_at_once() -> None:
    ticked = Ticked(("x" * 22,))
    ticked.clear()
    assert ticked == Ticked((), cleared=1)


def test_what_is_ticked_in_the_library_is_compared(place: KeptPlace) -> None:
    ids = [place.add(name=f"talk {each}.mp4") for each in range(3)]
    page = Page().go_to("library")
    assert page.locked("Compare")
    page.at.session_state["library-ticked"] = ticked = Ticked()
    ticked.take_in(ids[:1])
    assert page.rerun().locked("Compare 1")
    ticked.take_in(ids[:2])
    page.rerun().press("Compare 2")
    assert titles(page) == ["talk 0.mp4", "talk 1.mp4"]
    assert page.address == {"compare": ",".join(ids[:2])}
    assert page.go_to("library").offers("Compare 2"), "the ticks are there for the next time"
    page.press("Clear")
    assert page.locked("Compare")


def test_too_few_of_what_is_ticked_are_told_in_the_library(place: KeptPlace) -> None:
    ids = [place.add(), place.add(name="other.mp4")]
    page = Page().go_to("library")
    page.at.session_state["library-ticked"] = Ticked(tuple(ids))
    page.rerun()
    place.of().delete(ids[1])
    page.press("Compare 2")
    assert page.visit.results.compared is None
    assert [one.value for one in page.at.warning] == [f"{ONE_MISSING} {opening.NOTHING}"]


def test_all_of_a_label_that_is_searched_for_are_offered(place: KeptPlace) -> None:
    for name in ("one.mp4", "two.mp4"):
        place.of().describe(place.add(name=name), labels=["sales"])
    page = Page().go_to("library")
    page.at.text_input(key=Key.LIBRARY_SEARCH).set_value(label_search("sales")).run()
    page.press("Compare all with “sales”")
    assert page.address == {"label": "sales"}
    assert sorted(titles(page)) == ["one.mp4", "two.mp4"]


def test_what_to_compare_with_is_of_the_same_label_first(place: KeptPlace) -> None:
    ids = {name: place.add(name=f"{name}.mp4") for name in ("old", "mine", "middle", "new")}
    for name in ("old", "mine"):
        place.of().describe(ids[name], labels=["pitch"])
    place.of().begin(name="waiting.mp4", model="inter-1")
    page = Page(address={"result": ids["mine"]})
    offered = picker.candidates(page.visit, [ids["mine"]], "")
    assert [row.name for row in offered] == ["old.mp4", "new.mp4", "middle.mp4"]
    assert [row.name for row in picker.candidates(page.visit, [ids["mine"]], "midd")] == [
        "middle.mp4"
    ]
    page.press("Compare with…")
    assert not page.at.exception


def test_without_a_library_results_of_the_visit_are_compared_and_have_no_link(page: Page) -> None:
    for name in ("first.mp4", "second.mp4"):
        page.visit.results.add_opened(examples.read(examples.FULL), name)
    page.visit.show(2)
    page.rerun()
    assert [row.name for row in picker.candidates(page.visit, ["visit-2"], "")] == ["first.mp4"]
    assert picker.candidates(page.visit, ["visit-2"], "nothing like it") == []
    opening.open_comparison(page.visit, ["visit-2", "visit-1"])
    page.rerun()
    assert titles(page) == ["second.mp4", "first.mp4"]
    assert page.address == {}
    assert sent(page, "sheet")["noLink"] == compare.IN_THIS_VISIT


def test_a_result_opened_from_there_leads_back(place: KeptPlace) -> None:
    page, ids = compared(place)
    comparison = page.visit.results.compared
    assert comparison == Comparison(tuple(ids))
    page.visit.show(2)
    page.visit.results.compared = comparison
    page.rerun()
    assert page.address == {"result": ids[1]}
    assert not page.offers("Compare with…")
    page.press("Back to comparison")
    assert titles(page) == ["talk 0.mp4", "talk 1.mp4"]
    page.new_analysis()
    assert page.address == {}


def test_one_deleted_in_this_visit_leaves_the_comparison(place: KeptPlace) -> None:
    page, ids = compared(place, 3)
    page.visit.results.forget(ids[1])
    assert titles(page.rerun()) == ["talk 0.mp4", "talk 2.mp4"]
    assert page.address == {"compare": f"{ids[0]},{ids[2]}"}
    page.visit.results.forget(ids[0])
    assert page.rerun().visit.results.compared is None


def test_a_result_that_arrives_does_not_take_the_comparison_away(place: KeptPlace) -> None:
    page, ids = compared(place)
    assert page.visit.results.is_reading
    page.visit.results.arrived = page.visit.results.add_opened(examples.read(examples.FULL), "new")
    page.rerun()
    assert page.address == {"compare": ",".join(ids)}
    assert "new" in page.text
