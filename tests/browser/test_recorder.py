"""Recording oneself, with Chromium's own cameras and microphones: what is on, and what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.install import ARGUMENTS, FAKE_DEVICES, launch
from tests.browser.recorder_page import DATA, UNSAFE, RecorderPage
from tests.browser.waiting import read_now

Open = Callable[..., RecorderPage]


@pytest.fixture
def recorder(browser: Browser) -> Iterator[RecorderPage]:
    """The recorder, not yet open, in the tests' browser."""
    context = browser.new_context(viewport={"width": 600, "height": 900}, reduced_motion="reduce")
    yield RecorderPage(context)
    context.close()


def test_one_chooses_camera_and_microphone(recorder: RecorderPage) -> None:
    recorder.open()
    camera = recorder.page.get_by_role("combobox", name="Camera")
    expect(camera.locator("option")).to_have_text(["fake_device_0", "fake_device_1"])
    expect(
        recorder.page.get_by_role("combobox", name="Microphone").locator("option")
    ).to_have_count(3)
    expect(recorder.page.get_by_text("35% of the picture")).to_be_visible()
    camera.select_option("fake_device_1")
    recorder.page.wait_for_function("streams.length === 2")
    expect(recorder.main).to_have_attribute("aria-disabled", "false")
    assert recorder.lights == ["ended", "ended", "live", "live"]
    used = "interhumanRecorder.view.picture.srcObject.getVideoTracks()[0].label"
    recorder.page.wait_for_function(f"{used} === 'fake_device_1'")
    expect(camera).to_have_value(re.compile(".+"))
    recorder.page.get_by_label("Audio only").check()
    expect(camera).to_be_hidden()
    expect(recorder.page.locator(".wave")).to_be_visible()
    recorder.page.wait_for_function("streams.at(-1).getVideoTracks().length === 0")
    # While one is asked for, another is: the first is turned off when it comes.
    recorder.page.get_by_label("Video only").check()
    recorder.page.get_by_label("Video and audio").check()
    recorder.page.wait_for_function("streams.length === 5")
    expect(recorder.main).to_have_attribute("aria-disabled", "false")
    assert recorder.lights.count("live") == 2
    recorder.press(recorder.button("Close"))
    recorder.expect_dark()
    assert recorder.triggers == [["asked", "close"]]


def test_a_recording_is_made_by_keyboard_alone_and_leaves_only_with_analyze(
    recorder: RecorderPage,
) -> None:
    page = recorder.page
    recorder.open()
    page.get_by_role("button", name="Elsewhere").focus()
    for _ in range(3):  # what to record, Close, Record
        page.keyboard.press("Tab")
    expect(recorder.main).to_be_focused()
    recorder.hold_clock()
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("3")
    page.keyboard.press("Escape")
    expect(recorder.main).to_have_text("Record")
    page.keyboard.press("Space")
    recorder.count_down()
    page.clock.resume()
    expect(recorder.main).to_be_focused()
    recorder.wait_for_piece()
    page.clock.run_for(4_000)
    expect(page.locator(".time")).to_have_text(re.compile(r"0:(0[4-9]|[1-5]\d)"))
    page.keyboard.press("Space")
    expect(page.locator(".title")).to_be_focused()
    expect(page.locator(".title")).to_contain_text(re.compile(r"· \d:\d\d"))
    recorder.expect_dark()
    assert recorder.given == []
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your recording")).to_be_focused()
    recorder.button("Analyze").press("Tab")
    expect(recorder.button("Again")).to_be_focused()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the file").press("Enter")
    name = saved.value.suggested_filename
    assert re.fullmatch(r"Recording \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.(webm|mp4)", name)
    recorder.button("Analyze").press("Enter")
    page.wait_for_function("document.querySelector('input').files.length === 1")
    size = saved.value.path().stat().st_size
    assert recorder.given == [[name, size]]
    assert recorder.triggers == []
    recorder.show(open=False, arrived={"name": name, "size_bytes": size})
    page.wait_for_function("triggers.length === 1")
    assert recorder.triggers == [["handed", "picture"]]
    assert read_now(page, "interhumanRecorder.take") is None


