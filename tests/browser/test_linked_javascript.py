"""The JavaScript of linked tracks that only computes, by value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from interhuman.findings.time_axis import STEPS_S
from interhuman.page.browser import script
from interhuman.page.compare import sheet
from interhuman.page.compare.tracks import FOLDER, MODULES
from tests.browser.test_javascript import call
from tests.page.result.test_component import DECLARED, UNDOCUMENTED

IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "[./\w]*/(\w+)\.js";$', re.MULTILINE)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with the modules in it."""
    empty = browser.new_page()
    empty.add_script_tag(content=script(*(each for each in MODULES if each.stem != "mount")))
    yield empty
    empty.close()


def test_every_module_comes_after_those_that_it_imports() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in MODULES}
    assert {*FOLDER.glob("*.js")} - {*sheet.MODULES} <= {*MODULES}
    for place, (name, text) in enumerate(texts.items()):
        imports = IMPORT.findall(text)
        assert len(imports) == text.count("\nimport ") + text.startswith("import "), name
        assert {source for _, source in imports} <= {*list(texts)[:place]}, name
        for imported, source in imports:
            assert {*imported.split(", ")} <= {*DECLARED.findall(texts[source])}
    declared = [each for text in texts.values() for each in DECLARED.findall(text)]
    assert sorted(declared) == sorted({*declared}), "they share one scope in the script"


def test_nothing_leans_on_what_streamlit_does_not_document() -> None:
    for path in FOLDER.glob("*.js"):
        assert UNDOCUMENTED.findall(path.read_text("utf-8")) == [], path.name


AXES = """(recordings, unit, stepsS, run) => {
  const axes = recordings.map(([endS, shiftS]) => new Axis({ endS, shiftS, unit, stepsS }));
  shareAxis(axes);
  return eval(run)(axes);
}"""


def on_axes(page: Page, recordings: list[tuple[float, float]], unit: str, run: str) -> Any:
    """Return what `run` gives for the axes of recordings, each with its length and shift."""
    function = AXES.replace("eval(run)", f"({run})")
    return call(page, function, recordings, unit, STEPS_S)


@pytest.mark.parametrize(
    ("recordings", "unit", "extents"),
    [
        ([(60, 0)], "seconds", [[0, 60]]),
        ([(60, 0), (40, 0)], "seconds", [[0, 60], [0, 60]]),
        ([(60, 0), (40, -10)], "seconds", [[-10, 60], [0, 70]]),
        ([(60, 0), (40, 30)], "seconds", [[0, 70], [-30, 40]]),
        ([(60, 0), (40, 0)], "percent", [[0, 60], [0, 40]]),
        ([(60, 0), (40, 4)], "percent", [[0, 66], [-4, 40]]),
    ],
)
def test_an_axis_shows_all_of_each_recording(
    page: Page,
    recordings: list[tuple[float, float]],
    unit: str,
    extents: list[list[float]],
) -> None:
    extent = on_axes(page, recordings, unit, "(axes) => axes.map(({ extent }) => extent)")
    assert extent == [pytest.approx(each) for each in extents]


def test_the_same_place_is_another_time_in_each_recording(page: Page) -> None:
    run = "(axes) => axes.map((axis) => [axis.own(axes[0].at(30)), axis.label(axis.own(30))])"
    recordings = [(60.0, 0.0), (40.0, 5.0)]
    assert on_axes(page, recordings, "seconds", run) == [[30, "0:30"], [25, "0:30"]]
    percent = on_axes(page, recordings, "percent", run)
    assert [time for time, _ in percent] == pytest.approx([30, 15])
    assert percent[0][1] == "30%"


def test_ticks_stand_at_the_same_places_in_own_times(page: Page) -> None:
    run = "(axes) => axes.map((axis) => axis.ticks(axis.extent, 10))"
    first, second = on_axes(page, [(60.0, 0.0), (40.0, -15.0)], "seconds", run)
    labels = ["\N{MINUS SIGN}0:10", "0:00", "0:10", "0:20", "0:30", "0:40", "0:50", "1:00"]
    assert first["labels"] == second["labels"] == labels
    assert first["times"] == [-10, 0, 10, 20, 30, 40, 50, 60]
    assert second["times"] == [5, 15, 25, 35, 45, 55, 65, 75]
    (percent,) = on_axes(page, [(40.0, 0.0)], "percent", run)
    assert percent["labels"] == ["0%", "50%", "100%"]
    assert percent["times"] == [0, 20, 40]


