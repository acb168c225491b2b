"""How a call in a process of its own can fail."""

from __future__ import annotations


class IsolationError(Exception):
    """Raised when a call did not return a result."""


class OutOfMemoryError(IsolationError):
    """Raised when a call wanted more memory than its limit."""


class OutOfTimeError(IsolationError):
    """Raised when a call took longer than its limit, by the wall clock or the processor's."""


class StalledError(OutOfTimeError):
    """Raised when a call reported nothing new for too long."""


class CancelledError(IsolationError):
    """Raised when the caller no longer wanted the result."""


class CrashedError(IsolationError):
    """Raised when the process died, or wrote something else than a result."""


class KilledError(CrashedError):
    """Raised when another program ended the process, such as a machine that ran out of memory."""


class RaisedError(IsolationError):
    """Raised when the function raised; the message is its traceback, for logs only."""
