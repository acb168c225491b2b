"""An answer of the API as it arrived, kept before anything reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The very bytes of an answer that may have been paid for, before anything reads them."""

    path: str
    status: int
    body: bytes = field(repr=False)
    correlation_id: str | None
    sandbox: bool
    received_at: datetime
    """In UTC."""
    complete: bool = True
    """False when the answer broke off and this is what arrived of it."""
