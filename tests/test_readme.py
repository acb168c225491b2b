"""The README's commands and code work, and the files it names exist."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_code_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "interhuman").symlink_to(ROOT / "interhuman")
    monkeypatch.chdir(tmp_path)
    (code,) = fenced("python")
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out
    assert "hesitation" in printed
    assert "quality_index=" in printed
    assert "count_hesitation" in printed
    written = {path.name: path.read_bytes() for path in tmp_path.glob("pitch.*")}
    assert sorted(written) == ["pitch.html", "pitch.xlsx", "pitch.zip"]
    assert b"Sample pitch" in written["pitch.html"]
    for name in ("pitch.xlsx", "pitch.zip"):
        with zipfile.ZipFile(tmp_path / name) as packed:
            assert packed.testzip() is None


@pytest.mark.parametrize("heading", ["Run", "Test"])
def test_the_command_is_one_line(heading: str) -> None:
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    (command,) = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert len(command.strip().splitlines()) == 1


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`((?:interhuman|tests|\.ci|\.streamlit)/[\w./-]*)`", README)
    named += re.findall(r"\]\(((?:tests|\.streamlit)/[^)]+)\)", README)
    optional = {".streamlit/secrets.toml"}
    missing = [name for name in named if name not in optional and not (ROOT / name).exists()]
    assert named
    assert not missing
