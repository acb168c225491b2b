"""A recording that was joined from a camera's files: each is sent once, and the result is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from interhuman.media import cutting, preflight
from interhuman.media.cutting import CutPart
from interhuman.media.fit_error import FitError
from interhuman.media.joining import Joined, join
from interhuman.media.progress import ignore, never
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run
from interhuman.vocabulary import INTER_1, MODELS
from tests import clips
from tests.runs.test_in_parts import Parts, body, times
from tests.runs.test_run import PATIENCE_S

pytestmark = pytest.mark.usefixtures("in_process")


def joined_recording(tmp_path: Path) -> tuple[UploadedRecording, Joined]:
    """Return two files of a camera as one, half a minute apart."""
    files = []
    for name, content in (
        ("GX010042.MP4", clips.camera_part(4.0)),
        ("GX030042.MP4", clips.camera_part(5.0)),
    ):
        (tmp_path / name).write_bytes(content)
        files.append((name, tmp_path / name))
    whole = tmp_path / "whole.mp4"
    joined = join(files, whole, starts_s=(0.0, 34.0), is_timed=True)
    recording = UploadedRecording("GX0042.mp4", whole.read_bytes())
    recording.preparation.joined = joined
    return recording, joined


def test_each_file_is_a_part_with_its_place_in_the_whole(tmp_path: Path) -> None:
    recording, joined = joined_recording(tmp_path)
    client = Parts(body("interest", 1, 3), body("stress", 0, 2))
    run = Run(AnalysisRequest(recording), convert=True).start(client.open)
    assert run.wait(PATIENCE_S)
    assert run.error is None
    assert [round(length_s) for _, length_s in client.sent] == [4, 5]
    assert run.analysis is not None
    assert [(kind, round(a), round(b)) for kind, a, b in times(run.analysis)] == [
        ("interest", 1, 3),
        ("stress", 34, 36),
    ]
    assert run.analysis.files == ("GX010042.MP4", "GX030042.MP4")
    assert [(round(a), round(b)) for a, b in run.analysis.gaps] == [(4, 34)]
    read = recording.preparation.preflight(recording).result
    assert read is not None
    assert read.facts.picture is not None
    assert joined.files[0].end_s == pytest.approx(4.0, abs=0.05)


def test_what_is_too_long_as_a_whole_is_not_refused_where_its_files_are_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = MappingProxyType({**MODELS, INTER_1: replace(MODELS[INTER_1], max_duration_s=20.0)})
    monkeypatch.setattr(preflight, "MODELS", shorter)
    monkeypatch.setattr(cutting, "_MAX_PARTS", 1)
    recording, joined = joined_recording(tmp_path)

    def cut() -> tuple[CutPart, ...]:
        return recording.preparation.cut_parts(
            recording, model=INTER_1, sound=None, on_progress=ignore, cancelled=never
        )

    assert cut() == joined.parts
    recording.preparation.joined = None
    with pytest.raises(FitError):
        cut()
