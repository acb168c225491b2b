"""What files say of a result that was stitched from parts."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html
from interhuman.exports.research.bids import events_json
from interhuman.exports.result_tables import QUALITY, STATISTICS, source_of
from interhuman.exports.tables import wide_table
from interhuman.exports.workbook import write_workbook
from tests import examples, stitched
from tests.exports.report.parsed import parsed

RESULT = NamedResult(
    title="Talk", analysis=stitched.analysis(), recording="talk.mp4", id="1f", analyzed_at=None
)
CALLED = "mean of 2 parts, weighted by length"


def test_every_table_says_what_its_scores_are_and_what_is_missing() -> None:
    assert source_of(RESULT.analysis) == (
        "Interhuman API, inter-1 (stitched from 3 parts; overall scores: mean of 2 parts, weighted "
        "by length; not analyzed: 6:40–13:10)"
    )
    assert source_of(examples.read(examples.FULL)) == "Interhuman API, inter-1"
    scope = QUALITY.header.index("scope")
    assert {row[scope] for row in QUALITY.rows(RESULT)} == {f"overall, {CALLED}", "window"}


def test_rates_and_shares_are_of_what_was_analyzed() -> None:
    wide = wide_table([RESULT])
    rate = wide["per_minute_interest"].iloc[0]
    assert rate == pytest.approx(60 * 2 / stitched.ANALYZED_S, abs=1e-4)
    assert CALLED in str(wide["source"].iloc[0])
    name, rates = (STATISTICS.header.index(each) for each in ("name", "signals_per_minute"))
    by_name = {row[name]: row[rates] for row in STATISTICS.rows(RESULT)}
    assert by_name["interest"] == rate


def test_a_report_has_the_gap_the_reason_for_it_and_feedback_by_part() -> None:
    html = report_html([RESULT], made_at=stitched.ARRIVED_AT)
    text = parsed(html).text
    for words in (
        f"These scores: {CALLED}.",
        "Nothing was analyzed from 6:40 to 13:10: a part without a result is a gap.",
        "Feedback by part",
        "Part 3, 13:10 to 20:00",
        "Of the part with 80.",
        "Not analyzed: 6:40–13:10.",
    ):
        assert words in text, words
    assert html.count('class="gap"') == 1
    assert report_html([stitched_whole()], made_at=stitched.ARRIVED_AT).count('class="gap"') == 0


def stitched_whole() -> NamedResult:
    return NamedResult(title="Talk", analysis=stitched.analysis(complete=True))


def test_a_workbook_and_the_files_for_research_say_it_too() -> None:
    book = io.BytesIO()
    write_workbook([RESULT], book, made_at=stitched.ARRIVED_AT)
    cells = {str(cell) for sheet in load_workbook(book) for row in sheet.values for cell in row}
    assert any(CALLED in cell for cell in cells)
    assert CALLED in json.dumps(json.loads(events_json(RESULT)))
