"""The JavaScript that only computes, by value, and beside the Python that computes the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from interhuman.analysis import Analysis, Signal
from interhuman.findings.lanes import row_names
from interhuman.findings.time_axis import STEPS_S, time_ticks
from interhuman.formats import clock, label
from interhuman.frames import signals_frame
from interhuman.page.browser import script
from interhuman.page.result.component import MODULES
from interhuman.page.result.filter import SignalFilter
from tests.browser.waiting import read_now


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with the modules in it."""
    empty = browser.new_page()
    empty.add_script_tag(content=script(*(each for each in MODULES if each.stem != "mount")))
    yield empty
    empty.close()


def call(page: Page, function: str, *arguments: object) -> Any:
    """Return what a function gives for arguments of JSON; `function` may be written out here."""
    return read_now(page, f"({function})(...{json.dumps(arguments)})")


@given(seconds=st.floats(0, 400_000), tenths=st.booleans())
@example(seconds=0.25, tenths=True)
def test_a_time_reads_as_the_server_writes_it(page: Page, seconds: float, tenths: bool) -> None:
    assert call(page, "clock", seconds, tenths) == clock(seconds, tenths=tenths)


LOOK = "(query, endS) => readLook(new URLSearchParams(query), endS)"


@pytest.mark.parametrize(
    ("t", "time"), [("12.5", 12.5), ("99", 40), ("", 0), ("-1", 0), ("1e1", 0), ("0x9", 0)]
)
def test_an_address_names_a_moment_of_the_recording(page: Page, t: str, time: float) -> None:
    assert call(page, LOOK, f"t={t}&panel=moments", 40)["time"] == time


def test_what_is_looked_at_is_read_as_it_was_written(page: Page) -> None:
    written = call(
        page,
        """(query, look, filter) => {
          const params = new URLSearchParams(query);
          writeLook(params, { ...look, filter: new SignalFilter(filter) });
          return String(params);
        }""",
        "result=x&tab=table&t=3&q=old",
        {"time": 12.34, "panel": "moments", "score": "clarity", "tab": ""},
        {"rows": [2, 0], "probabilities": ["high"], "phrase": " fair point "},
    )
    assert written == (
        "result=x&t=12.3&types=0%2C2&probability=high&q=fair+point&panel=moments&score=clarity"
    )
    assert call(page, LOOK, written, 40) == {"time": 12.3, "panel": "moments", "score": "clarity"}


def test_ticks_are_round_steps_in_the_window(page: Page) -> None:
    assert call(page, "ticks", 0, 60, 9, STEPS_S) == {
        "times": time_ticks(60),
        "labels": ["0:00", "0:10", "0:20", "0:30", "0:40", "0:50", "1:00"],
    }
    assert call(page, "ticks", 10.2, 12.4, 0.4, STEPS_S) == {
        "times": [10.5, 11, 11.5, 12],
        "labels": ["0:10.5", "0:11.0", "0:11.5", "0:12.0"],
    }
    assert call(page, "ticks", 0, 1e6, 200_000, STEPS_S)["times"] == [n * 259_200 for n in range(4)]


LEVELS = [
    {
        "fromWindowS": 100,
        "traces": [
            {"y": [1, 2], "members": [[1, 2, 3], [4, 5]]},
            {"y": [7], "members": [[6]]},
        ],
    },
    {
        "fromWindowS": 0,
        "traces": [{"y": [1, 1, 1, 2, 2, 7], "members": [[1], [2], [3], [4], [5], [6]]}],
    },
]
GEOMETRY = {"always": [{"y": [9], "members": [[0]]}], "levels": LEVELS}


@pytest.mark.parametrize(("window_s", "level"), [(500, 0), (100, 0), (99, 1), (0.1, 1)])
def test_the_level_follows_the_window(page: Page, window_s: float, level: int) -> None:
    assert call(page, "levelFor", LEVELS, window_s) == level


