"""Files that take a while: written in the background, followed here, saved by the browser.

A visit has one at a time; its file is there until the next, or until the visit ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import streamlit as st

from interhuman.formats import count
from interhuman.page.browser import DOM, script
from interhuman.page.keys import Key
from interhuman.page.serving import PLAYBACK
from interhuman.runs.exporting import Exported, ExportRun
from interhuman.text import markdown_plain, name_line

LOOK_EVERY_S: Final = 0.5
MAX_LEFT_OUT_SHOWN: Final = 20

_LAST, _COUNT = "export", "exports"
"""Where a session keeps its last export, and how many there were."""

_FOLDER = Path(__file__).parent

_STYLES: Final = "a { color: var(--st-link-color); overflow-wrap: anywhere; }"

_saver = st.components.v2.component(
    "interhuman_saver",
    css=_STYLES,
    js=script(DOM, _FOLDER / "result/browser/undocumented.js", _FOLDER / "browser/saving.js"),
)


@dataclass(frozen=True)
class Export:
    """What is exported, and the run that does it."""

    of: str
    """Where it was asked for: what `draw_export` is given there."""
    title: str
    file_name: str
    mime: str
    total: int
    """How many results it is of, at most."""
    run: ExportRun


def begin(export: Export) -> None:
    """Follow an export that has begun, in place of the one before."""
    st.session_state[_COUNT] = int(st.session_state.get(_COUNT, 0)) + 1
    st.session_state[_LAST] = export


def draw_export(of: str) -> bool:
    """Draw how far the last export is if it was asked for here, and its file; return whether it
    is still being written.
    """
    last = cast("Export | None", st.session_state.get(_LAST))
    if last is None or last.of != of:
        return False
    with st.container():  # Of its own: what a fragment sends last must not meet anything else.
        if not last.run.finished:
            _follow(last)
    if last.run.made is not None:
        _draw_file(last, last.run.made)
    elif last.run.problem is not None:
        st.error(markdown_plain(last.run.problem))
    return not last.run.finished


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(last: Export) -> None:
    if last.run.finished:
        st.rerun()
    done = last.run.progress.done if last.run.progress is not None else 0
    st.progress(done / max(last.total, 1), f"{last.title}: {done:,} of {last.total:,}")
    st.button("Cancel", key=Key.EXPORT_CANCEL, on_click=_cancel, args=(last,))


def _cancel(last: Export) -> None:
    last.run.cancel()
    del st.session_state[_LAST]


def _draw_file(last: Export, made: Exported) -> None:
    """Draw a link to the file, which the browser saves at once when it is new."""
    if PLAYBACK.is_served:
        path = last.run.path
        address = PLAYBACK.address(last.run, path, last.mime, save_as=last.file_name)
        number = st.session_state[_COUNT]
        data = {"number": number, "name": last.file_name, "address": address}
        _saver(key=Key.EXPORTED, data=data)
    else:
        st.download_button(
            last.file_name,
            last.run.path.read_bytes,
            file_name=last.file_name,
            mime=last.mime,
            on_click="ignore",
            type="tertiary",
            key=Key.EXPORTED,
        )
    if made.left_out:
        _draw_left_out(made.left_out)


def _draw_left_out(left_out: Sequence[tuple[str, str]]) -> None:
    st.warning(f"{count(len(left_out), 'analysis', 'analyses')} left out:")
    for title, why in left_out[:MAX_LEFT_OUT_SHOWN]:
        st.caption(markdown_plain(f"{name_line(title)}: {why}"))
    if len(left_out) > MAX_LEFT_OUT_SHOWN:
        st.caption(f"and {len(left_out) - MAX_LEFT_OUT_SHOWN:,} more.")
