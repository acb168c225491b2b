"""An account that requests are sent on, held in memory alone."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanError
from interhuman.settings import Credentials


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom items are sent: what they are sent with stays in this process."""

    key: str
    """What equal credentials share, on any machine; credentials can't be computed from it."""
    open_client: Callable[..., InterhumanClient] = field(repr=False, compare=False)
    """Returns a client; takes the keywords of `InterhumanClient` for its waits."""
    sandbox: bool = False
    base_url: str = ""

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
        # A sandbox has another address in each process, and takes any credentials.
        key = account_key(credentials, base_url="sandbox" if sandbox else base_url)
        return cls(key, open_client, sandbox, base_url)


def account_key(credentials: Credentials, *, base_url: str) -> str:
    """Return the same 32 hexadecimal digits for the same credentials at the same address."""
    secret = str(credentials.key_secret or credentials.access_token or "")
    message = f"interhuman account\n{base_url}\n{credentials.key_id or ''}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()[:32]


class AccountGoneError(InterhumanError):
    """The credentials of an account were taken back."""


class AccountClients:
    """A client for each account, whose items share its sign-in; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._accounts: dict[str, Account] = {}
        self._clients: dict[str, InterhumanClient] = {}

    def put(self, account: Account) -> None:
        """Have items of this account sent so from now on."""
        with self._lock:
            before = self._accounts.get(account.key)
            if before is None or before.base_url != account.base_url:
                self._accounts[account.key] = account
                self._clients.pop(account.key, None)

    def get(self, key: str) -> InterhumanClient:
        """Return the client of an account.

        Raises InterhumanConfigError for a wrong address, and AccountGoneError.
        """
        with self._lock:
            if key not in self._accounts:
                raise AccountGoneError("The key was removed.")
            if key not in self._clients:
                open_client = self._accounts[key].open_client
                self._clients[key] = open_client(sleep=lambda wait_s, _: self._closed.wait(wait_s))
            return self._clients[key]

    def keep_only(self, keys: Collection[str]) -> None:
        """Let go of the credentials of all other accounts."""
        with self._lock:
            for key in self._accounts.keys() - keys:
                del self._accounts[key]
                client = self._clients.pop(key, None)
                if client is not None:
                    client.close()

    def close(self) -> None:
        """Close the connections that are kept open, and end all waiting for a sign-in."""
        self._closed.set()
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()
