"""Where a long recording is cut, and that each part is what was there at that time."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.answers.stitched import KeptPart, Stitched, open_stitched
from interhuman.media.cutting import (
    OVERLAP_S,
    SEARCH_S,
    CutPart,
    cut,
    cutting_plan,
    parts_of_files,
    quietest_s,
)
from interhuman.media.facts import Facts
from interhuman.media.fit import fit
from interhuman.media.fit_error import FitError
from interhuman.media.forecast import forecast_of_files
from interhuman.media.picture_size import MIN_LINES
from interhuman.media.plan import COPY, ENCODE
from interhuman.media.preflight import outlook, preflight
from interhuman.media.preflight_words import changes
from interhuman.media.probe import Probe
from interhuman.media.worker import fit_call
from interhuman.media.worker.pauses import PauseMeter
from interhuman.media.worker.scan import scan
from interhuman.vocabulary import (
    INTER_1,
    INTER_2,
    INTER_2_AUDIO,
    MAX_FILE_BYTES,
    MAX_PARTS,
    MODELS,
)
from tests import clips
from tests.media.odd_clips import marks_in
from tests.media.test_clip import RARE_KEYFRAMES, STEP_S, SYNCHRONOUS, h264
from tests.media.test_plan import phone
from tests.media.test_preflight import GOOD, SOUND


def pauses(levels_db: dict[float, float], *, seconds: int) -> str:
    """Return the pauses of sound at -20 dB with other levels from some times on, for 0.5 s."""
    meter = PauseMeter()
    for tenth in range(10 * seconds):
        now = [db for at, db in levels_db.items() if at <= tenth / 10 + 1e-6 < at + 0.5]
        meter.add(now[0] if now else -20.0)
    return meter.pauses()


def any_pauses(duration_s: float, seed: int) -> str:
    """Return the pauses of sound whose levels have no order at all."""
    random = Random(seed)
    seconds = range(math.ceil(duration_s))
    return "".join(f"{random.randrange(256):02x}{random.randrange(10)}" for _ in seconds)


def test_the_quietest_half_second_of_each_second_is_known() -> None:
    found = pauses({3.4: -60.0, 7.0: -40.0}, seconds=10)
    assert len(found) == 3 * 10
    assert found[9:12] == f"{120:02x}4"
    assert quietest_s(found, 1.0, 9.0, near_s=5.0) == 3.65
    assert quietest_s(found, 5.0, 9.0, near_s=5.0) == 7.25


def test_half_a_second_that_is_not_whole_between_the_times_is_not_taken() -> None:
    found = pauses({3.4: -60.0, 7.0: -40.0}, seconds=10)
    assert quietest_s(found, 3.5, 9.0, near_s=5.0) == 7.25
    assert quietest_s(found, 1.0, 3.8, near_s=2.0) == pytest.approx(2.25, abs=0.5)


def test_of_equal_pauses_it_is_the_one_in_the_middle_and_without_sound_the_middle() -> None:
    found = pauses({2.0: -60.0, 6.0: -60.0}, seconds=10)
    assert quietest_s(found, 1.0, 9.0, near_s=5.5) == 6.25
    assert quietest_s(found, 1.0, 9.0, near_s=3.0) == 2.25
    assert quietest_s("", 1.0, 9.0, near_s=5.0) == 5.0


def test_each_file_of_a_joined_recording_is_a_part_and_a_long_one_is_cut_at_its_pauses() -> None:
    quiet = pauses({55.0: -60.0, 170.0: -60.0}, seconds=260)
    facts = replace(GOOD.facts, duration_s=260.0)
    takes = replace(MODELS[INTER_2], max_duration_s=101.0)
    files = (CutPart(0.0, 60.0), CutPart(100.5, 260.0))
    parts = parts_of_files(facts, quiet, takes, files)
    assert parts[0] == CutPart(0.0, 60.0)
    assert parts[1] == CutPart(100.5, 170.25)
    assert parts[2] == CutPart(160.25, 260.0)


@pytest.mark.parametrize(
    ("files", "apart_s", "holds"),
    [(500, 600.0, True), (501, 600.0, False), (91, 4_000.0, False)],
    ids=["as many as can be", "too many parts", "too long with its gaps"],
)
def test_nothing_is_sent_that_one_result_does_not_hold(
    files: int, apart_s: float, holds: bool
) -> None:
    """Else it would be paid for and could not be read."""
    takes = replace(MODELS[INTER_1], max_duration_s=90.0)
    header = Probe(1, container="mp4", video_codec="h264", has_picture=True, has_sound=True)
    header = replace(header, duration_s=apart_s * files)

    def parts() -> tuple[CutPart, ...]:
        times = [CutPart(apart_s * at, apart_s * at + 150.0) for at in range(files)]
        facts = replace(GOOD.facts, duration_s=150.0 * files)
        return parts_of_files(facts, "", takes, times)

    known = forecast_of_files(header, lengths_s=[150.0] * 2 * files, model=INTER_1, convert=True)
    assert known.refused is not holds
    if holds:
        kept = tuple(KeptPart(part.start_s, part.end_s) for part in parts())
        document = Stitched(kept, kept[-1].end_s, INTER_1)
        assert len(open_stitched(document.to_bytes()).parts) == MAX_PARTS
        return
    with pytest.raises(FitError, match="One result holds up to 100:00:00 and 1,000 parts"):
        parts()


@pytest.mark.parametrize(("files", "holds"), [(MAX_PARTS, True), (MAX_PARTS + 1, False)])
def test_a_file_that_is_refused_is_a_part_of_the_result_too(files: int, holds: bool) -> None:
    header = Probe(1, container="mp4", video_codec="h264", has_picture=True, has_sound=True)
    lengths_s = [1.0, *[60.0] * (files - 1)]
    known = forecast_of_files(header, lengths_s=lengths_s, model=INTER_1, convert=True)
    assert known.refused is not holds
    assert not holds or known.requests == files - 1
    times = [CutPart(60.0 * at, 60.0 * at + length) for at, length in enumerate(lengths_s)]
    facts = replace(GOOD.facts, duration_s=60.0 * files)
    with nullcontext() if holds else pytest.raises(FitError):
        assert len(parts_of_files(facts, "", MODELS[INTER_1], times)) == files


@settings(deadline=None)
@given(st.floats(100, 40_000), st.floats(80, 1800), st.integers())
def test_parts_fit_cover_everything_and_overlap(
    duration_s: float, max_part_s: float, seed: int
) -> None:
    try:
        parts = cut(duration_s, any_pauses(duration_s, seed), max_part_s=max_part_s)
    except ValueError:
        assert duration_s / max_part_s > 20
        return
    assert (parts[0].start_s, parts[-1].end_s) == (0.0, duration_s)
    assert all(part.length_s <= max_part_s for part in parts)
    for one, after in itertools.pairwise(parts):
        assert one.end_s - after.start_s == pytest.approx(OVERLAP_S, abs=0.002)
        assert one.end_s < after.end_s
        assert one.start_s < after.start_s


def test_a_part_ends_at_the_quietest_half_second_of_its_last_minute() -> None:
    quiet = pauses({900.3: -70.0, 850.0: -90.0, 925.7: -50.0}, seconds=1810)
    first, second = cut(1810.0, quiet, max_part_s=1799.0)
    assert first == CutPart(0.0, 900.55)
    assert second == CutPart(890.55, 1810.0)


def test_there_are_as_few_as_can_be_and_they_are_about_as_long() -> None:
    parts = cut(7200.0, max_part_s=1799.0)
    assert [round(part.length_s) for part in parts] == [1448] * 5
    assert cut(1799.0, max_part_s=1799.0) == (CutPart(0.0, 1799.0),)
    with pytest.raises(ValueError, match="too short"):
        cut(500.0, max_part_s=SEARCH_S)
    with pytest.raises(ValueError, match="too many"):
        cut(1e7, max_part_s=1799.0)


@pytest.mark.parametrize(
    ("minutes", "model", "number"),
    [
        (10, INTER_1, 1),
        (20, INTER_1, 1),
        (60, INTER_1, 3),
        (29, INTER_2, 2),
        (120, INTER_2, 6),
        (29.9, INTER_2_AUDIO, 1),
        (31, INTER_2_AUDIO, 2),
        (120, INTER_2_AUDIO, 5),
    ],
)
def test_how_many_parts_there_are(minutes: float, model: str, number: int) -> None:
    plan = cutting_plan(phone(minutes), "", MODELS[model])
    assert (1 if plan is None else len(plan.parts)) == number


@pytest.mark.parametrize("model", [INTER_1, INTER_2])
def test_each_part_has_480_lines_and_15_pictures_a_second(model: str) -> None:
    expected = outlook(replace(GOOD, facts=phone(120)), model)
    assert expected.cutting is not None
    assert expected.plan is not None
    picture = expected.plan.picture
    assert (picture.action, picture.height) == (ENCODE, MIN_LINES)
    assert picture.rate >= 15


def test_it_says_how_many_parts_and_requests_and_why() -> None:
    plan = cutting_plan(phone(62), "", MODELS[INTER_2_AUDIO])
    assert plan is not None
    assert plan.words == (
        "It's analyzed in 3 parts, each in a request of its own: 3 requests in all.",
        "It's 1:02:00 long, and Inter-2 audio takes up to 30:00.",
        "The parts are up to 20:46 long, are cut at pauses and overlap by 10 s. You get one "
        "result.",
    )
    plan = cutting_plan(phone(62), "", MODELS[INTER_1])
    assert plan is not None
    assert plan.why == (
        "It's 1:02:00 long, and about 22:50 of clear video fits into 33.5 MB, the limit."
    )
    read = replace(GOOD, facts=phone(62))
    assert changes(outlook(read, INTER_1))[0] == (
        "Each part is converted to MP4 with H.264 before it's sent."
    )


def test_what_no_part_would_get_in_is_refused_whatever_its_length() -> None:
    with pytest.raises(FitError) as caught:
        cutting_plan(replace(phone(60), picture=None, picture_tracks=0), "", MODELS[INTER_1])
    assert caught.value.reason == "no_picture"
    with pytest.raises(FitError) as caught:
        cutting_plan(phone(100_000), "", MODELS[INTER_2_AUDIO])
    assert caught.value.reason == "too_long"
    refused = outlook(replace(GOOD, facts=replace(phone(60), sound=None)), INTER_2).refusal
    assert refused is not None
    assert refused[0] == "no_sound"


def test_where_it_is_quiet_is_measured_and_cut_there() -> None:
    """The recording has one silence, and what it is of the other tracks does not matter."""
    read = preflight(clips.recording(12.0, silences=((6.2, 7.1),)), "a.mp4")
    assert read.sound_levels is not None
    found = read.sound_levels.pauses
    assert len(found) == pytest.approx(3 * 12, abs=3)
    assert 6.2 + 0.25 <= quietest_s(found, 2.0, 11.0, near_s=4.0) <= 7.1 - 0.25


def part_here(
    content: bytes, target: Path, start_s: float, end_s: float, **more: Any
) -> dict[str, Any]:
    """Do what `fit` does for a part, without the process that makes it slow."""
    result = fit_call.make_fit(
        io.BytesIO(content),
        target=str(target),
        extension="",
        max_bytes=MAX_FILE_BYTES,
        audio_only=False,
        sound=None,
        part={"start_s": start_s, "end_s": end_s},
        report=lambda _: None,
        **more,
    )
    assert "reason" not in result, result
    return result


@pytest.mark.parametrize("make", SYNCHRONOUS.values(), ids=SYNCHRONOUS)
def test_a_part_has_what_was_there_and_its_start_is_known(
    make: Callable[[], bytes], tmp_path: Path
) -> None:
    content, target = make(), tmp_path / "part.mp4"
    before = marks_in(content)
    result = part_here(content, target, 1.5, 3.4)
    after, start_s = marks_in(target.read_bytes()), result["start_s"]
    assert abs(start_s - 1.5) <= 0.5
    assert result["picture"] == COPY or start_s == 1.5
    for found, whole in ((after.seen_s, before.seen_s), (after.heard_s, before.heard_s)):
        within = [time_s for time_s in whole if start_s - 0.01 < time_s < 3.4]
        assert [start_s + time_s for time_s in found] == pytest.approx(within, abs=STEP_S)


def test_what_was_read_before_is_not_read_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = h264(options=RARE_KEYFRAMES)
    facts = scan(io.BytesIO(content), "", on_share=lambda _: None)
    scanned: list[object] = []

    def counted(file: Any, *args: Any, **more: Any) -> Facts:
        scanned.append(file)
        return scan(file, *args, **more)

    monkeypatch.setattr(fit_call, "scan", counted)
    result = part_here(content, tmp_path / "part.mp4", 1.5, 3.4, facts=facts.to_json())
    assert len(scanned) == 1  # What was written is always checked.
    assert result["before"]["duration_s"] == pytest.approx(1.9)


def test_a_part_is_made_in_a_process_of_its_own(tmp_path: Path) -> None:
    target = tmp_path / "part.m4a"
    made = fit(
        clips.recording(12.0),
        target,
        audio_only=True,
        part=CutPart(4.0, 9.5),
        filename="a.mp4",
    )
    assert made.start_s == 4.0
    assert (made.picture, made.after.container) == ("drop", "m4a")
    assert made.duration_s == pytest.approx(5.5, abs=0.1)


def test_a_part_of_sound_that_would_fit_whole_is_still_cut(tmp_path: Path) -> None:
    made = fit(
        clips.sound_only("m4a"),
        tmp_path / "part.m4a",
        audio_only=True,
        part=CutPart(0.0, 5.0),
        filename="a.m4a",
    )
    assert made.action != "unchanged"
    assert made.duration_s == pytest.approx(5.0, abs=0.1)


def test_the_size_of_a_part_is_its_share_of_the_whole() -> None:
    assert SOUND.size_bytes
    plan = cutting_plan(phone(120), "", MODELS[INTER_1])
    assert plan is not None
    assert math.isclose(sum(part.length_s for part in plan.parts), 7200 + 10 * 5, abs_tol=0.1)
