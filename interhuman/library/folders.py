"""Folders in which a database in a file is at risk: on a network drive, or kept in sync."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import psutil

_NETWORK: Final = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "afpfs", "webdav", "davfs", "9p"),
        *("fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.glusterfs", "ceph", "fuse.s3fs"),
    }
)
_SYNCED: Final = (
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("mobile documents", "iCloud Drive"),
    ("icloud", "iCloud Drive"),
    ("nextcloud", "Nextcloud"),
    ("cloudstorage", "a cloud service"),
)
"""How the folders of services begin that keep copies of what is in them, in lower case."""


class Mount(NamedTuple):
    """Where a disk is mounted, with its file system and options, as psutil has them."""

    mountpoint: str
    fstype: str
    opts: str


def risk_of(folder: Path, *, mounts: Iterable[Mount] | None = None) -> str | None:
    """Return in two sentences why a library may be damaged in a folder, None for any other.

    SQLite relies on locks, which network drives often only pretend to have, and on files that
    nobody else replaces: https://sqlite.org/howtocorrupt.html.
    """
    where = _synced_by(folder) or _network_drive(folder, _mounts() if mounts is None else mounts)
    if where is None:
        return None
    return (
        f"This library is {where}, where its file can be damaged. Choose a folder on a local disk "
        "(INTERHUMAN_LIBRARY), or PostgreSQL for several computers."
    )


def _synced_by(folder: Path) -> str | None:
    for part in folder.parts:
        for begins, name in _SYNCED:
            if part.lower().startswith(begins):
                return f"in a folder that {name} syncs"
    return None


def _network_drive(folder: Path, mounts: Iterable[Mount]) -> str | None:
    holding = [mount for mount in mounts if folder.is_relative_to(mount.mountpoint)]
    nearest = max(holding, key=lambda mount: len(mount.mountpoint), default=None)
    if nearest is None:
        return None
    is_network = nearest.fstype.lower() in _NETWORK or "remote" in nearest.opts.split(",")
    return "on a network drive" if is_network else None


def _mounts() -> list[Mount]:
    try:
        return [Mount(m.mountpoint, m.fstype, m.opts) for m in psutil.disk_partitions(all=True)]
    except OSError:
        return []  # Where the system does not say, nothing can be told.
