"""Settings of the sandbox; the defaults are the API's own limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

NOTICE = "Sandbox: measures sound and movement, knows nothing about people; not Interhuman's model."
"""What the sandbox says of itself, in a header of every response and in every analysis."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Limits and times of one sandbox; all times in seconds, all sizes in bytes."""

    max_file_bytes: int = 33_554_432
    """A larger file is refused with ih4003."""
    min_duration_s: float = 3.0
    """A shorter recording is refused with ih4007."""
    max_duration_s: float = 6 * 3600.0
    """A longer recording is refused with ih4004, so that a hostile header costs nothing."""
    max_job_duration_s: float = 30 * 60.0
    """The same for jobs."""
    max_concurrent: int = 5
    """Uploads of one account at once; one more is refused with ih3002."""
    max_held_uploads: int = 48
    """Uploads of all accounts that are received, wait or are analyzed; one more gets ih1002."""
    max_held_bytes: int = 256 * 1024**2
    """The same for their bytes together."""
    analyses_at_once: int = 2
    """Analyses that run at once; each uses two processors at most."""
    max_processes: int = 4
    """Analyses that run in all, the slow ones in the background included."""
    slow_after_s: float = 10.0
    """An analysis goes to the background after this long: it goes on, and the next one starts."""
    max_analysis_s: float = 180.0
    """An analysis that takes longer is ended with ih5005."""
    max_check_s: float = 20.0
    """The same for the check of a job's recording at its submission."""
    max_analysis_memory_bytes: int = 400 * 1024**2
    """An analysis that takes more private memory than this is ended with ih5005."""
    token_lifetime_s: float = 900.0
    """How long an access token is accepted after it was issued."""
    retry_after_s: int = 2
    """The `Retry-After` of the errors that carry one."""
    least_analysis_s: float = 0.0
    """An analysis takes at least this long, so that the waiting states can be seen."""
    job_lifetime_s: float = 3600.0
    """How long after its submission a job can be read."""
    time_scale: float = 1.0
    """A job is queued for one second and running for two at least, times this."""
    clock: Callable[[], float] = time.time
    """Seconds since the epoch; tests pass their own."""
