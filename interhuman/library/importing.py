"""Files of the results folder, which came before the library, taken into it once."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interhuman.answers.answer import Answer
from interhuman.answers.lenient import NotJSONError, decode
from interhuman.answers.saved import FORMAT, load
from interhuman.errors import SavedFileError
from interhuman.library.changes import has_imported, insert_imported
from interhuman.library.failures import AlreadyThereError
from interhuman.library.library import Library
from interhuman.library.reading import Summary, summarize
from interhuman.library.results_folder import StoredAnswer, read_stored, stored_answers
from interhuman.vocabulary import INTER_1, INTER_2

_SUBMITTED = "submitted"
_NO_STATUS = 200
"""What is said of an answer whose file does not give its HTTP status."""


def import_results_folder(library: Library, folder: Path) -> int:
    """Take in what the folder holds and the library never had; return how many files that were.

    The files stay where they are. A job's submission holds no result and is left out, and so is
    a file that neither opens nor was written by this program.

    Raises ResultStoreError when the folder cannot be read, and LibraryError.
    """
    if not folder.is_dir():
        return 0
    stored = (one for one in stored_answers(folder) if one.kind != _SUBMITTED)
    return sum(_import(library, one) for one in stored)


def _import(library: Library, stored: StoredAnswer) -> bool:
    access, file_name = library.access, stored.path.name
    with access.reading() as connection:
        if has_imported(connection, owner=access.owner, file_name=file_name):
            return False
    try:
        taken = _read(read_stored(stored), stored)
    except SavedFileError:
        return False
    if taken is None:
        return False
    try:
        with access.writing() as connection:
            return insert_imported(
                connection,
                owner=access.owner,
                now=access.now(),
                file_name=file_name,
                name=taken.name,
                model=taken.model,
                answer=taken.answer,
                summary=taken.summary,
                failure=taken.failure,
            )
    except AlreadyThereError:
        return False


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one file gives: its answer, with what a list shows of it or why there is no result."""

    name: str
    model: str
    answer: Answer
    summary: Summary | None
    failure: str | None


def _read(data: bytes, stored: StoredAnswer) -> _Taken | None:
    """Return what a file gives; None for one that does not open and is not of this program."""
    content = _content(data)
    try:
        saved = load(data)
    except SavedFileError as error:
        if stored.received_at is None or stored.path.suffix != ".json":
            return None
        answer = _answer(_body(content, data), content, stored.received_at)
        name = _text(content.get("recording")) or stored.title
        model = INTER_1 if answer.path.startswith("/v1/") else INTER_2
        return _Taken(name, model, answer, None, str(error))
    analysis = saved.analysis
    moment = saved.saved_at or stored.received_at or _modified(stored.path)
    answer = _answer(analysis.raw_bytes, {**content, "sandbox": analysis.sandbox}, moment)
    name = saved.recording or stored.title
    return _Taken(name, analysis.model, answer, summarize(analysis), None)


def _content(data: bytes) -> Mapping[str, object]:
    """Return what a file written by this program says; nothing for any other."""
    try:
        content = decode(data)
    except NotJSONError:
        return {}
    return content if isinstance(content, dict) and content.get("format") == FORMAT else {}


def _body(content: Mapping[str, object], data: bytes) -> bytes:
    """Return the bytes of the answer as they came; those of the file where they are not in it."""
    plain, packed = content.get("answer"), content.get("answer_base64")
    try:
        if isinstance(plain, str):
            return plain.encode()
        if isinstance(packed, str):
            return base64.b64decode(packed, validate=True)
    except ValueError:
        return data
    return data


def _answer(body: bytes, content: Mapping[str, object], moment: datetime) -> Answer:
    status = content.get("status")
    return Answer(
        path=_text(content.get("path")) or "",
        status=status if isinstance(status, int) and 100 <= status < 600 else _NO_STATUS,
        body=body,
        correlation_id=_text(content.get("correlation_id")),
        sandbox=content.get("sandbox") is True,
        received_at=moment.astimezone(UTC),
        complete=content.get("complete") is not False,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
