"""What stands above the list: what starting comes to, how far it is, and what is done with all."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from interhuman.formats import clock, count
from interhuman.media.camera_parts import Series
from interhuman.page.keys import Key
from interhuman.page.many import acting
from interhuman.page.many.closing import closing_words
from interhuman.page.many.desk import Desk
from interhuman.page.many.sums import Sums, after_words, before_words, during_words
from interhuman.runs.joining import JoinRun
from interhuman.runs.queue.queue import QueueStatus
from interhuman.text import markdown_name, markdown_plain

EMPTY = "Add recordings below. Nothing is sent until you press Analyze."
NO_CONNECTION = "Add an API key to analyze recordings, or switch to the sandbox (top right)."
COUNTS = "Sends the recordings to Interhuman and counts toward your usage."
LACKS_ACCOUNT = (
    "Some recordings wait for the key that they were started with: sign in with it (top right)."
)
OTHER_KEY = "Some recordings wait for a key that isn't in use. {}"
TRY_AGAIN = "Try again"
USE_THIS_KEY = "Send them with the key in use"
REQUESTS = "Joined, each file is still a request of its own."
SANDBOX = "Sandbox: runs inside this app and isn't Interhuman's model."


def draw_panel(desk: Desk) -> None:
    """Draw how far the recordings are together, with what can be done with all of them."""
    now = desk.sums
    with st.container(key=Key.MANY_PANEL, border=True, gap="small"):
        if now.begun:
            _draw_progress(desk, now)
        if now.ready or not now.begun:
            _draw_ready(desk, now)
    _draw_caption(desk, now)
    for run in desk.visit.kept.many.joins:
        _draw_join(run)
    for series in desk.series:
        _draw_series(desk, series)
    if desk.visit.kept.many.notice is not None:
        st.warning(desk.visit.kept.many.notice)


def _draw_progress(desk: Desk, now: Sums) -> None:
    """Draw how many of those that were started have ended."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(key=Key.MANY_WORDS, width="stretch", gap="xxsmall"):
            if now.moving or now.held_back:
                st.markdown(during_words(now, seconds=desk.left_s))
                if now.moving:
                    st.progress(now.share)
            else:
                st.markdown(f"**{after_words(now)}**")
        with st.container(horizontal=True, width="content"):
            if now.moving or now.held_back:
                # Pause comes where Analyze was: a second click there costs nothing.
                _draw_button("Cancel all", Key.MANY_CANCEL, "close", acting.cancel_all, desk)
                _draw_button("Pause", Key.MANY_PAUSE, "pause", acting.pause, desk)
            elif desk.finished:
                _draw_button(
                    "Clear finished", Key.MANY_CLEAR, "playlist_remove", acting.clear, desk
                )


def _draw_button(
    label: str, key: Key, icon: str, on_click: Callable[[Desk], None], desk: Desk
) -> None:
    st.button(label, key=key, icon=f":material/{icon}:", on_click=on_click, args=(desk,))


def _draw_ready(desk: Desk, now: Sums) -> None:
    """Draw what starting would come to, with the button that does it."""
    listed, number = desk.visit.kept.many, len(now.ready)
    arriving = listed.is_uploading and not listed.starts_arrivals
    with st.container(horizontal=True, vertical_alignment="center"):
        words = before_words(now, desk.estimate)
        more = " · others are still being uploaded" if arriving and number else ""
        st.markdown(f"**{words}{more}**" if words else EMPTY, width="stretch")
        st.button(
            _start_words(number, begun=now.begun > 0, arriving=arriving),
            key=Key.MANY_START,
            type="primary",
            icon=":material/play_arrow:",
            disabled=desk.account is None or not number,
            on_click=acting.start,
            args=(desk,),
        )


def _start_words(number: int, *, begun: bool, arriving: bool) -> str:
    if arriving and number:
        return "Analyze all as they arrive"
    if begun:
        return f"Start the other {number}" if number > 1 else "Start the other one"
    return f"Analyze {count(number, 'recording')}" if number else "Analyze"


def _draw_caption(desk: Desk, now: Sums) -> None:
    """Say what stops or slows the queue, what starting means, and what closing the page does."""
    status = desk.queue.status(desk.library)
    _draw_stops(desk, status)
    starting = ""
    if now.ready:
        starting = NO_CONNECTION if desk.account is None else COUNTS
        starting = SANDBOX if desk.is_sandbox else starting
    closing = closing_words(
        uploading=desk.visit.kept.many.is_uploading,
        moving=now.moving > 0,
        own_key=desk.moves_on_own_key,
        has_library=desk.has_library,
        keeps_recordings=not any(item.in_memory_only for item in desk.items),
    )
    slowed = markdown_plain(status.slowed) if status.slowed is not None else ""
    st.caption(" ".join(filter(None, (starting, slowed, closing if desk.items else ""))))


def _draw_stops(desk: Desk, status: QueueStatus) -> None:
    """Say why recordings are held back, with the button that sends them where one can."""
    waited_for = {item.account for item in desk.items if item.is_held_back}
    stopped = {key: why for key, why in status.problems.items() if key in waited_for}
    if desk.account is not None and desk.account.key in stopped:
        st.warning(markdown_plain(stopped[desk.account.key]), icon=":material/block:")
        _draw_button(TRY_AGAIN, Key.MANY_GO_ON, "replay", acting.try_again, desk)
        return
    for why in sorted(set(stopped.values())):
        st.warning(OTHER_KEY.format(markdown_plain(why)), icon=":material/block:")
    if not stopped and status.lacks_account:
        st.warning(LACKS_ACCOUNT, icon=":material/key:")
    if desk.account is not None and desk.held_back:
        _draw_button(USE_THIS_KEY, Key.MANY_USE_THIS_KEY, "replay", acting.use_this_key, desk)


def _draw_join(run: JoinRun) -> None:
    """Say how far recordings are that are being made one."""
    title = markdown_name(run.series.title)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        share = run.progress.share if run.progress is not None else 0.0
        st.progress(share, f"Joining **{title}**", width="stretch")
        st.button(
            f"Cancel joining {title}",
            key=f"{Key.MANY_SERIES}-end-{run.series.ids[0]}",
            on_click=run.cancel,
        )


def _draw_series(desk: Desk, series: Series) -> None:
    """Offer to make one recording out of those that look like the parts of one."""
    title = markdown_name(series.title)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{len(series.ids)} recordings look like the parts of one, "
            f"**{title}**{_between(series)}. {REQUESTS}",
            width="stretch",
        )
        st.button(
            "Join into one recording",
            help=f"**{title}**. {REQUESTS}",
            key=f"{Key.MANY_SERIES}-{series.ids[0]}",
            on_click=acting.join,
            args=(desk, series),
        )
        st.button(
            f"Keep {title} separate",
            key=f"{Key.MANY_SERIES}-no-{series.ids[0]}",
            type="tertiary",
            on_click=desk.visit.kept.many.dismissed.add,
            args=(series.ids,),
        )


def _between(series: Series) -> str:
    """Say what is known of the time between the parts."""
    if not series.is_timed:
        return ", and don't say when each began: they would be joined end to end"
    gaps = [clock(gap_s) for gap_s in series.gaps_s if gap_s]
    return f", with {' and '.join(gaps)} missing in between" if gaps else ""
