"""What a result can be downloaded as: a report, a workbook, for research, to open here again."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Final, Literal, NamedTuple

import streamlit as st

from interhuman.annotations import Annotations
from interhuman.answers.saved import dump
from interhuman.exports.csv import table_csv
from interhuman.exports.kinds import REPORT, FileKind, kinds
from interhuman.exports.report.document import write_report
from interhuman.exports.report.recordings import Recording
from interhuman.exports.result_tables import ENGAGEMENT, MOMENTS, NOTES, QUALITY, SIGNALS, Table
from interhuman.exports.subtitles import captions_srt, captions_vtt
from interhuman.formats import size
from interhuman.library.added import Added
from interhuman.page import exporting, state
from interhuman.page.exporting import Export
from interhuman.page.player import played, starts_at_s
from interhuman.page.uploads import content_type_of
from interhuman.runs.exporting import ExportRun
from interhuman.runs.results import Result
from interhuman.text import safe_stem


class File(NamedTuple):
    """A file on offer."""

    label: str
    suffix: str
    """How its name ends."""
    mime: str
    make: Callable[[Result, Annotations], bytes]


BASE64_GROWTH: Final = 4 / 3
"""How much more a recording takes inside of a report."""

MAX_EMBEDDED_BYTES: Final = 300 * 1024 * 1024
"""Grown, it still plays: Chromium and Firefox read data URLs of up to 512 MB."""

TOO_LARGE: Final = "The recording is too large to be in one file with the report."


def draw_downloads(result: Result, added: Added) -> None:
    """Draw a button for each file; it is made when it is asked for, with what is added by then."""
    st.caption("Everything is in these files, whatever the filter shows.")
    for kind in kinds(zone=state.time_zone()):
        with st.container(gap="xxsmall"):
            if kind.name != REPORT or not _draw_report_with_recording(result, added, kind):
                _draw_file(result, added, _of_kind(kind))
            st.caption(kind.purpose)
    with st.container(gap="xxsmall"):
        _draw_file(result, added, SAVED)
        st.caption("To open here again, or on another computer.")
    with st.expander("Single files"):
        for file in SINGLE_FILES:
            _draw_file(result, added, file, type="tertiary")


def _draw_file(
    result: Result,
    added: Added,
    file: File,
    *,
    type: Literal["secondary", "tertiary"] = "secondary",
) -> None:
    st.download_button(
        file.label,
        lambda: file.make(result, added.annotations),
        file_name=f"{result.named().file_stem}{file.suffix}",
        mime=file.mime,
        on_click="ignore",
        type=type,
        width="stretch" if type == "secondary" else "content",
        key=result.key(f"download{file.suffix}"),
    )


def _draw_report_with_recording(result: Result, added: Added, kind: FileKind) -> bool:
    """Offer to put the recording into the report; return whether that was chosen."""
    embedded, size_bytes = embeddable(result)
    if embedded is None:
        return False
    if size_bytes > MAX_EMBEDDED_BYTES:
        st.caption(TOO_LARGE)
        return False
    grown = size(round(size_bytes * BASE64_GROWTH))
    if not st.checkbox(
        f"Report with the recording ({grown})", key=result.key("report-with-recording")
    ):
        return False
    st.button(
        kind.label,
        key=result.key("report"),
        on_click=_begin_report,
        args=(result, added, kind, embedded),
        disabled=exporting.is_writing(),
        help=exporting.BUSY if exporting.is_writing() else None,
        width="stretch",
    )
    return True


def embeddable(result: Result) -> tuple[Recording | None, int]:
    """Return what is played beside a result, and its size in bytes.

    There is none where another recording than this was analyzed, or where it was deleted.
    """
    recording, sound = result.recording, result.sound
    try:
        if recording is None or result.other_recording:
            return None, 0
        file = played(recording, sound)
        if file is None:
            return None, 0
        kind, starts_s = content_type_of(file.name), starts_at_s(recording, sound)
        if file is recording and recording.stored is not None:
            copied = Recording(lambda: recording.path, kind, starts_s, held=file)
            return copied, recording.size_bytes
        return Recording(file.path, kind, starts_s, held=file), file.path.stat().st_size
    except OSError:
        return None, 0


def _begin_report(result: Result, added: Added, kind: FileKind, recording: Recording) -> None:
    named = result.named(added.annotations)
    of = {named.analysis_id: recording}
    write = partial(write_report, zone=state.time_zone(), recordings=of)
    run = ExportRun(lambda _: iter((named,)), 1, write, suffix=kind.suffix)
    stem = safe_stem(result.name)
    exporting.begin(Export(kind.title, stem, kind.suffix, kind.mime, 1, run))


def _of_kind(kind: FileKind) -> File:
    return File(kind.label, kind.suffix, kind.mime, partial(_whole, kind))


def _whole(kind: FileKind, result: Result, added: Annotations) -> bytes:
    data = io.BytesIO()
    kind.write([result.named(added)], data)
    return data.getvalue()


def _raw_bytes(result: Result, added: Annotations) -> bytes:
    return result.analysis.raw_bytes


def _saved(result: Result, added: Annotations) -> bytes:
    return dump(
        result.analysis,
        recording=result.name,
        saved_at=result.analyzed_at,
        annotations=added,
        note=result.note,
    )


def _csv(table: Table, result: Result, added: Annotations) -> bytes:
    return table_csv(table, result.named(added), result.tables.signals)


def _vtt(result: Result, added: Annotations) -> bytes:
    return captions_vtt(result.tables.signals, result.analysis, notes=added.notes)


def _srt(result: Result, added: Annotations) -> bytes:
    return captions_srt(result.tables.signals, result.analysis, notes=added.notes)


SAVED = File("Saved result (JSON)", ".interhuman.json", "application/json", _saved)

SINGLE_FILES = (
    File("Signals (CSV)", "-signals.csv", "text/csv", partial(_csv, SIGNALS)),
    File("Engagement (CSV)", "-engagement.csv", "text/csv", partial(_csv, ENGAGEMENT)),
    File("Quality (CSV)", "-quality.csv", "text/csv", partial(_csv, QUALITY)),
    File("Moments (CSV)", "-moments.csv", "text/csv", partial(_csv, MOMENTS)),
    File("Notes (CSV)", "-notes.csv", "text/csv", partial(_csv, NOTES)),
    File("Captions (VTT)", "-signals.vtt", "text/vtt", _vtt),
    File("Captions (SRT)", "-signals.srt", "application/x-subrip", _srt),
    File("Raw API response (JSON)", ".json", "application/json", _raw_bytes),
)
"""The files with one part of a result each."""
