"""What the browser draws of many recordings: the list, and how several are chosen at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from interhuman.page import uploads
from interhuman.page.browser import DOM, TABLE, script, style
from interhuman.page.keys import Key
from interhuman.page.many.intake import INTAKE
from interhuman.page.visit import Visit

_PAGE = Path(__file__).parent.parent
_FOLDER = Path(__file__).parent / "browser"
SENDING = (DOM, _PAGE / "result/browser/undocumented.js", _FOLDER / "sending.js")
"""Making elements and sending files, for both components."""
CHOOSING = (*SENDING, _FOLDER / "choosing.js")
"""Taking several files, or a folder, on the start page."""
LIST = (*SENDING, _FOLDER / "list.js")
"""The list of recordings."""

_chooser = st.components.v2.component(
    "interhuman_choose_many",
    js=script(*CHOOSING),
    css=style(_FOLDER / "choosing.css"),
)

_list = st.components.v2.component(
    "interhuman_many",
    js=script(*LIST),
    css=style(TABLE, _FOLDER / "list.css"),
)


def draw_chooser(visit: Visit, *, on_begun: Callable[[], None]) -> None:
    """Draw the button for a folder; take several files that are given to the start page's widget.

    `on_begun` is called when the browser has begun to send them.
    """

    def begun() -> None:
        visit.kept.many.is_uploading = True
        on_begun()

    _chooser(
        key=Key.MANY_CHOOSER,
        data={"uploader": f"st-key-{Key.UPLOAD}", "place": _place(visit)},
        on_begun_change=begun,
    )


def draw_list(
    visit: Visit,
    rows: Sequence[Mapping[str, object]],
    *,
    on_act: Callable[[str, str], None],
) -> None:
    """Draw the rows, and those of recordings that the browser still sends.

    `on_act` gets the name of what is to be done, and the id of the row.
    """

    def acted() -> None:
        wish = st.session_state[Key.MANY_LIST].get("acted")
        if isinstance(wish, Mapping):
            on_act(str(wish.get("name")), str(wish.get("id")))

    shown = _list(
        key=Key.MANY_LIST,
        data={
            "rows": rows,
            "uploading": visit.kept.many.is_uploading,
            "arrived": visit.kept.many.arrived_keys,
            "place": _place(visit),
        },
        default={"uploading": visit.kept.many.is_uploading},
        on_acted_change=acted,
        on_uploading_change=lambda: None,
    )
    visit.kept.many.is_uploading = bool(shown.uploading)


def _place(visit: Visit) -> dict[str, object]:
    """Return where the browser sends recordings to, and which; the server is told the same."""
    limit_mb = uploads.limit_mb(visit.deployment.max_upload_mb)
    extensions = [f".{name.lstrip('.')}" for name in _extensions(visit)]
    visit.kept.many.arrivals.allow(max_bytes=limit_mb * 1_000_000, extensions=extensions)
    return {
        "address": INTAKE.address(visit.kept.many.arrivals),
        "max_bytes": limit_mb * 1_000_000,
        "extensions": extensions,
        "too_large": f"It's larger than the limit of {uploads.limit_words(limit_mb)}.",
    }


def _extensions(visit: Visit) -> list[str]:
    return uploads.extensions(convert=visit.deployment.convert)
