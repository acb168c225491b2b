"""What is to be known of a result that was stitched from parts, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interhuman.analysis import MIN_GAP_S, Analysis, AnalyzedPart
from interhuman.formats import clock, count

NOT_ANALYZED: Final = "not analyzed"
"""What stands in a gap."""


def stitched_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Return how a result was stitched and what follows for its numbers; none of a whole one."""
    if not analysis.parts:
        return ()
    quality = analysis.conversation_quality
    overall_is = quality.overall_is if quality is not None else None
    sentences = [_in_parts(analysis)]
    if overall_is is not None:
        sentences.append(f"Its overall scores: {overall_is}.")
    return (*sentences, *gap_sentences(analysis))


def _in_parts(analysis: Analysis) -> str:
    parts = count(len(analysis.parts), "part")
    if analysis.files_timed is None:
        return f"This recording was analyzed in {parts} that overlap, never as a whole."
    files = count(len(analysis.files), "file")
    where = (
        "each placed where the camera's clock says"
        if analysis.files_timed
        else "joined end to end, because they don't say when the camera began each"
    )
    return f"This recording is {files}, {where}; it was analyzed in {parts}, never as a whole."


def gap_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Return where nothing was analyzed, and what that means for shares and rates."""
    if not analysis.gaps:
        return ()
    between, missing = analysis.unrecorded, _missing(analysis)
    return (
        *([f"Nothing was recorded {_where(between)}: no file has it."] if between else []),
        *(
            [f"Nothing was analyzed {_where(missing)}: a part without a result is a gap."]
            if missing
            else []
        ),
        f"Shares of time and signals per minute count the {clock(analysis.analyzed_s)} that "
        "were analyzed.",
    )


def gap_words(analysis: Analysis) -> str:
    """Return from when to when a part has no result, "" where each has one."""
    return _where(_missing(analysis))


def _missing(analysis: Analysis) -> list[tuple[float, float]]:
    """Return the gaps without what was never recorded in them."""
    missing: list[tuple[float, float]] = []
    for start_s, end_s in analysis.gaps:
        pauses = [one for one in analysis.unrecorded if start_s <= one[0] and one[1] <= end_s]
        starts = [start_s, *(end for _, end in pauses)]
        ends = [*(start for start, _ in pauses), end_s]
        missing += zip(starts, ends, strict=True)
    return [(start_s, end_s) for start_s, end_s in missing if end_s - start_s >= MIN_GAP_S]


def _where(gaps: Sequence[tuple[float, float]]) -> str:
    return ", ".join(f"from {clock(start_s)} to {clock(end_s)}" for start_s, end_s in gaps)


def part_title(number: int, part: AnalyzedPart) -> str:
    """Return what a part is called; the first has the number 1."""
    file = f" ({part.file})" if part.file else ""
    return f"Part {number:,}{file}, {clock(part.start)} to {clock(part.end)}"


def length_note(analysis: Analysis, length: str) -> str:
    """Return what shares are of: the recording's `length`, or what of it was analyzed."""
    if not analysis.gaps:
        return f"Shares are of the recording's length ({length})."
    return f"Shares are of the {clock(analysis.analyzed_s)} that were analyzed, of {length}."