ADDRESS = """(query, look) => {
  const params = new URLSearchParams(query);
  if (look) writeComparison(params, look);
  return [String(params), readComparison(params, 3)];
}"""


def test_what_is_looked_at_is_read_as_it_was_written(page: Page) -> None:
    look = {"time": 12.34, "shifts": [0, -2.5, 0], "unit": "percent", "isLocked": False}
    written, read = call(page, ADDRESS, "compare=x&t=4", look)
    assert written == "compare=x&t=12.3&shift=-2.5%2C0&axis=percent&players=alone"
    assert read == {**look, "time": 12.3}
    plain = {"time": 0, "shifts": [0, 0, 0], "unit": "seconds", "isLocked": True}
    assert call(page, ADDRESS, written, plain) == ["compare=x", plain]


@pytest.mark.parametrize("query", ["", "t=x&shift=1e9,;&axis=px&players=", "shift=,,,,9"])
def test_what_makes_no_sense_in_an_address_is_left_out(page: Page, query: str) -> None:
    plain = {"time": 0, "shifts": [0, 0, 0], "unit": "seconds", "isLocked": True}
    assert call(page, ADDRESS, query, None)[1] == plain


TOGETHER = """(recordings, unit, steps) => {
  let nowMs = 0;
  class Player {
    constructor(lengthS) {
      Object.assign(this, { lengthS, media: {}, time: 0, on: false, speed: 1 });
      Object.assign(this, { isMovedByHand: false, isStalled: false });
    }
    get playing() { return this.on && !this.ended; }
    get ended() { return this.time >= this.lengthS; }
    get isRunning() { return this.playing && !this.isStalled; }
    play() { this.on = true; }
    pause() { this.on = false; }
    seek(seconds) { this.time = seconds; }
    pass(seconds) {
      if (this.isRunning) this.time = Math.min(this.time + seconds * this.speed, this.lengthS);
    }
  }
  const axes = recordings.map(([endS, shiftS]) => new Axis({ endS, shiftS, unit, stepsS: [1] }));
  shareAxis(axes);
  const members = recordings.map(([lengthS], place) => ({
    lengthS, axis: axes[place], player: new Player(lengthS),
  }));
  const together = new Together(members, () => {}, () => nowMs);
  const pass = (seconds) => {
    for (let left = Math.round(seconds * 50); left > 0; left -= 1) {
      nowMs += 20;
      for (const { player } of members) player.pass(0.02);
      together.tick();
    }
  };
  return steps.map((step) => {
    new Function("together", "members", "pass", step)(together, members, pass);
    const round = (number) => Math.round(number * 10) / 10;
    const states = members.map(({ player }) => [round(player.time), player.playing]);
    return [round(together.place), together.playing, states];
  });
}"""


def together(
    page: Page, recordings: list[tuple[float, float]], *steps: str, unit: str = "seconds"
) -> Any:
    """Return after each step: the playhead, whether it moves, and each player's time and state."""
    return call(page, TOGETHER, recordings, unit, steps)


def test_locked_players_stand_at_the_playhead_less_their_shift(page: Page) -> None:
    recordings = [(60.0, 0.0), (40.0, 5.0)]
    sought, played, moved, paused = together(
        page,
        recordings,
        "together.seek(members[0], 20)",
        "together.toggle(); pass(2)",
        "together.seek(members[1], 30)",
        "together.toggle()",
    )
    assert sought == [20, False, [[20, False], [15, False]]]
    assert played == [22, True, [[22, True], [17, True]]]
    assert moved == [35, True, [[35, True], [30, True]]]
    assert paused == [35, False, [[35, False], [30, False]]]


def test_a_recording_plays_only_where_the_playhead_is_within_it(page: Page) -> None:
    before, within, after, end, again = together(
        page,
        [(60.0, 0.0), (10.0, 5.0)],
        "together.toggle(); pass(3)",
        "pass(4)",
        "pass(10)",
        "pass(60)",
        "together.toggle(); pass(1)",
    )
    assert before == [3, True, [[3, True], [0, False]]]
    assert within == [7, True, [[7, True], [2, True]]]
    assert after == [17, True, [[17, True], [10, False]]]
    assert end == [60, False, [[60, False], [10, False]]]
    assert again[:2] == [1, True]


