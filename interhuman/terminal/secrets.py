"""Reads the secrets file as the page does, without Streamlit."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from interhuman.errors import InterhumanConfigError


def secrets_files() -> tuple[Path, ...]:
    """Return where Streamlit looks: the user's file, and the project's, which takes precedence."""
    place = Path(".streamlit") / "secrets.toml"
    try:
        return Path.home() / place, place
    except RuntimeError:  # A user without a home folder.
        return (place,)


def read_secrets(paths: Sequence[Path]) -> dict[str, object]:
    """Return the tables of these files, those of a later one in place of an earlier one's.

    Raises InterhumanConfigError, which shows nothing of what is in a file.
    """
    tables: dict[str, object] = {}
    for path in paths:
        try:
            tables |= tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise InterhumanConfigError(f"The secrets file {path} isn't valid TOML.") from None
        except OSError:
            raise InterhumanConfigError(f"The secrets file {path} can't be read.") from None
    return tables
