"""The answers for the parts of a long recording, kept as one JSON document.

It holds the very bytes of every answer, from when to when its part lasts, and why a part has none.
It grows with every answer, so that what is paid for is kept before anything reads it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from interhuman.analysis import Analysis, Unread
from interhuman.answers.answer import Answer
from interhuman.answers.lenient import JsonObject, NotJSONError, Reader, decode, utc_moment
from interhuman.answers.stitching import PartResult, stitch
from interhuman.errors import SavedFileError
from interhuman.text import name_line
from interhuman.vocabulary import MAX_PARTS, MAX_S

FORMAT: Final = "interhuman-dashboard/stitched-analysis"
VERSION: Final = 1
PATH: Final = "/stitched"
"""Where a document says it is from, as an `Answer`: nowhere at the API."""

UNFINISHED: Final = 206
"""The status of a document, as an `Answer`, that the queue goes on with."""
_PLACED_BY: Final = {True: "camera clock", False: "order"}

NOT_SENT: Final = "It hasn't been sent."

Read = Callable[[bytes], Analysis]
"""Reads one answer. Raises SavedFileError where it holds no result."""


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A part of a recording, in seconds from its start, and what came of it."""

    start_s: float
    end_s: float
    answer: bytes | None = field(default=None, repr=False)
    """The very bytes of its answer, also of one without a result; None where there is none."""
    correlation_id: str | None = None
    sandbox: bool = False
    problem: str | None = None
    """Why it has no result, as a sentence; None where it has one or hasn't been sent."""
    maybe_sent: bool = False
    """Whether it may have been taken and billed although it has no result."""
    job_id: str | None = None
    """The job that may still have its answer."""
    job_expires_at: datetime | None = None
    file: str | None = None
    """Which of the recording's files it is from; None where the recording is one file."""

    @property
    def open_job_id(self) -> str | None:
        """The job that can still be asked for its answer; None once it has expired."""
        expires_at = self.job_expires_at
        expired = expires_at is not None and expires_at <= datetime.now(UTC)
        return None if expired else self.job_id

    @property
    def is_missing(self) -> bool:
        """Whether there is no result for it."""
        return self.answer is None or self.problem is not None

    @property
    def is_unsent(self) -> bool:
        """Whether it hasn't been tried: a program may send it."""
        return self.answer is None and not self.maybe_sent and self.problem in {None, NOT_SENT}

    @property
    def is_out(self) -> bool:
        """Whether its response is awaited, and can't be asked for."""
        return self.answer is None and self.maybe_sent and self.job_id is None


@dataclass(frozen=True, slots=True)
class Stitched:
    """The parts of one recording, in the order of their starts, with their answers so far."""

    parts: tuple[KeptPart, ...]
    duration_s: float
    """Length of the whole recording."""
    model: str
    is_timed: bool | None = None
    """Of a recording in several files, whether the camera's clock says where they are."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The places of the parts without a result, counted from 0."""
        return tuple(place for place, part in enumerate(self.parts) if part.is_missing)

    @property
    def any_sent(self) -> bool:
        """Whether a part was sent, or may have been."""
        return any(part.answer is not None or part.maybe_sent for part in self.parts)

    def answered(self, place: int, answer: Answer) -> Stitched:
        """Return the same with an answer for one part."""
        return self.changed(
            place,
            answer=answer.body,
            correlation_id=answer.correlation_id,
            sandbox=answer.sandbox,
            problem=None,
            maybe_sent=False,
        )

    def changed(self, place: int, **values: object) -> Stitched:
        """Return the same with other values of one part."""
        parts = list(self.parts)
        parts[place] = replace(parts[place], **values)  # type: ignore[arg-type]
        return replace(self, parts=tuple(parts))

    def to_bytes(self) -> bytes:
        """Return the document, as JSON in ASCII."""
        ends = (None, *(part.end_s for part in self.parts))
        content = {
            "format": FORMAT,
            "version": VERSION,
            "model": self.model,
            "duration_s": self.duration_s,
            **({} if self.is_timed is None else {"files_placed_by": _PLACED_BY[self.is_timed]}),
            "parts": [
                _to_json(number, part, overlap_s=_overlap_s(part, end_before_s))
                for number, (part, end_before_s) in enumerate(
                    zip(self.parts, ends, strict=False), start=1
                )
            ],
        }
        return json.dumps(content, indent=1, allow_nan=False).encode() + b"\n"


def _overlap_s(part: KeptPart, end_before_s: float | None) -> float:
    return 0.0 if end_before_s is None else round(max(0.0, end_before_s - part.start_s), 6)


def _to_json(number: int, part: KeptPart, *, overlap_s: float) -> JsonObject:
    content: JsonObject = {
        "part": number,
        "start_s": part.start_s,
        "end_s": part.end_s,
        "overlap_s": overlap_s,
        "correlation_id": part.correlation_id,
        "sandbox": part.sandbox,
    }
    if part.file is not None:
        content["file"] = part.file
    if part.job_id is not None:
        expires_at = part.job_expires_at
        content["job_id"] = part.job_id
        content["job_expires_at"] = expires_at.isoformat() if expires_at is not None else None
    if part.answer is not None:
        content.update(packed_bytes(part.answer))
    if part.is_missing:
        content.update(problem=part.problem or NOT_SENT, maybe_sent=part.maybe_sent)
    return content


def is_stitched(content: JsonObject) -> bool:
    """Return whether JSON is a document of this kind."""
    return content.get("format") == FORMAT


