"""The time that looking every two seconds adds after a job is done."""

from __future__ import annotations

import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from interhuman import InterhumanClient

JOBS = 12
SPREAD_S = 4.0


class Handler(BaseHTTPRequestHandler):
    """Jobs whose id is the moment at which they are done."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        job_id = self.path.rpartition("/")[2]
        done = time.monotonic() >= int(job_id) / 1000
        envelope: dict[str, Any] = {"job_id": job_id, "status": "running"}
        if done:
            envelope |= {"status": "completed", "result": {"windows": []}}
        body = json.dumps(envelope).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def run() -> list[str]:
    """Wait for jobs that end at evenly spread moments and tell how late each was noticed."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base_url = f"http://127.0.0.1:{server.server_port}"
        with (
            InterhumanClient(access_token="t", base_url=base_url) as client,
            ThreadPoolExecutor(JOBS) as pool,
        ):
            late_s = list(pool.map(lambda i: lateness(client, i), range(JOBS)))
        server.shutdown()
    return [
        f"  median {statistics.median(late_s):.2f} s, longest {max(late_s):.2f} s "
        f"after the end of {JOBS} jobs"
    ]


def lateness(client: InterhumanClient, number: int) -> float:
    """Wait for one job and return how many seconds after its end that was known."""
    done_s = time.monotonic() + 0.5 + SPREAD_S * number / JOBS
    client.upload.wait_for_job(str(int(done_s * 1000)))
    return time.monotonic() - done_s
