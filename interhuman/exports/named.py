"""A result as exports take it: an analysis with a title, and what else is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from interhuman.analysis import Analysis
from interhuman.annotations import Annotations
from interhuman.text import safe_stem


@dataclass(frozen=True, slots=True)
class NamedResult:
    """One result to export; the title and the analysis are all it needs."""

    title: str
    """What the person calls it, else the name of the recording."""
    analysis: Analysis
    id: str = ""
    """Its id in the library; without one, exports name it by its correlation id."""
    recording: str = ""
    """The file name of the recording, "" for none; exports that link to it use the title then."""
    analyzed_at: datetime | None = None
    """When the result arrived, with its time zone."""
    labels: tuple[str, ...] = ()
    annotations: Annotations = field(default_factory=Annotations)
    """Notes at a time, and which signals a person agrees with."""
    options: Mapping[str, str] | None = None
    """What was asked for, by names and in words for a person; None where that is not known."""
    note: str = ""
    """What the person wrote about the result as a whole."""

    @property
    def analysis_id(self) -> str:
        """The id that tells it from others: the library's, else the API's, else ""."""
        return self.id or self.analysis.correlation_id or ""

    @property
    def file_stem(self) -> str:
        """How the names of its files begin; they say where the sandbox answered."""
        return safe_stem(self.title) + ("-sandbox" if self.analysis.sandbox else "")

    @property
    def file_name(self) -> str:
        """The name of its recording, else the title."""
        return self.recording or self.title


Named = Iterable["NamedResult | tuple[str, Analysis]"]
"""Results to export: pairs of title and analysis, or with more that is known of each."""


def named_results(named: Named) -> Iterator[NamedResult]:
    """Yield each as a `NamedResult`, one at a time, so that many need no more memory than one."""
    for one in named:
        yield one if isinstance(one, NamedResult) else NamedResult(*one)
