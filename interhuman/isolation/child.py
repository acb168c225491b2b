"""The process that `caller` starts: limits itself, calls one function, writes its result.

Run as a file, so that nothing of the package is imported that the function does not need.
"""

from __future__ import annotations

import importlib
import json
import os
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

_LOOK_FOR_PARENT_EVERY_S = 0.5
_LARGEST_FILE_BYTES = 32 * 1024**2
_ROOT = Path(__file__).resolve().parent.parent.parent


def main(order: dict[str, Any]) -> None:
    """Carry out one order of `IsolatedCall`."""
    result = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no part of the result
    _end_with(order["parent"], wall_s=order["limits"]["wall_s"])
    reply: dict[str, Any]
    try:
        function = _imported(order["function"])
        _limit(memory_bytes=order["limits"]["memory_bytes"], cpu_s=order["limits"]["cpu_s"])
        with os.fdopen(os.dup(0), "rb") as file:
            file.seek(0)
            reply = {"returned": function(file, **order["arguments"])}
    except MemoryError:
        reply = {"out_of_memory": True}
    except Exception:
        reply = {"trace": traceback.format_exc()}
    with os.fdopen(result, "w", encoding="ascii") as output:
        json.dump(reply, output)


def _imported(function: str) -> Callable[..., Any]:
    """Return "package.module:name" without running the `__init__` of the packages around it.

    Those bring the client, the server and their libraries: 0.2 s and 30 MB for nothing.
    """
    module, _, name = function.partition(":")
    packages = module.split(".")[:-1]
    for depth in range(1, len(packages) + 1):
        bare = types.ModuleType(".".join(packages[:depth]))
        bare.__path__ = [str(_ROOT.joinpath(*packages[:depth]))]
        sys.modules[bare.__name__] = bare
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _limit(*, memory_bytes: int, cpu_s: int) -> None:
    """Limit what this process may still take; where the system cannot, its parent watches."""
    if sys.platform == "win32":
        return
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_FSIZE, _LARGEST_FILE_BYTES)
    _set_limit(resource.RLIMIT_CPU, cpu_s)
    if sys.platform == "linux":
        # RLIMIT_DATA counts private memory alone; RLIMIT_AS would count libraries as well.
        _set_limit(resource.RLIMIT_DATA, _data_bytes() + memory_bytes)


def _set_limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard < 0 else min(value, hard), hard))


def _data_bytes() -> int:
    """Return the private memory that counts for RLIMIT_DATA now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmData:")[2].split()[0]) * 1024


def _end_with(parent: int, *, wall_s: float) -> None:
    """End this process when its parent has gone, or long after it should have been ended."""
    end_s = time.monotonic() + wall_s + 5

    def watch() -> None:
        while os.getppid() == parent and time.monotonic() < end_s:
            time.sleep(_LOOK_FOR_PARENT_EVERY_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
