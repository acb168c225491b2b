"""The values of widgets that come and go, or that the page itself sets.

Setting the value of a widget through the session loses what a person does. The browser may report
the old value once more before it has heard of the new one, and that report counts. And a widget in
a folded container is not in the browser: it never hears of the value, and later reports none.

So the page passes its value as the widget's default, and sets it by renewing the widget's key:
what the browser still reports of the old key counts no more. What a widget reports is taken only if
it is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

import streamlit as st

T = TypeVar("T")

_GENERATIONS = "widget-generations"
"""Where a session keeps how often each key was renewed."""


def key_of(name: str) -> str:
    """Return the present key of the widget `name`."""
    number = _generations().get(name, 0)
    return f"{name}-{number}" if number else str(name)


def renew(*names: str) -> None:
    """Make each of the widgets a new one, which begins with its default."""
    generations = _generations()
    for name in names:
        generations[name] = generations.get(name, 0) + 1


def one_of(name: str, choices: Sequence[T], otherwise: T) -> T:
    """Return the value of a widget if it is one of `choices`, else `otherwise`."""
    value = st.session_state.get(key_of(name))
    return cast(T, value) if value is not None and value in choices else otherwise


def some_of(name: str, choices: Sequence[T], otherwise: tuple[T, ...]) -> tuple[T, ...]:
    """Return the values of a widget if all are among `choices`, else `otherwise`."""
    values = st.session_state.get(key_of(name))
    if not isinstance(values, (list, tuple)) or not all(value in choices for value in values):
        return otherwise
    return tuple(values)


def of_type(name: str, kind: type[T], otherwise: T) -> T:
    """Return the value of a widget if it is a `kind`, else `otherwise`."""
    value = st.session_state.get(key_of(name))
    return value if isinstance(value, kind) else otherwise


def _generations() -> dict[str, int]:
    return cast("dict[str, int]", st.session_state.setdefault(_GENERATIONS, {}))
