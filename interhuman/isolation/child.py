"""The process that `caller` starts: limits itself, calls one function, writes its result.

Run as a file, so that nothing of the package is imported that the function does not need.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

_CHECK_PARENT_EVERY_S = 0.5
_ROOT = Path(__file__).resolve().parent.parent.parent


def main(request: dict[str, Any]) -> None:
    """Run the call that an `IsolatedCall` requests."""
    result, reports = os.dup(1), os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:  # keeps what a library prints out of both
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    _exit_with(request["parent"], wall_s=request["limits"]["wall_s"])
    reply: dict[str, object]
    try:
        function = _import_function(request["function"])
        arguments = request["arguments"]
        if request["reports"]:
            arguments["report"] = _reporter(reports)
        _limit(
            memory_bytes=request["limits"]["memory_bytes"],
            cpu_s=request["limits"]["cpu_s"],
            file_bytes=request["limits"]["file_bytes"],
        )
        with os.fdopen(os.dup(0), "rb") as file:
            file.seek(0)
            reply = {"returned": function(file, **arguments)}
    except MemoryError:
        reply = {"out_of_memory": True}
    except Exception:
        reply = {"trace": traceback.format_exc()}
    with os.fdopen(result, "w", encoding="ascii") as output:
        json.dump(reply, output)


def _import_function(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(_import_module(module), name)
    return function


def _import_module(module: str) -> types.ModuleType:
    """Return "package.module" without running the `__init__` of the packages around it.

    Those bring the client, the server and their libraries: 0.2 s and 30 MB for nothing.
    """
    packages = module.split(".")[:-1]
    for depth in range(1, len(packages) + 1):
        bare = types.ModuleType(".".join(packages[:depth]))
        bare.__path__ = [str(_ROOT.joinpath(*packages[:depth]))]
        sys.modules[bare.__name__] = bare
    return importlib.import_module(module)


def _reporter(descriptor: int) -> Callable[[object], None]:
    """Return a function that passes a JSON value on to the caller."""

    def report(value: object) -> None:
        os.write(descriptor, json.dumps(value).encode() + b"\n")

    return report


def _limit(*, memory_bytes: int, cpu_s: int, file_bytes: int) -> None:
    """Limit what this process may take from now on; where the system cannot, the parent watches."""
    if sys.platform == "win32":
        return
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_FSIZE, file_bytes)
    _set_limit(resource.RLIMIT_CPU, cpu_s)
    if sys.platform == "linux":
        # RLIMIT_DATA counts private memory alone; RLIMIT_AS would count libraries as well.
        _set_limit(resource.RLIMIT_DATA, _data_bytes() + memory_bytes)


def _set_limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard < 0 else min(value, hard), hard))


def _data_bytes() -> int:
    """Return the private memory that counts toward RLIMIT_DATA now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmData:")[2].split()[0]) * 1024


def _exit_with(parent: int, *, wall_s: float) -> None:
    """Exit when the parent has gone, or well after it should have ended this process."""
    end_s = time.monotonic() + wall_s + 5

    def watch() -> None:
        while os.getppid() == parent and time.monotonic() < end_s:
            time.sleep(_CHECK_PARENT_EVERY_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _requested(module: str) -> dict[str, Any]:
    """Import a module, then return the request that comes by the socket; its file takes its place.

    Exits when the caller has gone without one.
    """
    _import_module(module)
    with socket.socket(fileno=os.dup(0)) as requests:
        _, files, _, _ = socket.recv_fds(requests, 1, 1)
        if not files:
            sys.exit()
        os.dup2(files[0], 0)
        os.close(files[0])
        return dict(json.loads(b"".join(iter(lambda: requests.recv(65536), b""))))


if __name__ == "__main__":
    main(_requested(sys.argv[2]) if sys.argv[1] == "--wait" else json.loads(sys.argv[1]))
    os._exit(0)  # tidying up takes longer than reading a header, and the caller waits for the end
