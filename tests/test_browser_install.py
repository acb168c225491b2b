"""Which browser the tests take, how they get one, and what happens where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import install
from tests.browser.install import NAMED, NO_BROWSER, Command

ROOT = Path(__file__).parent.parent
A_BROWSER_TEST = "tests/browser/test_table.py"
APT = ("apt-get", "/usr/bin/apt-get")
SUDO = ("sudo", "/usr/bin/sudo")
UPDATE: Command = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update")
PACKAGES: Command = (
    *UPDATE[:-1],
    *("install", "-y", "--no-install-recommends", "chromium-headless-shell"),
    *("fonts-dejavu-core", "libatomic1"),
)
LIBRARIES: Command = ("py", "-m", "playwright", "install-deps", "chromium")
DOWNLOAD: Command = ("py", "-m", "playwright", "install", "chromium")


def which(*programs: tuple[str, str]) -> Callable[[str], str | None]:
    return dict(programs).get


def candidates(
    *programs: tuple[str, str], platform: str = "linux", **environ: str
) -> list[str | None]:
    return install.candidates(which=which(*programs), platform=platform, environ=environ)


def test_a_browser_on_path_comes_before_playwrights_own() -> None:
    chrome, chromium = ("google-chrome", "/opt/chrome"), ("chromium", "/usr/bin/chromium")
    assert candidates(chrome, chromium) == ["/usr/bin/chromium", "/opt/chrome", None]
    assert candidates(("chromium-browser", "/snap/c")) == ["/snap/c", None]
    assert candidates() == [None]


def test_a_named_browser_is_the_only_one() -> None:
    named = {NAMED: "/own/chrome"}
    assert candidates(("chromium", "/usr/bin/chromium"), **named) == ["/own/chrome"]


def test_a_mac_keeps_its_browsers_among_the_applications() -> None:
    found = candidates(platform="darwin", HOME="/Users/ada")
    assert "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" in found
    assert "/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium" in found
    assert found[-1] is None


def test_windows_keeps_its_browsers_among_the_programs() -> None:
    folders = {"PROGRAMFILES(X86)": r"C:\Program Files (x86)", "LOCALAPPDATA": r"C:\Local"}
    found = candidates(platform="win32", **folders)
    assert r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe" in found
    assert r"C:\Local\Chromium\Application\chrome.exe" in found
    assert found[-1] is None


def as_sudo(*commands: Command) -> list[Command]:
    return [("sudo", "-n", *command) for command in commands]


@pytest.mark.parametrize(
    ("programs", "is_root", "ways"),
    [
        ([APT], True, [[UPDATE, PACKAGES], [LIBRARIES, DOWNLOAD]]),
        (
            [APT, SUDO],
            False,
            [as_sudo(UPDATE, PACKAGES), [*as_sudo(LIBRARIES), DOWNLOAD]],
        ),
        ([APT], False, [[DOWNLOAD]]),
        ([SUDO], False, [[DOWNLOAD]]),
        ([], True, [[DOWNLOAD]]),
    ],
    ids=["Debian, root", "Debian, sudo", "Debian, neither", "a Mac", "Fedora, root"],
)
def test_the_ways_to_install_a_browser(
    programs: list[tuple[str, str]], is_root: bool, ways: list[list[Command]]
) -> None:
    assert install.installations(which=which(*programs), is_root=is_root, python="py") == ways


class Machine:
    """A machine on which a browser starts as soon as one of `working` has been run."""

    def __init__(self, *working: str) -> None:
        self.working = working
        self.ran: list[str] = []

    def run(self, command: Command) -> None:
        self.ran += command

    def look(self) -> str | None:
        return None if any(name in self.ran for name in self.working) else "no browser"


@pytest.mark.parametrize(
    ("working", "left", "ran"),
    [
        (["b"], None, ["a", "b"]),
        (["d"], None, ["a", "b", "c", "d"]),
        ([], "no browser", ["a", "b", "c", "d"]),
    ],
    ids=["the first way", "the second way", "none"],
)
def test_ways_are_tried_until_a_browser_starts(
    working: list[str], left: str | None, ran: list[str]
) -> None:
    machine = Machine(*working)
    ways = [[("a",), ("b",)], [("c",), ("d",)]]
    assert install.install(ways, run=machine.run, look=machine.look) == left
    assert machine.ran == ran


def test_nothing_is_run_where_a_browser_starts_already() -> None:
    machine = Machine()
    assert install.install([[("a",)]], run=machine.run, look=lambda: None) is None
    assert machine.ran == []


def without_a_browser(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python here as on a machine whose only browser, a named one, does not start."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, NAMED: str(ROOT / "README.md")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installer_says_in_one_sentence_what_to_do() -> None:
    done = without_a_browser("tests.browser.install")
    assert done.returncode == 1
    assert (done.stdout, done.stderr.strip()) == ("", NO_BROWSER)
    assert NO_BROWSER.count(". ") == 0


def test_without_a_browser_one_test_fails_for_all_and_none_is_skipped() -> None:
    done = without_a_browser("pytest", "-p", "no:cacheprovider", A_BROWSER_TEST)
    assert done.returncode == 1
    assert f"\n{NO_BROWSER}\n" in done.stdout
    assert "1 failed" in done.stdout.splitlines()[-1]
    assert "skipped" not in done.stdout


def test_what_the_workers_leave_out_is_counted_in_the_closing_line() -> None:
    options = ("-p", "no:cacheprovider", "-n", "1", "-m", "not browser")
    done = without_a_browser("pytest", *options, A_BROWSER_TEST)
    assert "deselected" in done.stdout.splitlines()[-1]