def test_a_double_click_does_what_one_does(recorder: RecorderPage) -> None:
    recorder.open()
    recorder.hold_clock()
    recorder.main.dblclick()
    expect(recorder.main).to_have_text("Cancel")
    recorder.count_down()
    recorder.page.clock.resume()
    recorder.wait_for_piece()
    recorder.page.clock.run_for(4_000)
    recorder.main.dblclick()
    expect(recorder.button("Analyze")).to_be_visible()
    assert recorder.given == []


def test_it_is_seen_mirrored_and_played_as_others_see_it(recorder: RecorderPage) -> None:
    recorder.open()
    transform = "(video) => getComputedStyle(video).transform"
    page = recorder.page
    page.wait_for_function(
        f"({transform})(interhumanRecorder.view.picture) === 'matrix(-1, 0, 0, 1, 0, 0)'"
    )
    recorder.record()
    recorder.press(recorder.main)
    page.wait_for_function(f"({transform})(interhumanRecorder.view.player) === 'none'")
    page.wait_for_function("interhumanRecorder.view.player.duration > 0")
    page.wait_for_function("interhumanRecorder.view.player.videoHeight === 720")
    expect(page.get_by_text("Shown as others see you")).to_be_visible()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"max_seconds": {"picture": 8, "sound": 8}},
            "the longest that is analyzed in one request",
        ),
        ({"max_bytes": 500_000}, "the largest that can be uploaded"),
    ],
    ids=["longest", "largest"],
)
def test_it_ends_at_its_limit(
    recorder: RecorderPage, changes: dict[str, object], says: str
) -> None:
    recorder.open(**changes)
    recorder.press(recorder.main)
    recorder.count_down()
    if "max_seconds" in changes:
        recorder.wait_for_piece()
        recorder.page.clock.run_for(7_100)
    expect(recorder.page.locator(".why")).to_contain_text(says)
    recorder.expect_dark()
    size = read_now(recorder.page, "interhumanRecorder.take.file.size")
    assert 0 < size <= int(str(changes.get("max_bytes", 100_000_000)))


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_device_that_is_pulled_out_ends_it_and_nothing_is_lost(
    recorder: RecorderPage, kind: str
) -> None:
    recorder.open()
    recorder.record()
    track = f"streams.at(-1).getTracks().find((track) => track.kind === '{kind}')"
    recorder.page.evaluate(f"{track}.dispatchEvent(new Event('ended'))")
    name = "microphone" if kind == "audio" else "camera"
    expect(recorder.page.locator(".why")).to_contain_text(f"the {name} was disconnected")
    recorder.expect_dark()
    expect(recorder.button("Analyze")).to_be_enabled()
    recorder.press(recorder.button("Again"))
    expect(recorder.main).to_have_attribute("aria-disabled", "false")
    recorder.press(recorder.button("Back to your recording"))
    expect(recorder.button("Analyze")).to_be_enabled()
    recorder.expect_dark()


def test_what_is_recorded_outlives_the_page_around_it(recorder: RecorderPage) -> None:
    page = recorder.page
    recorder.open()
    recorder.record()
    recorder.show(busy=True)  # a rerun
    page.get_by_role("button", name="Elsewhere").click()
    expect(recorder.main).to_have_text("Stop")
    # A server that was started anew knows nothing of it, and is told.
    recorder.show(open=False, session="two")
    page.wait_for_function("triggers.length === 1")
    assert recorder.triggers == [["asked", "open"]]
    recorder.show(session="two")
    expect(recorder.main).to_have_text("Stop")
    page.evaluate("unmount()")
    recorder.expect_dark()
    recorder.show(session="two")
    expect(page.locator(".why")).to_contain_text("It ended when you closed the recorder or left")
    recorder.show(session="two", open=False)
    expect(page.locator(".recorder")).to_be_hidden()
    recorder.show(session="two")
    expect(recorder.button("Analyze")).to_be_enabled()
    page.get_by_role("button", name="Elsewhere").focus()
    # Nobody closes the tab without being asked.
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()


