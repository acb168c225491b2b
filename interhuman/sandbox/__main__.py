"""`python -m interhuman.sandbox`: serve the sandbox until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from interhuman.sandbox.server import Sandbox
from interhuman.sandbox.settings import NOTICE

_LOOK_EVERY_S = 0.2


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or a termination signal; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m interhuman.sandbox", description=NOTICE)
    parser.add_argument("--port", type=_port, default=8765, help="0 takes a free one")
    options = parser.parse_args(arguments)
    try:
        sandbox = Sandbox(port=options.port)
    except OSError as fault:
        print(f"Cannot listen on port {options.port}: {fault.strerror}", file=sys.stderr)
        return 1
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: received.append(number))
    with sandbox:
        print(f"{NOTICE}\nServing on {sandbox.base_url}; sign in with sandbox / sandbox.")
        sys.stdout.flush()
        # Not an event: a signal may arrive just before a wait for it, which it then never ends.
        while not received:
            time.sleep(_LOOK_EVERY_S)
    return 0


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: it must be 0 to 65535")


if __name__ == "__main__":
    sys.exit(main())
