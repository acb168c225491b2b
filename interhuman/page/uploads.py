"""Uploads: what can be given to the page, how large it may be, and how its memory is let go."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from interhuman.formats import size
from interhuman.media.converted import CONVERTED_AUDIO, CONVERTED_VIDEO
from interhuman.settings import AUDIO_EXTENSIONS, VIDEO_EXTENSIONS, content_type_for

CONVERTED: Final = (*CONVERTED_VIDEO, *CONVERTED_AUDIO)

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "3GP": ".3gp .3g2",
        "MPEG-PS": ".mpg .mpeg .vob .mod",
        "Windows Media": ".wmv .asf .wma",
        "Flash video": ".flv .f4v",
        "Ogg video": ".ogv",
        "QuickTime audio": ".m4b .qta",
        "AAC": ".aac",
        "AMR": ".amr",
        "AIFF": ".aif .aiff",
        "Matroska audio": ".mka",
    }
)
"""What people call the kinds in `CONVERTED`, each with its extensions."""


def converted_kind(filename: str) -> str | None:
    """Return what a recording is called that is read and never sent as it is; None for others."""
    extension = PurePath(filename).suffix.lower()
    return next((kind for kind, those in _KINDS.items() if extension in those.split()), None)


def extensions(*, convert: bool) -> list[str]:
    """Return the extensions of what can be given; without `convert`, of what the API takes."""
    converted = CONVERTED if convert else ()
    return [*VIDEO_EXTENSIONS, *AUDIO_EXTENSIONS, *converted]


def content_type_of(filename: str) -> str:
    """Return the MIME type for the name of a recording that is played."""
    extension = PurePath(filename).suffix.lower()
    return {**CONVERTED_VIDEO, **CONVERTED_AUDIO}.get(extension) or content_type_for(filename)


MEBIBYTE = 1024**2


def limit_mb(set_mb: int) -> int:
    """Return how many megabytes a file may have: as set, unless the server's own limit is lower.

    That one counts what frames the file, too.
    """
    server_bytes = (int(st.get_option("server.maxUploadSize")) - 1) * MEBIBYTE
    return min(set_mb, math.ceil(server_bytes / 1_000_000))


def limit_words(limit: int) -> str:
    """Return a limit in megabytes as people read it, rounded down: "200 MB", "1 GB", "1.5 GB"."""
    return size((limit if limit < 1_000 else limit // 100 * 100) * 1_000_000)


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
