"""Analyzes one recording in this very process, without a server."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO

from interhuman.sandbox.containers import HEAD_BYTES, detect_demuxer
from interhuman.sandbox.measuring.answer import v1_body
from interhuman.sandbox.measuring.decoding import measure_recording
from interhuman.sandbox.measuring.facts import read_accepted_facts
from interhuman.sandbox.parameters import check_flags
from interhuman.sandbox.settings import SandboxSettings


def analyze(
    source: str | os.PathLike[str] | BinaryIO, include: Collection[str] = ()
) -> dict[str, Any]:
    """Return what the sandbox answers to this recording, as the API's first version says it.

    `source` is a path or an open binary file; `include` takes the flags of the API. The same
    recording always gives the same answer. Nothing limits memory or time here: a recording from
    a stranger goes through `Sandbox`. Raises `ApiError` with the documented id.
    """
    check_flags(include)
    if not isinstance(source, str | os.PathLike):
        return _analyze_file(source, filename="", include=include)
    with Path(source).open("rb") as file:
        return _analyze_file(file, filename=Path(source).name, include=include)


def _analyze_file(file: BinaryIO, *, filename: str, include: Collection[str]) -> dict[str, object]:
    file.seek(0)
    demuxer = detect_demuxer(filename, file.read(HEAD_BYTES))
    limits = SandboxSettings()
    facts = read_accepted_facts(
        file,
        demuxer,
        min_s=limits.min_duration_s,
        max_s=limits.max_duration_s,
        needs_picture=True,
        needs_sound=False,
    )
    return v1_body(measure_recording(file, facts), include=include)