@pytest.mark.parametrize(
    ("level", "hidden", "drawn"),
    [
        (0, [], [[9], [1, 2], [7], None]),
        # What is left of a run is drawn from the last level, one by one.
        (0, [0, 2], [[None], [None, 2], [7], [1, None, 1, None, None, None]]),
        (0, [1, 2, 3], [[9], [None, 2], [7], None]),
        (0, [6], [[9], [1, 2], [None], None]),
        (1, [2], [[9], None, None, [1, None, 1, 2, 2, 7]]),
    ],
)
def test_marks_are_drawn_for_a_level_and_a_filter(
    page: Page, level: int, hidden: list[int], drawn: list[list[float | None] | None]
) -> None:
    marks = call(
        page,
        "(geometry, level, hidden) => drawnMarks(geometry, level, (id) => !hidden.includes(id))",
        GEOMETRY,
        level,
        hidden,
    )
    assert [mark["y"] if mark["visible"] else None for mark in marks] == drawn


def test_spans_are_joined_where_little_is_between_them(page: Page) -> None:
    spans = [(0, 5), (1, 2), (5.5, 6), (9, 9)]
    signals = [{"start": start, "end": end} for start, end in spans]
    assert call(page, "joinedSpans", signals, 1) == [[0, 6], [9, 10]]
    assert call(page, "joinedSpans", [], 1) == []


TYPES = ("stress", "interest", "odd_type")
SIGNALS = st.lists(
    st.builds(
        Signal,
        type=st.sampled_from(TYPES),
        start=st.just(0.0),
        end=st.just(1.0),
        probability=st.sampled_from(["high", "medium", "low", None]),
        rationale=st.text("aAbBẞßÉİı ", max_size=8),
    ),
    min_size=1,
    max_size=6,
)


@given(
    signals=SIGNALS,
    types=st.sets(st.sampled_from(TYPES)),
    probabilities=st.sets(st.sampled_from(["high", "low", "not given"])),
    phrase=st.text("aAbBẞßÉİı", max_size=2),
)
def test_the_browser_filters_as_the_server_does(
    page: Page, signals: list[Signal], types: set[str], probabilities: set[str], phrase: str
) -> None:
    frame = signals_frame(Analysis(signals=tuple(signals)))
    names = row_names(frame)
    chosen = SignalFilter(tuple(types & {*names}), tuple(probabilities), phrase.strip())
    sent = [
        {
            "row": names.index(signal.type),
            "sureness": signal.probability or "not given",
            "words": [label(signal.type), why],
        }
        for signal, why in zip(signals, frame["rationale"].fillna(""), strict=True)
    ]
    reported = {
        "rows": [names.index(name) for name in chosen.rows],
        "probabilities": chosen.probabilities,
        "phrase": phrase,
    }
    shown = call(
        page,
        """(facts, signals) => {
          const filter = new SignalFilter(facts);
          const lower = (words) => words.map((text) => text.toLowerCase());
          return signals.map((signal) => filter.shows({ ...signal, words: lower(signal.words) }));
        }""",
        reported,
        sent,
    )
    assert shown == chosen.matches(frame).tolist()


@pytest.mark.parametrize(
    ("text", "phrase", "marked"),
    [
        ("A price, the PRICE", "price", ["price", "PRICE"]),
        ("<b>bold</b>", "<b>", ["<b>"]),
        ("nothing", "", []),
        ("İstanbul", "istanbul", []),
    ],
)
def test_what_is_found_is_marked_and_stays_text(
    page: Page, text: str, phrase: str, marked: list[str]
) -> None:
    words, marks, elements = call(
        page,
        """(text, phrase) => {
          const element = document.createElement("p");
          setMarkedText(element, text, phrase);
          const marks = [...element.querySelectorAll("mark")].map((mark) => mark.textContent);
          return [element.textContent, marks, element.querySelectorAll("*").length];
        }""",
        text,
        phrase,
    )
    assert (words, marks, elements) == (text, marked, len(marked))


@pytest.mark.parametrize(
    ("wanted", "window"),
    [
        ([10, 20], [10, 20]),
        ([-5, 5], [0, 10]),
        ([95, 105], [90, 100]),
        ([50, 50], [50, 52]),
        ([-10, 200], [0, 100]),
        ([0, 99.9999999], [0, 100]),
    ],
)
def test_a_window_is_within_the_recording(
    page: Page, wanted: list[float], window: list[float]
) -> None:
    assert call(page, "possibleWindow", wanted, [0, 100]) == window
    assert call(page, "possibleWindow", [0, 1], [0, 1.5]) == [0, 1.5], (
        "shorter than the shortest window"
    )


