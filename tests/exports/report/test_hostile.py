"""Reports of hostile results: no element and no attribute comes from data."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import Analysis, EngagementSpan, Feedback, Signal, Unread
from interhuman.annotations import Annotations, Note
from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html
from interhuman.text import displayable
from tests import examples
from tests.exports.report.parsed import Node, parsed

PIECES = (
    *("<script>", "</script>", "</style>", "<!--", "-->", "]]>", "<svg onload=alert(1)>", "<b"),
    *('"', "'", "`", "=", ">", "&lt;", "&#0;", "&", "\\", "\n", "\r", "\t", "\0", "\x1b", "\u2028"),
    *("\u202e", "\u2066", "\ud800", "\udfff", "\ufffe", "שלום", "e\u0301", "😀", "a", " "),
    *("javascript:alert(1)", "style=x", "</title>", "{{x}}", examples.HOSTILE, "x" * 10_000),
)
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.text(
    st.characters(exclude_categories=()), min_size=1
)


def named(text: str) -> NamedResult:
    """Return a result that has a text wherever a result has one."""
    analysis = Analysis(
        signals=(Signal(text, 0.0, 5.0, text, text), Signal("stress", 3.0, 3.0, "high", text)),
        engagement=(EngagementSpan(text, 0.0, 5.0),),
        feedback=Feedback(text, (text,), text),
        model=text,
        correlation_id=text,
        unread=(Unread(text, text),),
    )
    return NamedResult(
        title=text,
        analysis=analysis,
        id=text,
        recording=text,
        labels=(text,),
        annotations=Annotations(notes=(Note("aaaaaaaa", 1.0, 2.0, text),), says={0: "agree"}),
        note=text,
    )


def shape(node: Node) -> set[tuple[str, tuple[str, ...]]]:
    return {(each.tag, tuple(sorted(each.attributes))) for each in node.nodes()}


PLAIN = shape(parsed(report_html([named("x")]))) | shape(parsed(report_html([named(" ")])))
SEVERAL = PLAIN | shape(parsed(report_html(named(text) for text in "abcd")))


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_no_text_becomes_an_element_or_an_attribute(text: str) -> None:
    html = report_html([named(text)])
    html.encode()
    assert "\0" not in html
    told = parsed(html)
    assert shape(told) <= PLAIN
    assert (len(told.all("script")), len(told.all("style"))) == (1, 1)
    reasons = [why.raw for why in told.all("p", "why")]
    assert reasons == [displayable(text)] * 2


@pytest.mark.parametrize("first", range(0, len(PIECES), 4))
def test_none_does_in_a_comparison_either(first: int) -> None:
    told = parsed(report_html(named(text) for text in PIECES[first : first + 4]))
    assert shape(told) <= SEVERAL


def test_text_from_right_to_left_turns_nothing_around() -> None:
    told = parsed(report_html([named("\u202eשלום")]))
    assert "\u202e" not in told.raw
    assert all(why.attributes["dir"] == "auto" for why in told.all("p", "why"))
    assert told.one("h1").all("bdi")[0].raw == "\ufffdשלום"
