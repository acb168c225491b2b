"""Why a recording cannot be made fit to be sent."""

from __future__ import annotations

from typing import Final

REASONS: Final = (
    "unreadable",  # no recording, or its beginning is damaged
    "no_tracks",  # neither picture nor sound
    "no_picture",
    "no_sound",
    "undecodable",
    "picture_too_small",
    "too_short",  # for any model
    "too_long",  # for the limit, even at the lowest quality, or for the model
    "too_demanding",  # more memory or time than converting may take
    "disk_full",
    "cancelled",
    "failed",  # a fault of our own, or of the decoder: it stands in the log
)


STOPPED: Final = "{} it was interrupted, perhaps because memory ran out. Try again."


class FitError(Exception):
    """Raised where a recording cannot be converted; the message is one sentence for a person.

    `reason` is one of `REASONS`.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
