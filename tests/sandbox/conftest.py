"""The sandboxes that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interhuman.sandbox import Sandbox, SandboxSettings


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def quick_jobs() -> Iterator[Sandbox]:
    """Return a sandbox whose jobs take no longer than their analysis."""
    with Sandbox(SandboxSettings(time_scale=0.0)) as running:
        yield running
