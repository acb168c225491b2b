"""Outside text made inert, checked against models of what interprets it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.text import (
    REPLACEMENT,
    cut,
    displayable,
    markdown_plain,
    one_line,
    plain,
    shortened,
)

MARKUP = st.text(
    alphabet=st.one_of(
        st.sampled_from("<>&;$#/\\`*_[]():@.-~= \n\tbahrefwiscptx12"), st.characters()
    ),
    max_size=200,
)
JOINER = "\N{WORD JOINER}"


def spaced(text: str) -> str:
    return " ".join(displayable(text).split())


def plotly_shows(text: str) -> str:
    """Read text as plotly.js does (svg_text_utils): tags, then entities; a break is a line."""
    assert re.search(r"\$.*\$", text) is None, "would be TeX"
    shown = ""
    for part in re.split(r"(<[^<>]*>)", text):
        if re.fullmatch(r"<[^<>]*>", part):
            assert part == "<br>", f"{part} would be markup"
            shown += "\n"
            continue
        shown += re.sub(r"&(#\d+|#x[\da-fA-F]+|[a-z]+);", entity, part)
    return shown


def entity(match: re.Match[str]) -> str:
    name = match[1]
    known = {"amp": "&", "lt": "<", "gt": ">", "nbsp": "\xa0", "mu": "μ", "deg": "°"}
    return chr(int(name[1:])) if name[0] == "#" else known.get(name, match[0])


@settings(deadline=None)
@given(MARKUP)
def test_plotly_shows_the_very_characters(text: str) -> None:
    shown = plotly_shows(plain(text, width=60, lines=1000))
    assert shown.replace("\n", "").replace(" ", "") == spaced(text).replace(" ", "")
    assert all(len(line) <= 60 for line in shown.split("\n"))


@settings(deadline=None)
@given(MARKUP, st.integers(1, 4))
def test_plain_keeps_to_its_lines_and_says_when_it_cut(text: str, lines: int) -> None:
    shown = plotly_shows(plain(text, width=20, lines=lines))
    assert shown.count("\n") < lines
    if shown.replace("\n", "").replace(" ", "") != spaced(text).replace(" ", ""):
        assert shown.endswith("…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("&lt;", "&amp;lt;"),
        ("$x^2$", "&#36;x^2&#36;"),
        ("a\n\tb", "a b"),
        ("", ""),
    ],
)
def test_plain_by_value(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_cut_and_one_line_by_value() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
    assert cut("a bcd", 3) == "a…"
    assert one_line("a\n\n b", 3) == "a b"
    assert one_line("a" + " " * 100 + "b", 3) == "a…"


@pytest.mark.parametrize("shown", [plain, markdown_plain, lambda text: shortened(text, 60)])
def test_a_text_of_any_length_is_shown_in_part(shown: Callable[[str], str]) -> None:
    assert len(shown("<wörd> " * 100_000)) < 10_000
    assert shown("<wörd> " * 100_000).endswith("…")


def test_plain_wraps_by_words() -> None:
    assert plain("one two three four", width=9) == "one two<br>three<br>four"
    assert plain("one two three four", width=9, lines=2) == "one two<br>three…"


@settings(deadline=None)
@given(MARKUP, st.integers(2, 30))
def test_shortened_is_one_short_inert_line(text: str, most: int) -> None:
    shown = plotly_shows(shortened(text, most))
    assert "\n" not in shown
    assert len(shown) <= most
    assert shown == spaced(text) or shown.endswith("…")


@settings(deadline=None)
@given(MARKUP)
def test_markdown_plain_loses_nothing(text: str) -> None:
    bare = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown_plain(text))
    assert bare.replace(JOINER, "") == spaced(text).replace(JOINER, "")


@settings(deadline=None)
@given(MARKUP)
def test_markdown_plain_escapes_every_mark(text: str) -> None:
    assert re.search(r"(?<!\\)(\\\\)*[!-/:-@\[`{-~]", markdown_plain(text)) is None
    assert "\n" not in markdown_plain(text)


LATE = (
    r":\+1:|:-1:|:[\w-]+:",  # emoji and icons
    r"(https?://|www(?=\.))([-.\w]+)",  # bare links
    r"[-.\w+]+@[-\w]+(?:\.[-\w]+)+",  # bare addresses
    r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",  # arrows and the like
)
"""What Streamlit's Markdown looks for in text after the backslashes are gone."""


@settings(deadline=None)
@given(st.one_of(MARKUP, st.from_regex("|".join(f"({pattern})" for pattern in LATE))))
def test_markdown_plain_leaves_nothing_for_the_late_passes(text: str) -> None:
    bare = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown_plain(text))
    for pattern in LATE:
        assert re.search(pattern, bare, re.IGNORECASE) is None


def test_displayable_takes_only_what_cannot_be_shown() -> None:
    assert displayable("näme 🎬 \t\n\r") == "näme 🎬 \t\n\r"
    assert displayable("a\x00b\u202ec\ud800") == REPLACEMENT.join("abc") + REPLACEMENT


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_displayable_text_can_be_encoded_and_is_stable(text: str) -> None:
    shown = displayable(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert displayable(shown) == shown
    assert len(shown) == len(text)
