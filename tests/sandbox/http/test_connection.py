"""Clients that leave or send too much, and the end of the process under load."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.datastructures import UploadFile

from interhuman.sandbox import Sandbox, SandboxSettings
from interhuman.sandbox.__main__ import main
from tests import clips, hostile_media, processes
from tests.sandbox import calls


def head(*, size_bytes: int) -> bytes:
    return (
        f"POST /v1/upload/analyze HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {calls.KEY}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {size_bytes}\r\n\r\n"
    ).encode()


def body(content: bytes) -> bytes:
    start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    return start + content + b"\r\n--x--\r\n"


@contextmanager
def connection(sandbox: Sandbox) -> Iterator[socket.socket]:
    port = int(sandbox.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60.0) as client:
        yield client


def test_an_analysis_stops_when_its_client_has_left() -> None:
    whole = body(hostile_media.slow_to_analyze_mp4())
    with Sandbox(SandboxSettings(max_concurrent=1)) as sandbox:
        with connection(sandbox) as client:
            client.sendall(head(size_bytes=len(whole)) + whole)
            processes.wait_until(lambda: bool(processes.opened_by()))
        processes.wait_until(lambda: not processes.opened_by())
        # Its place is free a moment after its process has ended.
        processes.wait_until(lambda: calls.upload(sandbox).status_code == 200)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    "settings",
    [
        SandboxSettings(time_scale=calls.ENDLESS, max_held_uploads=2),
        SandboxSettings(time_scale=calls.ENDLESS, max_held_bytes=10_000_000),
    ],
    ids=["uploads", "bytes"],
)
def test_waiting_jobs_are_limited_in_number_and_in_bytes(settings: SandboxSettings) -> None:
    content = clips.padded_to(4_900_000)
    with Sandbox(settings) as sandbox:
        assert [calls.submit(sandbox, content).status_code for _ in range(2)] == [202, 202]
        refused = calls.submit(sandbox, content)
        assert calls.error_of(refused) == "ih1002"
        assert refused.headers["Retry-After"] == "2"


@pytest.mark.usefixtures("in_process")
def test_an_upload_that_is_refused_or_done_is_held_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    close = UploadFile.close

    async def close_on_a_slow_disk(file: UploadFile) -> None:
        await asyncio.sleep(0.1)
        await close(file)

    monkeypatch.setattr(UploadFile, "close", close_on_a_slow_disk)
    with Sandbox(SandboxSettings(time_scale=0.0, max_held_uploads=1)) as sandbox:
        for _ in range(3):
            assert calls.upload(sandbox).status_code == 200
            assert calls.submit(sandbox, wait_seconds="120").status_code == 200
            assert calls.error_of(calls.submit(sandbox, clips.too_short())) == "ih4007"
            assert calls.error_of(calls.upload(sandbox, b"")) == "ih5001"


SERVING = """
import signal, time
from interhuman.sandbox import Sandbox
received = []
signal.signal(signal.SIGTERM, lambda number, _: received.append(number))
print(Sandbox().start().base_url, flush=True)
while not received:
    time.sleep(0.2)
"""
"""A process with a sandbox that ends without stopping it, as the dashboard does."""

COMMANDS = {
    "command line": [sys.executable, "-u", "-m", "interhuman.sandbox", "--port", "0"],
    "embedded": [sys.executable, "-c", SERVING],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_sigterm_ends_the_process_in_the_middle_of_an_analysis(command: list[str]) -> None:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words = (word for line in process.stdout for word in line.split())
        url = next(word for word in words if word.startswith("http://")).rstrip(";")
        sender = threading.Thread(target=send_and_forget, args=(url,), daemon=True)
        sender.start()
        try:
            processes.wait_until(lambda: bool(processes.opened_by(process.pid)))
            opened = processes.opened_by(process.pid)
            process.send_signal(signal.SIGTERM)
            process.wait(processes.TIMEOUT_S)
        finally:
            process.kill()  # Else a failed wait would be followed by an endless one.
    processes.wait_until(lambda: not any(child.is_running() for child in opened))


def send_and_forget(url: str) -> None:
    headers = {"Authorization": f"Bearer {calls.KEY}"}
    files = {"file": ("a.mp4", hostile_media.slow_to_analyze_mp4())}
    try:
        httpx.post(f"{url}/v1/upload/analyze", files=files, headers=headers, timeout=60.0)
    except httpx.HTTPError:
        return  # the process ended before it answered


@pytest.mark.parametrize("port", ["99999", "-1", "http", "1e3"])
def test_an_invalid_port_is_reported_in_one_sentence(
    port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([f"--port={port}"])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith(f"{port!r} is no port: it must be 0 to 65535")
