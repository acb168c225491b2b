"""Printing a page prints the report of what it shows: a page of cards and tracks makes no paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo
from pathlib import Path
from typing import cast

import streamlit as st

from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html
from interhuman.page import state
from interhuman.page.browser import script
from interhuman.page.keys import Key
from interhuman.page.serving import PLAYBACK

_FOLDER = Path(__file__).parent / "browser"

_printer = st.components.v2.component(
    "interhuman_printer",
    js=script(*(_FOLDER / f"{name}.js" for name in ("undocumented", "printing"))),
)

Named = Callable[[], Iterable[NamedResult]]

_HELD = "printed"
"""Where a session keeps what printing prints now."""


class _Printed:
    """The report of what is looked at, made when it is printed."""

    def __init__(self, of: str, named: Named, zone: tzinfo) -> None:
        self.of, self.named, self.zone = of, named, zone

    def html(self) -> bytes:
        """Return the report as it is now."""
        return report_html(self.named(), zone=self.zone).encode()


def print_report_of(of: str, named: Named) -> None:
    """Have the browser print the report of `named`, which is asked again each time.

    `of` tells what is looked at from anything else in this visit.
    """
    if not PLAYBACK.is_served:
        return
    held = _held(of, named)
    _printer(key=Key.PRINTER, data={"address": PLAYBACK.address_of_page(held)})


def print_no_report() -> None:
    """Have the browser print a sentence that leads to the report in place of the page."""
    forget()
    _printer(key=Key.PRINTER, data={"address": None})


def forget() -> None:
    """Let go of the report of what was looked at."""
    st.session_state.pop(_HELD, None)


def _held(of: str, named: Named) -> _Printed:
    held = cast("_Printed | None", st.session_state.get(_HELD))
    if held is None or held.of != of:
        held = st.session_state[_HELD] = _Printed(of, named, state.time_zone())
    held.named = named
    return held
