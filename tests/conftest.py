"""What all tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.in_process import open_in_process

# Never the library of whoever runs the tests, in this process or one that a test starts.
os.environ["INTERHUMAN_LIBRARY"] = "off"

# Each dashboard that a test starts would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No deadline: on a busy machine the first example of a property is slow, and that is no fault.
settings.register_profile("dashboard", deadline=None, max_examples=25)
settings.register_profile("nightly", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dashboard"))


WORKER_BYTES = 3 * 1024**3 // 2
"""What a worker takes at most, with what it starts."""


@pytest.fixture
def in_process() -> Iterator[None]:
    """Open recordings in this process: the test is about what is found, not where."""
    with open_in_process():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while tests are collected, nor ever look at them for it again.

    Six thousand tests and all that they import stay: to look through them again and again takes a
    third of the processor time of their collection, in each worker.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


class ModuleScheduling(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Distribute the browser tests by module, and all other tests one by one.

    A module's tests stay together because its dashboards and pages are started once per worker.
    The modules with the most tests come first, which is the default of pytest-xdist, and the
    single tests last: they keep both workers busy to the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::")[0] if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have `-n auto` use two workers more than there are processors, where memory allows.

    Browser tests often wait, and while one does, another worker's runs. More workers than that
    cost more than they bring: each takes 20 s of processor time to collect the tests, and has a
    browser and a few servers.
    """
    processors = os.cpu_count() or 1
    room_for = psutil.virtual_memory().available // WORKER_BYTES
    return max(processors, min(processors + 2, room_for))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ModuleScheduling:
    """Have pytest-xdist distribute the tests in this way."""
    return ModuleScheduling(config, log)


# pytest-xdist does not report what its workers deselect, so a run that left out every browser
# test would end in the same line as a run of all tests. These two hooks add the number to it.


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Note in the output of a worker, if this is one, which tests are left out."""
    for item in items:
        output = getattr(item.config, "workeroutput", None)
        if output is not None:
            output.setdefault("deselected", []).append(item.nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Put what a worker left out into the closing line; each worker left out the same."""
    left_out = getattr(node, "workeroutput", {}).get("deselected", [])
    reporter = node.config.pluginmanager.get_plugin("terminalreporter")
    reporter.stats["deselected"] = [SimpleNamespace(nodeid=nodeid) for nodeid in left_out]
