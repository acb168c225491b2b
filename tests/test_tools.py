"""The code passes lint, format and type checks."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ("mypy",),  # First, as it takes longest.
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("oxlint", "interhuman"),
        ("oxfmt", "--check", "interhuman"),
    ],
    ids=" ".join,
)
def test_the_code_is_clean(command: tuple[str, ...]) -> None:
    program = shutil.which(command[0], path=sysconfig.get_path("scripts"))
    assert program is not None, "it is not installed beside the tests"
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
