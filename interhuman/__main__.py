"""`python -m interhuman`: analyze recordings from the terminal."""

from __future__ import annotations

import sys

from interhuman.terminal.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
