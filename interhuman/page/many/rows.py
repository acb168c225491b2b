"""What the list says of each recording under way, as plain values for the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from interhuman.formats import clock, count, day_and_time, index_as, index_words, size
from interhuman.media.camera_parts import CameraFile, series_in
from interhuman.media.forecast import Forecast
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.same import Same
from interhuman.runs.queue.states import ENDED, UNSENT, ItemState
from interhuman.text import one_line

TITLE_CHARACTERS = 120
SENTENCE_CHARACTERS = 400

BILLED_AGAIN = "It may have been analyzed and billed already. Sending it again may be billed twice."
ANALYZED_AGAIN = "It counts toward your usage again, and the result will be much the same."
GONE_WITH_IT = "Its result isn't in a library, so it would be gone, and a new one counts again."
ANALYZED_TWICE = "Both count toward your usage, and the results will be much the same."

_S = ItemState

KINDS: Mapping[ItemState, str] = {
    _S.PAUSED: "unstarted",
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
REMOVE_RESULT = Action(
    "remove", "Remove …", {"words": GONE_WITH_IT, "text": "Remove it with its result"}
)
TAKE_APART = Action("take_apart", "Take apart")
RETRY, START = Action("retry", "Try again"), Action("start", "Start")
ASK_AGAIN = Action("ask", "Ask again")
SEND_AGAIN = Action(
    "send_again", "Send again …", {"words": BILLED_AGAIN, "text": "Send it again anyway"}
)
OPEN_EARLIER = Action("open_earlier", "Open that result")
ANALYZE_AGAIN = Action(
    "start", "Analyze again …", {"words": ANALYZED_AGAIN, "text": "Analyze it again anyway"}
)
ANALYZE_BOTH = Action(
    "start", "Analyze anyway …", {"words": ANALYZED_TWICE, "text": "Analyze it anyway"}
)
SEND_ANYWAY = Action("start", "Analyze …", {"words": BILLED_AGAIN, "text": "Analyze it anyway"})


def in_series(items: Sequence[QueueItem]) -> list[QueueItem]:
    """Return items in their order, but the parts of a camera's recording after each other."""
    all_series = series_in(CameraFile(item.id, item.file_name) for item in items)
    first = {id: series.ids[0] for series in all_series for id in series.ids}
    part = {id: number for series in all_series for number, id in enumerate(series.ids)}
    place = {item.id: number for number, item in enumerate(items)}
    return sorted(
        items, key=lambda item: (place[first.get(item.id, item.id)], part.get(item.id, 0))
    )


def row_of(
    item: QueueItem,
    forecast: Forecast = NOTHING_KNOWN,
    *,
    same: Same | None = None,
    started: bool = False,
    joining: bool = False,
    has_library: bool = True,
    zone: tzinfo = UTC,
) -> dict[str, object]:
    """Return what the list shows of an item; `started` says whether others are under way.

    `joining` says whether it is being joined with others now, and `has_library` whether a result
    stays when it is taken off the list.
    `forecast` is what its header promises, which counts as long as nothing better is known; `same`
    an analysis of the same recording with the same options, whose date is in `zone`.
    """
    if item.state is not _S.PAUSED:
        plan = item.sent_as or ("" if item.state not in UNSENT else forecast.words)
        return _row(
            item,
            plan="" if forecast.refused and not item.sent_as else plan,
            kind=KINDS.get(item.state, "active"),
            state=_place_words(item),
            problem=" ".join(filter(None, (item.problem, item.remedy))),
            actions=_actions(item, has_library=has_library),
        )
    if joining:
        return _row(item, plan="", kind="active", state="Being joined", problem="", actions=[])
    leave = _leave(item)
    if forecast.refused:
        refused = {"kind": "refused", "state": "Can't be analyzed", "problem": forecast.words}
        return _row(item, plan="", actions=[leave], **refused)
    if same is not None:
        words, problem, actions = _said_of_same(same, zone)
        repeat = {"kind": "repeat", "state": words, "problem": problem}
        return _row(item, plan="", actions=[*actions, leave], **repeat)
    return _row(
        item,
        plan=forecast.words,
        kind=KINDS[_S.PAUSED],
        state="Paused" if started else "Ready to start",
        problem=" ".join(filter(None, (item.problem, item.remedy))),
        actions=[START, leave] if started else [leave],
    )


