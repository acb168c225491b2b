"""What one visitor has under way: which jobs are gone back to, and which are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from interhuman.answers.jobs import RUNNING, UploadJob
from interhuman.page.visit import Visit
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.under_way import OpenJob

REQUEST = AnalysisRequest(model="inter-2", recording_name="talk.mp4")
ID = "0" * 32


@pytest.mark.parametrize(("left_s", "is_waiting"), [(60, True), (-1, False), (None, True)])
def test_an_expired_job_is_neither_named_nor_waited_for_again(
    left_s: float | None, is_waiting: bool
) -> None:
    until = None if left_s is None else datetime.now(UTC) + timedelta(seconds=left_s)
    visit = Visit()
    job = OpenJob(UploadJob(job_id=ID, status=RUNNING, expires_at=until), REQUEST)
    visit.under_way.open_jobs[ID] = job
    assert (visit.under_way.unfinished(REQUEST) is job) == is_waiting
    assert (visit.named_job is not None) == is_waiting
    visit.under_way.dismiss(job)
    assert visit.under_way.open_jobs == {}
    assert visit.under_way.unfinished(REQUEST) is None
