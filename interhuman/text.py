"""Outside text made inert: what came from a file name or a model is shown, never interpreted.

Three places interpret text: Plotly (a small HTML of its own in hovers and labels, entities,
TeX between dollar signs), Streamlit's Markdown (directives, icons, emoji, TeX, links, arrows)
and any renderer (control and direction characters). Each has its function here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_JOINER = "\N{WORD JOINER}"

_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, save tab and line ends
    "\u202a-\u202e\u2066-\u2069"  # direction overrides: they make text read as another
    "\ud800-\udfff\ufffe\uffff]"  # half a character, or none: cannot be encoded or drawn
)
_PLOTLY = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_FUSES = re.compile(r"([:@](?=\S)|[<~>-](?=[-=>])|www(?=\.))", re.IGNORECASE)


def displayable(text: str) -> str:
    """Return `text` with what no screen or file can carry replaced by U+FFFD.

    Lone surrogates, control characters and direction overrides go; tabs, line ends and every
    visible character stay.
    """
    return _UNSHOWABLE.sub(REPLACEMENT, text)


def plain(text: str, *, width: int = 60, lines: int = 8) -> str:
    """Return outside text for a Plotly label or hover, so that its very characters show.

    Words are wrapped at `width` characters with line breaks of ours, at most `lines` of them;
    what is longer ends in "…" (the table has the whole text). White space runs become one space.
    """
    wrapped: list[str] = []
    for word in _pieces(displayable(text), width):
        if wrapped and len(wrapped[-1]) + 1 + len(word) <= width:
            wrapped[-1] += " " + word
        elif len(wrapped) == lines:
            wrapped[-1] = wrapped[-1][: width - 1].rstrip() + "…"
            break
        else:
            wrapped.append(word)
    return "<br>".join(line.translate(_PLOTLY) for line in wrapped)


def _pieces(text: str, width: int) -> Iterator[str]:
    """Yield the words of `text`, those longer than `width` in pieces."""
    for word in text.split():
        yield from (word[at : at + width] for at in range(0, len(word), width))


def shortened(text: str, most: int) -> str:
    """Return outside text as one inert Plotly line of at most `most` characters, "…" included."""
    words = " ".join(displayable(text).split())
    cut = words if len(words) <= most else words[: most - 1].rstrip() + "…"
    return cut.translate(_PLOTLY)


def markdown_plain(text: str) -> str:
    """Return outside text for a place where Streamlit renders Markdown, shown as it is.

    Every ASCII punctuation mark gets a backslash. That ends Markdown, TeX and HTML, but icons,
    emoji (`:smile:`), bare links and arrows are found after the backslashes are gone: there an
    invisible word joiner keeps the characters from fusing. White space runs become one space.
    """
    words = " ".join(displayable(text).split())
    return _PUNCTUATION.sub(r"\\\1", _FUSES.sub(rf"\1{_JOINER}", words))
