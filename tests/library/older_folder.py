"""Writes files into a folder of results as the page did before there was a library."""

from __future__ import annotations

import re
import secrets
from datetime import UTC
from pathlib import Path

from interhuman.answers.answer import Answer
from interhuman.answers.saved import pack

ACCEPTED = 202
_ENDING = ".json"
_PART_BYTES = 80


def keep(folder: Path, answer: Answer, *, recording: str | None) -> Path:
    """Write an answer, and return its file."""
    facts = {
        "correlation_id": answer.correlation_id,
        "sandbox": answer.sandbox,
        "path": answer.path,
        "status": answer.status,
        "complete": answer.complete,
    }
    folder.mkdir(exist_ok=True)
    path = folder / _name_for(answer, recording)
    path.write_bytes(pack(answer.body, facts, recording=recording, saved_at=answer.received_at))
    return path


def _name_for(answer: Answer, recording: str | None) -> str:
    """Return a name that sorts by time; its last part makes it the only one of its kind."""
    moment = answer.received_at.astimezone(UTC)
    parts = (recording or "recording", answer.correlation_id or "no-id")
    kind = "-submitted" if answer.status == ACCEPTED else "" if answer.complete else "-incomplete"
    last = secrets.token_hex(3) + kind + _ENDING
    return "_".join((f"{moment:%Y%m%dT%H%M%S.%f}Z", *map(_plain, parts), last))


def _plain(text: str) -> str:
    """Return text fit for a file's name on any system: letters, digits, dots and dashes."""
    plain = re.sub(r"[^\w.-]+", "-", text.replace("_", "-")).strip("-.") or "recording"
    return plain.encode("utf-8", "ignore")[:_PART_BYTES].decode("utf-8", "ignore")
