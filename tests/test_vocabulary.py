"""The words of the domain, against what is documented."""

from __future__ import annotations

import pytest

from interhuman.settings import AUDIO_EXTENSIONS, VIDEO_EXTENSIONS
from interhuman.vocabulary import (
    DIMENSIONS,
    FAMILIES,
    FAMILY_OF,
    INTER_1,
    INTER_2,
    INTER_2_AUDIO,
    MAX_FILE_BYTES,
    MAX_FILE_SIZE,
    MODELS,
    STATE_FAMILY,
    band,
    family_of,
)

PUBLISHED = {
    *("agreement", "confidence", "interest"),
    *("hesitation", "uncertainty", "confusion"),
    *("disagreement", "skepticism", "frustration", "stress"),
}


def test_every_published_type_and_state_has_one_of_the_families() -> None:
    assert set(FAMILY_OF) >= PUBLISHED
    assert {*FAMILY_OF.values(), *STATE_FAMILY.values()} == set(FAMILIES)
    assert len(DIMENSIONS) == 5


@pytest.mark.parametrize(
    ("signal_type", "family"),
    [
        ("agreement", "toward"),
        ("engagement", "toward"),
        ("hesitation", "unsure"),
        ("stress", "away"),
        ("tension", "away"),
        ("daydreaming", "unsure"),
        ("", "unsure"),
        ("AGREEMENT", "unsure"),
    ],
)
def test_a_type_has_one_family_and_an_unknown_one_is_unsure(signal_type: str, family: str) -> None:
    assert family_of(signal_type) == family


def test_published_types_stand_in_family_order() -> None:
    ranks = [FAMILIES.index(family) for family in FAMILY_OF.values()]
    assert ranks == sorted(ranks)
    assert len(FAMILY_OF) == 13


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.0, "weak"),
        (29.99, "weak"),
        (30.0, "below average"),
        (49.99, "below average"),
        (50.0, "moderate"),
        (64.99, "moderate"),
        (65.0, "good"),
        (80.0, "excellent"),
        (100.0, "excellent"),
        (-3.0, "weak"),
    ],
)
def test_a_band_includes_its_lower_bound(value: float, name: str) -> None:
    assert band(value) == name


def test_the_limit_that_is_named_is_never_more_than_what_is_taken() -> None:
    megabytes, unit = MAX_FILE_SIZE.split()
    assert unit == "MB"
    assert MAX_FILE_BYTES - 100_000 < float(megabytes) * 1_000_000 <= MAX_FILE_BYTES


@pytest.mark.parametrize(
    ("model", "containers", "needs", "minutes"),
    [
        (INTER_1, "avi mkv mov mp4 mpeg-ts webm", (True, False), None),
        (INTER_2, "avi mkv mov mp4 mpeg-ts webm", (True, True), 30),
        (INTER_2_AUDIO, "flac m4a mp3 mp4 ogg wav webm", (False, True), 30),
    ],
)
def test_what_each_model_takes(
    model: str, containers: str, needs: tuple[bool, bool], minutes: float | None
) -> None:
    row = MODELS[model]
    assert sorted(row.containers) == containers.split()
    assert (row.needs_picture, row.needs_sound) == needs
    assert row.max_duration_s == (None if minutes is None else minutes * 60)


def test_every_container_of_a_model_can_be_chosen() -> None:
    endings = {ending.removeprefix(".") for ending in (*VIDEO_EXTENSIONS, *AUDIO_EXTENSIONS)}
    containers = {name for row in MODELS.values() for name in row.containers}
    assert {name.replace("mpeg-ts", "ts") for name in containers} <= endings
