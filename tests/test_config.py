"""The theme and server settings: every key known, colors as in colors.py, words readable."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

from interhuman.colors import DARK, LIGHT
from interhuman.deployment import UPLOAD_LIMIT_MB
from tests.colors import contrast

CONFIG: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)
CAPTION_OPACITY = 0.6
"""How strongly Streamlit draws captions, as a share of the text color."""

THEMES = {"light": LIGHT, "dark": DARK}

PAGE = Path(__file__).parent.parent / "interhuman" / "page"
CHOSEN_ITEM, CHOSEN_ROW = 0.18, 0.14
"""How strongly the primary color tints what is chosen: in lists and chips, and among the scores."""


def in_styles(path: str, pattern: str) -> str:
    """Return what the group of `pattern` matches in a file of styles."""
    match = re.search(pattern, (PAGE / path).read_text(encoding="utf-8"))
    assert match is not None, pattern
    return match[1]


def keys(table: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


@pytest.mark.parametrize("key", list(keys(CONFIG)))
def test_streamlit_knows_every_setting(key: str) -> None:
    assert key in config.get_config_options()


def test_a_full_recording_fits_through_the_server() -> None:
    limit_bytes = CONFIG["server"]["maxUploadSize"] * 1024 * 1024
    assert limit_bytes > UPLOAD_LIMIT_MB * 1_000_000 + 64 * 1024
    assert limit_bytes < 1.01 * UPLOAD_LIMIT_MB * 1_000_000


def test_nothing_is_told_to_strangers() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert "address" not in CONFIG["server"]


def test_the_page_fetches_no_font() -> None:
    fonts = {CONFIG["theme"]["font"], CONFIG["theme"]["codeFont"]}
    assert fonts == {"sans-serif", "monospace"}
    assert "fontFaces" not in CONFIG["theme"]


@pytest.mark.parametrize("name", THEMES)
def test_the_theme_has_the_colors_of_the_charts(name: str) -> None:
    theme, colors = CONFIG["theme"][name], THEMES[name]
    assert theme["chartCategoricalColors"] == list(colors.families.values())
    assert theme["backgroundColor"] == colors.ground
    assert theme["secondaryBackgroundColor"] == colors.raised
    assert theme["textColor"] == colors.text


@pytest.mark.parametrize("name", THEMES)
def test_words_links_and_buttons_are_readable(name: str) -> None:
    theme = CONFIG["theme"][name]
    grounds = [
        theme["backgroundColor"],
        theme["secondaryBackgroundColor"],
        theme["sidebar"]["backgroundColor"],
        theme["sidebar"]["secondaryBackgroundColor"],
    ]
    for ground in grounds:
        assert contrast(theme["textColor"], ground) >= 7
        assert contrast(theme["linkColor"], ground) >= 4.5
        assert contrast(theme["primaryColor"], ground) >= 3
    assert contrast("#FFFFFF", theme["primaryColor"]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_captions_are_readable_on_page_and_sidebar(name: str) -> None:
    theme = CONFIG["theme"][name]
    for ground in (theme["backgroundColor"], theme["sidebar"]["backgroundColor"]):
        assert contrast(mixed(theme["textColor"], ground, CAPTION_OPACITY), ground) >= 4.5


def mixed(color: str, ground: str, opacity: float) -> str:
    """Return what `color` looks like on `ground` at `opacity` (0-1)."""
    pairs = ((int(color[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02X}" for a, b in pairs)


@pytest.mark.parametrize("name", THEMES)
def test_the_ring_of_the_focus_shows_on_every_ground(name: str) -> None:
    theme = CONFIG["theme"][name]
    ring = in_styles("browser/page.css", r"--ih-focus: (#\w{6});")
    named = ("backgroundColor", "secondaryBackgroundColor")
    grounds = [part[each] for part in (theme, theme["sidebar"]) for each in named]
    chosen = [mixed(theme["primaryColor"], ground, CHOSEN_ITEM) for ground in grounds[:1]]
    for ground in (*grounds, *chosen):
        assert contrast(ring, ground) >= 3, ground


@pytest.mark.parametrize("name", THEMES)
def test_a_score_shows_beside_the_rest_of_its_bar_and_under_its_mark(name: str) -> None:
    theme, css = CONFIG["theme"][name], "result/browser/result.css"
    share = r"--ih-bar: color-mix\(in srgb, var\(--st-primary-color, #4453a8\) (\d+)%, white\);"
    rest = r"100% no-repeat,\n    color-mix\(in srgb, currentcolor (\d+)%, transparent\);"
    filled = mixed(theme["primaryColor"], "#ffffff", int(in_styles(css, share)) / 100)
    tint = int(in_styles(css, rest)) / 100
    chosen = mixed(theme["primaryColor"], theme["backgroundColor"], CHOSEN_ROW)
    for ground in (theme["backgroundColor"], chosen):
        assert contrast(filled, mixed(theme["textColor"], ground, tint)) >= 3, ground
    assert contrast(filled, theme["textColor"]) >= 3
