"""The library's tables, as the newest of the migrations leaves them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, as microseconds since 1970: the same on every database, and exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return what is stored."""
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return what was stored, None for what is no moment that can be shown."""
        try:
            moment = None if value is None else _EPOCH + timedelta(microseconds=value)
        except (OverflowError, TypeError):
            return None
        # In a time zone, the first and the last day of the calendar may not exist.
        return moment if moment is not None and 1 < moment.year < 9999 else None


class Json(TypeDecorator[Any]):
    """JSON in ASCII, which any database stores whatever text is in it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Return what is stored."""
        return None if value is None else json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return what was stored, None for what is no JSON."""
        try:
            return None if value is None else json.loads(value)
        except (ValueError, TypeError, RecursionError):
            return None


metadata = MetaData()

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", Moment, nullable=False),
)
"""One row for every migration that was applied."""

analyses = Table(
    "analyses",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("name", Text, nullable=False),
    Column("duration_s", Float),
    Column("size_bytes", BigInteger),
    Column("sha256", Text),
    Column("model", Text, nullable=False),
    Column("options", Json, nullable=False),
    Column("sandbox", Boolean, nullable=False),
    Column("correlation_id", Text),
    Column("state", Text, nullable=False),
    Column("failure", Text),
    Column("job_id", Text),
    Column("job_expires_at", Moment),
    Column("worker", Text),
    Column("alive_at", Moment),
    Column("sent", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("labels", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("quality_index", Float),
    Column("signal_count", Integer),
    Column("tracks", Json),
    Column("heading_key", Text, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("stage", Text),
    Column("remedy", Text),
    Column("account", Text),
    Column("queued_at", Moment),
    Column("batch", Text),
    Column("source", Text),
    Column("part_in_flight", Boolean),
)
"""One row for every analysis.

`heading_key` and `search_text` are made for sorting and searching: where databases differ in how
they compare letters of different case, these two do not. `worker` is the process that works on an
analysis under way and `alive_at` when it last said so; `sent` is whether any of the recording was.

From `stage` on, the columns belong to the queue and are empty for what was never in it. `stage` is
where the analysis is in it, `account` stands for the credentials that it is sent with, and `source`
is the path of a recording that is not kept beside the library.
"""

stopped_accounts = Table(
    "stopped_accounts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("why", Text, nullable=False),
    Column("stopped_at", Moment, nullable=False),
)
"""The accounts on which nothing is sent until a person has seen to them, by their keys."""

answers = Table(
    "answers",
    metadata,
    Column("number", BigInteger, primary_key=True),
    Column("analysis_id", Text, ForeignKey("analyses.id", ondelete="CASCADE"), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("correlation_id", Text),
    Column("sandbox", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Every answer as it came, apart from the analyses so that a list never reads it."""

notes = Table(
    "notes",
    metadata,
    Column("analysis_id", Text, ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("start_s", Float, nullable=False),
    Column("end_s", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("written_at", Moment, nullable=False),
)
"""What a person wrote about moments of a recording."""

judgments = Table(
    "judgments",
    metadata,
    Column("analysis_id", Text, ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True),
    Column("signal", Integer, primary_key=True, autoincrement=False),
    Column("says", Text, nullable=False),
    Column("judged_at", Moment, nullable=False),
)
"""Whether a person agrees with a signal, by its place in the response."""
