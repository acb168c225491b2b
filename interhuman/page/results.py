"""One result of a visit, with its tables and the recording while that is held."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.page.address import NamedJob
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest


@dataclass(frozen=True)
class Tables:
    """The tables of one analysis, as `interhuman.frames` gives them."""

    signals: pd.DataFrame
    engagement: pd.DataFrame
    quality: pd.DataFrame
    quality_timeline: pd.DataFrame


@dataclass(frozen=True)
class Result:
    """One analysis of this visit, with its recording while that is held."""

    number: int
    analysis: Analysis
    name: str
    arrived_at: datetime
    recording: UploadedRecording | None = None
    request: AnalysisRequest | None = None
    """What was asked, without the recording; None for an opened file."""
    fingerprint: tuple[object, ...] | None = None
    """That of the request while it had its recording; None where none was sent."""
    arrived_after_cancel: bool = False
    job: NamedJob | None = None
    storage_problem: str | None = None
    """Why the answer could not be kept in the library."""
    recording_problem: str | None = None
    """Why the recording could not be kept beside it."""
    kept_id: str | None = None
    """The result's id in the library, None where it is not there."""
    sha256: str | None = None
    """That of the recording which was analyzed, where it is known."""
    start_s: float = 0.0
    """Where the playhead is at first."""
    sent_as: str | None = None
    """What was done to the recording before it was sent; None where nothing was."""
    identity: str = field(default_factory=secrets.token_hex)
    """Random, so that what is cached for one result can never be shown for another."""

    def key(self, part: str) -> str:
        """Return the key of a widget or a chart that belongs to this result alone."""
        return f"result-{self.number}-{part}"

    @property
    def other_recording(self) -> bool:
        """Whether the recording beside the result is known to be another than was analyzed."""
        recording, analyzed = self.recording, self.sha256
        return recording is not None and analyzed is not None and recording.digest != analyzed

    @cached_property
    def tables(self) -> Tables:
        """The analysis as tables, built once."""
        return Tables(
            signals=signals_frame(self.analysis),
            engagement=engagement_frame(self.analysis),
            quality=quality_frame(self.analysis),
            quality_timeline=quality_timeline_frame(self.analysis),
        )