def _place_words(item: QueueItem) -> str:
    if item.state is _S.WAITING and item.place:
        return f"{item.words}: {count(item.place, 'recording')} before it"
    return item.words


def _said_of_same(same: Same, zone: tzinfo) -> tuple[str, str, list[Action]]:
    """Return what is said of a recording whose analysis is there, and what can be done with it."""
    if same.state is _S.DONE:
        when = f" on {day_and_time(same.created_at, zone)}" if same.created_at else ""
        problem = f"With the same options{when}. It isn't sent again by itself."
        return "Analyzed before", problem, [OPEN_EARLIER, ANALYZE_AGAIN]
    title = one_line(same.title, TITLE_CHARACTERS)
    if same.may_be_billed:
        problem = f"As {title}. {BILLED_AGAIN}"
        return "Sent before, result unknown", problem, [SEND_ANYWAY]
    return "Already in this list", f"The same recording as {title}.", [ANALYZE_BOTH]


def _row(
    item: QueueItem, *, plan: str, kind: str, state: str, problem: str, actions: Sequence[Action]
) -> dict[str, object]:
    share = item.share if kind == "active" else None
    return {
        "id": item.id,
        "title": one_line(item.title, TITLE_CHARACTERS) or "(unnamed)",
        "about": one_line(_facts(item, plan), SENTENCE_CHARACTERS),
        "kind": kind,
        "state": one_line(state, SENTENCE_CHARACTERS),
        "share": round(share, 3) if share is not None else None,
        "problem": one_line(problem, SENTENCE_CHARACTERS),
        "result": _index(item),
        "signals": _signals(item),
        "actions": [action.as_json() for action in actions],
    }


def _facts(item: QueueItem, plan: str) -> str:
    """Return on one line how long and large a recording is, and what is done to it."""
    parts = [
        item.file_name if item.file_name != item.title else "",
        _files(item),
        clock(item.duration_s) if item.duration_s is not None else "",
        size(item.size_bytes) if item.size_bytes is not None else "",
        plan,
    ]
    return " · ".join(filter(None, parts))


def _files(item: QueueItem) -> str:
    """Return how many files a recording was joined from, and what is missing between them."""
    joined = item.joined
    if joined is None:
        return ""
    files = f"{count(len(joined.files), 'file')} joined"
    if not joined.is_timed:
        return f"{files} end to end"
    return f"{files}, {clock(joined.missing_s)} missing" if joined.missing_s >= 1 else files


def _leave(item: QueueItem) -> Action:
    """Return how an item is taken off the list that isn't started."""
    return TAKE_APART if item.joined is not None and item.joined.ids else REMOVE


def _index(item: QueueItem) -> str:
    """Return the quality index with its band."""
    index = item.quality_index
    if item.state is not _S.DONE or index is None:
        return ""
    return f"Index {index_as(index, item.overall_is)}, {index_words(index, ())}"


def _signals(item: QueueItem) -> str:
    if item.state is not _S.DONE or item.signal_count is None:
        return ""
    return count(item.signal_count, "signal")


def _actions(item: QueueItem, *, has_library: bool) -> list[Action]:
    if item.state is _S.DONE:
        return [OPEN, REMOVE if has_library else REMOVE_RESULT]
    if item.state is _S.CANCELING:
        return []
    return [*_retries(item), _leave(item)] if item.state in ENDED else [CANCEL]


def _retries(item: QueueItem) -> list[Action]:
    if not item.may_retry:
        return []
    if not item.may_be_billed:
        return [RETRY]
    return [ASK_AGAIN, SEND_AGAIN] if item.has_job else [SEND_AGAIN]
