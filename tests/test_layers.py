"""Who may import whom: the rooms of the house, held against the code's own imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "interhuman"
SOURCES = sorted([*PACKAGE.rglob("*.py"), ROOT / "dashboard.py"])


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path) for path in SOURCES}

ONLY_IN = {
    "requests": ("interhuman.transport",),
    "urllib3": ("interhuman.transport",),
    "streamlit": ("interhuman.page", "dashboard"),
    "av": ("interhuman.media", "interhuman.sandbox"),
    "psutil": ("interhuman.isolation",),
    "subprocess": ("interhuman.isolation",),
    "plotly": ("interhuman.charts",),
    "starlette": ("interhuman.sandbox",),
    "uvicorn": ("interhuman.sandbox",),
    "numpy": ("interhuman.sandbox", "interhuman.media"),
    "interhuman.sandbox": ("interhuman.sandbox", "interhuman.page"),
    "interhuman.page": ("interhuman.page", "dashboard"),
}
"""A library or room, and the only rooms that may import it."""

NEVER = (
    ("interhuman.v1", "interhuman.v2"),
    ("interhuman.v2", "interhuman.v1"),
    ("interhuman.analysis", "interhuman"),
    ("interhuman.charts", "interhuman.payload"),
    ("interhuman.frames", "interhuman.payload"),
    ("interhuman.transport", "interhuman.analysis"),
    ("interhuman.transport", "interhuman.frames"),
    ("interhuman.payload", "interhuman.frames"),
    ("interhuman.media.probe", "av"),
    ("interhuman.isolation", "interhuman.media"),
    ("interhuman.isolation", "interhuman.settings"),
)
"""Rooms that must not import each other."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            module = node.module or ""
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if whole in MODULES else module


def inside(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(room + ".") for room in rooms)


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    name = module_name(path)
    for imported in imports(path):
        for owned, rooms in ONLY_IN.items():
            if inside(imported, (owned,)):
                assert inside(name, rooms), f"{name} imports {imported}"
        for here, there in NEVER:
            if inside(name, (here,)):
                assert not inside(imported, (there,)), f"{name} imports {imported}"


def test_the_sandbox_shares_no_code_with_the_client() -> None:
    for path in (PACKAGE / "sandbox").rglob("*.py"):
        shared = [
            name
            for name in imports(path)
            if inside(name, ("interhuman",))
            and not inside(name, ("interhuman.sandbox", "interhuman.isolation"))
        ]
        assert not shared, f"{module_name(path)} imports {shared}"


def test_there_is_no_circle_of_imports() -> None:
    modules = {module_name(path): path for path in SOURCES}
    graph = {
        name: {found for found in imports(path) if found in modules and found != name}
        for name, path in modules.items()
    }
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for imported in sorted(graph[name]):
                visit(imported, (*above, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_only_what_its_user_fixed_stands_at_the_top() -> None:
    allowed = {"dashboard.py", "interhuman", "tests", "requirements.txt", "README.md", "LICENSE"}
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and path.name != "__pycache__"
    }
    assert found <= allowed
