"""The colors of the light and the dark theme, and of the three families of signals.

Color carries direction ("toward", "unsure", "away"), names carry identity: no palette with one
hue per signal type stays apart for people with a color vision deficiency, three families do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FAMILY_COLORS: Mapping[str, str] = MappingProxyType(
    {"toward": "#0072B2", "unsure": "#767676", "away": "#C2570C"}
)
"""One color per family on the light ground: at least 4.5:1, and apart in every sight."""

FAMILY_COLORS_ON_DARK: Mapping[str, str] = MappingProxyType(
    {"toward": "#3D9BDC", "unsure": "#9B9B9B", "away": "#E07B2E"}
)
"""Their lighter twins, which reach 4.5:1 on the dark ground."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colors of one theme: grounds, words, lines, and the families."""

    ground: str
    """Behind everything."""
    raised: str
    """Behind fields, the sidebar and hover labels."""
    text: str
    muted: str
    """Axis labels and asides; still at least 4.5:1 on both grounds."""
    grid: str
    """Hairlines; decoration only."""
    band: str
    """The faint fill of every other quality band."""
    families: Mapping[str, str]
    """The color of each family."""


LIGHT = Palette(
    ground="#FFFFFF",
    raised="#F6F7F9",
    text="#141821",
    muted="#5B6270",
    grid="#E3E6EB",
    band="rgba(20,24,33,0.045)",
    families=FAMILY_COLORS,
)
DARK = Palette(
    ground="#14161A",
    raised="#1E2127",
    text="#E8EAED",
    muted="#A3A9B5",
    grid="#2B2F36",
    band="rgba(232,234,237,0.06)",
    families=FAMILY_COLORS_ON_DARK,
)


def palette(dark: bool) -> Palette:
    """Return the colors of the dark or the light theme."""
    return DARK if dark else LIGHT


def translucent(color: str, opacity: float) -> str:
    """Return `color` (#RRGGBB) with `opacity` (0-1) as a CSS rgba() value."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
