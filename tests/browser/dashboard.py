"""The dashboard as a process of its own, for a test or a bench in a real browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent.parent
START_WITHIN_S = 60.0


RUNNING: list[Dashboard] = []
"""Those that this process started and did not stop."""


_ports: list[int] = []


def free_port() -> int:
    """Return a free port, one that an earlier dashboard of this process had if there is one.

    The browser keeps scripts by their address: at the same port it has them compiled already.
    """
    for port in (*_ports, 0):
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            if port == 0:
                _ports.append(port := tried.getsockname()[1])
            return port
    raise NotRunningError("no port is free")


class NotRunningError(RuntimeError):
    """The dashboard did not start."""


class Dashboard:
    """The dashboard, or another page, in a process of its own; `log()` is all that it printed."""

    def __init__(
        self,
        folder: Path,
        environ: dict[str, str] | None = None,
        *,
        options: Sequence[str] = (),
        port: int = 0,
        script: str = "dashboard.py",
    ) -> None:
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "dashboard.log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("INTERHUMAN_")}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", script),
                    *("--server.headless=true", "--server.address=127.0.0.1"),
                    f"--server.port={port}",
                    *options,
                ],
                cwd=ROOT,
                env={
                    **inherited,
                    "PYTHONUNBUFFERED": "1",
                    "INTERHUMAN_LIBRARY": "off",  # Never the library of whoever runs the tests.
                    **(environ or {}),
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        RUNNING.append(self)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise NotRunningError(f"the dashboard ended at once:\n{self.log()}")
            try:
                if httpx.get(f"{self.url}/_stcore/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.1)
        self.stop()
        raise NotRunningError(
            f"the dashboard did not start within {START_WITHIN_S:.0f} s:\n{self.log()}"
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def log(self) -> str:
        """Return everything the dashboard printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End the process without a word to it; `stop` is to be called all the same."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        RUNNING[:] = [other for other in RUNNING if other is not self]
