"""The results of a visit: whose recordings are held, and whose are let go of."""

from __future__ import annotations

from collections.abc import Iterable

from interhuman.runs.recording import UploadedRecording
from interhuman.runs.results import RECORDINGS_HELD, Comparison, Result, Results
from tests import examples


def held(results: Results) -> list[int]:
    return [result.number for result in results.all if result.recording is not None]


def recording(number: int) -> UploadedRecording:
    return UploadedRecording(f"{number}.mp4", bytes([number]))


def visit(number: int) -> Results:
    """Return results that came with a recording each."""
    results = Results()
    for each in range(1, number + 1):
        results.add_opened(examples.read(examples.FULL), f"{each}.mp4", recording=recording(each))
    return results


def compare(results: Results, numbers: Iterable[int]) -> list[Result]:
    chosen = [results.all[number - 1] for number in numbers]
    results.compare(Comparison(tuple(result.listed_id for result in chosen)))
    return chosen


def test_the_newest_recordings_are_held() -> None:
    assert held(visit(RECORDINGS_HELD + 2)) == list(range(3, RECORDINGS_HELD + 3))


def test_the_recording_of_what_is_shown_stays_whatever_comes() -> None:
    results = visit(1)
    results.show(1)
    for number in range(2, RECORDINGS_HELD + 3):
        results.add_opened(examples.read(examples.FULL), "more", recording=recording(number))
    assert held(results)[0] == 1
    assert len(held(results)) == RECORDINGS_HELD


def test_those_of_a_comparison_stay_when_they_are_added_again() -> None:
    results = visit(RECORDINGS_HELD + 2)
    compare(results, (1, 2))
    for number in (1, 2):
        results.add_recording(results.all[number - 1], recording(number))
    assert held(results)[:2] == [1, 2]
    assert len(held(results)) == RECORDINGS_HELD
