"""What the library's list says of an analysis that has no result."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.page.library.listing import row_data
from interhuman.runs.queue.states import ItemState, row_state

S = ItemState


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (S.PAUSED, "Not started"),
        (S.WAITING, "Waiting"),
        (S.SENDING, "Sending"),
        (S.JOB, "Analyzing"),
        (S.UNANSWERED, "Sent, result unknown"),
        (S.CANCELED, "Canceled"),
        (S.FAILED, "Failed"),
    ],
)
def test_a_queued_row_says_where_it_is(tmp_path: Path, stage: ItemState, words: str) -> None:
    library = Library(open_engine(tmp_path), owner="coach")
    rows = QueueRows(library.access)
    id = rows.add(
        stage=S.PAUSED,
        account="a",
        name="talk.mp4",
        model="inter-1",
        options={},
        sandbox=False,
        duration_s=12.0,
        size_bytes=10,
        sha256=None,
    )
    assert rows.move(id, old={S.PAUSED}, new=stage, state=row_state(stage))
    (row,) = library.page().rows
    assert row_data(row, UTC)["words"] == words


def test_an_analysis_that_never_was_in_the_queue_is_in_progress(tmp_path: Path) -> None:
    library = Library(open_engine(tmp_path), owner="coach")
    library.begin(name="talk.mp4", model="inter-1")
    (row,) = library.page().rows
    assert row_data(row, UTC)["words"] == "In progress"
