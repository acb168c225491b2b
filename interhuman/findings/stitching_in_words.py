"""What is to be known of a result that was stitched from parts, in plain sentences."""

from __future__ import annotations

from typing import Final

from interhuman.analysis import Analysis, AnalyzedPart
from interhuman.formats import clock, count

NOT_ANALYZED: Final = "not analyzed"
"""What stands in a gap."""


def stitched_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Return how a result was stitched and what follows for its numbers; none of a whole one."""
    if not analysis.parts:
        return ()
    quality = analysis.conversation_quality
    overall_is = quality.overall_is if quality is not None else None
    sentences = [
        f"This recording was analyzed in {count(len(analysis.parts), 'part')} that overlap, never "
        "as a whole."
    ]
    if overall_is is not None:
        sentences.append(f"Its overall scores: {overall_is}.")
    return (*sentences, *gap_sentences(analysis))


def gap_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Return where nothing was analyzed, and what that means for shares and rates."""
    where = gap_words(analysis)
    if not where:
        return ()
    return (
        f"Nothing was analyzed {where}: a part without a result is a gap.",
        f"Shares of time and signals per minute count the {clock(analysis.analyzed_s)} that "
        "were analyzed.",
    )


def gap_words(analysis: Analysis) -> str:
    """Return from when to when nothing was analyzed, "" where there is no gap."""
    return ", ".join(f"from {clock(start_s)} to {clock(end_s)}" for start_s, end_s in analysis.gaps)


def part_title(number: int, part: AnalyzedPart) -> str:
    """Return what a part is called; the first has the number 1."""
    return f"Part {number:,}, {clock(part.start)} to {clock(part.end)}"


def length_note(analysis: Analysis, length: str) -> str:
    """Return what shares are of: the recording's `length`, or what of it was analyzed."""
    if not analysis.gaps:
        return f"Shares are of the recording's length ({length})."
    return f"Shares are of the {clock(analysis.analyzed_s)} that were analyzed, of {length}."