def open_stitched(raw_bytes: bytes) -> Stitched:
    """Return the parts in a document. Raises SavedFileError where it can't be read."""
    try:
        content = decode(raw_bytes)
    except NotJSONError as error:
        raise SavedFileError(f"This stitched result {error}.") from None
    if not isinstance(content, dict) or not is_stitched(content):
        raise SavedFileError("This isn't a stitched result.")
    if content.get("version") != VERSION:
        raise SavedFileError("This stitched result is of another version of the app.")
    reader = Reader()
    duration_s = reader.number(content.get("duration_s"), "duration_s")
    listed = reader.items(content.get("parts"), "parts")
    if not 0 < (duration_s or 0.0) <= MAX_S or not 0 < len(listed) <= MAX_PARTS:
        raise SavedFileError("This stitched result doesn't say what it was stitched from.")
    parts = sorted((_from_json(each) for each in listed), key=lambda part: part.start_s)
    model = reader.text(content.get("model"), "model") or parts_model(parts)
    placed_by = content.get("files_placed_by")
    is_timed = next((timed for timed, name in _PLACED_BY.items() if name == placed_by), None)
    return Stitched(tuple(parts), float(duration_s or 0.0), model, is_timed)


def parts_model(parts: Iterable[KeptPart]) -> str:
    """Return the model of parts whose document names none: only Inter-2 has jobs."""
    return "inter-2" if any(part.job_id is not None for part in parts) else "inter-1"


def _from_json(value: object) -> KeptPart:
    reader = Reader()
    content = reader.mapping(value, "part") or {}
    span = reader.span(content, "part", ("start_s", "end_s"))
    if span is None:
        raise SavedFileError("A part of this stitched result has no times.")
    answer = unpacked_bytes(content)
    problem = reader.text(content.get("problem"), "problem")
    if answer is None and not problem:
        problem = NOT_SENT
    return KeptPart(
        *span,
        answer=answer,
        correlation_id=reader.text(content.get("correlation_id"), "correlation_id"),
        sandbox=content.get("sandbox") is True,
        problem=problem or None,
        maybe_sent=content.get("maybe_sent") is True,
        job_id=reader.text(content.get("job_id"), "job_id"),
        job_expires_at=utc_moment(content.get("job_expires_at")),
        file=name_line(reader.text(content.get("file"), "file") or "") or None,
    )


def read_stitched(raw_bytes: bytes, read: Read) -> Analysis:
    """Return the one analysis of a document; `read` reads the answer for a part.

    A part whose answer holds no result is a gap, and `unread` says why. Raises SavedFileError
    where no part has a result.
    """
    document = open_stitched(raw_bytes)
    results, notes = [], list[Unread]()
    for place, part in enumerate(document.parts):
        result = _result(part, read)
        if result.problem is not None and part.answer is not None:
            # Nothing else would say that there is an answer.
            notes.append(Unread(f"parts[{place}].answer", result.problem))
        results.append(result)
    if not any(result.analysis is not None for result in results):
        raise SavedFileError(f"None of its parts has a result. {results[0].problem}")
    analysis = stitch(results, duration_s=document.duration_s)
    return replace(
        analysis,
        model=document.model,
        files_timed=document.is_timed,
        parts=tuple(
            replace(part, file=kept.file)
            for part, kept in zip(analysis.parts, document.parts, strict=True)
        ),
        unread=(*analysis.unread, *notes),
        raw=decode(raw_bytes),
        raw_bytes=raw_bytes,
    )


def _result(part: KeptPart, read: Read) -> PartResult:
    if part.answer is None or part.problem is not None:
        return PartResult(part.start_s, part.end_s, problem=part.problem or NOT_SENT)
    try:
        analysis = read(part.answer)
    except SavedFileError as error:
        return PartResult(part.start_s, part.end_s, problem=str(error))
    analysis = replace(
        analysis,
        correlation_id=part.correlation_id or analysis.correlation_id,
        sandbox=analysis.sandbox or part.sandbox,
    )
    analysis = analysis.with_duration(part.end_s - part.start_s)
    return PartResult(part.start_s, part.end_s, analysis)


def stitched_words(analysis: Analysis) -> str:
    """Return what an analysis was stitched from, for whoever reads the file that keeps it."""
    number = len(analysis.parts)
    known = sum(part.problem is None for part in analysis.parts)
    missing = f", {number - known:,} of them without a result" if known < number else ""
    parts = f"{number:,} overlapping parts"
    if analysis.files_timed is not None:
        parts = f"{number:,} parts in {len(analysis.files):,} files"
    return f"{parts}{missing}; times count from the start of the whole"


def packed_bytes(raw_bytes: bytes) -> JsonObject:
    """Return an answer as readable text where that gives the same bytes again, else packed."""
    try:
        return {"answer": raw_bytes.decode("utf-8")}
    except UnicodeDecodeError:
        return {"answer_base64": base64.b64encode(raw_bytes).decode()}


def unpacked_bytes(content: JsonObject) -> bytes | None:
    """Return the answer that was packed, None where there is none.

    Raises SavedFileError where it is damaged.
    """
    plain, packed = content.get("answer"), content.get("answer_base64")
    try:
        if isinstance(plain, str):
            return plain.encode("utf-8")
        if isinstance(packed, str):
            return base64.b64decode(packed, validate=True)
    except ValueError:
        raise SavedFileError("The response in this saved result is damaged.") from None
    return None
