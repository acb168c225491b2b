"""What to tell a person about a recording before it is sent, by what its header says."""

from __future__ import annotations

from interhuman.media.probe import Probe, concerns
from interhuman.settings import MIN_DURATION_S


def refusal(probe: Probe) -> str | None:
    """Return why every model would refuse this recording, or None as far as its header tells."""
    too_short = probe.duration_s is not None and probe.duration_s < MIN_DURATION_S
    return concerns(probe)[0] if too_short or not probe.readable else None
