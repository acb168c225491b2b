"""Starting, stopping, the command line, and `analyze` without a server."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from interhuman.sandbox import NOTICE, ApiError, Sandbox, analyze
from tests import clips, hostile_media, processes
from tests.sandbox import calls


def test_it_serves_on_a_free_port_of_loopback_and_frees_it() -> None:
    with Sandbox() as sandbox:
        assert sandbox.base_url.startswith("http://127.0.0.1:")
        assert calls.sign_in(sandbox).status_code == 200
    with pytest.raises(httpx.ConnectError):
        calls.sign_in(sandbox)


def test_two_sandboxes_know_nothing_of_each_other() -> None:
    with Sandbox() as one, Sandbox() as other:
        assert one.base_url != other.base_url
        assert calls.error_of(calls.upload(other, key=calls.token(one))) == "ih2001"


def test_it_can_be_started_and_stopped_by_hand_but_only_once() -> None:
    sandbox = Sandbox().start()
    with pytest.raises(RuntimeError, match="started already"):
        sandbox.start()
    assert calls.sign_in(sandbox).status_code == 200
    sandbox.stop()
    sandbox.stop()


def test_a_sandbox_that_was_never_started_can_be_stopped() -> None:
    Sandbox().stop()


def test_a_running_analysis_does_not_delay_the_stop() -> None:
    answers: list[httpx.Response] = []
    content = hostile_media.slow_to_analyze_mp4()
    sandbox = Sandbox().start()
    sender = threading.Thread(target=lambda: answers.append(calls.upload(sandbox, content)))
    sender.start()
    processes.wait_until(lambda: bool(processes.opened_by()))
    sandbox.stop()
    sender.join()
    assert calls.error_of(answers[0]) == "ih1003"
    assert not processes.opened_by()


def test_nothing_of_an_upload_remains_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox() as sandbox:
        assert calls.upload(sandbox, clips.padded_to(3_000_000)).status_code == 200
        assert calls.upload(sandbox, bytes(3_000_000)).status_code == 400
        assert list(tmp_path.iterdir()) == []


def test_the_module_serves_from_the_command_line() -> None:
    command = [sys.executable, "-m", "interhuman.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        notice, serving = process.stdout.readline(), process.stdout.readline()
        assert notice.strip() == NOTICE
        url = serving.split()[2].rstrip(";")
        assert httpx.get(f"{url}/nothing").status_code == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_port_in_use_is_reported_in_one_line() -> None:
    with Sandbox() as sandbox:
        port = sandbox.base_url.rpartition(":")[2]
        command = [sys.executable, "-m", "interhuman.sandbox", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot listen on port {port}: ")
    assert len(done.stderr.splitlines()) == 1


def test_analyze_gives_the_same_answer_for_a_path_and_an_open_file(tmp_path: Path) -> None:
    path = tmp_path / "recording.mp4"
    path.write_bytes(clips.recording())
    from_path = analyze(path, ["conversation_quality_overall"])
    assert from_path == analyze(io.BytesIO(path.read_bytes()), ["conversation_quality_overall"])
    assert from_path["sandbox"] == NOTICE
    assert set(from_path["conversation_quality"]) == {"overall"}
    with pytest.raises(ApiError, match="ih4005"):
        analyze(path, ["everything"])


def test_a_playlist_is_never_followed(tmp_path: Path) -> None:
    target = tmp_path / "secret.mp4"
    target.write_bytes(clips.recording())
    for name, text in (
        ("list.mp4", f"#EXTM3U\n#EXTINF:12,\nfile://{target}\n#EXT-X-ENDLIST\n"),
        ("list.mkv", f"ffconcat version 1.0\nfile {target}\n"),
    ):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(ApiError, match="ih4002"):
            analyze(path)


MEASURE_PEAK = """
import resource, sys
from interhuman.sandbox import analyze
analyze(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_length_of_the_recording(tmp_path: Path) -> None:
    loop = tmp_path / "loop.mp4"
    loop.write_bytes(clips.recording(24.0, size=(160, 90), fps=5))
    peaks_kib = []
    for minutes in (1, 8):
        path = tmp_path / f"{minutes}.mp4"
        clips.repeat_recording(loop, path, loop_s=24, length_s=60 * minutes)
        command = [sys.executable, "-c", MEASURE_PEAK, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks_kib.append(int(done.stdout))
    assert peaks_kib[1] - peaks_kib[0] < 12 * 1024
