"""From a recording as it is to the file that is sent: what is said, done, shown and left behind."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from interhuman import isolation
from interhuman.isolation import caller
from interhuman.media import preflight as preflight_module
from interhuman.media.facts import SoundChoice
from interhuman.media.fit import Fit, FitError, MediaProgress, fit
from interhuman.media.preflight import preflight
from interhuman.media.progress import ignore, never
from interhuman.page import player
from interhuman.page.keys import Key
from interhuman.page.start import before_sending
from interhuman.page.start.progress import phase_words
from interhuman.runs import preparing, recording_files
from interhuman.runs import sent_file as sent_files
from interhuman.runs.progress import Phase, Progress, RunClock
from interhuman.runs.recording import NO_ROOM, UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run
from interhuman.runs.sent_file import SentFile
from interhuman.vocabulary import INTER_1, INTER_2, INTER_2_AUDIO, MAX_FILE_BYTES, MODELS
from tests import clips
from tests.media.odd_clips import joined, marked
from tests.page.conftest import PATIENCE_S, Page, page_of
from tests.server import ANALYZE, Server


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No recordings of other tests in the folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(recording_files, "FOLDER", recording_files.PrivateFolder())


def files(*, fitted: bool = True) -> list[str]:
    """Return what is in the folder beside recordings as they came."""
    names = sorted(path.name for path in recording_files.FOLDER.path.iterdir())
    return [name for name in names if not (fitted and name.startswith("recording-"))]


def plain(page: Page) -> str:
    """Return all that is on the page, without what keeps Markdown from being read as such."""
    return page.text.replace("\\", "")


def sent_file(
    recording: UploadedRecording,
    *,
    model: str = INTER_1,
    on_progress: Callable[[MediaProgress], None] = ignore,
    cancelled: Callable[[], bool] = never,
) -> SentFile:
    return recording.preparation.sent_file(
        recording, model=model, sound=None, on_progress=on_progress, cancelled=cancelled
    )


def test_a_recording_above_the_limit_is_made_to_fit_and_sent_once() -> None:
    with Server() as server:
        page = page_of(server).upload(clips.padded_to(MAX_FILE_BYTES + 1)).read_through()
        assert "It's 33.6 MB; the limit is 33.5 MB." in plain(page)
        assert "repackaged before it's sent" in plain(page)
        page.analyze()
        (seen,) = server.requests(ANALYZE)
        assert seen.file.filename == "talk.mp4"
        assert len(seen.file.body) < 1_000_000
    result = page.visit.results.shown
    assert result is not None
    assert result.recording is not None
    assert result.recording.size_bytes == MAX_FILE_BYTES + 1, "the original plays"
    (caption,) = [c.value for c in page.at.caption if c.value.startswith("Sent as")]
    caption = caption.replace("\\", "")
    assert "33.6 MB → " in caption
    assert "Times refer to the original" in caption


def test_of_two_tracks_the_one_with_the_voice_is_sent_and_another_can_be_chosen() -> None:
    silent = clips.recording(8.0, video=False, container="m4a", silences=((0.0, 8.0),))
    voice = clips.recording(8.0, video=False, container="m4a", silences=())
    both = joined(clips.recording(8.0, audio=False), silent, voice)
    with Server() as server:
        page = page_of(server).upload(both).read_through()
        assert "It has 2 audio tracks; track 2 is sent." in plain(page)
        (sound,) = page.at.selectbox
        assert sound.options == [
            "Track 1: silent",
            "Track 2: audible for 100% of it, most like speech",
        ]
        assert sound.value == SoundChoice(1)
        page.analyze().new_analysis().upload(both).read_through()
        (sound,) = page.at.selectbox
        sound.select(SoundChoice(0)).run()
        assert "track 1 is sent" in plain(page)
        assert "silent throughout" in plain(page)
        page.analyze()
        spoken, mute = (seen.file.body for seen in server.requests(ANALYZE))
    assert [_silent_s(content) for content in (spoken, mute)] == [0, 8]
    assert page.visit.results.shown is not None


def _silent_s(content: bytes) -> int:
    (levels,) = preflight(content).levels
    return round(levels.silent_s)


def test_the_same_recording_again_is_known_by_the_original() -> None:
    with Server() as server:
        page = page_of(server).upload(clips.recording()).analyze()
        page.new_analysis().upload(clips.recording()).analyze()
        assert len(server.requests(ANALYZE)) == 1
    assert "Nothing was sent" in plain(page)


def test_what_can_be_sent_as_it_is_is_not_touched() -> None:
    content = clips.browser_webm()
    good = preparing_fit(content, "talk.webm")
    recording = UploadedRecording("talk.webm", good)
    sent = sent_file(recording)
    assert (sent.path, sent.name, sent.words) == (recording.path, "talk.webm", None)
    assert files() == []


def preparing_fit(content: bytes, name: str) -> bytes:
    """Return the content once it fits."""
    recording = UploadedRecording(name, content)
    return sent_file(recording).path.read_bytes()


def test_a_full_read_that_found_nothing_saves_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = UploadedRecording("talk.mp4", preparing_fit(clips.recording(), "talk.mp4"))
    assert recording.preparation.preflight(recording).wait(PATIENCE_S)
    monkeypatch.setattr(sent_files, "fit", None)
    assert sent_file(recording).path == recording.path


def test_a_file_is_made_once_for_every_try(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Fit] = []

    def counting(*arguments: Any, **options: Any) -> Fit:
        made.append(fit(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(sent_files, "fit", counting)
    recording = UploadedRecording("talk.mov", clips.recording(container="mov"))
    first = sent_file(recording)
    assert sent_file(recording) is first
    sound = sent_file(recording, model=INTER_2_AUDIO)
    assert (first.name, sound.name) == ("talk.mp4", "talk.m4a")
    assert len(made) == 2


def test_the_files_go_with_the_recording() -> None:
    recording = UploadedRecording("talk.mov", clips.recording(container="mov"))
    assert recording.preparation.preflight(recording).wait(PATIENCE_S)
    sent = sent_file(recording)
    assert len(files(fitted=False)) == 2
    del recording, sent
    gc.collect()
    assert files(fitted=False) == []


def test_cancel_while_it_is_made_leaves_nothing_and_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(caller, "IsolatedCall", isolation.IsolatedCall)  # a process can be killed
    recording = UploadedRecording("talk.mov", clips.recording(container="mov"))
    run = Run(AnalysisRequest(recording), convert=True)
    prepare = RunClock.prepare

    def cancel_at_once(clock: RunClock, media: MediaProgress) -> None:
        prepare(clock, media)
        run.cancel()

    monkeypatch.setattr(RunClock, "prepare", cancel_at_once)
    run.start(lambda **_: pytest.fail("nothing may be sent"))
    assert run.wait(PATIENCE_S)
    assert run.progress().phase is Phase.CANCELED
    assert files() == []


def test_a_second_request_that_waits_for_the_file_can_be_cancelled() -> None:
    recording = UploadedRecording("talk.mov", clips.recording(container="mov"))
    with recording.preparation._lock, pytest.raises(FitError) as raised:
        sent_file(recording, cancelled=lambda: True)
    assert raised.value.reason == "cancelled"


def test_what_a_browser_cannot_play_is_played_as_it_was_converted() -> None:
    hevc = clips.recording(duration_s=4, video_codec="libx265", silences=())
    page = Page().upload(hevc).read_through()
    assert "show HEVC (H.265) video" in plain(page)
    assert "converted to MP4 with H.264" in plain(page)
    page.analyze()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.recording is not None
    assert player.CONVERTED in [caption.value for caption in page.at.caption]
    assert page.nodes("video")


def one_second_of_four() -> bytes:
    """Return a recording whose header promises more than the file holds."""
    index_first = (("movflags", "faststart"),)
    whole = marked(video_codec="libx264", noise=60, container_options=index_first)
    return whole[: len(whole) // 4]


SAID: dict[str, tuple[Callable[[], bytes], str]] = {
    "no sound": (clips.picture_only, "no audio, so the results will mean little"),
    "a broken end": (clips.truncated_faststart_mp4, "although the file says"),
    "damage": (clips.corrupted_mp4, "Neither its video nor its audio can be decoded"),
    "a length": (one_second_of_four, "seconds long. Choose one that's at least 3"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_recording_lacks_is_said_before_it_is_sent(page: Page, name: str) -> None:
    make, words = SAID[name]
    page.upload(make()).read_through()
    assert words in plain(page)
    assert page.locked("Analyze") is (name in {"damage", "a length"})


def test_that_there_is_nothing_to_analyze_is_a_warning_before_all_else(page: Page) -> None:
    dark = marked(audio_codec=None, video_codec="ffv1", container="matroska", black=True)
    page.upload(dark, "dark.mkv").read_through()
    (warning,) = page.at.warning
    assert "Nothing to analyze" in warning.value
    assert "so expect few" not in plain(page)
    assert not page.locked("Analyze")


def test_sound_alone_leads_to_the_model_that_takes_it(page: Page) -> None:
    page.upload(clips.sound_only(), "voice.wav", "audio/wav").read_through()
    assert page.locked("Analyze")
    assert any("It has no video" in warning.value for warning in page.at.warning)
    page.press("Use Inter-2 audio instead (audio only)")
    assert page.visit.options.model == INTER_2_AUDIO
    assert not page.locked("Analyze")


def test_a_recording_that_cannot_be_prepared_says_so_and_can_be_tried_again(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Fit:
        raise FitError("disk_full", "The app's disk is full, so the recording can't be converted.")

    page.upload(clips.recording())
    with monkeypatch.context() as full:
        full.setattr(sent_files, "fit", refuse)
        page.analyze()
    assert page.visit.failure is not None
    assert any("Nothing was sent." in error.value for error in page.at.error)
    page.press("Try again").finish()
    assert page.visit.results.shown is not None


def test_a_disk_without_room_is_said(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recording_files, "write", refuse)
    page.upload(clips.recording())
    assert page.locked("Analyze")
    assert any(NO_ROOM in warning.value.replace("\\", "") for warning in page.at.warning)


def test_where_nothing_is_converted_a_recording_is_sent_as_it_is() -> None:
    content = clips.recording(container="mov")
    with Server() as server:
        page = page_of(server, convert=False).upload(content, "talk.mov").analyze()
        (seen,) = server.requests(ANALYZE)
        assert (seen.file.filename, seen.file.body) == ("talk.mov", content)
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.sent_as is None


def test_an_upload_is_let_go_once_it_is_on_disk(page: Page) -> None:
    content = clips.recording()
    page.upload(content)
    uploaded = page.at.file_uploader(key="upload").value
    assert uploaded is not None
    (recording,) = page.visit._recordings.values()
    assert recording.path.read_bytes() == content
    page.at.file_uploader(key="upload").set_value(None)
    page.rerun()
    assert page.visit._recordings == {}


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (None, "Preparing"),
        (MediaProgress("reading", 0.5), "Preparing"),
        (MediaProgress("waiting", 0.0, waiting_for=1), "Preparing: waiting for 1 other recording"),
        (MediaProgress("converting", 0.5, 61.2), "Converting the recording: 1:02 left"),
    ],
)
def test_the_phase_reads_as_a_sentence(progress: MediaProgress | None, words: str) -> None:
    assert before_sending.phase_words(progress, otherwise="Preparing") == words


def test_what_its_model_refuses_is_neither_converted_nor_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shorter = replace(MODELS[INTER_2_AUDIO], max_duration_s=4.0)
    monkeypatch.setattr(preflight_module, "MODELS", {**MODELS, INTER_2_AUDIO: shorter})
    made: list[object] = []
    monkeypatch.setattr(sent_files, "fit", lambda *given, **_: made.append(given))
    recording = UploadedRecording("talk.mp4", clips.recording(duration_s=5))
    with pytest.raises(FitError, match="too long to be analyzed even in parts") as caught:
        sent_file(recording, model=INTER_2_AUDIO)
    assert caught.value.reason == "too_long"
    assert made == []


def test_what_its_model_refuses_is_not_sent_where_it_could_not_be_read_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise FitError("failed", "Reading it was interrupted. Try again.")

    monkeypatch.setattr(preparing, "preflight", fails)
    recording = UploadedRecording("talk.mp4", clips.picture_only())
    with pytest.raises(FitError, match="It has no audio") as caught:
        sent_file(recording, model=INTER_2)
    assert caught.value.reason == "no_sound"


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Inter-1 take a minute and a half at most, so that a test need not wait for half hours."""
    shorter = replace(MODELS[INTER_1], max_duration_s=90.0)
    monkeypatch.setattr(preflight_module, "MODELS", {**MODELS, INTER_1: shorter})


