"""Captions: what the cues say and when, and that no text from outside can be more than text."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import Analysis, Signal
from interhuman.exports.subtitles import (
    LINE_CHARACTERS,
    MIN_SHOWN_S,
    SRT_NOTE_MS,
    captions_srt,
    captions_vtt,
)
from interhuman.frames import signals_frame
from interhuman.vocabulary import SANDBOX_NOTE
from tests import examples
from tests.findings.strategies import signals_frames

PAUSE = Signal("hesitation", 10.0, 15.5, "high", "A long pause before the price is named.")
HESITATION = "Hesitation · high probability"


def analysis(*signals: Signal) -> Analysis:
    return Analysis(signals=signals)


def vtt(*signals: Signal) -> str:
    result = analysis(*signals)
    return captions_vtt(signals_frame(result), result).decode()


def srt(*signals: Signal) -> str:
    result = analysis(*signals)
    return captions_srt(signals_frame(result), result).decode()


def cues(text: str, kind: str = "vtt") -> list[webvtt.Caption]:
    return list(webvtt.from_buffer(io.BytesIO(text.encode()), format=kind).captions)


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def span(cue: webvtt.Caption) -> tuple[float, float]:
    return seconds(cue.start), seconds(cue.end)


def times(text: str) -> list[tuple[float, float]]:
    return [span(cue) for cue in cues(text)]


def test_webvtt_by_value() -> None:
    assert vtt(PAUSE) == (
        "WEBVTT\n\n"
        "NOTE Interhuman API, inter-1\n\n"
        "00:00:10.000 --> 00:00:15.500\n"
        "Hesitation · high probability\n"
        "A long pause before the price is named.\n"
    )


def test_srt_by_value() -> None:
    later = Signal("odd_type", 3_725.25, 3_730.0)
    assert srt(later, PAUSE) == (
        "1\r\n00:00:10,000 --> 00:00:15,500\r\n"
        "Hesitation · high probability\r\nA long pause before the price is named.\r\n\r\n"
        "2\r\n01:02:05,250 --> 01:02:10,000\r\nOdd type · probability not given\r\n\r\n"
    )


def test_no_signals_are_a_file_without_cues() -> None:
    assert vtt() == "WEBVTT\n\nNOTE Interhuman API, inter-1\n"
    assert cues(vtt()) == []
    assert srt() == ""


def test_a_sandbox_result_says_so_in_either_file() -> None:
    result = replace(analysis(PAUSE), sandbox=True)
    frame = signals_frame(result)
    assert f"NOTE {SANDBOX_NOTE}" in captions_vtt(frame, result).decode()
    note, first = cues(captions_srt(frame, result).decode(), "srt")
    assert " ".join(note.lines) == SANDBOX_NOTE
    assert len(note.lines) == 2
    assert span(note) == (0, SRT_NOTE_MS / 1000)
    assert span(first)[0] == 10


def test_a_model_name_ends_no_note() -> None:
    result = replace(analysis(PAUSE), model="a --> b\n\n00:01.000 --> 00:02.000\nowned")
    (cue,) = cues(captions_vtt(signals_frame(result), result).decode())
    assert cue.lines[0] == HESITATION


def test_a_long_rationale_is_cut() -> None:
    (cue,) = cues(vtt(replace(PAUSE, rationale="word " * 100)))
    assert cue.lines[1].endswith("word…")
    assert len(cue.lines[1]) <= LINE_CHARACTERS


def test_two_signals_of_one_time_are_one_cue_with_a_line_each() -> None:
    text = vtt(PAUSE, replace(PAUSE, type="stress", probability="low"))
    (cue,) = cues(text)
    assert cue.lines == [HESITATION, "Stress · low probability"]


def test_more_signals_of_one_time_are_their_names_and_how_sure_they_are() -> None:
    names = ("stress", "agreement", "odd_one", "interest")
    (cue,) = cues(vtt(*(replace(PAUSE, type=name, probability=None) for name in names), PAUSE))
    assert cue.lines == [
        "Stress, agreement, odd one and 2 more",
        "5 signals · probability: 1 high, 4 not given",
    ]


def test_signals_that_overlap_in_part_are_cues_that_do_not() -> None:
    text = vtt(PAUSE, Signal("stress", 12.0, 20.0, "low", "Swallows."))
    assert [(span(cue), cue.lines[-1]) for cue in cues(text)] == [
        ((10, 11.999), PAUSE.rationale),
        ((12, 15.499), "Stress · low probability"),
        ((15.5, 20), "Swallows."),
    ]


def test_a_moment_stays_readable_and_keeps_its_start() -> None:
    assert times(vtt(replace(PAUSE, start=10.0, end=10.0))) == [(10.0, 10.0 + MIN_SHOWN_S)]


def test_signals_with_a_pause_between_them_have_none_shown_there() -> None:
    assert times(vtt(PAUSE, replace(PAUSE, start=20.0, end=30.0))) == [(10.0, 15.5), (20.0, 30.0)]


def test_what_is_filtered_out_is_in_neither_file() -> None:
    result = analysis(PAUSE, Signal("stress", 12.0, 20.0))
    frame = signals_frame(result)
    for make in (captions_vtt, captions_srt):
        assert b"Stress" not in make(frame[frame["type"] == "hesitation"], result)


def test_markup_is_text_in_webvtt() -> None:
    text = vtt(replace(PAUSE, rationale="<b>5 & 6</b> --> &lt;"))
    assert "&lt;b&gt;5 &amp; 6&lt;/b&gt; --&gt; &amp;lt;" in text
    (cue,) = cues(text)
    assert html.unescape(cue.lines[1]) == "<b>5 & 6</b> --> &lt;"


def test_nothing_is_markup_in_srt() -> None:
    text = srt(replace(PAUSE, rationale=r"<i>a</i> {\an8} \N --> b"))
    assert "＜i＞a＜/i＞ ｛＼an8｝ ＼N --＞ b" in text


def test_times_that_are_missing_are_left_out() -> None:
    result = analysis(replace(PAUSE, end=float("nan")))
    assert captions_srt(signals_frame(result), result) == b""


HOSTILE = st.text(
    st.one_of(st.sampled_from("<>&{}\\-\n\r\t \x0b\x1c\x85\u2028:0.,"), st.characters()),
    max_size=80,
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_text_makes_no_cue_no_line_and_no_tag(name: str, why: str, model: str) -> None:
    result = Analysis(signals=(Signal(name, 1.0, 5.0, why, why),), model=model)
    frame = signals_frame(result)
    vtt_text = captions_vtt(frame, result).decode()
    srt_text = captions_srt(frame, result).decode()
    for kind, text in (("vtt", vtt_text), ("srt", srt_text)):
        (cue,) = cues(text, kind)
        assert span(cue) == (1, 5)
        assert 1 <= len(cue.lines) <= 2
        assert text.count("-->") == 1
    body = vtt_text.split("\n", 5)[5]
    assert not re.search("[<>]|&(?!(amp|lt|gt);)", body)
    assert not set(srt_text.split("\n", 2)[2]) & set("<>{}\\")


@pytest.mark.parametrize("name", [examples.HOSTILE, "\ud800", "", "x" * 200_000])
def test_any_name_is_one_short_line(name: str) -> None:
    (cue,) = cues(vtt(Signal(name, 0.0, 5.0, "high")))
    assert len(cue.lines) == 1
    assert 0 < len(cue.lines[0]) <= LINE_CHARACTERS


@given(signals_frames(), st.sampled_from([captions_vtt, captions_srt]))
def test_cues_are_in_order_apart_short_and_begin_with_every_signal(
    frame: pd.DataFrame, make: object
) -> None:
    assert callable(make)
    kind = "vtt" if make is captions_vtt else "srt"
    text = make(frame, Analysis()).decode()
    read = cues(text, kind) if text else []
    for one, following in pairwise(read):
        assert span(one)[1] < span(following)[0]
    for cue in read:
        assert span(cue)[0] < span(cue)[1]
        assert 1 <= len(cue.lines) <= 2
        assert all(len(line) <= 2 * LINE_CHARACTERS for line in cue.lines)
    assert {span(cue)[0] for cue in read} >= set(frame["start_s"].tolist())
