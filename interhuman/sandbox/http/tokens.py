"""Accounts and access tokens: what `POST /v1/auth` and the bearer check need.

There are no real accounts. These key ids exist:

``sandbox``            secret ``sandbox``; may upload
``sandbox-other``      any secret; may upload, and sees none of the jobs of ``sandbox``
``sandbox-noscope``    any secret; is granted `interhumanai.stream` alone
``sandbox-ihNNNN``     any secret; its uploads are answered with that documented error

Each also exists as a direct API key: ``ih_live_`` followed by the key id.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from interhuman.sandbox.errors import ERRORS, ApiError

UPLOAD = "interhumanai.upload"
STREAM = "interhumanai.stream"

_LEGACY_SCOPES = {
    f"{UPLOAD}.inter-2": UPLOAD,
    f"{UPLOAD}.inter-2-audio": UPLOAD,
    f"{STREAM}.inter-2": STREAM,
    f"{STREAM}.inter-2-audio": STREAM,
}


@dataclass(frozen=True, slots=True)
class Account:
    """One key: its id, what it may do, and the error that its uploads are answered with."""

    key_id: str
    scopes: frozenset[str] = frozenset({UPLOAD, STREAM})
    scripted_error: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Whose bearer credential it is, what it allows, and until when."""

    account: Account
    scopes: frozenset[str]
    expires_at_s: float


def find_account(key_id: str) -> Account | None:
    """Return the account of a key id, or None where there is none."""
    if key_id in {"sandbox", "sandbox-other"}:
        return Account(key_id)
    name, _, rest = key_id.partition("-")
    if name == "sandbox" and rest == "noscope":
        return Account(key_id, scopes=frozenset({STREAM}))
    if name == "sandbox" and rest in ERRORS:
        return Account(key_id, scripted_error=rest)
    return None


class TokenStore:
    """Issues access tokens and checks bearer credentials."""

    def __init__(self, *, lifetime_s: float, clock: Callable[[], float]) -> None:
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._grants: dict[str, Grant] = {}

    def sign_in(self, body: bytes) -> dict[str, object]:
        """Return the answer to `POST /v1/auth`; raise `ApiError` where it is refused."""
        account, requested = _parse_sign_in(body)
        granted = _grant_scopes(account, requested)
        self._forget_expired()
        token = f"sandbox.{secrets.token_urlsafe(24)}"
        expires_at_s = self._clock() + self._lifetime_s
        self._grants[token] = Grant(account, frozenset(granted), expires_at_s)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": round(self._lifetime_s),
            "scope": " ".join(granted),
        }

    def authorize_upload(self, authorization: str | None) -> Account:
        """Return whose `Authorization` header it is; raise ih2002, ih2001 or ih2003.

        They stand for no credential, an unknown one, and one that does not allow uploads.
        """
        grant = self._find_grant(authorization)
        if UPLOAD not in grant.scopes:
            raise ApiError("ih2003")
        return grant.account

    def _find_grant(self, authorization: str | None) -> Grant:
        scheme, _, credential = (authorization or "").partition(" ")
        credential = credential.strip()
        if scheme.lower() != "bearer" or not credential:
            raise ApiError("ih2002")
        if credential.startswith("ih_live_"):
            account = find_account(credential.removeprefix("ih_live_"))
            if account is not None:
                return Grant(account, account.scopes, float("inf"))
        grant = self._grants.get(credential)
        if grant is None:
            raise ApiError("ih2001")
        if grant.expires_at_s <= self._clock():
            raise ApiError("ih2001", "The access token has expired.")
        return grant

    def _forget_expired(self) -> None:
        now = self._clock()
        self._grants = {k: grant for k, grant in self._grants.items() if grant.expires_at_s > now}


def _parse_sign_in(body: bytes) -> tuple[Account, list[str]]:
    """Return the account and the requested scopes; the checks have the API's order."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError("ih4006") from None
    if not isinstance(data, dict):
        raise ApiError("ih4006", "The request body must be a JSON object.")
    key_id, secret = data.get("key_id"), data.get("key_secret")
    if not isinstance(key_id, str) or not key_id:
        raise ApiError("ih4005", "The field 'key_id' is missing.")
    if not isinstance(secret, str) or not secret:
        raise ApiError("ih2005")
    scopes = _scope_names(data.get("scopes"))
    account = find_account(key_id)
    if account is None or (key_id == "sandbox" and secret != key_id):
        raise ApiError("ih2001")
    return account, scopes


def _scope_names(scopes: object) -> list[str]:
    if isinstance(scopes, list) and scopes and all(isinstance(name, str) for name in scopes):
        return list(scopes)
    raise ApiError("ih4005", "The field 'scopes' must be a list with at least one scope.")


def _grant_scopes(account: Account, requested: list[str]) -> list[str]:
    """Return the requested scopes that the key holds; `sandbox-noscope` gets its own instead."""
    if UPLOAD not in account.scopes:
        return sorted(account.scopes)
    names = dict.fromkeys(_LEGACY_SCOPES.get(name, name) for name in requested)
    granted = [name for name in names if name in account.scopes]
    if not granted:
        raise ApiError("ih2003", "The key holds none of the scopes that were asked for.")
    return granted
