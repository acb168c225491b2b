"""What stops an account in one process stops it in all, and so does what lets it go on."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Collection
from datetime import datetime

from interhuman.adaptive_limit import AdaptiveLimits
from interhuman.library.access import OwnerAccess
from interhuman.library.stops import Stop, end_stop, keep_stop, stops_of

log = logging.getLogger(__name__)

_Known = dict[str, datetime | None]


class AccountStops:
    """Keeps the limits of this process in step with the stops in its databases.

    Every method raises LibraryError, and is safe between threads.
    """

    def __init__(self, limits: AdaptiveLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._known: weakref.WeakKeyDictionary[object, _Known] = weakref.WeakKeyDictionary()
        """The stops that this process has seen to, by their accounts, of each database."""

    def has_unwritten(self, access: OwnerAccess, accounts: Collection[str]) -> bool:
        """Return whether this process met a stop that its database doesn't have."""
        known = self._known.get(access.engine, {})
        stopped = (key for key in accounts if self._limits.of(key).stopped is not None)
        return any(key not in known for key in stopped)

    def sync(self, access: OwnerAccess, accounts: Collection[str]) -> None:
        """Stop what another process stopped, let go on what another one did, and tell them."""
        with self._lock:
            stops, known = stops_of(access, accounts), self._known_in(access)
            for key in accounts:
                self._sync_one(access, key, stops.get(key), known)

    def resume(self, access: OwnerAccess, account: str) -> None:
        """Let requests go out again on an account, in all processes."""
        with self._lock:
            end_stop(access, account)
            self._known_in(access).pop(account, None)
            self._limits.of(account).resume()

    def _known_in(self, access: OwnerAccess) -> _Known:
        return self._known.setdefault(access.engine, {})

    def _sync_one(self, access: OwnerAccess, key: str, stop: Stop | None, known: _Known) -> None:
        limit = self._limits.of(key)
        is_new = stop is not None and (key not in known or known[key] != stop.stopped_at)
        if stop is not None and is_new:
            if limit.stopped is None:
                log.warning("nothing more is sent: %s", stop.why)
            known[key] = stop.stopped_at
            limit.stop(stop.why)
        elif stop is not None and limit.stopped is None:
            # A queue of another database let the account go on.
            end_stop(access, key)
            del known[key]
        elif stop is None and key in known:
            log.info("requests go out again")
            del known[key]
            limit.resume()
        elif stop is None and limit.stopped is not None:
            log.warning("nothing more is sent: %s", limit.stopped)
            known[key] = keep_stop(access, key, limit.stopped).stopped_at
