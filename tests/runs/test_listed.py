"""What one visit knows of the recordings under way."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.media.probe import Probe, header_facts
from interhuman.runs.listed import Listed
from interhuman.runs.queue.states import ItemState
from interhuman.runs.record import HEADER
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import INTER_1, INTER_2
from tests.library.conftest import begin
from tests.page.many.fake_queue import item


def test_a_list_that_is_put_aside_has_nothing_more_started_in_it() -> None:
    listed = Listed()
    listed.starts_arrivals, listed.arrivals.on_arrival = True, lambda _: None
    listed.show(library=True)
    assert not listed.starts_arrivals
    assert listed.arrivals.on_arrival is None


def test_the_options_are_set_again_after_a_join() -> None:
    listed = Listed()
    chosen = listed.wanted = (AnalysisRequest(), "account")
    listed.joins.append(cast(Any, SimpleNamespace(finished=True, problem=None)))
    listed.end_joins()
    assert listed.wanted not in {chosen, None}, "None would have the list's options chosen"


def test_what_was_started_is_forecast_for_its_own_model(tmp_path: Path) -> None:
    library = Library(open_engine(tmp_path), owner="coach")
    header = Probe(
        1, container="mp4", duration_s=4_000.0, video_codec="h264", has_picture=True, has_sound=True
    )
    options = {HEADER: header_facts(header)}
    ids = [begin(library, options=options) for _ in range(2)]
    started = item(ids[0], ItemState.WAITING, model=INTER_2, duration_s=4_000.0)
    paused = item(ids[1], model=INTER_2, duration_s=4_000.0)
    found = Listed().forecasts(library, [started, paused], model=INTER_1, convert=True)
    assert [found[id].requests for id in ids] == [3, 1]
