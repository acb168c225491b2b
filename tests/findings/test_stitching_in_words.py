from __future__ import annotations

import pytest

from interhuman.analysis import Analysis, AnalyzedPart
from interhuman.findings.caveats import caveats
from interhuman.findings.comparison import (
    Compared,
    compared_engagement,
    compared_rates,
    signals_per_minute,
)
from interhuman.findings.statistics import (
    NO_DATA,
    engagement_statistics,
    family_statistics,
    pair_statistics,
    type_statistics,
)
from interhuman.findings.stitching_in_words import (
    gap_words,
    length_note,
    part_title,
    stitched_sentences,
)
from interhuman.frames import tables_of
from tests import examples, stitched

GAPPED, WHOLE = stitched.analysis(), stitched.analysis(complete=True)


def test_it_says_how_it_was_stitched_and_what_is_missing() -> None:
    assert stitched_sentences(GAPPED) == (
        "This recording was analyzed in 3 parts that overlap, never as a whole.",
        "Its overall scores: mean of 2 parts, weighted by length.",
        "Nothing was analyzed from 6:40 to 13:10: a part without a result is a gap.",
        "Shares of time and signals per minute count the 13:30 that were analyzed.",
    )
    assert len(stitched_sentences(WHOLE)) == 2
    assert stitched_sentences(examples.read(examples.FULL)) == ()
    assert part_title(2, GAPPED.parts[1]) == "Part 2, 6:30 to 13:20"
    assert length_note(GAPPED, "20:00") == "Shares are of the 13:30 that were analyzed, of 20:00."
    assert length_note(Analysis(), "20:00") == "Shares are of the recording's length (20:00)."


@pytest.mark.parametrize(
    ("is_timed", "how"),
    [
        (True, "each placed where the camera's clock says"),
        (False, "joined end to end, because they don't say when the camera began each"),
    ],
)
def test_it_says_where_the_files_of_a_camera_are_and_what_none_has(
    is_timed: bool, how: str
) -> None:
    result = stitched.of_files(is_timed=is_timed)
    assert result.gaps == ((600.0, 1000.0), (1_300.0, 1_600.0))
    assert stitched_sentences(result) == (
        f"This recording is 3 files, {how}; it was analyzed in 3 parts, never as a whole.",
        "Its overall scores: mean of 2 parts, weighted by length.",
        "Nothing was recorded from 10:00 to 16:40: no file has it.",
        "Nothing was analyzed from 21:40 to 26:40: a part without a result is a gap.",
        "Shares of time and signals per minute count the 15:00 that were analyzed.",
    )
    assert part_title(3, result.parts[2]) == "Part 3 (GX040042.MP4), 21:40 to 26:40"


def test_what_was_not_recorded_around_a_file_without_a_result_is_not_called_unanalyzed() -> None:
    parts = (
        AnalyzedPart(0.0, 600.0, file="a.mp4"),
        AnalyzedPart(660.0, 1_200.0, problem="It failed.", file="b.mp4"),
        AnalyzedPart(1_260.0, 1_800.0, file="c.mp4"),
    )
    result = Analysis(parts=parts, duration_s=1_800.0, files_timed=True)
    assert result.gaps == ((600.0, 1_260.0),)
    assert gap_words(result) == "from 11:00 to 20:00"


def test_a_gap_counts_in_no_share_of_time_and_in_no_rate() -> None:
    tables, times = tables_of(GAPPED), {"end_s": GAPPED.end_s, "analyzed_s": GAPPED.analyzed_s}
    types = type_statistics(tables.signals, **times).set_index("type")
    assert types.loc["interest", "share_of_recording"] == 40 / stitched.ANALYZED_S
    assert types.loc["interest", "per_minute"] == 60 * 2 / stitched.ANALYZED_S
    families = family_statistics(tables.signals, **times).set_index("family")
    assert families.loc["away", "per_minute"] == 60 * 1 / stitched.ANALYZED_S
    states = engagement_statistics(tables.engagement, **times).set_index("state")
    assert states.loc["engaged", "share_of_recording"] == 1.0
    assert states.loc[NO_DATA, "total_s"] == 0.0
    both = examples.read(
        {"signals": [{"type": kind, "start": 0, "end": 10} for kind in ("stress", "interest")]}
    )
    pairs = pair_statistics(tables_of(both).signals, end_s=100.0, analyzed_s=50.0)
    assert pairs["expected_s"].tolist() == [10 * 10 / 50]


def test_nor_in_what_is_compared() -> None:
    gapped = Compared.of(GAPPED, tables_of(GAPPED))
    assert signals_per_minute(gapped) == 60 * 3 / stitched.ANALYZED_S
    (rate, *_) = compared_rates([gapped], by="family")["per_minute"]
    assert rate == 60 * 2 / stitched.ANALYZED_S
    assert compared_engagement([gapped])["share_with_data"].tolist() == [1.0]


def test_a_comparison_says_that_scores_are_means_and_what_is_missing() -> None:
    read = examples.read(examples.FULL)
    compared = [
        Compared.of(read, tables_of(read)),
        Compared.of(GAPPED, tables_of(GAPPED)),
        Compared.of(WHOLE, tables_of(WHOLE)),
    ]
    said = caveats(compared)
    assert (
        "The overall scores of B and C are means of parts, weighted by length: none of them was "
        "judged as a whole."
    ) in said
    assert (
        "Parts of B weren't analyzed (6:30). Shares and signals per minute count what was."
    ) in said
