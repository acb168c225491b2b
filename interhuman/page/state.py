"""What lasts between reruns: one `Visit` per browser session, and what the process shares.

Nothing of one visitor's recording, result or credential may be in a shared cache, so the
two shared things here are a pool of worker threads and the sandbox server.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.runtime.uploaded_file_manager import UploadedFile

from interhuman.analysis import Analysis
from interhuman.runs import Recording, Request, Run
from interhuman.sandbox import Sandbox
from interhuman.settings import Credentials

RECORDINGS_KEPT = 3
"""Recordings kept in memory for playing beside their results; each may be 32 MiB."""

WORKERS = 32
"""Analyses that may wait for an answer at once in this process; they wait, they do not compute."""


class Key(StrEnum):
    """Every widget's key; the styled or scripted containers' keys too."""

    TARGET = "target"
    REHEARSE = "rehearse"
    OWN = "own-credentials"
    KEY_ID = "key-id"
    KEY_WORD = "key-secret"
    API_KEY = "api-key"
    TEST = "test-connection"
    FORGET = "forget-credentials"
    SOURCE = "source"
    UPLOAD = "upload"
    SAVED = "saved"
    SAVED_RECORDING = "saved-recording"
    OPEN = "open-saved"
    OVERALL = "quality-overall"
    TIMELINE = "quality-timeline"
    ANALYZE = "analyze"
    CANCEL = "cancel"
    DISMISS = "dismiss"
    EARLIER = "earlier"
    PLAYER = "player"


@dataclass(frozen=True)
class Result:
    """One analysis of this visit, with the recording while it is kept in memory."""

    number: int
    analysis: Analysis
    name: str
    arrived_at: datetime
    recording: Recording | None = None
    asked: tuple[object, ...] | None = None
    after_cancel: bool = False

    def key(self, part: str) -> str:
        """Return the key of a widget that belongs to this result alone."""
        return f"result-{self.number}-{part}"


@dataclass(frozen=True)
class Failure:
    """A run that ended in an error, for as long as it is worth showing."""

    run: Run
    error: Exception


@dataclass
class Visit:
    """Everything one visitor did since the page was opened."""

    credentials: Credentials | None = None
    run: Run | None = None
    detached: list[Run] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    shown: Result | None = None
    failure: Failure | None = None
    notice: str | None = None
    credentials_problem: str | None = None
    open_problem: str | None = None
    _recordings: dict[str, Recording] = field(default_factory=dict)

    def collect(self) -> bool:
        """Take in every run that has ended; return whether there was one."""
        ended = [run for run in self.detached if run.finished]
        self.detached = [run for run in self.detached if not run.finished]
        for run in ended:
            self._take(run, after_cancel=True)
        if self.run is not None and self.run.finished:
            ended.append(self.run)
            self.run = None
            self._take(ended[-1])
        return bool(ended)

    def begin(self, run: Run) -> None:
        """Follow `run` from now on."""
        self.run, self.failure, self.notice = run, None, None

    def cancel(self) -> None:
        """Stop following the present run; an answer that still comes is kept."""
        if self.run is not None:
            self.run.cancel()
            self.detached.append(self.run)
            self.run = None

    def dismiss(self) -> None:
        """Put the present failure away."""
        self.failure = None

    def show(self, number: int) -> None:
        """Show the result of that number again."""
        self.shown, self.notice = self.results[number - 1], None

    def already(self, request: Request) -> Result | None:
        """Return this visit's result of the very same request, if there is one."""
        return next((r for r in self.results if r.asked == request.same_as), None)

    def add(self, analysis: Analysis, name: str, **more: Any) -> Result:
        """Keep one more result, show it, and let the oldest recordings go."""
        result = Result(
            len(self.results) + 1, analysis, name, datetime.now(UTC).astimezone(), **more
        )
        self.results.append(result)
        with_recording = [r for r in self.results if r.recording is not None]
        for old in with_recording[:-RECORDINGS_KEPT]:
            self.results[old.number - 1] = replace(old, recording=None)
        self.shown, self.notice = result, None
        return result

    def recording(self, uploaded: UploadedFile) -> Recording:
        """Return the uploaded file as a recording, the same object on every rerun."""
        if uploaded.file_id not in self._recordings:
            self._recordings = {uploaded.file_id: Recording(uploaded.name, uploaded.getvalue())}
        return self._recordings[uploaded.file_id]

    def _take(self, run: Run, *, after_cancel: bool = False) -> None:
        recording = run.request.recording
        if run.analysis is not None:
            self.add(
                run.analysis,
                recording.name,
                recording=recording,
                asked=run.request.same_as,
                after_cancel=after_cancel,
            )
        elif run.error is not None:
            self.failure = Failure(run, run.error)
        else:
            self.notice = "Cancelled before the whole recording was sent: nothing was analysed."


def visit() -> Visit:
    """Return this browser session's `Visit`, made on first use."""
    if "visit" not in st.session_state:
        st.session_state["visit"] = Visit()
    return cast(Visit, st.session_state["visit"])


def secrets() -> Mapping[str, Any] | None:
    """Return `[interhuman]` of the deployment's secrets file, or None where there is none."""
    try:
        return st.secrets.to_dict().get("interhuman")
    except StreamlitSecretNotFoundError:
        return None


@st.cache_resource(show_spinner=False)
def workers() -> ThreadPoolExecutor:
    """Return the process's pool of threads that wait for answers."""
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="analysis")


@st.cache_resource(show_spinner=False)
def sandbox() -> Sandbox:
    """Return the process's sandbox, started on a free port of this machine."""
    return Sandbox().start()
