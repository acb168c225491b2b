"""Results as files for other programs."""

from interhuman.exports.tables import binned_table, long_table, wide_table
from interhuman.exports.workbook import write_workbook

__all__ = ["binned_table", "long_table", "wide_table", "write_workbook"]
