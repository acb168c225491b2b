"""The five dimensions as a radar."""

from __future__ import annotations

import math

from interhuman.view.charts import quality_radar
from interhuman.vocabulary import DIMENSIONS
from tests.view.frames import quality

FULL = {"clarity": 71.0, "authority": 68.0, "energy": 62.0, "rapport": 81.0, "learning": 50.0}


def test_the_radar_has_the_fixed_order_from_zero_with_the_ring_named() -> None:
    figure = quality_radar(quality(quality_index=66.4, **FULL))
    ring, outline, _ = figure.data
    assert set(ring.r) == {50}
    assert ring.name == "50 = no evidence"
    assert list(outline.r) == [71, 68, 62, 81, 50, 71]
    assert outline.fill == "toself"
    assert list(figure.layout.polar.angularaxis.ticktext) == [d.capitalize() for d in DIMENSIONS]
    assert tuple(figure.layout.polar.radialaxis.range) == (0, 100)
    assert "66" in figure.layout.annotations[0].text
    assert "good" in figure.layout.annotations[0].text


def test_a_missing_dimension_is_a_gap_in_the_radar() -> None:
    figure = quality_radar(quality(quality_index=70.0, **{**FULL, "energy": math.nan}))
    _, outline, points = figure.data
    assert list(outline.r) == [71, 68, None, 81, 50, 71]
    assert outline.connectgaps is False
    assert outline.fill == "none"
    assert len(points.r) == 4
    assert "not given" in figure.layout.polar.angularaxis.ticktext[2]


def test_five_fifties_are_no_evidence_and_no_band() -> None:
    figure = quality_radar(quality(quality_index=50.0, **dict.fromkeys(DIMENSIONS, 50.0)))
    assert "no evidence" in figure.layout.annotations[0].text
    assert "moderate" not in figure.layout.annotations[0].text


def test_an_index_that_was_not_given_is_said() -> None:
    assert "not given" in quality_radar(quality(clarity=60.0)).layout.annotations[0].text


def test_no_evidence_is_hollow() -> None:
    points = quality_radar(quality(**FULL)).data[2]
    assert list(points.r) == [71, 68, 62, 81, 50]
    solid, hollow = points.marker.color[0], points.marker.color[4]
    assert set(points.marker.color[:4]) == {solid}
    assert hollow != solid
