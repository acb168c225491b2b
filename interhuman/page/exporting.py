"""Files that take a while: written in the background, followed here, saved by the browser.

A visit has one at a time, wherever it was asked for; its file is there until the next, until it is
put away, or until the visit ends.
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
from interhuman.runs.exporting import ExportRun
from interhuman.text import markdown_plain, name_line

LOOK_EVERY_S: Final = 0.5
MAX_LEFT_OUT_SHOWN: Final = 20

BUSY: Final = "Another file is being written. You can cancel it below."

_LAST: Final = "export"
"""Where a session keeps its last export."""

_FOLDER = Path(__file__).parent

_saver = st.components.v2.component(
    "interhuman_saver",
    css="a { color: var(--st-link-color); overflow-wrap: anywhere; }",
    js=script(DOM, _FOLDER / "result/browser/undocumented.js", _FOLDER / "browser/saving.js"),
)


@dataclass(frozen=True)
class Export:
    """A file that is written, and the run that writes it."""

    title: str
    stem: str
    """How the file's name begins."""
    suffix: str
    mime: str
    total: int
    """How many results it is of, at most."""
    run: ExportRun

    @property
    def file_name(self) -> str:
        """What the file is called; it says what is from the sandbox, once that is known."""
        made = self.run.made
        if made is None or not made.sandbox:
            return self.stem + self.suffix
        return (
            f"{self.stem}-{'' if made.sandbox == made.written else 'partly-'}sandbox{self.suffix}"
        )


def begin(export: Export) -> None:
    """Follow an export that has begun, in place of the one before."""
    st.session_state[_LAST] = export


def is_writing() -> bool:
    """Return whether a file is being written."""
    last = _last()
    return last is not None and not last.run.finished


def forget() -> None:
    """Let go of the last export, and delete its file."""
    last = cast("Export | None", st.session_state.pop(_LAST, None))
    if last is not None:
        last.run.cancel()


def draw_export() -> None:
    """Draw how far the last export is, or its file, in view wherever the page is scrolled to."""
    last = _last()
    if last is None:
        return
    with st.container(key=Key.EXPORT, border=True):
        with st.container():  # Of its own: what a fragment sends last must not meet anything else.
            if not last.run.finished:
                _follow(last)
                return
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_file(last)
            st.button("Close", key=Key.EXPORT_CLOSE, type="tertiary", on_click=_close, args=(last,))
        if last.run.made is not None and last.run.made.left_out:
            _draw_left_out(last.run.made.left_out)


def _last() -> Export | None:
    return cast("Export | None", st.session_state.get(_LAST))


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(last: Export) -> None:
    if last.run.finished:
        st.rerun()
    done = last.run.progress.done if last.run.progress is not None else 0
    words = f"{done:,} of {last.total:,}" if done < last.total else "finishing"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done / max(last.total, 1), f"{last.title}: {words}")
        st.button("Cancel", key=Key.EXPORT_CANCEL, on_click=_close, args=(last,))


def _close(export: Export) -> None:
    if _last() is export:
        forget()


def _draw_file(last: Export) -> None:
    """Draw a link to the file, which the browser saves at once when it is new, or the problem."""
    if last.run.made is None:
        st.markdown(f":material/error: {markdown_plain(last.run.problem or '')}", width="stretch")
    elif PLAYBACK.is_served:
        path = last.run.path
        address = PLAYBACK.address(last.run, path, last.mime, save_as=last.file_name)
        _saver(key=Key.EXPORTED, data={"name": last.file_name, "address": address})
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


def _draw_left_out(left_out: Sequence[tuple[str, str]]) -> None:
    with st.expander(f"{count(len(left_out), 'analysis', 'analyses')} left out"):
        for title, why in left_out[:MAX_LEFT_OUT_SHOWN]:
            st.caption(markdown_plain(f"{name_line(title)}: {why}"))
        if len(left_out) > MAX_LEFT_OUT_SHOWN:
            st.caption(f"and {len(left_out) - MAX_LEFT_OUT_SHOWN:,} more.")
