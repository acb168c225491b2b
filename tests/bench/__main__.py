"""Runs every bench, or those named on the command line, and prints their results."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    folder = Path(__file__).parent
    for info in pkgutil.iter_modules([str(folder)]):
        if info.name == "__main__" or (names and info.name not in names):
            continue
        module = importlib.import_module(f"tests.bench.{info.name}")
        run = getattr(module, "run", None)
        if run is not None:
            print(f"== {info.name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
            print("\n".join(run()), flush=True)


main(sys.argv[1:])
