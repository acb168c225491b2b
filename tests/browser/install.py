"""Start the browser that the tests drive, and get one where none starts.

`python -m tests.browser.install` does nothing where a browser starts; else it installs one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, BrowserType, sync_playwright
from playwright.sync_api import Error as PlaywrightError

NAMED = "BROWSER_FOR_TESTS"
PROGRAMS = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)
MAC_APPS = ("Google Chrome", "Chromium")
MAC_FOLDERS = ("/Applications", "{HOME}/Applications")
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_PROGRAMS = (r"Google\Chrome\Application\chrome.exe", r"Chromium\Application\chrome.exe")
# A bare Debian has no libatomic1, which Playwright's own Node.js needs.
DEBIAN_PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core", "libatomic1")

FAKE_DEVICES = "--use-fake-device-for-media-stream=device-count=2"

# Root cannot have Chromium's sandbox, and the only pages it opens here are our own.
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    # Half of a page's processor time is V8 compiling Streamlit's scripts: they are compiled when
    # they are called, and not once more for the position of every error that a script creates. A
    # script that is compiled while it arrives is compiled again even where its code is kept.
    "--js-flags=--max-lazy --no-enable-lazy-source-positions --no-script-streaming",
    # Two cameras and microphones of its own, which any page may use.
    FAKE_DEVICES,
    "--use-fake-ui-for-media-stream",
)

NO_BROWSER = (
    "No browser for the tests starts on this machine: install Chromium or Chrome, or set "
    f"{NAMED} to the path of one, and run the command again."
)
NO_DRIVER = (
    "Playwright, which drives the browser of the tests, does not start on this machine ({why}): "
    "install what it misses and run the command again."
)

NO_PAGE = "data:,"
"""The address of the page that the browser opens with, and no test."""

Command = tuple[str, ...]
Which = Callable[[str], str | None]


class NoBrowserError(RuntimeError):
    """No browser starts on this machine; the message says in one sentence what to do."""


def candidates(*, which: Which, platform: str, environ: Mapping[str, str]) -> list[str | None]:
    """Return the paths where a browser may be, best first; None is Playwright's own download.

    `which` looks a program up as `shutil.which` does, `platform` is as in `sys.platform`.
    """
    if environ.get(NAMED):
        return [environ[NAMED]]
    on_path = [path for path in map(which, PROGRAMS) if path is not None]
    return [*on_path, *_usual_places(platform, environ), None]


def _usual_places(platform: str, environ: Mapping[str, str]) -> list[str]:
    """Return where installers put a browser on systems that do not add it to PATH."""
    if platform == "darwin":
        folders = [folder.format(HOME=environ.get("HOME", "")) for folder in MAC_FOLDERS]
        return [
            f"{folder}/{app}.app/Contents/MacOS/{app}" for folder in folders for app in MAC_APPS
        ]
    if platform == "win32":
        roots = [environ[name] for name in WINDOWS_FOLDERS if environ.get(name)]
        return [rf"{root}\{program}" for root in roots for program in WINDOWS_PROGRAMS]
    return []


def installations(*, which: Which, is_root: bool, python: str) -> list[list[Command]]:
    """Return the ways to get a browser, best first, each as the commands to run.

    Debian's package comes first: it brings the libraries that Playwright's download needs.
    """
    download: Command = (python, "-m", "playwright", "install", "chromium")
    as_root = _as_root(which, is_root)
    if which("apt-get") is None or as_root is None:
        return [[download]]
    apt_get: Command = (*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get")
    packages = ("install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES)
    libraries: Command = (*as_root, python, "-m", "playwright", "install-deps", "chromium")
    return [[(*apt_get, "update"), (*apt_get, *packages)], [libraries, download]]


def _as_root(which: Which, is_root: bool) -> Command | None:
    """Return what to write before a command to run it as root without a question, or None."""
    if is_root:
        return ()
    return ("sudo", "-n") if which("sudo") is not None else None


def launch(
    kind: BrowserType, profile: Path | str, *, arguments: Sequence[str] = ARGUMENTS
) -> BrowserContext:
    """Start the first browser of this machine that starts; return the context of its profile.

    Only this context keeps, in the profile's folder, what it has compiled. Raises NoBrowserError.
    """
    for path in candidates(which=shutil.which, platform=sys.platform, environ=os.environ):
        if path is not None and not Path(path).exists():
            continue
        try:
            return kind.launch_persistent_context(
                profile, executable_path=path, args=list(arguments), reduced_motion="reduce"
            )
        except PlaywrightError:
            # Ubuntu's chromium-browser, for one, is a script that only names a snap package.
            continue
    raise NoBrowserError(NO_BROWSER)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser for the tests, with a new profile. Raises NoBrowserError."""
    _check_driver()
    with _folder() as profile, sync_playwright() as playwright:
        context = launch(playwright.chromium, profile)
        assert context.browser is not None
        # The page that it opens with stays: some browsers end with the last page of their profile.
        context.pages[0].goto(NO_PAGE)
        yield context.browser
        context.close()


def _folder() -> TemporaryDirectory[str]:
    """Make a folder for a profile; a process of the browser may write there when it is deleted."""
    return TemporaryDirectory(prefix="profile-", ignore_cleanup_errors=True)


def _check_driver() -> None:
    """Raise NoBrowserError if Playwright's own program does not start, for want of a library."""
    tried = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode != 0:
        why = (tried.stderr.strip().splitlines() or ["it does not say why"])[-1]
        raise NoBrowserError(NO_DRIVER.format(why=why))


def problem() -> str | None:
    """Return why no browser for the tests starts and what to do, or None where one does."""
    try:
        with chromium():
            return None
    except NoBrowserError as error:
        return str(error)


def install(
    ways: Sequence[Sequence[Command]],
    *,
    run: Callable[[Command], None],
    look: Callable[[], str | None],
) -> str | None:
    """Go the ways until `look` returns no problem; return the problem that is left, or None.

    What a command returns does not count: `apt-get update` fails for one broken source of many.
    """
    left = look()
    for way in ways:
        if left is None:
            return None
        for command in way:
            run(command)
        left = look()
    return left


def _run(command: Command) -> None:
    print("+", *command, flush=True)
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


def main() -> int:
    """Make sure that a browser starts; return the exit code."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    named = bool(os.environ.get(NAMED))
    ways = installations(which=shutil.which, is_root=is_root, python=sys.executable)
    left = install([] if named else ways, run=_run, look=problem)
    if left is not None:
        print(left, file=sys.stderr)
    return 0 if left is None else 1


if __name__ == "__main__":
    sys.exit(main())
