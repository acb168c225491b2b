"""A report as Python's own HTML parser reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "col"}


@dataclass
class Node:
    """An element with its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        return " ".join(self.raw.split())

    @property
    def raw(self) -> str:
        """All text in it as it stands."""
        return "".join(one if isinstance(one, str) else one.raw for one in self.inside)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def nodes(self) -> Iterator[Node]:
        """Yield every element in it, in the order of the document."""
        for one in self.inside:
            if isinstance(one, Node):
                yield one
                yield from one.nodes()

    def all(self, tag: str, css: str = "") -> list[Node]:
        """Return every element of a tag, and of a class if that is given."""
        return [
            each for each in self.nodes() if each.tag == tag and (not css or css in each.classes)
        ]

    def one(self, tag: str, css: str = "") -> Node:
        """Return the only such element."""
        (only,) = self.all(tag, css)
        return only

    def by_id(self, name: str) -> Node:
        """Return the only element of an id."""
        (only,) = (each for each in self.nodes() if each.attributes.get("id") == name)
        return only

    def section(self, title: str) -> Node:
        """Return the section whose own heading reads so."""
        (only,) = (
            each
            for each in self.all("section")
            if any(
                isinstance(one, Node) and re.fullmatch(r"h\d", one.tag) and one.text == title
                for one in each.inside
            )
        )
        return only

    def rows(self) -> list[list[str]]:
        """Return the texts of the cells of every row of its tables' bodies."""
        return [
            [cell.text for cell in row.nodes() if cell.tag in ("td", "th")]
            for body in self.all("tbody")
            for row in body.all("tr")
        ]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data:.80}")

    def close(self) -> None:
        super().close()
        assert self._open == [self.root]


def parsed(html: str) -> Node:
    """Return a document; every element in it is closed where it should be."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.root
