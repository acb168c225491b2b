"""What CI runs: the README's command as it stands, and it fails when a test was left out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FENCE = "```"


def ci(folder: Path, *lines: str, heading: str = "Test") -> subprocess.CompletedProcess[str]:
    """Run `.ci/run` in `folder` with these lines as the README's command."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
    before = f"## Run\n\n{FENCE}sh\ntouch wrong\n{FENCE}\n\n"
    command = "\n".join([f"{FENCE}sh", *lines, FENCE])
    after = f"\n## Later\n\n{FENCE}sh\ntouch wrong\n{FENCE}\n"
    text = f"{before}## {heading}\n\n{command}\n{after}"
    (folder / "README.md").write_text(text, encoding="utf-8")
    return subprocess.run(
        [folder / ".ci" / "run"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_of_the_readme_is_run_and_nothing_else(tmp_path: Path) -> None:
    done = ci(tmp_path, "touch right && echo '=== 3 passed in 1.00s ==='")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "right").exists()
    assert not (tmp_path / "wrong").exists()
    assert done.stdout.splitlines()[-1] == "=== 3 passed in 1.00s ==="


@pytest.mark.parametrize("command", ["false && echo '3 passed'", "echo '3 passed'; exit 7"])
def test_a_command_that_fails_fails(tmp_path: Path, command: str) -> None:
    assert ci(tmp_path, command).returncode != 0


@pytest.mark.parametrize(
    "closing",
    [
        "3 passed, 1 skipped in 1.00s",
        "3 passed, 40 deselected in 1.00s",
        "3 passed, 1 xfailed in 1.00s",
        "no tests ran in 0.01s",
    ],
)
def test_a_test_that_is_left_out_fails(tmp_path: Path, closing: str) -> None:
    done = ci(tmp_path, f"echo '=== {closing} ==='")
    assert done.returncode != 0
    assert f"=== {closing} ===" in done.stdout


def test_a_readme_without_the_command_fails(tmp_path: Path) -> None:
    done = ci(tmp_path, "touch wrong", heading="Tests")
    assert done.returncode != 0
    assert not (tmp_path / "wrong").exists()