def test_the_playhead_crosses_what_no_recording_covers(page: Page) -> None:
    _, later = together(page, [(4.0, 0.0), (4.0, 8.0)], "together.toggle(); pass(6)", "pass(4)")
    assert later == [10, True, [[4, False], [2, True]]]


def test_what_drifts_is_brought_back_by_speed_and_what_is_lost_by_a_jump(page: Page) -> None:
    drifted, caught, lost = together(
        page,
        [(60.0, 0.0), (60.0, 0.0)],
        "together.toggle(); pass(1); members[1].player.time -= 0.3",
        "pass(6)",
        "members[1].player.time -= 3; pass(0.5)",
    )
    assert drifted[2] == [[1, True], [0.7, True]]
    assert caught[2] == [[7, True], [7, True]]
    assert lost[2][0][0] == pytest.approx(lost[2][1][0], abs=0.1)


def test_the_playhead_waits_for_a_player_that_has_not_begun(page: Page) -> None:
    waiting, going = together(
        page,
        [(60.0, 0.0)],
        "members[0].player.isStalled = true; together.toggle(); pass(2)",
        "members[0].player.isStalled = false; pass(2)",
    )
    assert waiting == [0, True, [[0, True]]]
    assert going == [2, True, [[2, True]]]


def test_a_recording_that_cannot_be_loaded_stops_no_other(page: Page) -> None:
    fails = "Object.assign(members[1].player, { hasFailed: true, play() {} })"
    refused = "together.playerChanged(members[1])"
    going, loaded = together(
        page,
        [(60.0, 0.0), (60.0, 0.0)],
        f"{fails}; together.toggle(); {refused}; pass(2)",
        "const { player } = members[1]; player.hasFailed = false; delete player.play; pass(1)",
    )
    assert going == [2, True, [[2, True], [2, False]]]
    assert loaded == [3, True, [[3, True], [3, True]]]
    (alone,) = together(
        page, [(60.0, 0.0)], "members[0].player.hasFailed = true; together.toggle(); pass(2)"
    )
    assert alone == [2, True, [[2, False]]]


def test_what_is_done_with_one_players_controls_is_done_with_all(page: Page) -> None:
    recordings = [(60.0, 0.0), (40.0, 5.0)]
    report = "together.playerChanged(members[1])"
    played, moved, paused = together(
        page,
        recordings,
        f"members[1].player.time = 10; members[1].player.play(); {report}; pass(1)",
        "const { player } = members[1]; player.time = 30; player.isMovedByHand = true; "
        f"{report}; player.isMovedByHand = false; pass(1)",
        f"members[1].player.pause(); {report}; pass(1)",
    )
    assert played == [16, True, [[16, True], [11, True]]]
    assert moved == [36, True, [[36, True], [31, True]]]
    assert paused == [36, False, [[36, False], [31, False]]]


def test_players_alone_have_nothing_to_do_with_each_other(page: Page) -> None:
    alone, sought, locked = together(
        page,
        [(60.0, 0.0), (40.0, 0.0)],
        "together.lock(false); together.active = members[1]; together.toggle(); pass(3)",
        "together.seek(members[0], 50)",
        "together.active = members[1]; together.lock(true); pass(1)",
    )
    assert alone == [3, True, [[0, False], [3, True]]]
    assert sought == [50, True, [[50, False], [3, True]]]
    assert locked == [4, True, [[4, True], [4, True]]]


def test_in_percent_a_longer_recording_plays_faster(page: Page) -> None:
    (played,) = together(
        page, [(60.0, 0.0), (120.0, 0.0)], "together.toggle(); pass(6)", unit="percent"
    )
    assert played == [10, True, [[6, True], [12, True]]]


def test_a_speed_chosen_for_one_holds_for_all(page: Page) -> None:
    (played,) = together(
        page,
        [(60.0, 0.0), (60.0, 0.0)],
        "together.toggle(); members[1].player.speed = 2; "
        "together.playerChanged(members[1]); pass(3)",
    )
    assert played == [6, True, [[6, True], [6, True]]]


@pytest.mark.parametrize(("seconds", "shown"), [(1.24, 1.2), (-0.06, -0.1), (0.3, 0.3)])
def test_a_shift_is_in_tenths_of_a_second(page: Page, seconds: float, shown: float) -> None:
    assert call(page, "inSteps", seconds) == shown
