"""Has Plotly check every figure that these tests make, which the page leaves out."""

from __future__ import annotations

import pytest

from interhuman.view.charts import axes


@pytest.fixture(autouse=True)
def checked_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Plotly refuse what it doesn't know."""
    monkeypatch.setattr(axes, "UNCHECKED", {"_validate": True})
