"""The results of a visit, and what of them is looked at."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from interhuman.analysis import Analysis
from interhuman.annotations import Annotations
from interhuman.library.rows import KeptAnalysis, is_id
from interhuman.runs.keeping import Keeping
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.result import NOTHING_ADDED, Result
from interhuman.runs.run import Run
from interhuman.runs.under_way import NamedJob

RECORDINGS_HELD = 4
"""Recordings held on disk for playing beside their results; each may be as large as an upload."""

__all__ = ["RECORDINGS_HELD", "Comparison", "LookedAt", "Many", "Result", "Results"]


@dataclass(frozen=True)
class Comparison:
    """What is compared: some results by their `listed_id`, or all of the library with a label."""

    ids: tuple[str, ...] = ()
    label: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether all of it is in the library, so that an address can name it."""
        return bool(self.label) or all(map(is_id, self.ids))


class Many:
    """The list of the recordings under way, as what is looked at."""


MANY = Many()
LookedAt = Comparison | Many | str | None
"""What of the library is looked at: a comparison, the list, a result by its id, or nothing."""


@dataclass
class Results:
    """The results of one visit, and which of them is looked at."""

    all: list[Result] = field(default_factory=list)
    shown: Result | None = None
    compared: Comparison | None = None
    """What is compared, unless a result is shown: then that was opened from there."""
    is_listing: bool = False
    """Whether the list of the recordings under way is looked at."""
    arrived: Result | None = None
    """A result that came while something else was looked at, until it is opened."""
    deleted: set[str] = field(default_factory=set)
    """The ids of what was deleted from the library in this visit and may come back."""
    erased: set[str] = field(default_factory=set)
    """The ids of those that were erased from it."""

    @property
    def present(self) -> list[Result]:
        """The results without those that were deleted from the library."""
        gone = self.deleted | self.erased
        return [result for result in self.all if result.kept_id not in gone]

    @property
    def is_reading(self) -> bool:
        """Whether a result, a comparison or the list is looked at."""
        return self.shown is not None or self.compared is not None or self.is_listing

    def put_away(self) -> None:
        """Look at no result, no comparison and not at the list."""
        self.shown = self.compared = None
        self.is_listing = False

    def compare(self, comparison: Comparison) -> None:
        """Look at a comparison."""
        self.put_away()
        self.compared = comparison

    def list_many(self) -> None:
        """Look at the list of the recordings under way."""
        self.put_away()
        self.is_listing = True

    def show(self, number: int) -> None:
        """Look at the result of that number."""
        self.put_away()
        self.shown = self.all[number - 1]
        if self.arrived is not None and self.arrived.number == number:
            self.arrived = None

    def of_request(self, request: AnalysisRequest) -> Result | None:
        """Return the newest result of the very same request, None where there is none."""
        same = request.fingerprint
        return next((one for one in reversed(self.present) if one.fingerprint == same), None)

    def of_id(self, id: str) -> Result | None:
        """Return the result of that id in the library, None where there is none."""
        return next((result for result in self.present if result.kept_id == id), None)

    def listed(self, id: str) -> Result | None:
        """Return the result of that `listed_id`, None where there is none."""
        return next((result for result in self.present if result.listed_id == id), None)

    def add_opened(
        self,
        analysis: Analysis,
        name: str,
        *,
        recording: UploadedRecording | None = None,
        row: KeptAnalysis | None = None,
        storage_problem: str | None = None,
        keeping: Keeping | None = None,
        arrived_at: datetime | None = None,
        undated: bool = False,
        annotations: Annotations = NOTHING_ADDED,
        note: str = "",
    ) -> Result:
        """Add a result of a file, or of the library with its `row`; it arrived now unless given."""
        result = Result(
            number=len(self.all) + 1,
            analysis=analysis,
            name=name,
            arrived_at=arrived_at or datetime.now(UTC),
            undated=undated,
            recording=recording,
            storage_problem=storage_problem,
            keeping=keeping,
            annotations=annotations,
            note=note,
        )
        return self._add(result if row is None else result.kept_as(row))

    def add_arrived(
        self,
        run: Run,
        request: AnalysisRequest,
        *,
        after_cancel: bool = False,
        library_problem: str | None = None,
    ) -> Result:
        """Add the result of a run that has one.

        `request` still has its recording where one was sent; `library_problem` says why a run
        without a record has none.
        """
        if run.analysis is None:
            raise ValueError("This run has no result.")
        record, sent = run.record, request.recording is not None
        return self._add(
            Result(
                number=len(self.all) + 1,
                analysis=run.analysis,
                name=request.name,
                arrived_at=datetime.now(UTC),
                recording=request.recording,
                request=request.without_recording,
                fingerprint=replace(request, job_id=None, missing_of=b"").fingerprint
                if sent
                else None,
                arrived_after_cancel=after_cancel,
                job=NamedJob.of(run.job, request) if run.job is not None else None,
                storage_problem=record.problem if record is not None else library_problem,
                keeping=record.keeping if record is not None else None,
                kept_id=record.id if record is not None and record.problem is None else None,
                sha256=record.sha256 if record is not None else None,
                sent_as=run.sent_as,
            )
        )

    def add_recording(
        self, result: Result, recording: UploadedRecording, *, keeping: Keeping | None = None
    ) -> Result:
        """Give the recording to a result that came without it, and return the result with it."""
        # What is drawn once for a result depends on its length, which the recording may tell.
        complete = replace(
            result,
            recording=recording,
            keeping=keeping,
            analysis=result.analysis.with_duration(recording.duration_s),
            identity=secrets.token_hex(),
        )
        self._put(result, complete)
        self._release_recordings()
        return complete

    def forget(self, id: str) -> None:
        """Take a result that was deleted from the library off every list; it may come back."""
        self.deleted.add(id)
        if self.shown is not None and self.shown.kept_id == id:
            self.shown = None
        if self.arrived is not None and self.arrived.kept_id == id:
            self.arrived = None
        if self.compared is not None and id in self.compared.ids:
            left = tuple(one for one in self.compared.ids if one != id)
            self.compared = Comparison(left) if len(left) > 1 else None

    def forget_all(self) -> None:
        """Take every result that was in the library off every list, for good."""
        for result in self.all:
            if result.kept_id is not None:
                self.forget(result.kept_id)
                self.erased.add(result.kept_id)
        self.deleted.clear()

    def describe(self, row: KeptAnalysis) -> None:
        """Say of a result what the library says of it now, wherever this visit shows it."""
        for result in self.all:
            if result.kept_id == row.id:
                self._put(result, result.described(row))

    def keep(self, result: Result, row: KeptAnalysis, *, keeping: Keeping | None) -> None:
        """Say of a result that the library has it now, as this row."""
        self._put(result, replace(result.kept_as(row), keeping=keeping))

    def _add(self, result: Result) -> Result:
        self.all.append(result)
        self._release_recordings()
        return result

    def _put(self, result: Result, changed: Result) -> None:
        self.all[result.number - 1] = changed
        if self.shown is result:
            self.shown = changed

    def _release_recordings(self) -> None:
        """Let go of the oldest recordings, but not of what is looked at or was just added."""
        with_recording = [result for result in self.all if result.recording is not None]
        unused = [result for result in with_recording[:-1] if not self._is_looked_at(result)]
        for old in unused[: max(0, len(with_recording) - RECORDINGS_HELD)]:
            self.all[old.number - 1] = replace(old, recording=None)

    def _is_looked_at(self, result: Result) -> bool:
        compared = self.compared.ids if self.compared is not None else ()
        return result is self.shown or result.listed_id in compared
