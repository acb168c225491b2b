"""Files for BORIS: what its own checks demand of a project, and the table that it would export."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd
from hypothesis import example, given

from interhuman.analysis import Signal
from interhuman.exports.csv import inert
from interhuman.exports.named import NamedResult
from interhuman.exports.research.boris import SUBJECT, boris_project
from interhuman.exports.research.boris_events import BORIS_COLUMNS, boris_events_csv
from interhuman.exports.research.tracks import length_ms, tracks
from tests.exports.results import FULL, RESULTS, is_formula, of

Event = tuple[float, float, str, str, str]
"""Start and stop in seconds, behavior, modifier and comment."""


def project_of(result: NamedResult) -> tuple[Any, Any]:
    """Return the project and its one observation."""
    project = json.loads(boris_project(result).decode("ascii"))
    (observation,) = project["observations"].values()
    return project, observation


def paired(project: Any, observation: Any) -> list[Event]:
    """Return events as BORIS pairs them: a state's start with the next of its behavior and
    modifier, in whatever order BORIS sorts them.
    """
    types = {entry["code"]: entry["type"] for entry in project["behaviors_conf"].values()}
    found: list[Event] = []
    started: dict[tuple[str, str], tuple[float, str]] = {}
    for time, subject, code, modifier, comment, frame in sorted(observation["events"]):
        assert (subject, frame) == (SUBJECT, "NA")
        if types[code] == "Point event":
            found.append((time, time, code, modifier, comment))
        elif (code, modifier) in started:
            start, said = started.pop((code, modifier))
            assert comment == ""
            found.append((start, time, code, modifier, said))
        else:
            started[code, modifier] = (time, comment)
    assert not started, "an event is not paired"
    return sorted(found)


def rows(result: NamedResult) -> pd.DataFrame:
    table = io.BytesIO(boris_events_csv(result))
    return pd.read_csv(table, dtype=str, keep_default_na=False)


def test_states_are_pairs_and_moments_are_points() -> None:
    project, observation = project_of(FULL)
    events = paired(project, observation)
    assert (10.0, 15.0, "hesitation", "high", "A long pause before the price is named.") in events
    assert (25.0, 25.0, "daydreaming (moment)", "high", "Looks out of the window.") in events
    assert (20.0, 25.0, "skepticism", "None", "Raises one brow at the claim.") in events
    assert (35.0, 40.0, "disengaged", "", "") in events
    assert (3.0, 4.5, "Notes", "", "Good start") in events
    assert len(events) == 11


def test_the_ethogram_has_types_with_their_families() -> None:
    project, _ = project_of(FULL)
    ethogram = {one["code"]: one for one in project["behaviors_conf"].values()}
    assert ethogram["hesitation"]["category"] == "unsure"
    assert ethogram["hesitation"]["modifiers"]["0"]["values"] == ["high", "medium", "low"]
    assert ethogram["engaged"]["category"] == "engagement state"
    assert ethogram["engaged"]["modifiers"] == {}
    assert {one["category"] for one in ethogram.values()} - {""} <= {
        *project["behavioral_categories"]
    }


def test_the_observation_links_the_recording_by_name_with_its_length() -> None:
    project, observation = project_of(FULL)
    assert project["project_format_version"] == "7.0"
    assert list(project["observations"]) == ["Pitch, June"]
    assert observation["file"]["1"] == ["pitch june.mp4"]
    assert observation["media_info"]["length"] == {"pitch june.mp4": 60.0}
    assert observation["date"] == "2026-11-27T20:15:04"
    assert observation["independent_variables"] == {
        "Analysis ID": "analysis-1",
        "Model": "inter-1",
    }


def test_overlapping_signals_of_a_type_are_behaviors_of_their_own() -> None:
    result = of(
        Signal("stress", 1.0, 4.0, "low", "first"),
        Signal("stress", 4.0, 5.0, "low", "then"),
        Signal("stress", 2.0, 3.0, "low", "meanwhile"),
    )
    assert paired(*project_of(result)) == [
        (1.0, 4.0, "stress", "low", "first"),
        (2.0, 3.0, "stress 2", "low", "meanwhile"),
        (4.0, 5.0, "stress", "low", "then"),
    ]


def test_no_event_lies_past_the_end_of_the_recording() -> None:
    project, observation = project_of(of(Signal("stress", 9.0, 10.02), Signal("stress", 11, 12)))
    assert [event[0] for event in observation["events"]] == [9.0, 10.0, 10.0]
    assert paired(project, observation) == [
        (9.0, 10.0, "stress", "None", ""),
        (10.0, 10.0, "stress (moment)", "None", ""),
    ]


def test_the_table_of_aggregated_events() -> None:
    table = rows(FULL)
    assert list(table) == list(BORIS_COLUMNS)
    hesitation = table[table["Behavior"] == "hesitation"].iloc[0].to_dict()
    assert hesitation == {
        "Observation id": "Pitch, June",
        "Observation date": "2026-11-27 20:15:04",
        "Description": "Interhuman API, inter-1",
        "Observation type": "Media file",
        "Source": "player #1:pitch june.mp4",
        "Time offset (s)": "0.0",
        "Coding duration": "60.000",
        "Media duration (s)": "60.000",
        "FPS (frame/s)": "NA",
        "Analysis ID": "analysis-1",
        "Model": "inter-1",
        "Subject": "Person",
        "Observation duration by subject by observation": "81.5",
        "Behavior": "hesitation",
        "Behavioral category": "unsure",
        "Modifier #1": "high",
        "Behavior type": "STATE",
        "Start (s)": "10.000",
        "Stop (s)": "15.000",
        "Duration (s)": "5.000",
        "Media file name": "pitch june.mp4",
        "Image index start": "NA",
        "Image index stop": "NA",
        "Image file path start": "",
        "Image file path stop": "",
        "Comment start": "A long pause before the price is named.",
        "Comment stop": "",
    }
    point = table[table["Behavior"] == "daydreaming (moment)"].iloc[0]
    assert (point["Behavior type"], point["Duration (s)"]) == ("POINT", "NA")
    starts = table["Start (s)"].astype(float).tolist()
    assert starts == sorted(starts)


@given(result=RESULTS)
def test_any_result_is_a_project_without_a_problem(result: NamedResult) -> None:
    project, observation = project_of(result)
    codes = [entry["code"] for entry in project["behaviors_conf"].values()]
    assert len({code.casefold() for code in codes}) == len(codes)
    (name,) = project["observations"]
    for text in (name, *codes, *observation["file"]["1"]):
        assert text == text.strip() != ""
        assert not set("<>|\n\0") & set(text)
    spans = [span for track in tracks(result) for span in track.spans]
    events = paired(project, observation)
    assert Counter((start, stop) for start, stop, *_ in events) == Counter(
        (span.start_ms / 1000, span.end_ms / 1000) for span in spans
    )
    assert sorted(comment for *_, comment in events) == sorted(span.comment for span in spans)
    times = [event[0] for event in observation["events"]]
    assert times == sorted(times)
    (length_s,) = observation["media_info"]["length"].values()
    assert length_s == length_ms(result.analysis) / 1000
    assert max(times, default=0.0) <= length_s


@given(result=RESULTS)
@example(replace(FULL, recording="talk;=1+1"))
@example(replace(FULL, analysis=replace(FULL.analysis, model="inter;=1+1")))
def test_the_table_has_the_events_of_the_project_and_no_formula(result: NamedResult) -> None:
    project, observation = project_of(result)
    table = rows(result)
    assert sorted(
        zip(
            table["Start (s)"].astype(float),
            table["Stop (s)"].astype(float),
            table["Behavior"],
            table["Modifier #1"],
            table["Comment start"],
            strict=True,
        )
    ) == sorted(
        (start, stop, inert(code), modifier, inert(comment))
        for start, stop, code, modifier, comment in paired(project, observation)
    )
    text = boris_events_csv(result).decode()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not any(map(is_formula, cells))
