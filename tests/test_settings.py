from __future__ import annotations

import pytest

from interhuman.errors import InterhumanConfigError
from interhuman.settings import (
    AUDIO_EXTENSIONS,
    VIDEO_EXTENSIONS,
    Credentials,
    Hidden,
    check_base_url,
    content_type_for,
)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "a key pair .* or an access token"),
        ({"key_id": "a"}, "key secret is missing"),
        ({"key_secret": "a"}, "key ID is missing"),
        ({"key_id": "a", "key_secret": "b", "access_token": "c"}, "exactly one of the two"),
        ({"key_id": "a", "access_token": "c"}, "key secret is missing"),
        ({"key_id": "", "key_secret": "", "access_token": ""}, "a key pair .* or an"),
        ({"access_token": "ih_live_1\r\nX-Evil: 1"}, "Copy it again"),
        ({"access_token": "ih live"}, "Copy it again"),
        ({"key_id": "é", "key_secret": "b"}, "Copy it again"),
    ],
)
def test_exactly_one_way_of_signing_in(given: dict[str, str], says: str) -> None:
    with pytest.raises(InterhumanConfigError, match=says):
        Credentials(**given)


def test_credentials_show_no_secret() -> None:
    pair, token = Credentials("kid-1", "sec-1"), Credentials(access_token="tok-1")
    for shown in (repr(pair), str(pair), repr(token), f"{pair!r:>50}", repr(pair.key_secret)):
        assert "sec-1" not in shown
        assert "kid-1" not in shown
        assert "tok-1" not in shown


def test_a_hidden_text_is_used_as_text_but_not_shown() -> None:
    assert Hidden("abc") == "abc"
    assert f"Bearer {Hidden('abc')}" == "Bearer abc"
    assert repr({"token": Hidden("abc")}) == "{'token': '(hidden)'}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.interhuman.ai", "https://api.interhuman.ai"),
        (" https://api.interhuman.ai/ ", "https://api.interhuman.ai"),
        ("https://gateway.example:8443/interhuman/", "https://gateway.example:8443/interhuman"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://localhost:8765", "http://localhost:8765"),
        ("http://[::1]:8765", "http://[::1]:8765"),
        ("http://127.8.9.1", "http://127.8.9.1"),
    ],
)
def test_a_safe_base_url_is_kept(given: str, kept: str) -> None:
    assert check_base_url(given) == kept


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("http://api.interhuman.ai", "https://"),
        ("http://127.0.0.1.evil.example", "https://"),
        ("http://localhost.evil.example", "https://"),
        ("http://127.0.0.1@evil.example", "user name"),
        ("https://key:secret@api.interhuman.ai", "user name"),
        ("ftp://127.0.0.1", "must look like"),
        ("api.interhuman.ai", "must look like"),
        ("https://", "must look like"),
        ("", "must look like"),
        ("https://api.interhuman.ai/ x", "must look like"),
        ("https://api.interhuman.ai?x=1", "query"),
        ("https://api.interhuman.ai/#", "query"),
        ("https://api.interhuman.ai:99999", "isn't a valid"),
        ("https://[::1", "isn't a valid"),
    ],
)
def test_an_unsafe_base_url_is_refused(given: str, says: str) -> None:
    with pytest.raises(InterhumanConfigError, match=says):
        check_base_url(given)


@pytest.mark.parametrize(
    ("filename", "kind"),
    [
        ("a.mp4", "video/mp4"),
        ("A.MKV", "video/x-matroska"),
        ("talk.of.2024.ts", "video/mp2t"),
        ("a.webm", "video/webm"),
        ("a.mov", "video/quicktime"),
        ("a.avi", "video/x-msvideo"),
        ("a.flac", "audio/flac"),
        ("a.m4a", "audio/mp4"),
        ("noextension", "application/octet-stream"),
        ("a.exe", "application/octet-stream"),
    ],
)
def test_the_content_type_follows_the_extension(filename: str, kind: str) -> None:
    assert content_type_for(filename) == kind


def test_every_extension_is_either_video_or_audio() -> None:
    assert {".mp4", ".avi", ".mov", ".mkv", ".ts", ".webm"} <= set(VIDEO_EXTENSIONS)
    assert {".wav", ".flac", ".mp3", ".m4a", ".ogg"} <= set(AUDIO_EXTENSIONS)
    assert not set(VIDEO_EXTENSIONS) & set(AUDIO_EXTENSIONS)
