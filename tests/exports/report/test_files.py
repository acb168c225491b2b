"""Reports as files, with and without recordings inside."""

from __future__ import annotations

import base64
import errno
import io
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from interhuman.analysis import Analysis
from interhuman.exports import Recording
from interhuman.exports.kinds import FileKind, kinds, tables
from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html, write_report
from tests.exports.report.made import MADE_AT, report, result
from tests.exports.report.parsed import parsed


def test_the_file_is_the_text(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report([result(), result()], path, made_at=MADE_AT)
    assert path.read_text("utf-8") == report_html([result(), result()], made_at=MADE_AT)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("kind", "tag"), [("video/mp4", "video"), ("audio/ogg", "audio")])
def test_a_recording_is_whole(tmp_path: Path, kind: str, tag: str) -> None:
    content = bytes(range(256)) * 8_000
    file = tmp_path / "talk"
    file.write_bytes(content)
    recordings = {"3f2b8c1e": Recording(file, kind, starts_at_s=1.5)}
    told = report(result(), ("Other", Analysis()), recordings=recordings)
    player = told.all("article")[0].one(tag)
    head, _, data = player.attributes["src"].partition(",")
    assert head == f"data:{kind};base64"
    assert base64.b64decode(data, validate=True) == content
    assert player.attributes["data-starts"] == "1.5"
    assert told.all("article")[1].all(tag) == []


def test_no_recording_is_inside_unless_asked_for() -> None:
    html = report_html([result()])
    assert "base64," not in html
    assert parsed(html).all("video") == []


@pytest.mark.parametrize("kind", ["text/html", 'video/mp4" onload="x', "video/", "video/a,b", ""])
def test_a_recording_is_sound_or_video(kind: str) -> None:
    with pytest.raises(ValueError, match="no media type"):
        Recording(Path("talk"), kind)


def test_nothing_is_left_where_a_result_fails(tmp_path: Path) -> None:
    def failing() -> Iterator[NamedResult]:
        yield result()
        raise RuntimeError("the library is gone")

    with pytest.raises(RuntimeError, match="is gone"):
        write_report(failing(), tmp_path / "report.html")
    gone = {"3f2b8c1e": Recording(tmp_path / "talk.mp4", "video/mp4")}
    with pytest.raises(OSError, match="talk"):
        write_report([result()], tmp_path / "report.html", recordings=gone)
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_number_of_results(tmp_path: Path) -> None:
    alive: list[weakref.ref[Analysis]] = []
    most = 0

    class Watched(Analysis):
        __slots__ = ("__weakref__",)

    def many() -> Iterator[tuple[str, Analysis]]:
        nonlocal most
        for number in range(12):
            one = Watched()
            alive.append(weakref.ref(one))
            most = max(most, sum(each() is not None for each in alive))
            yield f"Talk {number}", one

    write_report(many(), tmp_path / "report.html")
    assert most <= 8


@pytest.mark.parametrize("kind", [*kinds(), *tables()], ids=lambda kind: kind.name)
def test_a_file_that_was_open_stays_open_whatever_fails(kind: FileKind) -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(errno.ENOSPC, "No space left")

    file = Full()
    with pytest.raises(OSError, match="No space left"):
        kind.write([result()], file)
    assert not file.closed