def test_zooming_leaves_what_is_under_the_pointer_where_it_is(page: Page) -> None:
    assert call(page, "zoomedWindow", [0, 100], 2, 20, [0, 100]) == [10, 60]
    assert call(page, "zoomedWindow", [10, 60], 0.5, 20, [0, 100]) == [0, 100]
    assert call(page, "zoomedWindow", [10, 14], 100, 13, [0, 100]) == [11.5, 13.5]


def test_two_fingers_hold_their_times(page: Page) -> None:
    assert call(page, "pinchedWindow", [20, 40], [0.2, 0.8], [0, 100]) == pytest.approx(
        [13.33, 46.67], abs=0.01
    )
    assert call(page, "pinchedWindow", [20, 40], [0.2, 0.2], [0, 100]) is None, "they met"
    assert call(page, "pinchedWindow", [20, 40], [0.8, 0.2], [0, 100]) is None, (
        "they passed each other"
    )


@pytest.mark.parametrize(
    ("window", "before", "time", "turns"),
    [
        ([0, 100], 99, 100, False),
        ([10, 20], 19.9, 20.1, True),
        ([10, 20], 12, 50, True),
        ([10, 20], 40, 41, False),
        ([10, 20], 15, 16, False),
    ],
    ids=["whole", "plays on", "jumps", "somebody looks elsewhere", "inside"],
)
def test_the_window_follows_a_playhead_that_was_seen(
    page: Page, window: list[float], before: float, time: float, turns: bool
) -> None:
    assert call(page, "follows", window, before, time, [0, 100]) is turns


def test_a_window_that_follows_begins_shortly_before_the_playhead(page: Page) -> None:
    assert call(page, "windowWith", [10, 20], 50, [0, 100]) == [49, 59]
    assert call(page, "windowWith", [10, 20], 15, [0, 100]) == [10, 20]
    assert call(page, "windowWith", [10, 20], 99, [0, 100]) == [90, 100]


HOLDING = """(time, signals, edges) => {
  const { holding, from, until } = holdingAt(time, signals, edges);
  const json = (edge) => (Number.isFinite(edge) ? edge : null);
  return [holding.map(({ id }) => id), json(from), json(until)];
}"""

SPANS = [
    {"id": 0, "start": 1, "end": 5, "fill": "half"},
    {"id": 1, "start": 2, "end": 4, "fill": "solid"},
    {"id": 2, "start": 2, "end": 3, "fill": "half"},
    {"id": 3, "start": 6, "end": 6, "fill": "unknown"},
]


@pytest.mark.parametrize(
    ("time", "holding", "from_s", "until_s"),
    [
        (0, [], None, 1),
        (1, [0], 1, 2),
        (2.5, [1, 2, 0], 2, 2.8),
        (3, [1, 0], 3, 4),
        (6.2, [3], 6, 6.5),
        (9, [], 6.5, None),
    ],
)
def test_the_surest_and_latest_signal_is_the_current_one(
    page: Page, time: float, holding: list[int], from_s: float | None, until_s: float | None
) -> None:
    assert call(page, HOLDING, time, SPANS, [2.8]) == [holding, from_s, until_s]


@pytest.mark.parametrize(
    ("current", "direction", "time", "found"),
    [(1, 1, 2, 2), (1, -1, 2, 0), (3, 1, 6, None), (None, 1, 2, 3), (None, -1, 2, 0)],
)
def test_the_next_signal_is_that_of_the_time_or_of_the_current_one(
    page: Page, current: int | None, direction: int, time: float, found: int | None
) -> None:
    present = None if current is None else SPANS[current]
    neighbor = call(page, "neighborOf", present, direction, time, SPANS)
    assert (neighbor and neighbor["id"]) == found


OFFERS = """(totals) => {
  const names = ["high", "low"].map((name) => ({ name, fill: "solid" }));
  const view = { filter: new SignalFilter(), setFilter(filter) { this.filter = filter; } };
  const bar = new FilterBar(names, view);
  return totals.map((total) => {
    bar.show(view.filter, total, total);
    const isOffered = !bar.offer.hidden;
    if (isOffered) bar.offer.click();
    const chosen = view.filter.probabilities.join();
    bar.show(view.filter, 1, total);
    view.filter = new SignalFilter();
    return [isOffered, chosen];
  });
}"""


def test_the_surest_of_many_signals_are_offered_once(page: Page) -> None:
    assert call(page, OFFERS, [300, 301, 301]) == [[False, ""], [True, "high"], [False, ""]]


CUES = """(signals) => cuesOf(signals)"""


