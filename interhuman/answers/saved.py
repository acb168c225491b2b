"""Results as files: written once, opened again without a key.

What is opened may be the JSON as the API sent it or a file written here. The latter holds the
very bytes of the answer beside what the answer itself does not say: the recording's name and
length, the correlation id, and whether the sandbox answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from interhuman.analysis import Analysis
from interhuman.annotations import MAX_RESULT_NOTE, Annotations, packed, unpacked
from interhuman.answers.lenient import JsonObject, NotJSONError, Reader, decode
from interhuman.answers.payload import read_v1, read_v2
from interhuman.answers.stitched import (
    is_stitched,
    packed_bytes,
    read_stitched,
    stitched_words,
    unpacked_bytes,
)
from interhuman.errors import SavedFileError
from interhuman.text import displayable
from interhuman.vocabulary import MAX_S, SANDBOX_NOTE

FORMAT = "interhuman-dashboard/saved-analysis"
VERSION = 1
MAX_SAVED_BYTES = 128 * 1024 * 1024
"""Twice the longest answer: what is larger was not saved here."""

_V1_KEYS = ("signals", "engagement_state", "conversation_quality", "feedback")
"""An answer that has any of these is one of Inter-1, however odd what it holds."""

_FIRST_YEAR, _LAST_YEAR = 1970, 9998
"""Of a moment that may be believed; the others can't be told in every time zone."""

__all__ = ["SavedAnalysis", "SavedFileError", "dump", "load", "pack"]


@dataclass(frozen=True, slots=True)
class SavedAnalysis:
    """An analysis from a file, with what the file says about it."""

    analysis: Analysis
    recording: str | None = None
    """The recording's file name."""
    saved_at: datetime | None = None
    """When the result arrived, or its job was submitted; None where the file doesn't say."""
    annotations: Annotations = field(default_factory=Annotations)
    """What a person added to the result."""
    note: str = ""
    """What a person wrote about the result as a whole."""


def dump(
    analysis: Analysis,
    *,
    recording: str | None,
    saved_at: datetime | None,
    annotations: Annotations | None = None,
    note: str = "",
) -> bytes:
    """Return the file that keeps `analysis` and what was added to it, as JSON in UTF-8.

    `note` is that on the whole result. `saved_at` is when the result arrived, with its time zone;
    None where nobody knows.
    """
    quality = analysis.conversation_quality
    overall_is = quality.overall_is if quality is not None else None
    facts = {
        "duration_s": analysis.duration_s,
        "model": analysis.model,
        "correlation_id": analysis.correlation_id,
        "sandbox": analysis.sandbox,
        **({"stitched_from": stitched_words(analysis)} if analysis.parts else {}),
        **({"overall_quality": overall_is} if overall_is else {}),
        **({"annotations": packed(annotations)} if annotations else {}),
        **({"result_note": note} if note else {}),
    }
    return pack(analysis.raw_bytes, facts, recording=recording, saved_at=saved_at)


def pack(
    raw_bytes: bytes,
    facts: Mapping[str, object],
    *,
    recording: str | None,
    saved_at: datetime | None,
) -> bytes:
    """Return the file that keeps the bytes of an answer, which need not be readable.

    `facts` are what the answer itself does not say: "duration_s", "model", "correlation_id",
    "sandbox", "annotations", "result_note".
    """
    if saved_at is not None and saved_at.tzinfo is None:
        raise ValueError("saved_at needs a time zone")
    content = {
        "format": FORMAT,
        "version": VERSION,
        "saved_at": saved_at.isoformat() if saved_at is not None else None,
        "recording": recording,
        **facts,
        **({"note": SANDBOX_NOTE} if facts.get("sandbox") else {}),
        **packed_bytes(raw_bytes),
    }
    return json.dumps(content, indent=1, allow_nan=False).encode() + b"\n"


