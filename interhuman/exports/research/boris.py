"""A result for BORIS: a project that it opens.

The ethogram has a state event for each signal type, a further one where signals of a type
overlap (BORIS pairs a start with the next stop of its behavior), and a point event for those
without length. Engagement states are behaviors of their own, and the probability is a modifier.
Events carry the rationale as their comment. BORIS finds the recording beside the project.

Source: BORIS 8.27, `project_functions.py` and `db_functions.py`; format 7.0 of projects, which
BORIS 8 and 9 read. Projects are in ASCII: BORIS opens them in the encoding of the system.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from interhuman.exports.named import NamedResult
from interhuman.exports.research.elan import mime_type
from interhuman.exports.research.facts import date_of, facts
from interhuman.exports.research.names import Names
from interhuman.exports.research.tracks import (
    STATE,
    Span,
    Track,
    length_ms,
    media_name,
    neutral,
    separated,
    tracks,
)
from interhuman.exports.result_tables import source_of
from interhuman.formats import NAME_CHARACTERS
from interhuman.text import cut
from interhuman.vocabulary import FAMILIES, PROBABILITIES

SUBJECT: Final = "Person"
"""The subject of every event: an analysis does not tell people apart."""

NOT_AVAILABLE: Final = "NA"
_NO_MODIFIER: Final = "None"
"""BORIS's own words."""

VARIABLES: Final = ("Analysis ID", "Model")
"""The facts of a result that are independent variables of its observation; its description has
the source."""

_STATE_EVENT, _POINT_EVENT = "State event", "Point event"


@dataclass(frozen=True, slots=True)
class Behavior:
    """One behavior of the ethogram with its events, none of which overlap if they last."""

    code: str
    category: str
    is_state: bool
    spans: tuple[Span, ...]

    @property
    def has_modifier(self) -> bool:
        """Whether its events have a probability: those of signals do."""
        return self.category in FAMILIES

    def modifier(self, span: Span) -> str:
        """Return the modifier of one of its events."""
        return (span.probability or _NO_MODIFIER) if self.has_modifier else ""


def boris_project(result: NamedResult) -> bytes:
    """Return a BORIS project (.boris) with one observation: the result."""
    ethogram = behaviors(result)
    known = facts(result)
    project = {
        "time_format": "hh:mm:ss",
        "project_date": observation_date(result),
        "project_name": observation_id(result),
        "project_description": "\n".join(f"{name}: {neutral(known[name])}" for name in known),
        "project_format_version": "7.0",
        "subjects_conf": {
            "0": {
                "key": "",
                "name": SUBJECT,
                "description": "Whoever the signals are about: an analysis doesn't tell people "
                "apart.",
            }
        },
        "behaviors_conf": {
            str(place): _ethogram_entry(behavior) for place, behavior in enumerate(ethogram)
        },
        "observations": {observation_id(result): _observation(result, ethogram)},
        "behavioral_categories": [*FAMILIES, STATE],
        "independent_variables": {
            str(place): {
                "label": name,
                "description": "",
                "type": "text",
                "default value": "",
                "possible values": "",
            }
            for place, name in enumerate(VARIABLES)
        },
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    return json.dumps(project).encode("ascii")


def observation_id(result: NamedResult) -> str:
    """Return the title as BORIS takes it for the id of an observation."""
    return cut(neutral(result.title), NAME_CHARACTERS) or "analysis"


def behaviors(result: NamedResult) -> list[Behavior]:
    """Return the behaviors that a result has events of, no two with the same code."""
    names = Names()
    return [
        Behavior(
            names.take(name if is_state else f"{name} (moment)"), category, is_state, tuple(spans)
        )
        for track in tracks(result)
        for name, category, each in _by_name(track)
        for is_state, spans in _by_length(each)
    ]


def _by_name(track: Track) -> Iterator[tuple[str, str, list[Span]]]:
    """Yield behaviors with their category and spans: of engagement, one for each state."""
    if track.kind != STATE:
        yield track.name, track.family, list(track.spans)
        return
    for state in dict.fromkeys(span.text for span in track.spans):
        yield state, STATE, [span for span in track.spans if span.text == state]


def _by_length(spans: list[Span]) -> Iterator[tuple[bool, list[Span]]]:
    """Yield states on lanes without overlaps, then all points, each with whether it lasts."""
    for lane in separated([span for span in spans if span.end_ms > span.start_ms]):
        yield True, lane
    if points := [span for span in spans if span.end_ms == span.start_ms]:
        yield False, points


def _ethogram_entry(behavior: Behavior) -> dict[str, object]:
    modifiers = {
        "0": {
            "name": "probability",
            "description": "How sure the detection is, never how strong the signal is",
            "type": 0,
            "ask at stop": False,
            "values": list(PROBABILITIES),
        }
    }
    return {
        "type": _STATE_EVENT if behavior.is_state else _POINT_EVENT,
        "key": "",
        "code": behavior.code,
        "description": "",
        "color": "",
        "category": behavior.category,
        "modifiers": modifiers if behavior.has_modifier else {},
        "excluded": "",
        "coding map": "",
    }


def _observation(result: NamedResult, ethogram: list[Behavior]) -> dict[str, object]:
    media, known = neutral(media_name(result)), facts(result)
    return {
        "file": {"1": [media], **{str(player): [] for player in range(2, 9)}},
        "type": "MEDIA",
        "date": observation_date(result),
        "description": source_of(result.analysis),
        "time offset": 0.0,
        "events": _events(ethogram),
        "observation time interval": [0, 0],
        "independent_variables": {name: neutral(known[name]) for name in VARIABLES},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "close_behaviors_between_videos": False,
        "scan_sampling_time": 0,
        "start_from_current_time": False,
        "media_info": {
            "length": {media: length_ms(result.analysis) / 1000},
            "fps": {media: 0.0},
            "hasVideo": {media: not mime_type(media).startswith("audio/")},
            "hasAudio": {media: True},
            "offset": {"1": 0.0},
        },
    }


def _events(ethogram: list[Behavior]) -> list[list[object]]:
    """Return events in order of time: time (s), subject, behavior, modifier, comment, frame.

    What starts at a time follows what stops then. Only a start has a comment, since BORIS sorts
    whole events and a stop without one stays before the next start.
    """
    events: list[tuple[int, bool, list[object]]] = []
    for behavior in ethogram:
        for span in behavior.spans:
            modifier = behavior.modifier(span)
            edges = [(span.start_ms, span.comment)]
            edges += [(span.end_ms, "")] if behavior.is_state else []
            for number, (at_ms, comment) in enumerate(edges):
                event = [at_ms / 1000, SUBJECT, behavior.code, modifier, comment, NOT_AVAILABLE]
                events.append((at_ms, number == 0, event))
    return [event for *_, event in sorted(events, key=lambda one: one[:2])]


def observation_date(result: NamedResult) -> str:
    """Return when a result arrived, as BORIS writes dates."""
    return f"{date_of(result):%Y-%m-%dT%H:%M:%S}"
