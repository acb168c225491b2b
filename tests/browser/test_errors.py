"""Every error of the API on the page, in words, and those of a kind on one sheet to look at."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from interhuman.catalogue import CATALOGUE
from tests import clips
from tests.browser.conftest import SCREENSHOTS, OpenPage, rehearse
from tests.browser.waiting import at_rest

COLUMNS, GAP_PX = 4, 16
KINDS = sorted({error_id[:3] for error_id in CATALOGUE})


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_reads_well(open_page: OpenPage, tmp_path: Path, kind: str) -> None:
    talk = tmp_path / "talk.mp4"
    talk.write_bytes(clips.recording(duration_s=5))
    page = open_page()
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_text("talk.mp4").wait_for()
    pictures = []
    SCREENSHOTS.mkdir(exist_ok=True)
    for error_id in (known for known in CATALOGUE if known.startswith(kind)):
        advice = CATALOGUE[error_id]
        rehearse(page, error_id)
        page.get_by_role("button", name="Analyze").click()
        panel = page.locator(".st-key-failure")
        expect(panel).to_contain_text(error_id)
        expect(panel).to_contain_text(advice.title)
        expect(panel).to_contain_text("What to do now")
        expect(panel).to_contain_text("Correlation ID")
        at_rest(page)
        pictures.append(panel.screenshot())
        page.get_by_role("button", name="Dismiss").click()
        panel.wait_for(state="detached")
    sheet(pictures).save(SCREENSHOTS / f"errors-{kind}.png")


def sheet(pictures: list[bytes]) -> Image.Image:
    """Return all pictures side by side on one."""
    images = [Image.open(io.BytesIO(picture)) for picture in pictures]
    width, height = (max(image.size[side] for image in images) + GAP_PX for side in (0, 1))
    rows = -(-len(images) // COLUMNS)
    whole = Image.new("RGB", (width * COLUMNS, height * rows), "white")
    for number, image in enumerate(images):
        row, column = divmod(number, COLUMNS)
        whole.paste(image, (column * width, row * height))
    return whole