def load(data: bytes) -> SavedAnalysis:
    """Open a saved file, or JSON as the API sent it.

    Raises SavedFileError with what is missing when it is neither.
    """
    if len(data) > MAX_SAVED_BYTES:
        raise SavedFileError("This file is too large to be a saved result.")
    try:
        content = decode(data)
    except NotJSONError as error:
        raise SavedFileError(f"This isn't a saved result: the file {error}.") from None
    if not isinstance(content, dict):
        raise SavedFileError("This isn't a saved result: the JSON in it isn't an object.")
    if content.get("format") == FORMAT:
        return _open_saved(content)
    return SavedAnalysis(_reader_for(content)(data), saved_at=_moment(content.get("created_at")))


def _open_saved(content: JsonObject) -> SavedAnalysis:
    version = content.get("version")
    if version != VERSION:
        raise SavedFileError(
            f"This result was saved in version {version!r:.40} of the format, but this app reads "
            f"version {VERSION}. Open it in a newer version of the app."
        )
    raw_bytes = unpacked_bytes(content)
    if raw_bytes is None:
        raise SavedFileError("This saved result is missing the response itself.")
    try:
        answer = decode(raw_bytes)
    except NotJSONError as error:
        raise SavedFileError(f"The response in this saved result {error}.") from None
    if not isinstance(answer, dict):
        raise SavedFileError("The response in this saved result isn't an object.")
    analysis = _reader_for(answer)(raw_bytes)
    analysis = replace(
        analysis,
        correlation_id=_text(content.get("correlation_id")),
        sandbox=analysis.sandbox or content.get("sandbox") is True,
        model=_text(content.get("model")) or analysis.model,
    )
    analysis = analysis.with_duration(_duration(content.get("duration_s")))
    return SavedAnalysis(
        analysis,
        _text(content.get("recording")),
        _moment(content.get("saved_at")),
        unpacked(content.get("annotations"), end_s=analysis.end_s, signals=len(analysis.signals)),
        _note(content.get("result_note")),
    )


def _reader_for(answer: JsonObject) -> Callable[[bytes], Analysis]:
    """Return the reader for this kind of answer.

    Raises SavedFileError when it is none that holds a result.
    """
    if is_stitched(answer):
        return lambda raw_bytes: read_stitched(raw_bytes, _read_answer)
    if isinstance(answer.get("result"), dict) or isinstance(answer.get("windows"), list):
        return read_v2
    if any(answer.get(key) is not None for key in _V1_KEYS):
        return read_v1
    if "job_id" in answer and "status" in answer:
        raise SavedFileError(_without_result(answer))
    error_id = answer.get("error_id")
    if isinstance(error_id, str):
        raise SavedFileError(f"This is an error from the API ({_brief(error_id)}), not a result.")
    raise SavedFileError(
        'This isn\'t a saved result: it has neither "signals" nor "engagement_state" (Inter-1), '
        'and neither "result" nor "windows" (Inter-2).'
    )


def _read_answer(raw_bytes: bytes) -> Analysis:
    """Read the API's answer for a part. Raises SavedFileError where it holds no result."""
    try:
        answer = decode(raw_bytes)
    except NotJSONError as error:
        raise SavedFileError(f"Its response {error}.") from None
    if not isinstance(answer, dict) or is_stitched(answer):
        raise SavedFileError("Its response holds no result.")
    return _reader_for(answer)(raw_bytes)


def _without_result(envelope: JsonObject) -> str:
    error = envelope.get("error")
    if isinstance(error, dict):
        return f"This is a failed job ({_brief(error.get('error_id'))}), so it has no result."
    return (
        "This job hadn't finished yet, so it has no result. You can come back to it within an "
        f"hour after it was submitted. Its ID is {_brief(envelope['job_id'])}."
    )


def _text(value: object) -> str | None:
    return Reader().text(value, "") or None if isinstance(value, str) else None


def _note(value: object) -> str:
    """Return a note as text, cut where it is longer than one may be."""
    if not isinstance(value, str):
        return ""
    return displayable(value[: 2 * MAX_RESULT_NOTE]).strip()[:MAX_RESULT_NOTE]


def _brief(value: object) -> str:
    return displayable(str(value))[:100]


def _duration(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value <= MAX_S else None


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
