"""What is known of one of many files while they are analyzed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from interhuman.analysis import Analysis

FileState = Literal["waiting", "preparing", "sending", "analyzing", "done", "failed", "canceled"]
FilePath = str | os.PathLike[str]
Outcome = Analysis | Exception


@dataclass(frozen=True, slots=True)
class FileUpdate:
    """What is known now of one of many files."""

    file: FilePath
    """As it was given."""
    state: FileState = "waiting"
    share: float | None = None
    """How much of preparing or sending is done, from 0 to 1; None where nobody knows."""
    job_id: str | None = None
    """Its job at Interhuman, which is kept for an hour; None with Inter-1, which has none."""
    outcome: Outcome | None = None
    """The analysis, or the error that says why there is none; None until it ends."""
