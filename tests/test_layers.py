"""Which module may import which, checked against the code's own imports."""

from __future__ import annotations

import ast
import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "interhuman"
SOURCES = sorted([*PACKAGE.rglob("*.py"), ROOT / "dashboard.py"])


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path) for path in SOURCES}

LIBRARIES = {
    "requests": ("interhuman.api.transport",),
    "urllib3": ("interhuman.api.transport",),
    "streamlit": ("interhuman.page", "dashboard"),
    "plotly": ("interhuman.view.charts",),
    "av": ("interhuman.media.worker", "interhuman.sandbox.measuring"),
    "numpy": ("interhuman.findings", "interhuman.view.charts", "interhuman.sandbox.measuring"),
    "starlette": ("interhuman.page.serving", "interhuman.page.many.intake", "interhuman.sandbox"),
    "uvicorn": ("interhuman.sandbox",),
    "sqlalchemy": ("interhuman.library",),
    "procrastinate": ("interhuman.library.tickets", "interhuman.library.ticket_tables"),
    "psutil": ("interhuman.isolation", "interhuman.library.folders", "interhuman.processes"),
    "subprocess": ("interhuman.isolation",),
    "xlsxwriter": ("interhuman.exports.workbook", "interhuman.exports.sheets"),
    "rich": ("interhuman.terminal.display",),
}
"""A library, and the only modules that may import it."""

MAY_IMPORT = {
    "vocabulary": "",
    "version": "",
    "text": "",
    "formats": "text vocabulary",
    "analysis": "",
    "annotations": "text",
    "catalogue": "vocabulary",
    "colors": "",
    "errors": "catalogue",
    "adaptive_limit": "errors",
    "processes": "",
    "deployment": "errors recordings_setting settings",
    "recordings_setting": "errors settings",
    "settings": "errors",
    "frames": "analysis text vocabulary",
    "answers": "analysis annotations errors text vocabulary",
    "api": "analysis answers catalogue errors settings text vocabulary",
    "client": "api errors settings vocabulary",
    "view": "colors findings formats frames text vocabulary",
    "findings": "analysis formats frames vocabulary",
    "exports": "analysis annotations colors findings formats frames text version vocabulary",
    "library": (
        "analysis annotations answers deployment errors findings processes recordings_setting text "
        "vocabulary"
    ),
    "isolation": "",
    "media": "formats isolation processes vocabulary",
    "runs": (
        "adaptive_limit analysis annotations answers api client errors exports frames library "
        "media processes settings vocabulary"
    ),
    "sandbox": "isolation",
    "page": (
        "analysis annotations answers api catalogue client deployment errors exports findings "
        "formats frames isolation library media runs sandbox settings text view vocabulary"
    ),
    "terminal": (
        "adaptive_limit answers client deployment errors exports formats library media runs "
        "sandbox settings text vocabulary"
    ),
    "__main__": "terminal",
    "worker": "adaptive_limit errors library runs terminal text",
    "": "analysis answers api client errors runs settings",
}
"""A module or folder of the package, and the others that it may import.

The network side (`api`, `answers`) and the view side (`frames`, `view`, `findings`, `exports`)
meet only in `analysis`. The sandbox shares no code with the client, so that one mistake cannot
hide in both.
"""


SANDBOX_MAY_IMPORT = {
    "errors": "",
    "settings": "",
    "containers": "errors",
    "parameters": "errors",
    "measuring": "errors settings",
    "http": "containers errors parameters settings",
    "analysis": "containers measuring parameters settings",
    "server": "http settings",
    "__main__": "server settings",
    "": "analysis errors server settings",
}
"""The same inside the sandbox.

`http` never imports `measuring`: it runs it in processes of their own. `measuring` knows neither
requests nor limits: it gets a file, its demuxer, and plain arguments.
"""

WORKER_MAY_IMPORT = tuple(
    f"interhuman.media.{name}" for name in ("facts", "fit_error", "plan", "clip_plan")
)
"""What the process that opens recordings knows of the side that starts it: plain values."""

MAX_LINES = 300
MAX_BODY_LINES = 45
MAX_MEMBERS = 35
MAX_IN_PAGE = 16
MAX_CHAIN_IN_PAGE = 7
MAX_SHARE_OF_A_FOLDER = 0.26
MAX_ANY = 80

TABLES = {"interhuman": MAY_IMPORT, "interhuman.sandbox": SANDBOX_MAY_IMPORT}


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            module = node.module or ""
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if whole in MODULES else module


