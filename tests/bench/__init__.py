"""Measurements, side by side in one run: ``python -m tests.bench [name …]``.

A module of this folder with a function ``run() -> list[str]`` is a bench; the lines are printed.
"""
