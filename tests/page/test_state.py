"""What the page keeps outside itself."""

from __future__ import annotations

import gc
import weakref

from .conftest import Page


class Cycle:
    """Refers to itself, as a session of Streamlit does."""

    def __init__(self) -> None:
        self.itself = self


def test_what_visitors_who_left_held_is_let_go_when_somebody_comes() -> None:
    gc.disable()
    try:
        left = weakref.ref(Cycle())
        assert left() is not None
        page = Page()
        assert left() is None
        left = weakref.ref(Cycle())
        page.rerun()
        assert left() is not None, "once for each visit, not at each rerun"
    finally:
        gc.enable()
