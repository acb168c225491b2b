"""What the list says of each recording under way, as plain values for the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from interhuman.formats import clock, count, day_and_time, index_words, score, size
from interhuman.media.camera_parts import CameraFile, series_in
from interhuman.media.forecast import Forecast
from interhuman.runs.listed import Repeat
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.states import UNSENT, ItemState
from interhuman.text import one_line

TITLE_CHARACTERS = 120
SENTENCE_CHARACTERS = 400

BILLED_AGAIN = "It may have been analyzed and billed already. Sending it again may be billed twice."
ANALYZED_AGAIN = "It counts toward your usage again, and the result will be much the same."

_S = ItemState

KINDS: Mapping[ItemState, str] = {
    _S.PAUSED: "waiting",
    _S.WAITING: "waiting",
    _S.UNANSWERED: "asks",
    _S.DONE: "done",
    _S.FAILED: "failed",
    _S.REFUSED: "refused",
    _S.CANCELED: "canceled",
}
"""How a row looks, by its state; any other state is "active"."""

NOTHING_KNOWN = Forecast("")


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done with a recording."""

    name: str
    text: str
    confirm: Mapping[str, str] | None = None
    """What is said before, in `words`, and what the button is then called, in `text`."""

    def as_json(self) -> dict[str, object]:
        """Return it as the browser reads it."""
        return {"name": self.name, "text": self.text, "confirm": self.confirm}


OPEN, CANCEL, REMOVE = (
    Action("open", "Open"),
    Action("cancel", "Cancel"),
    Action("remove", "Remove"),
)
RETRY, START = Action("retry", "Try again"), Action("start", "Start")
ASK_AGAIN = Action("retry", "Ask for its result")
SEND_AGAIN = Action(
    "send_again", "Send again …", {"words": BILLED_AGAIN, "text": "Send it again anyway"}
)
ANALYZE_AGAIN = Action(
    "again", "Analyze again …", {"words": ANALYZED_AGAIN, "text": "Analyze it again anyway"}
)


def in_series(items: Sequence[QueueItem]) -> list[QueueItem]:
    """Return items in their order, but the parts of a camera's recording after each other."""
    files = [CameraFile(item.id, item.file_name, None, None) for item in items]
    first = {id: series.ids[0] for series in series_in(files) for id in series.ids}
    part = {id: number for series in series_in(files) for number, id in enumerate(series.ids)}
    place = {item.id: number for number, item in enumerate(items)}
    return sorted(
        items, key=lambda item: (place[first.get(item.id, item.id)], part.get(item.id, 0))
    )


def row_of(
    item: QueueItem, forecast: Forecast = NOTHING_KNOWN, *, started: bool = False
) -> dict[str, object]:
    """Return what the list shows of an item; `started` says whether others are under way.

    `forecast` is what its header promises, which counts as long as nothing better is known.
    """
    refused = forecast.refused and item.state is _S.PAUSED
    words = item.words
    if item.state is _S.PAUSED:
        words = "Can't be sent" if refused else ("Paused" if started else "Ready to start")
    elif item.state is _S.WAITING and item.place:
        words = f"{item.words}: {count(item.place, 'recording')} before it"
    problem = forecast.words if refused else " ".join(filter(None, (item.problem, item.remedy)))
    plan = item.sent_as or ("" if forecast.refused or item.state not in UNSENT else forecast.words)
    return _row(
        item.id,
        title=item.title,
        about=_facts(item.duration_s, item.size_bytes, plan),
        kind="refused" if refused else KINDS.get(item.state, "active"),
        state=words,
        share=item.share if KINDS.get(item.state) is None else None,
        problem=problem,
        result=_index(item),
        signals=_signals(item),
        actions=_actions(item, started=started, refused=refused),
    )


def row_of_repeat(repeat: Repeat, zone: tzinfo) -> dict[str, object]:
    """Return what the list shows of a recording that was there before and isn't queued."""
    recording, same = repeat.recording, repeat.same
    if same.state is _S.DONE:
        when = f" on {day_and_time(same.analyzed_at, zone)}" if same.analyzed_at else ""
        words, problem = "Analyzed before", f"With the same options{when}. Nothing is sent."
        actions = [OPEN, ANALYZE_AGAIN, REMOVE]
    else:
        words = "Already in this list"
        problem = f"It's the same recording as {one_line(same.title, TITLE_CHARACTERS)}."
        actions = [REMOVE]
    return _row(
        repeat.id,
        title=recording.name,
        about=_facts(repeat.duration_s, recording.size_bytes, ""),
        kind="repeat",
        state=words,
        share=None,
        problem=problem,
        result="",
        signals="",
        actions=actions,
    )


def _row(
    id: str,
    *,
    title: str,
    about: str,
    kind: str,
    state: str,
    share: float | None,
    problem: str,
    result: str,
    signals: str,
    actions: list[Action],
) -> dict[str, object]:
    return {
        "id": id,
        "title": one_line(title, TITLE_CHARACTERS) or "(unnamed)",
        "about": one_line(about, SENTENCE_CHARACTERS),
        "kind": kind,
        "state": one_line(state, SENTENCE_CHARACTERS),
        "share": round(share, 3) if share is not None else None,
        "problem": one_line(problem, SENTENCE_CHARACTERS),
        "result": result,
        "signals": signals,
        "actions": [action.as_json() for action in actions],
    }


def _facts(duration_s: float | None, size_bytes: int | None, plan: str) -> str:
    """Return on one line how long and large a recording is, and what is done to it."""
    parts = [
        clock(duration_s) if duration_s is not None else "",
        size(size_bytes) if size_bytes is not None else "",
        plan,
    ]
    return " · ".join(filter(None, parts))


def _index(item: QueueItem) -> str:
    """Return the quality index with its band."""
    index = item.quality_index
    if item.state is not _S.DONE or index is None:
        return ""
    return f"Index {score(index)}, {index_words(index, ())}"


def _signals(item: QueueItem) -> str:
    if item.state is not _S.DONE or item.signal_count is None:
        return ""
    return count(item.signal_count, "signal")


def _actions(item: QueueItem, *, started: bool, refused: bool) -> list[Action]:
    match item.state:
        case _S.DONE:
            return [OPEN, REMOVE]
        case _S.PAUSED:
            return [START, REMOVE] if started and not refused else [REMOVE]
        case _S.UNANSWERED | _S.FAILED | _S.CANCELED | _S.REFUSED:
            return [*_retries(item), REMOVE]
        case _:
            return [CANCEL]


def _retries(item: QueueItem) -> list[Action]:
    if not item.may_retry:
        return []
    return [SEND_AGAIN] if item.may_be_billed else [RETRY]