def test_the_progress_says_which_part_of_how_many_it_is_about() -> None:
    at_second = Progress(Phase.UPLOADING, 3_000_000, 30_000_000, 0.0, part=(2, 3))
    assert phase_words(at_second) == "Part 2 of 3: Uploading 3 MB of 30 MB"
    converting = replace(
        at_second, phase=Phase.PREPARING, media=MediaProgress("converting", 0.5, 9)
    )
    assert phase_words(converting) == "Part 2 of 3: Converting the recording: 0:09 left"


@pytest.mark.usefixtures("short_limit")
def test_of_a_long_recording_it_says_how_many_parts_and_requests_and_why() -> None:
    with Server() as server:
        page = page_of(server).upload(clips.in_two_parts()).read_through()
        words = plain(page).replace("\N{WORD JOINER}", "")
        assert "It's analyzed in 2 parts, each in a request of its own: 2 requests in all." in words
        assert "It's 2:30 long, and Inter-1 takes up to 1:30." in words
        assert "are cut at pauses and overlap by 10 s. You get one result." in words
        assert "Sends 2 requests to Interhuman, one after another." in words
        assert not page.at.button(key=Key.ANALYZE).disabled
        assert server.requests(ANALYZE) == []
        page.analyze()
        assert len(server.requests(ANALYZE)) == 2
    result = page.visit.results.shown
    assert result is not None
    assert [part.problem for part in result.analysis.parts] == [None, None]
    assert result.analysis.duration_s == pytest.approx(150.0, abs=0.2)
    assert [round(signal.start) for signal in result.analysis.signals][:2] == [5, 10]
