"""Recordings as files of a private folder, which go when nobody holds them any more.

Streamlit keeps an upload in memory for as long as its session lives; a file costs none.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import threading
from collections.abc import AsyncIterator
from pathlib import Path, PurePath
from typing import Final

from interhuman import processes
from interhuman.media import probe
from interhuman.media.partial import delete_orphans

RECORDING: Final = "recording"
FITTED: Final = "fitted"
CLIP: Final = "clip"
EXPORT: Final = "export"
LIBRARY: Final = "library"
"""What a file is, by which its name begins."""

_OWNED_FILE: Final = re.compile(
    rf"(?:{RECORDING}|{FITTED}|{CLIP}|{EXPORT}|{LIBRARY})-({processes.PATTERN})-[0-9a-f]+(?:\.[0-9a-z]+){{0,2}}"
)
_PREFIX: Final = "interhuman-"
_PIECE_BYTES: Final = 1024**2


class PrivateFolder:
    """A folder that only this user can read, safe between threads.

    Its name is the same in every process of this user, so that the first use in a process can
    delete what killed processes left in it. What stands there and is not this user's own alone is
    never used. The system's setting for temporary files (TMPDIR) says where it is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """The folder, made anew where something has deleted it."""
        with self._lock:
            if self._path is None or not self._path.is_dir():
                self._path = _private_folder(Path(tempfile.gettempdir()))
                _delete_left_behind(self._path)
            return self._path


FOLDER: Final = PrivateFolder()


@contextlib.asynccontextmanager
async def while_serving(_: object) -> AsyncIterator[None]:
    """Delete what killed processes left before a server begins, and its own files when it ends.

    Meanwhile a process is kept ready for the next recording.

    A server that is told to stop ends without giving its objects the time to do so.
    """
    delete_left_behind()
    with probe.kept_ready():
        yield
    for path in FOLDER.path.glob(f"*-{processes.this_process()}-*"):
        _delete(path)


def delete_left_behind() -> None:
    """Delete what killed processes left in the folder."""
    _delete_left_behind(FOLDER.path)


def new_path(extension: str, *, kind: str = RECORDING) -> Path:
    """Return a path in the folder where nothing is yet; of its name only the extension means any.

    Everyone on the machine can read the arguments of a process, so no path has a person's name
    for the recording in it.
    """
    name = f"{kind}-{processes.this_process()}-{secrets.token_hex(16)}{_plain(extension)}"
    return FOLDER.path / name


def write(data: bytes | memoryview, path: Path) -> str:
    """Write `data` to a new file; return its SHA-256.

    Leaves nothing behind where it raises (OSError).
    """
    digest = hashlib.sha256()
    view = memoryview(data)
    try:
        with path.open("xb") as file:
            for start in range(0, len(view), _PIECE_BYTES):
                piece = view[start : start + _PIECE_BYTES]
                file.write(piece)
                digest.update(piece)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def _plain(extension: str) -> str:
    extension = PurePath(f"x{extension}").suffix.lower()
    return extension if re.fullmatch(r"\.[0-9a-z]{1,9}", extension) else ""


def _private_folder(parent: Path) -> Path:
    path = parent / f"{_PREFIX}{_user()}"
    with contextlib.suppress(FileExistsError):  # A file, or a link that leads nowhere.
        path.mkdir(mode=0o700, exist_ok=True)
    return path if _is_private(path) else Path(tempfile.mkdtemp(prefix=_PREFIX))


def _user() -> str:
    """Return who runs this: a number, for in a container it may have no name."""
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()


def _is_private(path: Path) -> bool:
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(facts.st_mode):
        return False
    # Windows has neither: there, the folder for temporary files is the user's own.
    return not hasattr(os, "getuid") or (
        facts.st_uid == os.getuid() and not stat.S_IMODE(facts.st_mode) & 0o077
    )


def _delete_left_behind(in_folder: Path) -> None:
    """Delete the files of processes that no longer run.

    Also in the folders that this user had while another one had taken the usual name.
    """
    for folder in {in_folder, *in_folder.parent.glob(f"{_PREFIX}*")}:
        if not _is_private(folder):
            continue
        with contextlib.suppress(FileNotFoundError):  # Another process sweeps it as well.
            _sweep(folder, keep=folder == in_folder)


def _sweep(folder: Path, *, keep: bool) -> None:
    delete_orphans(folder)
    left = [path for path in folder.iterdir() if _is_left_behind(path)]
    for path in left:
        _delete(path)
    if left and not keep:
        with contextlib.suppress(OSError):  # It is not empty: another process uses it.
            folder.rmdir()


def _delete(path: Path) -> None:
    """Delete a file, or the folder of a visit's library."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_left_behind(path: Path) -> bool:
    owned = _OWNED_FILE.fullmatch(path.name)
    return owned is not None and processes.has_ended(owned[1])
