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
    MAX_LINES,
    MIN_SHOWN_S,
    NAME_CHARACTERS,
    RATIONALE_CHARACTERS,
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
        "Hesitation · high probability: A long pause before the price is named.\n"
    )


def test_srt_by_value() -> None:
    later = Signal("odd_type", 3_725.25, 3_730.0)
    assert srt(later, PAUSE) == (
        "1\r\n00:00:10,000 --> 00:00:15,500\r\n"
        "Hesitation · high probability: A long pause before the price is named.\r\n\r\n"
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
    assert cue.lines == [f"{HESITATION}: {PAUSE.rationale}"]


def test_a_rationale_is_whole_unless_it_is_longer_than_any_that_was_seen() -> None:
    whole = ("word " * 88).strip()
    (cue,) = cues(vtt(replace(PAUSE, rationale=whole)))
    assert cue.lines == [f"{HESITATION}: {whole}"]
    (cue,) = cues(vtt(replace(PAUSE, rationale="word " * 1_000)))
    assert cue.lines[0].endswith("word…")
    assert len(cue.lines[0]) <= len(f"{HESITATION}: ") + RATIONALE_CHARACTERS


def test_in_a_file_each_signal_of_one_time_has_a_line_with_its_rationale() -> None:
    names = ("stress", "agreement", "odd_one")
    text = vtt(*(replace(PAUSE, type=name, rationale=f"Why {name}.") for name in names), PAUSE)
    (cue,) = cues(text)
    assert cue.lines == [
        "Stress · high probability: Why stress.",
        "Agreement · high probability: Why agreement.",
        "Odd one · high probability: Why odd_one.",
        f"{HESITATION}: {PAUSE.rationale}",
    ]


def test_a_file_counts_the_signals_beyond_those_that_a_screen_can_hold() -> None:
    (cue,) = cues(vtt(*[PAUSE] * (MAX_LINES + 2)))
    assert len(cue.lines) == MAX_LINES + 1
    assert cue.lines[-1] == "and 2 more signals"


def test_a_signal_inside_many_longer_ones_is_named_when_it_begins() -> None:
    long = [replace(PAUSE, start=0.0, end=60.0)] * MAX_LINES
    text = vtt(*long, Signal("stress", 5.0, 8.0, "low", "Swallows."))
    (cue,) = [cue for cue in cues(text) if span(cue)[0] == 5]
    assert cue.lines[-2] == "Stress · low probability: Swallows."


def test_signals_that_overlap_in_part_are_cues_that_do_not() -> None:
    text = vtt(PAUSE, Signal("stress", 12.0, 20.0, "low", "Swallows."))
    pause, stress = f"{HESITATION}: {PAUSE.rationale}", "Stress · low probability: Swallows."
    assert [(span(cue), cue.lines) for cue in cues(text)] == [
        ((10, 11.999), [pause]),
        ((12, 15.499), [pause, stress]),
        ((15.5, 20), [stress]),
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
    assert html.unescape(cue.lines[0]) == f"{HESITATION}: <b>5 & 6</b> --> &lt;"


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
        assert len(cue.lines) == 1
        assert text.count("-->") == 1
    body = vtt_text.split("\n", 5)[5]
    assert not re.search("[<>]|&(?!(amp|lt|gt);)", body)
    assert not set(srt_text.split("\n", 2)[2]) & set("<>{}\\")


@pytest.mark.parametrize("name", [examples.HOSTILE, "\ud800", "", "x" * 200_000])
def test_any_name_is_one_short_line(name: str) -> None:
    (cue,) = cues(vtt(Signal(name, 0.0, 5.0, "high")))
    assert len(cue.lines) == 1
    assert (
        0 < len(html.unescape(cue.lines[0])) <= len(f"{'x' * NAME_CHARACTERS} · high probability")
    )


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
        assert 1 <= len(cue.lines) <= MAX_LINES + 1
    assert {span(cue)[0] for cue in read} >= set(frame["start_s"].tolist())
