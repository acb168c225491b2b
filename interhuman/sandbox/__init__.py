"""A local sandbox in place of the Interhuman API: the same job on the same path, without a key.

It honors the API's contract (fields, limits, order of checks, status codes, error bodies)
over real HTTP and reads the recording for real. Its analysis is measured (sound level,
pauses, pitch, movement) and turned into signals by a table of rules; it knows nothing about
people. It shares no code with the client, so that one mistake cannot hide in both.

>>> from interhuman.sandbox import Sandbox
>>> with Sandbox() as sandbox:
...     sandbox.base_url.startswith("http://127.0.0.1:")
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.server import Sandbox
from interhuman.sandbox.settings import NOTICE, SandboxSettings

if TYPE_CHECKING:
    from interhuman.sandbox.analysis import analyze

__all__ = ["NOTICE", "ApiError", "Sandbox", "SandboxSettings", "analyze"]


def __getattr__(name: str) -> object:
    """Import `analyze` once it is used: it brings FFmpeg, which servers have in other processes."""
    if name != "analyze":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from interhuman.sandbox.analysis import analyze  # noqa: PLC0415

    return analyze