def test_it_is_handed_over_when_there_is_a_connection_and_stays_until_it_arrived(
    recorder: RecorderPage,
) -> None:
    page = recorder.page
    recorder.open()
    page.get_by_label("Audio only").check()
    expect(recorder.main).to_have_attribute("aria-disabled", "false")
    recorder.record()
    recorder.press(recorder.main)
    expect(page.locator(".why")).to_contain_text("Inter-1 needs video")
    recorder.connect(False)
    recorder.press(recorder.button("Analyze with Inter-2 audio"))
    page.get_by_text("No connection to the app").first.wait_for()
    page.clock.run_for(2_000)
    assert recorder.given == []
    # The server was started anew meanwhile: it is opened there, and still handed over.
    recorder.show(open=False, session="two")
    recorder.show(session="two")
    page.get_by_text("No connection to the app").first.wait_for()
    assert recorder.triggers == [["asked", "open"]]
    recorder.connect(True)
    page.wait_for_function("document.querySelector('input').files.length === 1")
    page.get_by_text("Uploading. It stays").first.wait_for()
    file = "document.querySelector('input').files[0]"
    for why, count in (("lost", 2), ("failed", 2)):
        page.evaluate(
            f"""(why) => {{
              window.given ??= 1;
              document.querySelector("input").addEventListener("change", () => given += 1);
              const detail = {{ file: {file}, why }};
              const options = {{ detail, cancelable: true }};
              window.isSaid = document.dispatchEvent(
                new CustomEvent("interhuman-not-sent", options));
            }}""",
            why,
        )
        assert read_now(page, "[given, isSaid]") == [count, False], why
    expect(page.get_by_text("The upload failed").first).to_be_visible()
    expect(recorder.button("Analyze with Inter-2 audio")).to_be_enabled()
    recorder.press(recorder.button("Analyze with Inter-2 audio"))
    [[name, size]] = recorder.given
    recorder.show(session="two", arrived={"name": name, "size_bytes": size})
    page.wait_for_function("triggers.length === 2")
    assert recorder.triggers[1] == ["handed", "sound"]


HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, value: isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_page_in_the_background_turns_the_camera_off_after_a_minute(
    recorder: RecorderPage,
) -> None:
    page = recorder.page
    recorder.open()
    page.evaluate(HIDE, True)
    page.clock.run_for(30_000)
    page.evaluate(HIDE, False)
    page.clock.run_for(31_000)
    assert recorder.lights == ["live", "live"]
    page.evaluate(HIDE, True)
    page.clock.run_for(61_000)
    recorder.expect_dark()
    expect(page.locator(".problem")).to_contain_text("in the background for a minute")
    page.evaluate(HIDE, False)
    recorder.press(recorder.button("Turn on again"))
    expect(recorder.main).to_be_visible()
    recorder.record()
    page.evaluate(HIDE, True)
    page.clock.run_for(61_000)
    recorder.expect_dark()
    expect(page.locator(".why")).to_contain_text("in the background for a minute")


def test_nothing_is_turned_on_in_a_page_that_was_long_in_the_background(
    recorder: RecorderPage,
) -> None:
    page = recorder.page
    page.evaluate(HIDE, True)
    recorder.show(open=False)
    page.clock.run_for(61_000)
    recorder.show()  # a slow server's answer
    expect(page.locator(".problem")).to_contain_text("in the background for a minute")
    assert recorder.lights == []
    page.evaluate(HIDE, False)
    recorder.press(recorder.button("Turn on again"))
    expect(recorder.main).to_have_attribute("aria-disabled", "false")


def test_the_focus_goes_to_what_takes_the_place_of_what_had_it(recorder: RecorderPage) -> None:
    page = recorder.page
    page.evaluate(
        """() => {
          const { mediaDevices } = navigator, ask = mediaDevices.getUserMedia;
          mediaDevices.getUserMedia = async () => {
            mediaDevices.getUserMedia = ask;
            throw new DOMException("Permission denied", "NotAllowedError");
          };
        }"""
    )
    recorder.show()
    recorder.button("Try again").press("Enter")
    expect(recorder.main).to_be_focused()
    expect(recorder.main).to_have_attribute("aria-disabled", "false")
    recorder.record()
    recorder.main.press("Enter")
    title = page.locator(".title")
    expect(title).to_be_focused()
    recorder.button("Again").press("Enter")
    expect(recorder.main).to_be_focused()
    recorder.button("Back to your recording").press("Enter")
    expect(title).to_be_focused()
    recorder.connect(False)
    recorder.button("Analyze").press("Enter")
    expect(recorder.button("Cancel")).to_be_focused()
    recorder.connect(True)
    expect(title).to_be_focused()
    recorder.button("Close").press("Enter")
    expect(recorder.button("Record yourself")).to_be_focused()


