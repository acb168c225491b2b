"""Runs every bench, or those named on the command line, and prints what they found."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    here = Path(__file__).parent
    for found in pkgutil.iter_modules([str(here)]):
        if found.name == "__main__" or (names and found.name not in names):
            continue
        module = importlib.import_module(f"tests.bench.{found.name}")
        run = getattr(module, "run", None)
        if run is not None:
            print(f"== {found.name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
            print("\n".join(run()), flush=True)


main(sys.argv[1:])
