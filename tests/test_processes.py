"""A process is known by its number and its start: after a restart the number may come again."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from interhuman import processes


def test_this_process_has_not_ended() -> None:
    name = processes.this_process()
    assert name == processes.this_process()
    assert re.fullmatch(processes.PATTERN, name)
    assert not processes.has_ended(name)


def test_a_process_of_the_same_number_is_another() -> None:
    assert processes.has_ended(f"{os.getpid()}-1")


def test_a_process_that_ended_is_known_by_its_name() -> None:
    code = "from interhuman import processes; print(processes.this_process())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert processes.has_ended(ended.stdout.strip())


@pytest.mark.parametrize("name", ["", "x", "1", "-1-2", f"{10**30}-1", "12-"])
def test_what_names_no_process_has_ended(name: str) -> None:
    assert processes.has_ended(name)
