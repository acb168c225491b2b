"""Saying what happened: in a live region with the focus, in the tab's title, in notifications."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import streamlit as st

from interhuman.formats import count, percent
from interhuman.page.browser import DOM, script
from interhuman.page.keys import Key
from interhuman.page.visit import Acts, Visit
from interhuman.runs.progress import Phase, Progress
from interhuman.runs.results import Comparison
from interhuman.runs.run import Run
from interhuman.text import name_line

APP = "Interhuman dashboard"

MANY = "Many recordings"
"""The heading of the list of the recordings under way."""

STEPS = {Phase.PREPARING: "Preparing", Phase.UPLOADING: "Uploading", Phase.QUEUED: "Queued:"}
"""What the title says of a phase; of any other, that it is analyzed."""

_TITLE = "title"
"""Where a session keeps the title that the browser has."""

START = (f".st-key-{Key.ANALYZE} button:enabled", "h1")
RESULT = (f".st-key-{Key.HEADING} h1",)
COMPARISON = (f".st-key-{Key.COMPARISON} h1",)
"""Where the focus goes when it was lost: CSS selectors, the first that is on the page counts."""

_FOLDER = Path(__file__).parent / "browser"

_announcer = st.components.v2.component(
    "interhuman_announcer",
    js=script(DOM, *(_FOLDER / f"{name}.js" for name in ("focus", "undocumented", "announcer"))),
)


_notifier = st.components.v2.component(
    "interhuman_notifier",
    js=script(DOM, _FOLDER / "notifier.js"),
    css=(_FOLDER / "notifier.css").read_text(encoding="utf-8"),
)


def begin_page() -> None:
    """Give the page its layout, icon and styles, and the title that it had in the run before."""
    title = str(st.session_state.get(_TITLE, APP))
    st.set_page_config(page_title=title, page_icon="💬", layout="wide")
    for name in ("page.css", "undocumented.css"):
        st.html(_FOLDER / name)


def put_title(visit: Visit) -> None:
    """Give the browser's tab the title of what is looked at, where it has another."""
    title = title_of(visit)
    if st.session_state.get(_TITLE, APP) != title:
        st.session_state[_TITLE] = title
        st.set_page_config(page_title=title)


def title_of(visit: Visit) -> str:
    """Return the title: that of the result, how far the analysis is, else the app's name."""
    if visit.in_library:
        return APP
    if visit.results.shown is not None:
        return f"{name_line(visit.results.shown.name)} · {APP}"
    if visit.results.compared is not None:
        return f"{compared_words(visit.results.compared)} · {APP}"
    if visit.results.is_listing:
        return f"{MANY} · {APP}"
    if visit.run is not None:
        return title_of_run(visit.run.progress(), name_line(visit.run.request.name))
    return APP


def compared_words(comparison: Comparison) -> str:
    """Return what a comparison is called."""
    if comparison.label:
        return f"Label {name_line(comparison.label)}"
    return f"Comparing {count(len(comparison.ids), 'analysis', 'analyses')}"


def title_of_run(progress: Progress, name: str) -> str:
    """Return the step, with a share where it is known how much of the step is done."""
    step, share = STEPS.get(progress.phase, "Analyzing"), progress.share
    return f"{step} {name}" if share is None else f"{step} {percent(share)} · {name}"


def offer_notification(run: Run) -> None:
    """Offer to tell of the end of a run in a notification, where nobody looks at the page then."""
    _notifier(key=Key.NOTIFY, data={"offers": run.identity}, width="content")


def notify(visit: Visit) -> None:
    """Have the browser tell of the end of a run, if that was asked for."""
    ended = visit.outcome
    about = {"run": ended.run, "title": ended.name, "body": ended.words} if ended else {}
    _notifier(key=Key.NOTIFIER, data={"ended": about})


def draw_announcer(visit: Visit) -> None:
    """Announce what the page is about at present; the region stands there in every rerun."""
    announce(*announcement(visit), acts=visit.acts, key=Key.ANNOUNCER)


def announce(text: str, focus: tuple[str, ...] = (), *, acts: Acts | None = None, key: str) -> None:
    """Say `text` when it is new; then, if nothing has the focus, give it to the first of `focus`.

    `focus` holds CSS selectors. Of `acts`, the last is said when their number has grown.
    """
    said = asdict(acts if acts is not None else Acts())
    _announcer(
        key=key,
        data={"text": text, "focus": list(focus), "acts": said},
        on_theme_change=lambda: None,  # The run draws the charts in the theme's colors.
    )


def announcement(visit: Visit) -> tuple[str, tuple[str, ...]]:
    """Return what to say about the visit, and where the focus goes if it was lost."""
    if visit.results.is_listing:
        return f"{MANY}.", (f".st-key-{Key.MANY_PANEL}", "h1")
    text, focus = _announcement(visit)
    return text, ("h1",) if visit.in_library else focus


def _heading(visit: Visit) -> tuple[str, ...]:
    if visit.results.shown is not None:
        return RESULT
    return COMPARISON if visit.results.compared is not None else START


def _announcement(visit: Visit) -> tuple[str, tuple[str, ...]]:
    if visit.results.arrived is not None:
        arrived = f"The result for {name_line(visit.results.arrived.name)} has arrived."
        return arrived, _heading(visit)
    if visit.results.shown is not None:
        return f"Showing the result for {name_line(visit.results.shown.name)}.", RESULT
    if visit.results.compared is not None:
        return f"{compared_words(visit.results.compared)}.", COMPARISON
    if visit.run is not None:
        run = f"The analysis of {name_line(visit.run.request.name)} is in progress."
        return run, (f".st-key-{Key.ANALYSIS}",)
    if visit.failure is not None:
        failure = f"The analysis of {name_line(visit.failure.request.name)} failed."
        return failure, (f".st-key-{Key.FAILURE}",)
    return visit.notice or "", START
