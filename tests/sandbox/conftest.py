"""One stand-in for all tests of this folder, and a clock that tests turn themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interhuman.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running
