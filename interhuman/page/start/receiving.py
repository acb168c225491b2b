"""What becomes of a file that the upload widget was given: it arrives, or why it doesn't."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from interhuman.formats import size
from interhuman.page import uploads
from interhuman.page.keys import Key
from interhuman.page.visit import RefusedUpload, Visit
from interhuman.text import markdown_plain

NOT_ARRIVED = {
    "lost": "The app was busy when you added it. Choose it again.",
    "elsewhere": (
        "It reached a server that doesn't know this page: the app was restarted, or it runs on "
        "several servers without session affinity. Reload the page, then choose it again. If that "
        "doesn't help, tell the person who runs this app."
    ),
    "failed": (
        "The server couldn't save it: its disk may be full, or the connection may have dropped. "
        "Choose it again. If that doesn't help, tell the person who runs this app."
    ),
}
"""Why the server does not have a file that the browser sent, and what to do."""

_component = st.components.v2.component(
    "interhuman_receiving",
    js=(Path(__file__).parent / "browser" / "receiving.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def limit_mb(visit: Visit) -> int:
    """Return how many megabytes a recording that is given to the page may have."""
    return uploads.limit_mb(visit.deployment.max_upload_mb)


def draw_receiving(visit: Visit, *, arrived: str | None) -> None:
    """Say which file is on its way and how far, or why it can't come.

    `arrived` is the id of the one that the widget has.
    """

    def on_refused() -> None:
        refused = st.session_state[Key.RECEIVING].get("refused")
        visit.refused_upload = RefusedUpload(
            str(refused["name"]), int(refused["size_bytes"]), str(refused["why"])
        )

    _component(
        key=Key.RECEIVING,
        data={
            "uploader": f"st-key-{Key.UPLOAD}",
            "max_bytes": limit_mb(visit) * 1_000_000,
            "extensions": uploads.extensions(convert=visit.deployment.convert),
            "arrived": arrived,
        },
        on_refused_change=on_refused,
    )
    if visit.refused_upload is not None:
        _say_refused(visit.refused_upload, limit_mb=limit_mb(visit))


def _say_refused(upload: RefusedUpload, *, limit_mb: int) -> None:
    """Say why a file is not here: the browser's own mark has the reason in a tooltip only."""
    if upload.why in NOT_ARRIVED:
        st.warning(
            f"{markdown_plain(upload.name)} wasn't uploaded. {NOT_ARRIVED[upload.why]}",
            icon=":material/upload_file:",
        )
        return
    if upload.size_bytes > limit_mb * 1_000_000:
        say_too_large(
            f"It's {size(upload.size_bytes)}; the limit is {uploads.limit_words(limit_mb)}. "
            "Nothing was sent. Save it at a lower bitrate, or cut it into parts."
        )
        return
    kind = uploads.converted_kind(upload.name)
    if kind is not None:  # It was refused because nothing is converted here.
        st.error(
            f"{markdown_plain(upload.name)} is {kind}, which the API doesn't take. Export it as "
            "MP4 (H.264 video, AAC audio) or, without video, as M4A, and choose that.",
            title=f"{kind} can't be sent",
            icon=":material/movie_off:",
        )
        return
    st.error(
        f"{markdown_plain(upload.name)} isn't a kind of recording that can be analyzed. Choose a "
        "video (MP4, MOV, MKV, WebM, AVI or MPEG-TS) or an audio recording.",
        title="Not a recording",
        icon=":material/movie_off:",
    )


def say_too_large(problem: str) -> None:
    """Say that a recording is larger than can be sent; `problem` says by how much."""
    st.error(problem, title="File too large", icon=":material/straighten:")
