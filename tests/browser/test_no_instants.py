"""No test reads the page at one instant, or waits by the clock: see `waiting`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HELPERS = {"waiting.py", "failures.py"}
READS = {
    *(
        "all",
        "all_inner_texts",
        "all_text_contents",
        "bounding_box",
        "count",
        "evaluate",
        "evaluate_all",
    ),
    *("get_attribute", "inner_html", "inner_text", "input_value", "is_checked", "is_disabled"),
    *("is_editable", "is_enabled", "is_hidden", "is_visible", "text_content", "title"),
}
SLEEPS = {"wait_for_timeout", "sleep"}


def instants(source: str) -> list[str]:
    """Return the calls that sleep, and those that read a page at once and whose value is used."""
    tree = ast.parse(source)
    acts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        f"line {call.lineno}: {ast.unparse(call)}"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in SLEEPS
        or (call.func.attr in READS and id(call) not in acts and not _of_python(call))
    ]


def _of_python(call: ast.Call) -> bool:
    """Return whether this is the method `count` of a list or a text, which takes an argument."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "count" and bool(call.args)


@pytest.mark.parametrize(
    "source",
    [
        "page.wait_for_timeout(500)",
        "time.sleep(1)",
        "before = rows(page).count()",
        "assert page.locator('p').inner_text() == 'A part'",
        "assert 'A' in page.locator('p').all_inner_texts()[0]",
        "if button.is_visible(): button.click()",
        "return cast(int, page.evaluate('window.frames'))",
    ],
)
def test_an_instant_is_found(source: str) -> None:
    assert len(instants(source)) == 1


@pytest.mark.parametrize(
    "source",
    ["page.evaluate('video.pause()')", "n = names.count('a')", "n = count_of(rows(page))"],
)
def test_an_act_and_a_read_at_rest_are_no_instants(source: str) -> None:
    assert instants(source) == []


def test_no_test_reads_an_instant() -> None:
    files = [path for path in Path(__file__).parent.glob("*.py") if path.name not in HELPERS]
    assert len(files) > 20
    assert {path.name: lines for path in files if (lines := instants(path.read_text()))} == {}
