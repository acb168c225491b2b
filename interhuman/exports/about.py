"""What a file says about itself: what made it, of what, and how to read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from interhuman.exports.named import NamedResult
from interhuman.exports.research.facts import facts, utc_words
from interhuman.exports.result_tables import source_of
from interhuman.findings.moments import NO_EVIDENCE_RULE, OWN_RULES, RULES
from interhuman.text import one_line
from interhuman.version import PROGRAM, VERSION
from interhuman.vocabulary import FAMILIES, FAMILY_OF, NO_EVIDENCE, SANDBOX_NOTE

MAX_LISTED = 20
"""Models that are named one by one."""

_NAME_CHARACTERS = 60

Line = tuple[str, str]
"""A topic and what is said of it."""


@dataclass
class Contents:
    """What is said of the results in a file, taken in one at a time."""

    results: int = 0
    of_sandbox: int = 0
    last: NamedResult | None = None
    models: dict[str, None] = field(default_factory=dict)
    from_: datetime | None = None
    to: datetime | None = None
    """The first and the last time that a result arrived."""

    def add(self, result: NamedResult) -> None:
        """Take in one result."""
        self.results += 1
        self.of_sandbox += result.analysis.sandbox
        self.last = result
        if len(self.models) < MAX_LISTED:
            self.models[one_line(result.analysis.model, _NAME_CHARACTERS)] = None
        if (arrived := result.analyzed_at) is not None:
            self.from_ = min(self.from_ or arrived, arrived)
            self.to = max(self.to or arrived, arrived)

    def lines(self) -> list[Line]:
        """Return which results there are, and what made them."""
        if self.last is not None and self.results == 1:
            return list(facts(self.last).items())
        said = [("Results", f"{self.results:,}; each has a row in the summary")]
        said += [("Model", ", ".join(self.models))] if self.models else []
        if self.from_ is not None and self.to is not None:
            times = dict.fromkeys((utc_words(self.from_), utc_words(self.to)))
            said.append(("Analyzed", " to ".join(times)))
        return [*said, ("Source", self.source)]

    @property
    def source(self) -> str:
        """What made the results, and how many of them the sandbox did."""
        if self.last is not None and self.results == 1:
            return source_of(self.last.analysis)
        if self.of_sandbox == self.results > 0:
            return SANDBOX_NOTE
        if self.of_sandbox:
            return f"{self.of_sandbox:,} of {self.results:,} results. {SANDBOX_NOTE}"
        return "Interhuman API"


def made_by(made_at: datetime | None = None) -> Line:
    """Return which program made a file, and when if that is given."""
    when = f", {utc_words(made_at)}" if made_at is not None else ""
    return "Made by", f"{PROGRAM} {VERSION}{when}"


def reading() -> list[Line]:
    """Return how the tables are read."""
    families = "; ".join(
        f"{family}: {', '.join(name for name, of in FAMILY_OF.items() if of == family)}"
        for family in FAMILIES
    )
    return [
        (
            "Signals",
            "What a model detected in a recording, not facts about a person. Probability is how "
            "sure a detection is, never how strong the signal is.",
        ),
        (
            "Families",
            f"The direction of a signal. {families}. A type that isn't published counts as unsure.",
        ),
        (
            "Scores",
            f"0 to 100. A dimension of exactly {NO_EVIDENCE:g} means no evidence; it isn't an "
            "average score.",
        ),
        (
            "Missing values",
            "An empty cell is what the response doesn't have, or what couldn't be read in it; it "
            "never means 0. A 0 was counted.",
        ),
        (
            "Times",
            "Seconds from the start of the recording, as the response has them. Statistics count "
            "what lies between 0 and the recording's length, and overlapping time once.",
        ),
    ]


def choice_of_moments() -> list[Line]:
    """Return how moments are chosen: the rules in words, with what tables call them."""
    rules = [
        (f"Moments: {rule.title}", f"{rule.sentence} ({name})") for name, rule in RULES.items()
    ]
    return [*rules, ("Moments: all rules", f"{NO_EVIDENCE_RULE} {OWN_RULES}")]
