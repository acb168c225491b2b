"""Every error id of the API, answered by the sandbox and seen on the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interhuman.api import retry
from interhuman.catalogue import CATALOGUE
from interhuman.page import state
from interhuman.sandbox import Sandbox
from tests import clips
from tests.page.conftest import Page


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """One sandbox for all errors."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("error_id", CATALOGUE)
def test_an_error_is_explained(
    error_id: str, running: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "sandbox", lambda: running)
    monkeypatch.setattr(retry, "MAX_WAIT_S", 0.0)
    page = Page()
    page.at.selectbox(key="rehearse").select(error_id).run()
    page.upload(clips.recording(duration_s=3)).analyze()
    advice = CATALOGUE[error_id]
    (error,) = page.at.error
    assert error.proto.title == advice.title
    assert advice.meaning in error.value
    assert f"**What to do now:** {advice.action}" in error.value
    assert any("Correlation ID" in caption.value for caption in page.at.caption)
    shown = [code.value for code in page.at.code]
    assert error_id in shown
    assert any(len(text) == 36 for text in shown), "no correlation id to copy"
    assert not page.locked("Analyze")
    assert not page.at.exception
    page.press("Dismiss")
    assert not page.at.error
