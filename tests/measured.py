"""Measures the time and memory of a probe or an analysis in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.upload import status_bytes


def in_fresh_process(what: str, path: Path) -> dict[str, Any]:
    """Return what `probed` or `analyzed` says of the file, seen from a process of its own."""
    command = [sys.executable, "-m", "tests.measured", what, str(path)]
    measured: dict[str, Any] = json.loads(subprocess.check_output(command))
    return measured


def probed(path: Path) -> dict[str, Any]:
    from interhuman.media.probe import probe

    result = probe(path, path.name)
    return {"readable": result.readable, "why": result.why}


def analyzed(path: Path) -> dict[str, Any]:
    import httpx

    from interhuman.sandbox import Sandbox

    with Sandbox() as sandbox, path.open("rb") as file:
        response = httpx.post(
            f"{sandbox.base_url}/v1/upload/analyze",
            files={"file": (path.name, file)},
            headers={"Authorization": "Bearer ih_live_sandbox"},
            timeout=600.0,
        )
    return {"status": response.status_code, "error_id": response.json().get("error_id")}


def main(what: str, path: str) -> None:
    """Print the outcome, the seconds, and the peaks of memory here and where it was opened."""
    began_s = time.monotonic()
    outcome = {"probed": probed, "analyzed": analyzed}[what](Path(path))
    taken_s = time.monotonic() - began_s
    opened_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(
        json.dumps(
            {
                **outcome,
                "taken_s": taken_s,
                # What `getrusage` says of this process counts its parent's memory as well.
                "peak_bytes": max(status_bytes("VmHWM"), opened_bytes),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
