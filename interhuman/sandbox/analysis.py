"""One recording from its bytes to its measurements, without any server around it."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from interhuman.sandbox.measuring import facts as reader
from interhuman.sandbox.measuring.answer import v1_body
from interhuman.sandbox.measuring.facts import Facts
from interhuman.sandbox.measuring.measure import Measurements, measure
from interhuman.sandbox.parameters import HEAD_BYTES, check_flags, container_of
from interhuman.sandbox.settings import SandboxSettings


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a recording must and may be, in seconds."""

    min_s: float
    max_s: float

    @classmethod
    def of_v1(cls, settings: SandboxSettings) -> Self:
        """Return the limits of an analysis in the response."""
        return cls(settings.min_duration_s, settings.max_duration_s)

    @classmethod
    def of_jobs(cls, settings: SandboxSettings) -> Self:
        """Return the limits of a job."""
        return cls(settings.min_duration_s, settings.max_job_duration_s)


def analyse(
    source: str | os.PathLike[str] | BinaryIO, include: Collection[str] = ()
) -> dict[str, Any]:
    """Return what the stand-in answers to this recording, as the API's first version says it.

    `source` is a path or an open binary file; `include` takes the flags of the API. The same
    recording always gives the same answer. Works in this very process, without a limit of
    memory or time: what comes from strangers goes through `Sandbox`. Raises `ApiError` with
    the documented id.
    """
    check_flags(include)
    if not isinstance(source, str | os.PathLike):
        return v1_body(measurements_of(source, accepted(source, "")), include=include)
    with Path(source).open("rb") as file:
        return v1_body(measurements_of(file, accepted(file, Path(source).name)), include=include)


def accepted(
    file: BinaryIO,
    filename: str,
    *,
    limits: Limits | None = None,
    needs: str = "picture",
) -> Facts:
    """Return the facts of a recording that may be analysed; raise `ApiError` for any other.

    `needs` names the tracks that must be there: "picture", "sound", or "both".
    """
    file.seek(0)
    demuxer = container_of(filename, file.read(HEAD_BYTES), sound=needs == "sound")
    return facts_within(
        file, demuxer, limits=limits or Limits.of_v1(SandboxSettings()), needs=needs
    )


def facts_within(file: BinaryIO, demuxer: str, *, limits: Limits, needs: str) -> Facts:
    """Return the facts of a recording, read by `demuxer`; raise `ApiError` as `accepted` does."""
    facts = reader.facts_of(file, demuxer)
    reader.check(facts, min_s=limits.min_s, max_s=limits.max_s, needs=needs)
    return facts


def measurements_of(file: BinaryIO, facts: Facts, *, picture: bool = True) -> Measurements:
    """Decode the recording and return what was measured; without `picture` in its sound alone.

    Raises ih5002 for what cannot be decoded.
    """
    heard = reader.read_sound(file, facts)
    seen = reader.read_picture(file, facts) if picture else None
    return measure(heard, seen, duration_s=facts.duration_s)
