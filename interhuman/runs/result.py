"""One analysis of a visit: with its tables, and with its recording while that is held."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from interhuman.analysis import Analysis
from interhuman.annotations import Annotations
from interhuman.exports.named import NamedResult
from interhuman.frames import Tables, tables_of
from interhuman.library.reading import Summary, summarize
from interhuman.library.rows import KeptAnalysis
from interhuman.media.facts import SoundChoice
from interhuman.runs.asked import asked_words, options_words, sound_of
from interhuman.runs.keeping import Keeping
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.under_way import NamedJob

NOTHING_ADDED = Annotations()


@dataclass(frozen=True)
class Result:
    """One analysis of this visit, with its recording while that is held."""

    number: int
    analysis: Analysis
    name: str
    arrived_at: datetime
    """When it arrived here, in UTC."""
    recording: UploadedRecording | None = None
    request: AnalysisRequest | None = None
    """What was asked, without the recording; None for an opened file."""
    fingerprint: tuple[object, ...] | None = None
    """That of the request while it had its recording; None where none was sent."""
    arrived_after_cancel: bool = False
    job: NamedJob | None = None
    storage_problem: str | None = None
    """Why the answer could not be kept in the library."""
    keeping: Keeping | None = None
    """How it goes with keeping the recording beside it."""
    kept_id: str | None = None
    """The result's id in the library, None where it is not there."""
    sha256: str | None = None
    """That of the recording which was analyzed, where it is known."""
    kept_options: Mapping[str, object] | None = None
    """What the library says was asked, for one that was opened from it."""
    sent_as: str | None = None
    """What was done to the recording before it was sent; None where nothing was."""
    annotations: Annotations = NOTHING_ADDED
    """What a person added to it before, where it came from a file."""
    note: str = ""
    """What the library says of it as a whole."""
    labels: tuple[str, ...] = ()
    """Those that it has in the library."""
    file_name: str = ""
    """The recording's own name, where a person calls the result something else."""
    undated: bool = False
    """Whether nobody knows when it was analyzed: its file has no date."""
    identity: str = field(default_factory=secrets.token_hex)
    """Random, so that what is cached for one result can never be shown for another."""

    def key(self, part: str) -> str:
        """Return the key of a widget or a chart that belongs to this result alone."""
        return f"result-{self.number}-{part}"

    @property
    def listed_id(self) -> str:
        """What it is called in a list: its id in the library, else its number in this visit."""
        return self.kept_id or f"visit-{self.number}"

    @property
    def analyzed_at(self) -> datetime | None:
        """When its result arrived from the API, in UTC; None where nobody knows."""
        return None if self.undated else self.arrived_at

    @property
    def sound(self) -> SoundChoice | None:
        """Which sound of the recording was analyzed; None for the one that is proposed."""
        return self.request.sound if self.request is not None else sound_of(self.kept_options or {})

    @property
    def recording_problem(self) -> str | None:
        """Why the recording is not kept beside it, None where it is or still may be."""
        return self.keeping.problem if self.keeping is not None else None

    @property
    def other_recording(self) -> bool:
        """Whether the recording beside the result is known to be another than was analyzed."""
        recording, analyzed = self.recording, self.sha256
        return recording is not None and analyzed is not None and recording.digest != analyzed

    def named(self, added: Annotations = NOTHING_ADDED) -> NamedResult:
        """Return it as exports take it, with what a person added to it by now."""
        return NamedResult(
            title=self.name,
            analysis=self.analysis,
            id=self.kept_id or "",
            recording=self.file_name or self.name,
            analyzed_at=self.analyzed_at,
            labels=self.labels,
            annotations=added,
            note=self.note,
            options=self.options,
        )

    @property
    def options(self) -> Mapping[str, str] | None:
        """What was asked for, in words; None for one that came from a file."""
        if self.request is not None:
            return asked_words(self.request)
        return options_words(self.kept_options or {})

    def described(self, row: KeptAnalysis) -> Result:
        """Return it with what the library says of it as a whole."""
        return replace(self, name=row.heading, file_name=row.name, note=row.note, labels=row.labels)

    def kept_as(self, row: KeptAnalysis) -> Result:
        """Return it with all that the library knows of it, but for the answer."""
        return replace(
            self.described(row),
            kept_id=row.id,
            sha256=row.sha256,
            arrived_at=row.created_at or self.arrived_at,
            kept_options=row.options,
            undated=row.analyzed_at is None,
        )

    @cached_property
    def summary(self) -> Summary:
        """What a list shows of it."""
        return summarize(self.analysis)

    @cached_property
    def tables(self) -> Tables:
        """The analysis as tables, built once."""
        return tables_of(self.analysis)
