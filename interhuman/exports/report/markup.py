"""HTML and SVG from elements: the one place where text becomes markup, always escaped.

Text is `str`, markup is `Markup`, and only `element` makes markup of text. Names of elements and
attributes are the code's own, never data.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from interhuman.text import displayable

_VOID: Final = frozenset({"meta", "br", "col"})

Attribute = str | int | float | bool | None
"""True is an attribute without a value; False and None leave it out."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of HTML, complete and safe as it stands."""

    html: str


Content: TypeAlias = "Markup | str | Iterable[Content] | None"


def element(tag: str, *content: Content, **attributes: Attribute) -> Markup:
    """Return an element; strings in it and its attributes become text, whatever they hold.

    An attribute's name has "-" for "_", and what ends in "_" loses that: `class_`, `data_start`.
    """
    opening = "".join([tag, *(_attribute(name, value) for name, value in attributes.items())])
    if tag in _VOID:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{joined(content).html}</{tag}>")


def joined(content: Content) -> Markup:
    """Return content as one piece of markup."""
    parts: list[str] = []
    _collect(content, parts)
    return Markup("".join(parts))


def _collect(content: Content, parts: list[str]) -> None:
    if isinstance(content, Markup):
        parts.append(content.html)
    elif isinstance(content, str):
        parts.append(_escaped(content))
    elif content is not None:
        for one in content:
            _collect(one, parts)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f' {name}="{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Return outside text as HTML that shows its very characters, between tags or in quotes."""
    return html.escape(displayable(text), quote=True)
