"""What the browser draws: components in JavaScript, whose modules are joined here."""

from __future__ import annotations

import re
from pathlib import Path

DOM = Path(__file__).parent / "dom.js"
"""Making elements, for every component."""

TABLE = Path(__file__).parent / "table.css"
"""The look of a list of recordings."""

_IMPORT = re.compile(r"^import .*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def script(*modules: Path) -> str:
    """Return modules as one, in an order in which each comes after those that it imports.

    Streamlit takes a component's JavaScript as a single string.
    """
    texts = (module.read_text("utf-8") for module in modules)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def style(*sheets: Path) -> str:
    """Return style sheets as one; a later one overrides an earlier one."""
    return "\n".join(sheet.read_text("utf-8") for sheet in sheets)
