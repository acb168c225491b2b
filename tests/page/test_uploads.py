"""How large an upload may be."""

from __future__ import annotations

import pytest
import streamlit as st

from interhuman.deployment import UPLOAD_LIMIT_MB
from interhuman.page.uploads import (
    CONVERTED,
    converted_kind,
    extensions,
    limit_mb,
    limit_words,
)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (200, "200 MB"),
        (999, "999 MB"),
        (1_000, "1 GB"),
        (1_074, "1 GB"),
        (1_199, "1.1 GB"),
        (2_950, "2.9 GB"),
    ],
)
def test_a_limit_reads_as_one_number(limit: int, words: str) -> None:
    assert limit_words(limit) == words


def test_the_limit_is_what_is_set_as_far_as_the_server_takes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(st, "get_option", lambda _: 1025)
    assert limit_mb(50) == 50
    assert limit_mb(UPLOAD_LIMIT_MB) == UPLOAD_LIMIT_MB
    assert limit_mb(5_000) == UPLOAD_LIMIT_MB


def test_recordings_of_older_and_rarer_kinds_are_taken_where_they_are_converted() -> None:
    older = {".3gp", ".qta", ".m4b", ".mpg", ".vob", ".mod", ".wmv", ".asf", ".amr", ".aiff"}
    older |= {".aac", ".flv"}
    assert older <= set(extensions(convert=True))
    assert not older & set(extensions(convert=False))


def test_every_kind_that_is_converted_has_a_name() -> None:
    assert all(converted_kind(f"a{extension.upper()}") for extension in CONVERTED)
    assert converted_kind("holiday.WMV") == "Windows Media"
    assert converted_kind("talk.mp4") is None
