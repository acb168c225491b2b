"""What the browser draws of a result: the modules as one script, and the data sent to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interhuman.page.browser import DOM, script
from interhuman.page.result import component
from interhuman.page.result.filter import MAX_RATIONALE
from tests import examples
from tests.page.conftest import Page
from tests.page.result.test_result import sent_to

PAGE = DOM.parent.parent
MODULES = {path.stem: path.read_text("utf-8") for path in component.MODULES}
NAMES = tuple(MODULES)
IMPORT = re.compile(
    r'^import \{ ([\w, ]+) \} from "(?:\.|\.\./\.\./browser)/(\w+)\.js";$', re.MULTILINE
)
EXPORT = re.compile(r"^export (?:class|function|const|async function) (\w+)", re.MULTILINE)
DECLARED = re.compile(
    r"^(?:export )?(?:class|function|const|let|async function) (\w+)", re.MULTILINE
)
AS_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|new Function|document\.write|"
    r"createContextualFragment|DOMParser|srcdoc"
)
UNDOCUMENTED = re.compile(
    r"data-testid|window\.Plotly|\.js-plotly-plot|MutationObserver|_fullLayout"
)


def test_every_module_is_in_a_script() -> None:
    of_their_own = {component.FOLDER / name for name in ("raw.js", "printing.js", "part.js")}
    assert {*component.MODULES, *of_their_own} == {DOM, *component.FOLDER.glob("*.js")}


@pytest.mark.parametrize("name", NAMES)
def test_a_module_imports_what_comes_before_it_and_is_exported_there(name: str) -> None:
    lines = [line for line in MODULES[name].splitlines() if line.startswith("import ")]
    imports = IMPORT.findall(MODULES[name])
    assert len(imports) == len(lines), "the script drops imports that stand on one line each"
    for imported, source in imports:
        assert NAMES.index(source) < NAMES.index(name)
        assert set(imported.split(", ")) <= set(EXPORT.findall(MODULES[source]))


def test_no_two_modules_declare_the_same_name() -> None:
    declared = [each for name in NAMES for each in DECLARED.findall(MODULES[name])]
    assert sorted(declared) == sorted(set(declared)), "they share one scope in the script"


def test_the_script_is_one_module() -> None:
    whole = script(*component.MODULES)
    assert not re.search(r"^import ", whole, re.MULTILINE)
    exported = re.findall(r"^export [\w (){,]*\w", whole, re.MULTILINE)
    assert exported == ["export default function (component"]


@pytest.mark.parametrize("path", sorted(PAGE.rglob("*.js")), ids=lambda path: path.stem)
def test_no_script_makes_markup_of_text(path: Path) -> None:
    # A report is a document of ours, in which all text is text: see its own tests.
    allowed = ["DOMParser"] if path.stem == "printing" else []
    assert AS_MARKUP.findall(path.read_text("utf-8")) == allowed


@pytest.mark.parametrize("name", MODULES)
def test_what_streamlit_does_not_document_is_named_in_one_module(name: str) -> None:
    assert bool(UNDOCUMENTED.findall(MODULES[name])) == (name == "undocumented")


def test_signals_are_sent_in_the_order_of_their_starts(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    signals = sent_to(page, "list")["signals"]
    assert [signal["id"] for signal in signals] == [1, 2, 0, 3, 4, 5, 6]
    assert signals[0] == {
        "id": 1,
        "row": 0,
        "type": "Agreement",
        "family": "toward",
        "start": 0.0,
        "end": 10.0,
        "span": "0:00–0:10",
        "sureness": "medium",
        "fill": "half",
        "probability": "medium probability",
        "why": "Nods twice and says that it is a fair point.",
    }
    assert [signal["fill"] for signal in signals[3:5]] == ["outline", "unknown"]
    assert signals[6]["why"] == ""


def test_a_rationale_is_sent_whole_up_to_its_limit(page: Page) -> None:
    whys = ["y" * (MAX_RATIONALE - 1), "n" * (MAX_RATIONALE + 1)]
    page.show(
        examples.read({"signals": [examples.signal("stress", 0.0, 1.0, None, why) for why in whys]})
    )
    first, second = (signal["why"] for signal in sent_to(page, "list")["signals"])
    assert first == whys[0]
    assert len(second) <= MAX_RATIONALE


def test_engagement_and_index_are_sent_in_words(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert sent_to(page, "now")["states"] == [
        [0.0, 20.0, "Engaged"],
        [20.0, 30.0, "Neutral"],
        [35.0, 40.0, "Disengaged"],
        [0.0, 10.0, "quality index 70, good"],
        [10.0, 20.0, "quality index 55, moderate"],
        [30.0, 40.0, "quality index 74, good"],
    ]
