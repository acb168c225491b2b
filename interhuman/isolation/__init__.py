"""How files from outside are opened: in a process of their own, after a look at their claims.

Shared by the page's side and the sandbox, and knows neither.
"""

from interhuman.isolation.caller import (
    CrashedError,
    IsolatedCall,
    IsolationError,
    Limits,
    OutOfMemoryError,
    OutOfTimeError,
    RaisedError,
    StoppedError,
    run,
)

__all__ = [
    "CrashedError",
    "IsolatedCall",
    "IsolationError",
    "Limits",
    "OutOfMemoryError",
    "OutOfTimeError",
    "RaisedError",
    "StoppedError",
    "run",
]
