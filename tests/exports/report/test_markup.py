"""Elements: text stays text, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.exports.report.markup import Markup, element, joined
from interhuman.text import displayable
from tests.exports.report.parsed import parsed

TEXTS = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("made", "html"),
    [
        (element("p", "1 < 2 & 3"), "<p>1 &lt; 2 &amp; 3</p>"),
        (element("p", element("b", "a"), ["b", ("c", None)]), "<p><b>a</b>bc</p>"),
        (element("meta", charset="utf-8"), '<meta charset="utf-8">'),
        (element("a", class_="x", data_start=1.25), '<a class="x" data-start="1.25"></a>'),
        (element("a", title='"<'), '<a title="&quot;&lt;"></a>'),
        (element("tr", hidden=True, id=None, lang=False), "<tr hidden></tr>"),
        (element("p", "a\0b\ud800\u202e"), "<p>a\ufffdb\ufffd\ufffd</p>"),
        (joined(("<", Markup("<br>"))), "&lt;<br>"),
    ],
)
def test_markup_by_value(made: Markup, html: str) -> None:
    assert made.html == html


@given(TEXTS, TEXTS)
def test_text_and_attributes_come_back_as_they_were(text: str, value: str) -> None:
    made = element("p", text, title=value).html
    made.encode()
    (node,) = parsed(made.replace("\r", "\n")).all("p")
    assert node.attributes == {"title": displayable(value).replace("\r", "\n")}
    assert node.raw == displayable(text).replace("\r", "\n")
    assert list(node.nodes()) == []