def detected(
    start: float, end: float, type: str = "Hesitation", sureness: str = "high", why: str = ""
) -> dict[str, Any]:
    probability = "probability not given" if sureness == "not given" else f"{sureness} probability"
    return {
        "start": start,
        "end": end,
        "type": type,
        "sureness": sureness,
        "probability": probability,
        "why": why,
    }


def test_captions_begin_with_every_signal_and_do_not_overlap(page: Page) -> None:
    pause = detected(10, 15.5, why="A long pause.")
    stress = detected(12, 20, "Stress", "low", "Swallows.")
    assert call(page, CUES, [pause, stress]) == [
        [10, 11.999, "Hesitation · high probability\nA long pause."],
        [12, 15.499, "Hesitation · high probability\nStress · low probability"],
        [15.5, 19.999, "Stress · low probability\nSwallows."],
    ]
    assert [cue[:2] for cue in call(page, CUES, [detected(3, 3)])] == [[3, 4.499]]
    assert call(page, CUES, []) == []


def test_many_signals_of_one_time_are_their_names_and_how_sure_they_are(page: Page) -> None:
    names = ("Stress", "Agreement", "Odd one", "Interest")
    others = [detected(0, 5, name, "not given") for name in names]
    ((_, _, words),) = call(page, CUES, [*others, detected(0, 5)])
    assert words.split("\n") == [
        "Stress, agreement, odd one and 2 more",
        "5 signals · probability: 1 high, 4 not given",
    ]


def test_no_text_is_markup_or_a_third_line_in_a_caption(page: Page) -> None:
    odd = detected(0, 5, "<b>x</b>\n", why="<i>5 & 6</i>\n\n --> " + "long " * 50)
    ((_, _, words),) = call(page, CUES, [odd])
    first, second = words.split("\n")
    assert first == "&lt;b&gt;x&lt;/b&gt; · high probability"
    assert second.startswith("&lt;i&gt;5 &amp; 6&lt;/i&gt; --&gt; long")
    assert second.endswith("…")


def reading(value: float, *, is_evidence: bool = True) -> dict[str, Any]:
    words = f"{value:.0f}" if is_evidence else "no evidence"
    return {"value": value, "words": words, "band": "", "isEvidence": is_evidence}


RADAR = """(readings) => {
  const radar = new Radar(["a", "b", "c", "d"]);
  radar.showOverall(readings);
  return [...radar.overall.children].map((shape) => [
    shape.tagName,
    shape.getAttribute("points") ?? `${shape.getAttribute("cx")},${shape.getAttribute("cy")}`,
    shape.classList.contains("ih-hollow"),
  ]);
}"""


def test_a_radar_is_closed_where_all_was_given(page: Page) -> None:
    values = [reading(100), reading(40), reading(50, is_evidence=False), reading(0)]
    outline, *dots = call(page, RADAR, values)
    assert outline[:2] == ["polygon", "0.00,-50.00 20.00,0.00 0.00,25.00 0.00,0.00"]
    assert [hollow for _, _, hollow in dots] == [False, False, True, False]


def test_a_missing_value_is_a_gap_in_the_radar(page: Page) -> None:
    shapes = call(page, RADAR, [reading(100), None, reading(60), reading(20)])
    assert [tag for tag, *_ in shapes] == ["polyline"] * 2 + ["circle"] * 3
    assert [points for tag, points, _ in shapes if tag == "polyline"] == [
        "0.00,30.00 -10.00,0.00",
        "-10.00,0.00 0.00,-50.00",
    ]


CARD = """(scores, times) => {
  const view = { showScore() {}, seek() {} };
  const facts = { scores, engaged: "57%", total: 1200, absent: "None.", limits: "?", endS: 30 };
  const card = new QualityCard(document.createElement("div"), facts, view, () => {});
  const textOf = ({ textContent }) => textContent;
  const said = (name) => [...card.root.querySelectorAll(`tbody ${name}`)].map(textOf);
  const now = times.map((time) => (card.setTime(time), said(".ih-of-now")));
  card.setShown(13);
  const lines = [...card.root.querySelectorAll("p")].map(textOf);
  return { now, all: said("td.ih-number:not(.ih-of-now)"), lines };
}"""


