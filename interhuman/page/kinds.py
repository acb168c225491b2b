"""Kinds of recordings by their names: what the API takes, and what becomes one of these."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from interhuman.settings import AUDIO_EXTENSIONS, VIDEO_EXTENSIONS, content_type_for

CONVERTED_VIDEO: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".3gp": "video/3gpp",
        ".3g2": "video/3gpp2",
        ".mpg": "video/mpeg",
        ".mpeg": "video/mpeg",
        ".vob": "video/mpeg",
        ".mod": "video/mpeg",
        ".wmv": "video/x-ms-wmv",
        ".asf": "video/x-ms-asf",
        ".flv": "video/x-flv",
        ".f4v": "video/mp4",
        ".ogv": "video/ogg",
    }
)
CONVERTED_AUDIO: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".m4b": "audio/mp4",
        ".qta": "audio/mp4",
        ".aac": "audio/aac",
        ".amr": "audio/amr",
        ".aif": "audio/aiff",
        ".aiff": "audio/aiff",
        ".wma": "audio/x-ms-wma",
        ".mka": "audio/x-matroska",
    }
)
"""The MIME type of what is read here and never sent as it is, by its extension with the dot."""

CONVERTED: Final = (*CONVERTED_VIDEO, *CONVERTED_AUDIO)


def extensions(*, convert: bool) -> list[str]:
    """Return the extensions of what can be given; without `convert`, of what the API takes."""
    converted = CONVERTED if convert else ()
    return [*VIDEO_EXTENSIONS, *AUDIO_EXTENSIONS, *converted]


def content_type_of(filename: str) -> str:
    """Return the MIME type for the name of a recording that is played."""
    extension = PurePath(filename).suffix.lower()
    return {**CONVERTED_VIDEO, **CONVERTED_AUDIO}.get(extension) or content_type_for(filename)
