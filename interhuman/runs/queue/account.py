"""An account that requests are sent on, held in memory alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from interhuman.client import InterhumanClient
from interhuman.settings import Credentials

SANDBOX_KEY = "sandbox"
"""The key of every sandbox, whose address and credentials mean nothing."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom items are sent: what they are sent with stays in this process."""

    key: str
    """What equal credentials share, on any machine; credentials can't be computed from it."""
    open_client: Callable[..., InterhumanClient] = field(repr=False, compare=False)
    """Returns a client; takes `on_answer` and `sleep` as `InterhumanClient` does."""
    sandbox: bool = False

    @classmethod
    def of(
        cls,
        open_client: Callable[..., InterhumanClient],
        *,
        credentials: Credentials,
        base_url: str,
        sandbox: bool = False,
    ) -> Account:
        """Return the account of these credentials at that address."""
        key = SANDBOX_KEY if sandbox else account_key(credentials, base_url=base_url)
        return cls(key, open_client, sandbox)


def account_key(credentials: Credentials, *, base_url: str) -> str:
    """Return the same 32 hexadecimal digits for the same credentials at the same address."""
    secret = str(credentials.key_secret or credentials.access_token or "")
    message = f"interhuman account\n{base_url}\n{credentials.key_id or ''}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()[:32]
