"""Which kinds of file are read here and never sent as they are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
