"""What the browser draws of a comparison: its modules as one script."""

from __future__ import annotations

import re

from interhuman.page.browser import DOM, script
from interhuman.page.compare import sheet, tracks
from interhuman.page.result import component
from tests.page.result.test_component import DECLARED, EXPORT

IMPORT = re.compile(
    r'^import \{ ([\w, ]+) \} from "(?:\.|\.\./\.\./(?:result/)?browser)/(\w+)\.js";$',
    re.MULTILINE,
)
MODULES = {path.stem: path.read_text("utf-8") for path in sheet.MODULES}
NAMES = tuple(MODULES)


def test_every_module_is_in_the_script() -> None:
    shared = {DOM, *component.MODULES}
    assert {*sheet.MODULES, *tracks.MODULES} - shared == {*sheet.FOLDER.glob("*.js")}


def test_a_module_imports_what_comes_before_it_and_is_exported_there() -> None:
    for name, text in MODULES.items():
        lines = [line for line in text.splitlines() if line.startswith("import ")]
        imports = IMPORT.findall(text)
        assert len(imports) == len(lines), "the script drops imports that stand on one line each"
        for imported, source in imports:
            assert NAMES.index(source) < NAMES.index(name)
            assert set(imported.split(", ")) <= set(EXPORT.findall(MODULES[source]))


def test_no_two_modules_declare_the_same_name() -> None:
    declared = [each for text in MODULES.values() for each in DECLARED.findall(text)]
    assert sorted(declared) == sorted(set(declared)), "they share one scope in the script"


def test_the_script_is_one_module() -> None:
    whole = script(*sheet.MODULES)
    assert not re.search(r"^import ", whole, re.MULTILINE)
    assert re.findall(r"^export [\w ]+", whole, re.MULTILINE) == ["export default function "]