def test_a_recording_is_kept_until_there_is_something_of_the_next(recorder: RecorderPage) -> None:
    page = recorder.page
    recorder.open()
    recorder.record()
    recorder.press(recorder.main)
    page.wait_for_function("interhumanRecorder.take")
    page.evaluate("interhumanRecorder.view.player.play()")
    recorder.press(recorder.button("Again"))
    page.wait_for_function("interhumanRecorder.view.player.paused")
    expect(recorder.main).to_have_attribute("aria-disabled", "false")
    page.evaluate(
        """() => {
          window.kept = interhumanRecorder.take;
          window.MediaRecorder = class extends MediaRecorder {
            addEventListener(name, listener) {
              if (name !== "dataavailable") super.addEventListener(name, listener);
            }
          };
        }"""
    )
    recorder.press(recorder.main)
    recorder.count_down()
    recorder.press(recorder.main)
    expect(page.locator(".problem")).to_contain_text("Nothing was recorded")
    recorder.press(recorder.button("Back to your recording"))
    page.wait_for_function("interhumanRecorder.take === kept")
    page.wait_for_function("interhumanRecorder.view.player.duration > 0")


def test_a_place_that_is_cleaned_up_late_ends_nothing(recorder: RecorderPage) -> None:
    page = recorder.page
    recorder.open()
    recorder.record()
    page.evaluate("(data) => { window.late = unmount; show(data, 'other'); late(); }", DATA)
    expect(recorder.main).to_have_text("Stop")
    page.wait_for_function("!interhumanRecorder.view.picture.paused")
    assert recorder.lights == ["live", "live"]
    page.evaluate("unmount()")
    recorder.expect_dark()


def test_a_recording_too_short_to_be_analyzed_is_not_handed_over(recorder: RecorderPage) -> None:
    recorder.open(min_seconds=600)
    recorder.record()
    recorder.press(recorder.main)
    expect(recorder.page.locator(".why")).to_contain_text("at least 600 seconds")
    expect(recorder.button("Analyze")).to_be_disabled()


WITHOUT_FAKES = tuple(each for each in ARGUMENTS if each != FAKE_DEVICES)
CANNOT: dict[str, tuple[tuple[str, ...], str]] = {
    "denied": ((*ARGUMENTS, "--use-fake-ui-for-media-stream=deny"), "Allow them with the icon"),
    "no device": (WITHOUT_FAKES, "No camera or microphone was found. Connect one"),
    "no camera": (
        (*WITHOUT_FAKES, FAKE_DEVICES.replace("count=2", "count=0")),
        "No camera was found. Connect one, or choose Audio only.",
    ),
}
"""The browser's arguments, and what the recorder says there."""


@pytest.mark.parametrize("case", CANNOT)
def test_what_speaks_against_it_is_said(browser: Browser, tmp_path: Path, case: str) -> None:
    arguments, says = CANNOT[case]
    context = launch(browser.browser_type, tmp_path, arguments=arguments)
    recorder = RecorderPage(context)
    recorder.show()
    expect(recorder.page.locator(".problem")).to_contain_text(says)
    expect(recorder.button("Try again")).to_be_visible()
    expect(recorder.main).to_be_hidden()
    if case == "no camera":
        recorder.page.get_by_label("Audio only").check()
        expect(recorder.main).to_be_visible()
    context.close()


IN_USE = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Could not start video source", "NotReadableError");
};"""


@pytest.mark.parametrize(
    ("url", "init", "says"),
    [
        (UNSAFE, "", "only over https"),
        (None, "delete window.MediaRecorder", "This browser can't record"),
        (None, IN_USE, "another program may be using it"),
    ],
    ids=["not served over https", "no recorder", "in use"],
)
def test_where_it_cannot_work_it_says_why(
    browser: Browser, url: str | None, init: str, says: str
) -> None:
    context = browser.new_context()
    recorder = RecorderPage(context, init=init, **({"url": url} if url else {}))
    recorder.show()
    expect(recorder.page.locator(".problem")).to_contain_text(says)
    context.close()
