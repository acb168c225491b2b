"""Where a library's file is at risk, told by its path and its disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from interhuman.library.folders import Mount, risk_of

MOUNTS = (
    Mount("/", "ext4", "rw"),
    Mount("/mnt/share", "cifs", "rw"),
    Mount("/mnt/share/local", "ext4", "rw"),
    Mount("/home/ada/remote", "fuse.sshfs", "rw"),
    Mount("/z", "ntfs", "rw,remote"),
)


@pytest.mark.parametrize(
    ("folder", "says"),
    [
        ("/home/ada/.local/share/interhuman", None),
        ("/mnt/share/local/library", None),
        ("/mnt/shared/library", None),
        ("/mnt/share/library", "on a network drive"),
        ("/home/ada/remote", "on a network drive"),
        ("/z/library", "on a network drive"),
        ("/home/ada/Dropbox (Personal)/interhuman", "in a folder that Dropbox syncs"),
        ("/Users/ada/Library/Mobile Documents/x", "in a folder that iCloud Drive syncs"),
        ("/Users/ada/Library/CloudStorage/GoogleDrive-ada/x", "syncs"),
        ("/home/ada/my-dropbox-notes", None),
    ],
)
def test_a_folder_at_risk_is_told(folder: str, says: str | None) -> None:
    found = risk_of(Path(folder), mounts=MOUNTS)
    assert found is None if says is None else says in (found or "")


def test_the_disks_of_this_machine_can_be_asked(tmp_path: Path) -> None:
    assert risk_of(tmp_path) is None