def score(name: str, *windows: tuple[float, float, float], overall: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "label": name.capitalize(),
        "meaning": "",
        "overall": None if overall is None else reading(overall),
        "windows": [{"start": a, "end": b, **reading(value)} for a, b, value in windows],
        "extremes": [],
    }


def test_the_card_says_what_holds_at_the_playhead_and_nothing_in_a_gap(page: Page) -> None:
    index = score("quality_index", (0, 10, 61), (20, 30, 47), overall=55)
    clarity = score("clarity", (5, 10, 40), overall=None)
    said = call(page, CARD, [index, clarity], [0, 5, 9.9, 10, 25, 30, 5])
    absent = "\N{EN DASH}"
    assert said["now"] == [
        ["61", absent],
        ["61", "40"],
        ["61", "40"],
        [absent, absent],
        ["47", absent],
        ["47", absent],  # the end of the recording belongs to its last window
        ["61", "40"],
    ]
    assert said["all"] == ["55", "not given"]
    assert said["lines"][-1] == "Time engaged 57% · 13 of 1,200 signals"


def test_a_result_without_quality_has_no_radar(page: Page) -> None:
    said = call(page, CARD, [], [3])
    assert said["lines"] == ["None.", "Time engaged 57% · 13 of 1,200 signals"]


def test_a_filter_of_the_moment_in_which_a_view_is_taken_over_is_kept_and_told(page: Page) -> None:
    told = """() => new Promise((resolve) => {
      const chips = { rows: [], families: [], filter: {} };
      const before = new ResultView();
      new ResultView(before).mountChips(document.createElement("div"), chips, resolve);
      before.setFilter(new SignalFilter({ phrase: "price" }));
    })"""
    assert call(page, told) == {"rows": [], "probabilities": [], "phrase": "price"}


def added(page: Page, *steps: str) -> Any:
    """Return notes, judgments and what was last told after steps on `annotations`."""
    return call(
        page,
        f"""() => {{
          const annotations = new Annotations();
          let told = null;
          annotations.connect((changes) => {{ told = changes; }});
          {"; ".join(steps)};
          const {{ notes, says, problem }} = annotations;
          return {{ notes: notes.map(({{ id, text }}) => [id, text]), says: [...says], told }};
        }}""",
    )


WRITE = "annotations.write({ id: 'b', start: 5, end: 5, text: 'later' })"
WRITE_EARLIER = "annotations.write({ id: 'a', start: 2, end: 3, text: 'first' })"


def taken(done: int, *items: dict[str, Any]) -> str:
    facts = {"items": items, "done": done, "problem": None, "isKept": True}
    return f"annotations.take({json.dumps(facts)})"


def test_annotations_are_seen_at_once_and_told_until_they_are_taken_in(page: Page) -> None:
    both = added(page, WRITE, WRITE_EARLIER)
    assert both["notes"] == [["a", "first"], ["b", "later"]]
    assert [change["number"] for change in both["told"]] == [1, 2]
    note = both["told"][0]
    after = added(page, WRITE, taken(1, {"note": note["note"]}), WRITE_EARLIER)
    assert after["notes"] == [["a", "first"], ["b", "later"]]
    assert [change["number"] for change in after["told"]] == [2]


def test_what_the_server_has_not_heard_of_is_not_lost_by_what_it_says(page: Page) -> None:
    assert added(page, WRITE, taken(0))["notes"] == [["b", "later"]]
    assert added(page, WRITE, "annotations.remove('b')", taken(1))["notes"] == []


def test_a_judgment_can_be_changed_and_taken_back(page: Page) -> None:
    judge = "annotations.judge(7, {})".format
    assert added(page, judge("'agree'"), judge("'disagree'"))["says"] == [[7, "disagree"]]
    assert added(page, judge("'agree'"), judge("null"))["says"] == []
    later = added(page, taken(9, {"signal": 7, "says": "agree"}), judge("null"))
    assert later["says"] == []
    assert later["told"][0]["number"] == 10


def test_a_note_holds_for_a_while_and_the_latest_comes_first(page: Page) -> None:
    held = """(time) => {
      const annotations = new Annotations();
      annotations.write({ id: "a", start: 2, end: 2, text: "moment" });
      annotations.write({ id: "b", start: 4, end: 9, text: "span" });
      return annotations.at(time).map(({ id }) => id).join("");
    }"""
    assert [call(page, held, time) for time in (1.9, 2, 5, 8, 9)] == ["", "a", "ba", "b", ""]
