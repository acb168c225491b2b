"""Opens files from outside safely: in a process of their own, and after a check of their index.

Shared by the dashboard and the sandbox; knows neither.
"""

from interhuman.isolation.caller import IsolatedCall, Limits, run
from interhuman.isolation.errors import (
    CancelledError,
    CrashedError,
    IsolationError,
    KilledError,
    OutOfMemoryError,
    OutOfTimeError,
    RaisedError,
    StalledError,
)
from interhuman.isolation.start import kept_ready

__all__ = [
    "CancelledError",
    "CrashedError",
    "IsolatedCall",
    "IsolationError",
    "KilledError",
    "Limits",
    "OutOfMemoryError",
    "OutOfTimeError",
    "RaisedError",
    "StalledError",
    "kept_ready",
    "run",
]
