"""Measurements, side by side in one run: ``python -m tests.bench [name …]``.

A module here with a function ``run() -> list[str]`` is a bench; the lines are what it found.
"""
