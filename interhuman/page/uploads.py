"""Uploads as Streamlit takes them: how large they may be, and how their memory is let go."""

from __future__ import annotations

import math

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from interhuman.formats import size

MEBIBYTE = 1024**2


def limit_mb(set_mb: int) -> int:
    """Return how many megabytes a file may have: as set, unless the server's own limit is lower.

    That one counts what frames the file, too.
    """
    server_bytes = (int(st.get_option("server.maxUploadSize")) - 1) * MEBIBYTE
    return min(set_mb, math.ceil(server_bytes / 1_000_000))


def limit_words(limit: int) -> str:
    """Return a limit in megabytes as people read it, rounded down: "200 MB", "1.07 GB"."""
    return size((limit if limit < 1_000 else limit // 10 * 10) * 1_000_000)


def release(uploaded: UploadedFile) -> None:
    """Let go of an upload's content, which Streamlit else holds as long as the session lives.

    Its entry stays, with nothing in it: without one the widget would count as empty.
    """
    context = get_script_run_ctx()
    manager = context.uploaded_file_mgr if context is not None else None
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        empty = UploadedFileRec(uploaded.file_id, uploaded.name, uploaded.type, b"")
        manager.add_file(context.session_id, empty)
    # A widget gives a copy of its value and keeps that until the script has run again.
    for held in (uploaded, *st.session_state.values()):
        if isinstance(held, UploadedFile) and held.file_id == uploaded.file_id:
            held.seek(0)
            held.truncate(0)