def inside(name: str, parents: tuple[str, ...]) -> bool:
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


def place_in(package: str, module: str) -> str:
    """Return the module or folder directly below the package, "" for the package itself."""
    return module.removeprefix(package).lstrip(".").partition(".")[0]


def test_a_module_imports_only_what_it_may() -> None:
    for name, imported in [(module_name(path), one) for path in SOURCES for one in imports(path)]:
        for library, users in LIBRARIES.items():
            if inside(imported, (library,)):
                assert inside(name, users), f"{name} imports {imported}"
        for package, may_import in TABLES.items():
            if inside(name, (package,)) and inside(imported, (package,)):
                importer = place_in(package, name)
                allowed = {importer, *may_import[importer].split()}
                assert place_in(package, imported) in allowed, f"{name} imports {imported}"


def test_the_process_that_opens_recordings_and_its_caller_share_plain_facts_alone() -> None:
    """The page must never load FFmpeg, and the process has little memory for anything else."""
    worker, media, plain = "interhuman.media.worker", "interhuman.media", WORKER_MAY_IMPORT
    for path in SOURCES:
        name = module_name(path)
        for imported in imports(path):
            if inside(name, (worker,)):
                assert not inside(imported, (media,)) or inside(imported, (worker, *plain))
            else:
                assert not inside(imported, (worker,)), f"{name} imports {imported}"


@pytest.mark.parametrize("package", TABLES)
def test_the_table_names_every_folder_and_nothing_else(package: str) -> None:
    modules = [name for name in MODULES if inside(name, (package,))]
    assert set(TABLES[package]) == {place_in(package, module) for module in modules}


def graph() -> dict[str, set[str]]:
    """Return every module with those that it imports."""
    modules = {module_name(path): path for path in SOURCES}
    return {name: set(imports(path)) & modules.keys() - {name} for name, path in modules.items()}


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = graph()
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for imported in sorted(modules[name]):
                visit(imported, (*above, name))
            done.add(name)

    for name in modules:
        visit(name, ())


def test_what_stands_above_what_in_the_page_is_seen_at_a_glance() -> None:
    page = "interhuman.page"
    modules = {name: found for name, found in graph().items() if inside(name, (page,))}

    @functools.cache
    def longest(name: str) -> tuple[str, ...]:
        below = [longest(imported) for imported in modules[name] & modules.keys()]
        return (name, *max(below, key=len, default=()))

    chain = max((longest(name) for name in modules), key=len)
    assert len(chain) <= MAX_CHAIN_IN_PAGE, " -> ".join(chain)
    directly = [path.name for path in (PACKAGE / "page").glob("*.py") if path.stem != "__init__"]
    assert len(directly) <= MAX_IN_PAGE


def test_no_folder_is_a_heap() -> None:
    lines = Counter[str]()
    for path in PACKAGE.rglob("*.py"):
        lines[path.relative_to(PACKAGE).parts[0]] += len(path.read_text("utf-8").splitlines())
    folder, most = lines.most_common(1)[0]
    assert most <= MAX_SHARE_OF_A_FOLDER * lines.total(), folder


def test_functions_and_classes_are_small() -> None:
    for name, node in [(module_name(path), n) for path in SOURCES for n in ast.walk(tree(path))]:
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= MAX_BODY_LINES, f"{name}: {node.name}"
        elif isinstance(node, ast.ClassDef) and "StrEnum" not in map(ast.unparse, node.bases):
            assert len(members(node)) <= MAX_MEMBERS, f"{name}: {node.name}"


def members(node: ast.ClassDef) -> set[str]:
    """Return the names of a class's fields and methods."""
    found = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    for each in ast.walk(node):
        targets = each.targets if isinstance(each, ast.Assign) else []
        if isinstance(each, ast.AnnAssign):
            targets = [each.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                found.add(target.attr)
            elif isinstance(target, ast.Name) and each in node.body:
                found.add(target.id)
    return found


def test_few_types_are_left_open() -> None:
    trees = [tree(path) for path in SOURCES]
    names = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)]
    assert sum(node.id == "Any" for node in names) < MAX_ANY


def test_no_module_is_longer_than_one_reads_in_one_go() -> None:
    lengths = {module_name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_the_top_level_holds_nothing_new() -> None:
    allowed = {"dashboard.py", "interhuman", "tests", "requirements.txt", "README.md", "LICENSE"}
    names = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and path.name != "__pycache__"
    }
    assert names <= allowed
