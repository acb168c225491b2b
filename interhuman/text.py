"""Outside text made inert: what came from a file name or a model is shown, never interpreted.

Three places interpret text: Plotly (a small HTML of its own in hovers and labels, entities,
TeX between dollar signs), Streamlit's Markdown (directives, icons, emoji, TeX, links, arrows)
and any renderer (control and direction characters). Each has its function here, and so
has what a file is called.
"""

from __future__ import annotations

import functools
import re
from pathlib import PurePath

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_JOINER = "\N{WORD JOINER}"

MAX_MARKDOWN = 2_000
"""Characters of outside text that one place on the page shows; the JSON has all of them."""

NAME_CHARACTERS = 80
"""Characters of a file's or a person's name that are shown."""

_SCANNED_PER_SHOWN = 4
"""Characters read for each one shown, so that runs of white space may be left out."""

_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, save tab and line ends
    "\u202a-\u202e\u2066-\u2069"  # direction overrides: they make text read as another
    "\ud800-\udfff\ufffe\uffff]"  # half a character, or none: cannot be encoded or drawn
)
_ASCII_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKDOWN_PAIRS = re.compile(r"([:@](?=\S)|[<~>-](?=[-=>])|www(?=\.))", re.IGNORECASE)


def displayable(text: str) -> str:
    """Return `text` with what no screen or file can carry replaced by U+FFFD.

    Lone surrogates, control characters and direction overrides go; tabs, line ends and every
    visible character stay.
    """
    return _UNSHOWABLE.sub(REPLACEMENT, text)


def cut(text: str, most: int) -> str:
    """Return at most `most` characters of `text`, "…" included where something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def one_line(text: str, most: int) -> str:
    """Return outside text as one displayable line of at most `most` characters.

    Runs of white space become one space. Only the start of a long text is read.
    """
    start = text[: _SCANNED_PER_SHOWN * most]
    words = " ".join(displayable(start).split())
    return cut(words if start == text else f"{words}…", most)


def name_line(name: str) -> str:
    """Return the name of a file or a person as one displayable line, which is no Markdown."""
    return one_line(name, NAME_CHARACTERS)


def plain(text: str, *, width: int = 60, lines: int = 8) -> str:
    """Return outside text for a Plotly label or hover, so that its very characters show.

    Words are wrapped at `width` characters to at most `lines` lines; what is longer ends in "…"
    (the table has the whole text). Runs of white space become one space.
    """
    words = one_line(text, lines * (width + 1) + 1)
    wrapped = _line_pattern(width).findall(words)
    if len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], wrapped[lines - 1][: width - 1].rstrip() + "…"]
    return _escaped_for_plotly("\n".join(wrapped)).replace("\n", "<br>")


@functools.cache
def _line_pattern(width: int) -> re.Pattern[str]:
    """Return what matches one line: as many words as fit, or a piece of a longer word."""
    return re.compile(rf"\S(?:.{{0,{width - 1}}})(?<=\S)(?=\s|$)|\S{{{width}}}")


def shortened(text: str, most: int) -> str:
    """Return outside text as one inert Plotly line of at most `most` characters, "…" included."""
    return _escaped_for_plotly(one_line(text, most))


def _escaped_for_plotly(text: str) -> str:
    """Escape HTML and TeX; four calls of `replace` are eight times as fast as `translate`."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("$", "&#36;")


def markdown_plain(text: str, *, most: int = MAX_MARKDOWN) -> str:
    """Return outside text for a place where Streamlit renders Markdown, shown as it is.

    Markdown is rendered in labels of widgets, buttons, pills and expanders, in headings,
    captions, notices and metrics. It is not in `st.text`, `st.code`, cells of `st.dataframe`, and
    the options of `st.selectbox` and `st.multiselect`: there the backslashes would show.

    Every ASCII punctuation mark gets a backslash. That ends Markdown, TeX and HTML, but icons,
    emoji (`:smile:`), bare links and arrows are found after the backslashes are gone: there an
    invisible word joiner keeps the characters apart. Runs of white space become one space, and
    at most `most` characters are shown.
    """
    words = one_line(text, most)
    return _ASCII_PUNCTUATION.sub(r"\\\1", _MARKDOWN_PAIRS.sub(rf"\1{_JOINER}", words))


def markdown_name(name: str) -> str:
    """Return the name of a file or a person for Streamlit's Markdown, so that it shows as it is."""
    return markdown_plain(name, most=NAME_CHARACTERS)


def safe_stem(name: str) -> str:
    """Return a file's name without its extension, safe in any folder of any system."""
    stem = PurePath(name.replace("\\", "/")).stem
    safe = re.sub(r"[^\w\- ]+", "_", stem).strip(" _")
    return safe[:80] or "analysis"
