"""Captions with one cue a signal, read back by webvtt-py."""

from __future__ import annotations

import html
import io
from dataclasses import replace

import webvtt
from hypothesis import given

from interhuman.analysis import Signal
from interhuman.exports.named import NamedResult
from interhuman.exports.research.tracks import SIGNAL, lasting, length_ms, tracks
from interhuman.exports.subtitles import signal_cues_srt, signal_cues_vtt
from interhuman.vocabulary import SANDBOX_NOTE
from tests.exports.results import FULL, RESULTS, of


def cues(content: bytes, kind: str) -> list[tuple[int, int, str]]:
    """Return start and end in milliseconds and the text of each cue."""
    if not content:
        return []  # An SRT file without cues, which webvtt-py takes for no file.
    read = webvtt.from_buffer(io.BytesIO(content), format=kind)
    return [(ms(cue.start), ms(cue.end), cue.text) for cue in read.captions]


def ms(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return round(1000 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))


def test_each_signal_has_a_cue_with_its_own_times() -> None:
    result = of(
        Signal("stress", 2.0, 5.0, "low", "A sigh."),
        Signal("stress", 1.0, 4.0),
        Signal("odd_type", 10.0, 10.0, "high", "a < b"),
    )
    expected = [
        (1000, 4000, "Stress · probability not given"),
        (2000, 5000, "Stress · low probability: A sigh."),
        (9999, 10_000, "Odd type · high probability: a < b"),
    ]
    found = cues(signal_cues_vtt(result), "vtt")
    assert [(start, end, html.unescape(text)) for start, end, text in found] == expected
    assert cues(signal_cues_srt(result), "srt") == [
        *expected[:2],
        (*expected[2][:2], "Odd type · high probability: a ＜ b"),
    ]


def test_a_sandbox_result_says_so_in_either_file() -> None:
    result = replace(FULL, analysis=replace(FULL.analysis, sandbox=True))
    assert f"NOTE {SANDBOX_NOTE}".encode() in signal_cues_vtt(result)
    first, *others = cues(signal_cues_srt(result), "srt")
    assert first[2].replace("\n", " ") == SANDBOX_NOTE
    assert len(others) == len(FULL.analysis.signals)


@given(result=RESULTS)
def test_any_result_has_a_cue_a_signal(result: NamedResult) -> None:
    last_ms = length_ms(result.analysis)
    spans = [
        lasting(span, last_ms)
        for track in tracks(result)
        if track.kind == SIGNAL
        for span in track.spans
    ]
    times = sorted((span.start_ms, span.end_ms) for span in spans)
    found = cues(signal_cues_vtt(result), "vtt")
    assert [(start, end) for start, end, _ in found] == times
    endings = sorted(html.unescape(text).partition(" · ")[2] for *_, text in found)
    assert endings == sorted(span.text.strip() for span in spans)
    in_srt = cues(signal_cues_srt(result), "srt")[result.analysis.sandbox :]
    assert [(start, end) for start, end, _ in in_srt] == times
    assert not any(set(text) & set("<>{}\\") for *_, text in in_srt)
