"""A result for ELAN: an annotation file (.eaf) in version 3.0 of its format.

Each signal type has a tier, and further ones where its signals overlap, since annotations of a
tier must not. Engagement and notes have their own. ELAN looks for the recording beside the file.
Source: "ELAN Annotation Format, EAF schema version 3.0", Max Planck Institute for
Psycholinguistics.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from interhuman.exports.named import NamedResult
from interhuman.exports.research.facts import date_of, facts
from interhuman.exports.research.tracks import NOTE, SIGNAL, STATE, Span, Tier, media_name, tiers
from interhuman.exports.result_tables import source_of
from interhuman.text import displayable
from interhuman.version import PROGRAM, VERSION

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"

_MIME_TYPES = {".wav": "audio/x-wav", ".mkv": "video/x-matroska", ".flac": "audio/flac"}
"""What ELAN calls differently than Python, or Python doesn't know everywhere."""

_UNKNOWN_MIME_TYPE = "unknown"
"""ELAN's own word."""


def eaf(result: NamedResult) -> bytes:
    """Return the signals, engagement and notes of a result as an ELAN annotation file."""
    found = tiers(result)
    document = Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": f"{PROGRAM} {VERSION}",
            "DATE": f"{date_of(result):%Y-%m-%dT%H:%M:%S}Z",
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": _XSI,
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    spans = [span for tier in found for span in tier.spans]
    _add_header(document, result, annotations=len(spans))
    _add_tiers(document, found, _add_times(document, spans), source=source_of(result.analysis))
    for kind in (SIGNAL, STATE, NOTE):
        SubElement(
            document,
            "LINGUISTIC_TYPE",
            LINGUISTIC_TYPE_ID=kind,
            TIME_ALIGNABLE="true",
            GRAPHIC_REFERENCES="false",
        )
    ElementTree.indent(document)
    xml: bytes = ElementTree.tostring(document, encoding="UTF-8", xml_declaration=True)
    return xml


def mime_type(name: str) -> str:
    """Return the MIME type that ELAN expects for a recording, by its name."""
    extension = PurePath(name).suffix.lower()
    known = mimetypes.MimeTypes().types_map[True]
    return _MIME_TYPES.get(extension) or known.get(extension, _UNKNOWN_MIME_TYPE)


def _add_header(document: Element, result: NamedResult, *, annotations: int) -> None:
    header = SubElement(document, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    name = media_name(result)
    SubElement(
        header,
        "MEDIA_DESCRIPTOR",
        MEDIA_URL=f"./{name}",
        RELATIVE_MEDIA_URL=f"./{name}",
        MIME_TYPE=mime_type(name),
    )
    urn = uuid5(NAMESPACE_URL, displayable(f"{result.analysis_id} {result.title}"))
    properties = {
        "URN": f"urn:nl-mpi-tools-elan-eaf:{urn}",
        **facts(result),
        "lastUsedAnnotationId": str(annotations),
    }
    for key, text in properties.items():
        SubElement(header, "PROPERTY", NAME=key).text = text


def _add_times(document: Element, spans: Sequence[Span]) -> list[tuple[str, str]]:
    """Add the times in order; return the ids of the slots at which each span starts and ends.

    No two annotations share a slot: in ELAN, whoever drags the edge of one would drag both.
    """
    edges = [
        edge
        for place, span in enumerate(spans)
        for edge in ((span.end_ms, 1, place), (span.start_ms, 0, place))
    ]
    ids = [["", ""] for _ in spans]
    order = SubElement(document, "TIME_ORDER")
    # Where one ends and another begins, the end comes first.
    for number, (time, end, place) in enumerate(sorted(edges, key=_time_then_end), start=1):
        ids[place][end] = f"ts{number}"
        SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"ts{number}", TIME_VALUE=str(time))
    return [(start, end) for start, end in ids]


def _time_then_end(edge: tuple[int, int, int]) -> tuple[int, int]:
    time, end, _ = edge
    return time, -end


def _add_tiers(
    document: Element, found: Sequence[Tier], slots: Iterable[tuple[str, str]], *, source: str
) -> None:
    """Add tiers and, numbered through all of them, their annotations."""
    slot = enumerate(slots, start=1)
    for tier in found:
        element = SubElement(document, "TIER", TIER_ID=tier.name, LINGUISTIC_TYPE_REF=tier.kind)
        if tier.kind != NOTE:
            element.set("ANNOTATOR", source)
        for span in tier.spans:
            number, (start, end) = next(slot)
            annotation = SubElement(
                SubElement(element, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                ANNOTATION_ID=f"a{number}",
                TIME_SLOT_REF1=start,
                TIME_SLOT_REF2=end,
            )
            SubElement(annotation, "ANNOTATION_VALUE").text = span.text
