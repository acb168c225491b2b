"""The colors: readable on every ground, and apart in every sight."""

from __future__ import annotations

from itertools import combinations

import pytest

from interhuman.colors import DARK, LIGHT, palette, translucent
from interhuman.vocabulary import FAMILIES
from tests.colors import CVD, contrast, distance

THEMES = {"light": LIGHT, "dark": DARK}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_family_colors_stand_out_from_every_ground(theme: str, family: str) -> None:
    color = THEMES[theme].families[family]
    assert contrast(color, THEMES[theme].ground) >= 4.5
    assert contrast(color, THEMES[theme].raised) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", CVD)
def test_family_colors_stay_apart_in_every_sight(theme: str, sight: str) -> None:
    pairs = combinations(THEMES[theme].families.values(), 2)
    assert min(distance(one, other, CVD[sight]) for one, other in pairs) >= 25


def test_the_contrast_measure_agrees_with_known_values() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_readable_on_every_ground(theme: str) -> None:
    colors = THEMES[theme]
    for ground in (colors.ground, colors.raised):
        assert contrast(colors.text, ground) >= 7
        assert contrast(colors.muted, ground) >= 4.5


def test_the_palette_follows_the_theme() -> None:
    assert palette(dark=True) is DARK
    assert palette(dark=False) is LIGHT


def test_translucent_keeps_the_color() -> None:
    assert translucent("#0072B2", 0.5) == "rgba(0,114,178,0.5)"
