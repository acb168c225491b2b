"""What this program is called, and its version, as files that it makes say."""

from __future__ import annotations

from typing import Final

PROGRAM: Final = "Interhuman dashboard"
VERSION: Final = "1.0.0"
