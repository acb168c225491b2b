"""Results as files for other programs.

Each function takes results as pairs of title and `Analysis`, or as `NamedResult`, which knows
more, from any iterable, and goes through it once. None makes a file too, which says so or has no
row.
"""

from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html, write_report
from interhuman.exports.report.recordings import Recording
from interhuman.exports.research.pack import write_research_pack
from interhuman.exports.tables import binned_table, long_table, wide_table
from interhuman.exports.workbook import write_workbook

__all__ = [
    "NamedResult",
    "Recording",
    "binned_table",
    "long_table",
    "report_html",
    "wide_table",
    "write_report",
    "write_research_pack",
    "write_workbook",
]
