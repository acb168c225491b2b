"""The recorder's part of the page: what it is told, and what is done with what it hands over."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import streamlit as st

from interhuman.page.browser import script
from interhuman.page.keys import Key
from interhuman.page.start import recorder
from interhuman.page.start.recorder import MODULES, RECORDER
from interhuman.page.visit import Visit
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import INTER_1, INTER_2, INTER_2_AUDIO, MAX_FILE_BYTES
from tests import clips
from tests.page.conftest import Page

TEXTS = {path.stem: path.read_text("utf-8") for path in MODULES}
DECLARED = re.compile(
    r"^(?:export )?(?:class|function\*?|const|let|async function) (\w+)", re.MULTILINE
)
IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "[./\w]*?(\w+)\.js";$', re.MULTILINE)


def component_data(page: Page) -> dict[str, Any]:
    """Return what the page says to the recorder."""
    sent = [str(node.proto.json) for node in page.nodes("bidi_component")]
    (data,) = (json.loads(each) for each in sent if '"sound_model"' in each)
    return dict(data)


def test_it_is_open_while_it_is_how_one_begins(page: Page) -> None:
    assert not component_data(page)["open"]
    page.press("Record yourself")
    assert component_data(page)["open"]
    assert component_data(page)["session"] == component_data(page.rerun())["session"]
    page.press("Record yourself")
    assert not component_data(page)["open"]


def test_it_is_told_what_the_model_takes(page: Page) -> None:
    limits = component_data(page)
    assert limits["max_seconds"] == {"picture": None, "sound": 1800.0}
    assert (limits["model"], limits["sound_model"]) == ("Inter-1", "Inter-2 audio")
    page.at.segmented_control(key=Key.MODEL).select(INTER_2).run()
    assert component_data(page)["max_seconds"]["picture"] == 1800.0
    page.at.segmented_control(key=Key.MODEL).select(INTER_2_AUDIO).run()
    assert component_data(page)["sound_model"] is None


@pytest.mark.parametrize(
    ("settings", "max_bytes"),
    [
        ({"max_upload_mb": 20}, 20_000_000),
        ({"max_upload_mb": 20, "convert": False}, 20_000_000),
        ({"max_upload_mb": 50, "convert": False}, MAX_FILE_BYTES),
    ],
)
def test_it_is_told_how_large_a_recording_may_get(
    settings: dict[str, object], max_bytes: int
) -> None:
    assert component_data(Page(interhuman=settings))["max_bytes"] == max_bytes


def test_it_hears_of_what_the_uploader_has_and_the_page_shows_it_once_it_is_closed(
    page: Page,
) -> None:
    content = clips.recording(duration_s=3)
    page.press("Record yourself").upload(content, "Recording 1.mp4")
    data = component_data(page)
    assert data["arrived"] == {"name": "Recording 1.mp4", "size_bytes": len(content)}
    assert not data["open"]
    assert not page.locked("Analyze")
    page.press("Record yourself")
    assert component_data(page)["open"]
    assert "Analyze" not in [button.label for button in page.at.button]


@pytest.mark.parametrize(
    ("model", "handed", "then"),
    [
        (INTER_1, "picture", INTER_1),
        (INTER_1, "sound", INTER_2_AUDIO),
        (INTER_2, "sound", INTER_2_AUDIO),
        (INTER_2_AUDIO, "picture", INTER_2_AUDIO),
    ],
)
def test_what_is_handed_over_is_analyzed_by_a_model_that_takes_it(
    monkeypatch: pytest.MonkeyPatch, model: str, handed: str, then: str
) -> None:
    monkeypatch.setattr(st, "session_state", {})
    visit = Visit(options=AnalysisRequest(model=model), source=RECORDER)
    recorder._take_over(visit, handed)
    assert (visit.options.model, visit.source) == (then, None)
    assert visit.consume_press()


def test_it_is_opened_again_for_a_session_that_knows_nothing_of_it() -> None:
    visit = Visit()
    sources = []
    for asked in ("open", "close"):
        recorder._open_or_close(visit, asked)
        sources.append(visit.source)
    assert sources == [RECORDER, None]
    visit.source = "sample"
    recorder._open_or_close(visit, "close")
    assert visit.source == "sample"


@pytest.mark.parametrize("name", TEXTS)
def test_a_module_imports_what_comes_before_it(name: str) -> None:
    lines = [line for line in TEXTS[name].splitlines() if line.startswith("import ")]
    imports = IMPORT.findall(TEXTS[name])
    assert len(imports) == len(lines), "the script drops imports that stand on one line each"
    names = list(TEXTS)
    for imported, source in imports:
        assert names.index(source) < names.index(name)
        assert set(imported.split(", ")) <= set(DECLARED.findall(TEXTS[source]))


def test_the_modules_are_one_script() -> None:
    declared = [each for text in TEXTS.values() for each in DECLARED.findall(text)]
    assert sorted(declared) == sorted(set(declared)), "they share one scope in the script"
    assert script(*MODULES).count("export default function") == 1
    folder = recorder._FOLDER
    assert {*folder.glob("*.js")} <= {*MODULES}
