"""Results to make reports of, with everything that a result can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from interhuman.analysis import Analysis
from interhuman.annotations import Annotations, Note
from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html
from tests import examples
from tests.exports.report.parsed import Node, parsed

ANALYZED_AT = datetime(2026, 11, 27, 20, 15, tzinfo=UTC)
MADE_AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)

FEEDBACK = {
    "type": "feedback",
    "message": "Slow down.\n\nName one number.",
    "active_dimensions": ["clarity"],
    "primary_signal": "hesitation",
}


def analysis(*, sandbox: bool = False, **changed: Any) -> Analysis:
    """Return the full example with feedback and one thing that can't be read."""
    payload = {**examples.FULL, "feedback": FEEDBACK, **changed}
    payload["signals"] = [*payload["signals"], 7]
    return examples.read(payload, sandbox=sandbox)


def result(**changed: Any) -> NamedResult:
    """Return a named result with notes, labels, judgments and a note on the whole."""
    whole = NamedResult(
        title="Pitch, third run",
        analysis=analysis(),
        id="3f2b8c1e",
        recording="pitch-3.mp4",
        analyzed_at=ANALYZED_AT,
        labels=("pitch", "fall"),
        annotations=Annotations(
            notes=(Note("aaaaaaaa", 2.0, 2.0, "A nod."), Note("bbbbbbbb", 10.0, 15.0, "Price.")),
            says={0: "agree", 3: "disagree"},
        ),
        note="Louder than last time.\nSecond room.",
    )
    return replace(whole, **changed)


def report(*named: NamedResult | tuple[str, Analysis], **options: Any) -> Node:
    """Return the report of some results, read back."""
    return parsed(report_html(named, **{"made_at": MADE_AT, **options}))
