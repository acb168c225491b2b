"""The response itself, and what support asks for."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path

import streamlit as st

from interhuman.page.browser import DOM, script
from interhuman.runs.results import Result
from interhuman.text import displayable, one_line

SHOWN_BYTES = 200_000
"""Beyond this the browser would be slow to show the text; the download has all of it."""

ID_CHARACTERS = 200
"""The longest correlation id that is shown; those of the API have 36 characters."""

MAX_CHARACTERS = 5 * SHOWN_BYTES

TEXTS_IN_MEMORY = 4

_component = st.components.v2.component(
    "interhuman_raw",
    js=script(DOM, Path(__file__).parent / "browser" / "raw.js"),
    isolate_styles=False,
)


def draw_raw(result: Result) -> None:
    """Draw the correlation id and the JSON, formatted."""
    analysis = result.analysis
    if analysis.correlation_id:
        st.caption("Correlation ID of this analysis, for support")
        st.code(one_line(analysis.correlation_id, ID_CHARACTERS), language=None, width="content")
    if len(analysis.raw_bytes) > SHOWN_BYTES:
        st.caption("The response is too long to show here. Download it to see all of it.")
    else:
        st.caption("Formatted for reading. The download has it exactly as received.")
        _component(key=result.key("raw"), data={"text": _formatted(result.identity, result)})


@st.cache_resource(show_spinner=False, scope="session", max_entries=TEXTS_IN_MEMORY)
def _formatted(identity: str, _result: Result) -> str:
    return formatted(_result.analysis.raw_bytes)


def formatted(raw_bytes: bytes) -> str:
    """Return JSON with its lines indented, and anything else, or too odd for that, as it is."""
    text = raw_bytes.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        text = _indented(text)
    return displayable(text)


def _indented(text: str) -> str:
    """Return JSON with its lines indented. Raises ValueError where that would lose any of it."""
    value = json.loads(
        text, parse_float=_finite, parse_constant=_finite, object_pairs_hook=_without_twins
    )
    pieces, length = [], 0
    for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        pieces.append(piece)
        length += len(piece)
        if length > MAX_CHARACTERS:  # deep inside of each other, the spaces outgrow what they show
            raise ValueError("It is too long.")
    return "".join(pieces)


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("JSON has no such number.")
    return value


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("A name stands for two values.")
    return members
