"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.in_process import open_in_process


@pytest.fixture
def in_process() -> Iterator[None]:
    """Open recordings in this process: these tests are about what is found, not where."""
    with open_in_process():
        yield
