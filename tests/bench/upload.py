"""Uploading 32 MiB to a local server: this client, curl and the official SDK in turn."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.sink import KINDS, sink

SIZE_BYTES = 32 * 1024 * 1024
ROUNDS = 9
MIB = 1024 * 1024


@dataclass(frozen=True)
class Measured:
    """One upload: how long it took and how much memory it needed at most beyond the start."""

    seconds: float
    extra_bytes: int


def run() -> list[str]:
    """Upload the same file by turns and compare the medians, with two kinds of server.

    Bare sockets take bytes as fast as the kernel copies them, so there is little left to save;
    Python's own http.server is what a local server usually is.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recording.mp4")
        path.write_bytes(bytes(range(256)) * (SIZE_BYTES // 256))
        return [line for kind in KINDS for line in against(kind, path)]


def against(kind: str, path: Path) -> list[str]:
    """Upload to one kind of server, each way in turn."""
    with sink(kind) as base_url:
        ways: dict[str, Callable[[], Measured]] = {
            "this client": lambda: in_process("ours", base_url, path),
            "curl -F": lambda: by_curl(base_url, path),
            "official SDK": lambda: in_process("official", base_url, path),
        }
        found = {name: list[Measured]() for name in ways}
        for _ in range(ROUNDS):
            for name, measure in ways.items():
                found[name].append(measure())
    curl_s = statistics.median(each.seconds for each in found["curl -F"])
    return [f"to {kind}:", *(_line(name, each, curl_s) for name, each in found.items())]


def _line(name: str, found: list[Measured], curl_s: float) -> str:
    seconds = statistics.median(each.seconds for each in found)
    extra = statistics.median(each.extra_bytes for each in found)
    return (
        f"  {name:13} {seconds * 1000:7.1f} ms  {seconds / curl_s:5.2f} x curl  "
        f"{extra / MIB:6.2f} MiB of extra memory at most"
    )


def by_curl(base_url: str, path: Path) -> Measured:
    """Upload with curl; its memory is that of its whole process."""
    curl = shutil.which("curl")
    assert curl is not None, "curl is not installed"
    program = (
        "import json, resource, subprocess, sys;"
        "out = subprocess.run(sys.argv[1:], capture_output=True, check=True).stdout;"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024;"
        "print(json.dumps([float(out), peak]))"
    )
    send = [curl, "-sS", "-o", "/dev/null", "-w", "%{time_total}", "-F", f"file=@{path}"]
    url = f"{base_url}/v1/upload/analyze"
    out = subprocess.check_output([sys.executable, "-c", program, *send, url])
    seconds, peak = json.loads(out)
    return Measured(seconds, peak)


def in_process(way: str, base_url: str, path: Path) -> Measured:
    """Upload in a fresh Python process that has imported and connected before it is measured."""
    command = [sys.executable, "-m", "tests.bench.upload", way, base_url, str(path)]
    seconds, extra = json.loads(subprocess.check_output(command))
    return Measured(seconds, extra)


def measured(upload: Callable[[], object]) -> Measured:
    """Measure one call by this process's own peak, set back just before it (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = status_bytes("VmRSS")
    began_s = time.perf_counter()
    upload()
    return Measured(time.perf_counter() - began_s, status_bytes("VmHWM") - before)


def status_bytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    assert found is not None
    return int(found[1]) * 1024


def ours(base_url: str, path: Path) -> Measured:
    from interhuman import InterhumanClient

    with InterhumanClient(key_id="k", key_secret="s", base_url=base_url) as client:
        client.upload.analyze(b"warm", filename="warm.mp4")
        return measured(lambda: client.upload.analyze(path))


def official(base_url: str, path: Path) -> Measured:
    import asyncio

    import interhumanai

    async def upload(file: bytes | str) -> object:
        client = interhumanai.InterhumanClient(access_token="t", base_url=base_url)
        return await client.upload.analyze(file, filename="recording.mp4")

    asyncio.run(upload(b"warm"))
    return measured(lambda: asyncio.run(upload(str(path))))


if __name__ == "__main__":
    way, url, file = sys.argv[1:]
    result = {"ours": ours, "official": official}[way](url, Path(file))
    print(json.dumps([result.seconds, result.extra_bytes]))
