"""The response as text: formatted where it is JSON, and nothing of it is lost."""

from __future__ import annotations

import json

import pytest

from interhuman.page.result.raw import formatted

DEEP = "[" * 700 + "[1]," * 5_000 + "1" + "]" * 700
"""Whose spaces would be many megabytes."""


def test_json_is_indented() -> None:
    assert (
        formatted(b'{"a":[1,2.5],"\xc3\xa9":null}')
        == '{\n  "a": [\n    1,\n    2.5\n  ],\n  "\u00e9": null\n}'
    )


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"not JSON", "not JSON"),
        (b"[" * 50_000, "[" * 50_000),
        (b'{"a": 1', '{"a": 1'),
        (b"\xff\x00", "\N{REPLACEMENT CHARACTER}" * 2),
        (b"", ""),
        (b'{"a":1,"a":2}', '{"a":1,"a":2}'),
        (b"[1e999]", "[1e999]"),
        (b"[NaN]", "[NaN]"),
        (DEEP.encode(), DEEP),
    ],
    ids=["text", "too deep", "cut off", "no text", "empty", "twins", "infinite", "NaN", "indented"],
)
def test_what_is_no_json_is_shown_as_it_is(raw: bytes, shown: str) -> None:
    assert formatted(raw) == shown


def test_a_lone_half_of_a_character_is_replaced() -> None:
    assert json.loads(formatted(b'"\\ud800"')) == "\N{REPLACEMENT CHARACTER}"
