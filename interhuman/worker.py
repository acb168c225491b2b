"""`python -m interhuman.worker`: work on what pages and terminals have queued in PostgreSQL."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Final

from interhuman.adaptive_limit import DEFAULT_AT_ONCE
from interhuman.errors import InterhumanConfigError, InterhumanError
from interhuman.library.libraries import LOCAL_OWNER, Libraries
from interhuman.library.ticket_tables import install
from interhuman.runs.queue.choose import is_shared, open_queue
from interhuman.terminal.setup import account_of, read_deployment
from interhuman.text import displayable

DESCRIPTION: Final = """\
Work on the analyses that are under way in a library in PostgreSQL, beside any number of pages and
workers on any machine. Keys, the base URL and the library are set as for the page: in
.streamlit/secrets.toml or the environment. It works on what was queued with the same keys, until it
is stopped with SIGTERM or Ctrl-C.
"""

NOT_SHARED: Final = (
    "A worker needs a library in PostgreSQL: set INTERHUMAN_LIBRARY to a URL that begins with "
    "postgresql://. A library on this machine is worked on by its page."
)

GRACE_S: Final = 60.0

log = logging.getLogger("interhuman.worker")


def main(arguments: Sequence[str]) -> int:
    """Work until a signal stops it; return 0, 1 where work was left unanswered, 2 for wrong use."""
    given = _parse(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("interhuman").setLevel(logging.INFO)
    stopping = threading.Event()

    def stop(number: int, _: FrameType | None) -> None:
        if stopping.is_set():
            os._exit(128 + number)  # The second time at once.
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        return _work(stopping, at_once=given.at_once, grace_s=given.grace)
    except InterhumanError as error:
        print(displayable(str(error)), file=sys.stderr)
        return 2 if isinstance(error, InterhumanConfigError) else 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m interhuman.worker", description=DESCRIPTION)
    parser.add_argument(
        "--at-once",
        type=int,
        choices=range(1, 101),
        metavar="N",
        default=DEFAULT_AT_ONCE,
        help="requests at once for the account, in all processes together (default: %(default)s)",
    )
    parser.add_argument(
        "--grace",
        type=float,
        metavar="SECONDS",
        default=GRACE_S,
        help="how long to wait for responses when stopped (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def _work(stopping: threading.Event, *, at_once: int, grace_s: float) -> int:
    deployment = read_deployment(os.environ)
    account = account_of(deployment)
    libraries = Libraries(deployment.library)
    if not is_shared(libraries):
        raise InterhumanConfigError(NOT_SHARED)
    library = libraries.of(LOCAL_OWNER)
    install(library.access.engine)
    queue = open_queue(libraries, convert=deployment.convert, max_at_once=at_once)
    queue.connect(library, account)
    log.info("Working on what is queued.")
    stopping.wait()
    log.info("Stopping: what isn't sent is left to others, responses are waited for.")
    has_ended = queue.close(grace_s)
    log.info("Stopped." if has_ended else "Stopped while a response was still awaited.")
    return 0 if has_ended else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
