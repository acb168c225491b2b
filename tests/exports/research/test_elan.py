"""Files for ELAN, read back by pympi and held against the rules of the EAF 3.0 schema."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pympi
import pytest
from hypothesis import given

from interhuman.analysis import Signal
from interhuman.exports.named import NamedResult
from interhuman.exports.research.elan import eaf, mime_type
from interhuman.exports.research.tracks import length_ms, tiers
from tests.exports.results import FULL, RESULTS, of

CHILDREN: Mapping[str, tuple[str, ...]] = {
    "ANNOTATION_DOCUMENT": (
        "LICENSE",
        "HEADER",
        "TIME_ORDER",
        "TIER",
        "LINGUISTIC_TYPE",
        "LOCALE",
        "LANGUAGE",
        "CONSTRAINT",
        "CONTROLLED_VOCABULARY",
        "LEXICON_REF",
        "REF_LINK_SET",
        "EXTERNAL_REF",
    ),
    "HEADER": ("MEDIA_DESCRIPTOR", "LINKED_FILE_DESCRIPTOR", "PROPERTY"),
    "TIME_ORDER": ("TIME_SLOT",),
    "TIER": ("ANNOTATION",),
    "ANNOTATION": ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"),
    "ALIGNABLE_ANNOTATION": ("ANNOTATION_VALUE",),
}
"""The elements that an element may hold, in the order that the schema demands."""

REQUIRED: Mapping[str, set[str]] = {
    "ANNOTATION_DOCUMENT": {"DATE", "AUTHOR", "VERSION"},
    "MEDIA_DESCRIPTOR": {"MEDIA_URL", "MIME_TYPE"},
    "TIME_SLOT": {"TIME_SLOT_ID"},
    "TIER": {"TIER_ID", "LINGUISTIC_TYPE_REF"},
    "ALIGNABLE_ANNOTATION": {"ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"},
    "LINGUISTIC_TYPE": {"LINGUISTIC_TYPE_ID"},
}
OPTIONAL: Mapping[str, set[str]] = {
    "ANNOTATION_DOCUMENT": {
        "FORMAT",
        "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation",
    },
    "HEADER": {"MEDIA_FILE", "TIME_UNITS"},
    "MEDIA_DESCRIPTOR": {"RELATIVE_MEDIA_URL", "TIME_ORIGIN", "EXTRACTED_FROM"},
    "TIME_SLOT": {"TIME_VALUE"},
    "TIER": {"PARTICIPANT", "ANNOTATOR", "DEFAULT_LOCALE", "PARENT_REF", "EXT_REF", "LANG_REF"},
    "PROPERTY": {"NAME"},
    "LINGUISTIC_TYPE": {
        "TIME_ALIGNABLE",
        "CONSTRAINTS",
        "GRAPHIC_REFERENCES",
        "CONTROLLED_VOCABULARY_REF",
        "EXT_REF",
        "LEXICON_REF",
    },
}


def assert_follows_the_schema(element: Element) -> None:
    """Check names and order of elements, and their attributes, all the way down."""
    order = CHILDREN.get(element.tag, ())
    places = [order.index(child.tag) for child in element]
    assert places == sorted(places)
    required = REQUIRED.get(element.tag, set())
    assert required <= set(element.attrib) <= required | OPTIONAL.get(element.tag, set())
    for child in element:
        assert_follows_the_schema(child)


def ids(document: Element, tag: str, attribute: str) -> list[str]:
    return [element.attrib[attribute] for element in document.iter(tag)]


def assert_is_valid(document: Element) -> None:
    """Check what the schema says of a whole document: ids, references and times."""
    assert_follows_the_schema(document)
    slots = ids(document, "TIME_SLOT", "TIME_SLOT_ID")
    annotations = ids(document, "ALIGNABLE_ANNOTATION", "ANNOTATION_ID")
    every_id = [*slots, *annotations]
    assert len(set(every_id)) == len(every_id)
    assert slots == [f"ts{number}" for number in range(1, len(slots) + 1)]
    assert annotations == [f"a{number}" for number in range(1, len(annotations) + 1)]
    values = [int(value) for value in ids(document, "TIME_SLOT", "TIME_VALUE")]
    assert values == sorted(values)
    kinds = ids(document, "LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID")
    assert set(ids(document, "TIER", "LINGUISTIC_TYPE_REF")) <= set(kinds)
    assert not list(document.iter("CONSTRAINT"))
    assert all("CONSTRAINTS" not in kind.attrib for kind in document.iter("LINGUISTIC_TYPE"))
    names = ids(document, "TIER", "TIER_ID")
    assert len(set(names)) == len(names)
    at = dict(zip(slots, values, strict=True))
    used: list[str] = []
    for tier in document.iter("TIER"):
        refs = [
            (one.attrib["TIME_SLOT_REF1"], one.attrib["TIME_SLOT_REF2"])
            for one in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        assert all(at[start] < at[end] for start, end in refs)
        assert all(at[one[1]] <= at[other[0]] for one, other in pairwise(refs))
        used += [slot for pair in refs for slot in pair]
    assert sorted(used) == sorted(slots)


def test_pympi_reads_tiers_times_and_texts(tmp_path: Path) -> None:
    path = tmp_path / "pitch.eaf"
    path.write_bytes(eaf(FULL))
    read = pympi.Elan.Eaf(str(path))
    assert read.adocument["FORMAT"] == "3.0"
    assert list(read.get_tier_names())[:3] == ["agreement", "confidence", "hesitation"]
    assert read.get_annotation_data_for_tier("hesitation") == [
        (10_000, 15_000, "high probability: A long pause before the price is named.")
    ]
    assert read.get_annotation_data_for_tier("daydreaming") == [
        (25_000, 25_001, "high probability: Looks out of the window.")
    ]
    assert read.get_annotation_data_for_tier("Engagement state") == [
        (0, 20_000, "engaged"),
        (20_000, 30_000, "neutral"),
        (35_000, 40_000, "disengaged"),
    ]
    assert read.get_annotation_data_for_tier("Notes") == [(3_000, 4_500, "Good start")]
    (media,) = read.media_descriptors
    assert media == {
        "MEDIA_URL": "./pitch june.mp4",
        "RELATIVE_MEDIA_URL": "./pitch june.mp4",
        "MIME_TYPE": "video/mp4",
    }
    assert (
        dict(read.properties).items()
        >= {
            "Title": "Pitch, June",
            "Analysis ID": "analysis-1",
            "Model": "inter-1",
            "Source": "Interhuman API, inter-1",
            "Analyzed": "2026-11-27 20:15:04 UTC",
            "lastUsedAnnotationId": "11",
        }.items()
    )


def test_overlapping_signals_are_on_further_tiers(tmp_path: Path) -> None:
    path = tmp_path / "talk.eaf"
    path.write_bytes(eaf(of(Signal("stress", 1.0, 4.0), Signal("stress", 3.5, 5.0))))
    read = pympi.Elan.Eaf(str(path))
    assert read.get_annotation_data_for_tier("stress") == [(1000, 4000, "probability not given")]
    assert read.get_annotation_data_for_tier("stress 2") == [(3500, 5000, "probability not given")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.MP4", "video/mp4"),
        ("a.mov", "video/quicktime"),
        ("a.mkv", "video/x-matroska"),
        ("a.wav", "audio/x-wav"),
        ("a.mp3", "audio/mpeg"),
        ("Pitch", "unknown"),
    ],
)
def test_the_kind_of_a_recording(name: str, kind: str) -> None:
    assert mime_type(name) == kind


@given(result=RESULTS)
def test_any_result_is_a_valid_document_with_its_texts(result: NamedResult) -> None:
    document = ElementTree.fromstring(eaf(result))
    assert_is_valid(document)
    values = [int(value) for value in ids(document, "TIME_SLOT", "TIME_VALUE")]
    assert max(values, default=0) <= length_ms(result.analysis)
    expected = [span.text for tier in tiers(result) for span in tier.spans]
    assert [one.text or "" for one in document.iter("ANNOTATION_VALUE")] == expected
    (media,) = document.iter("MEDIA_DESCRIPTOR")
    assert media.attrib["MEDIA_URL"].startswith("./")
    assert media.attrib["MEDIA_URL"].count("/") == 1
