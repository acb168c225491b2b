"""What the recordings under way come to together, in numbers and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from interhuman.formats import clock, count
from interhuman.media.forecast import Forecast
from interhuman.page.many.rows import NOTHING_KNOWN
from interhuman.runs.queue.estimate import Estimate
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.same import Same
from interhuman.runs.queue.states import ENDED, UNSENT, ItemState

_S = ItemState

IDLE_LOOK_EVERY_S = 10.0
"""How often to look at recordings of which none is under way: another tab may start some."""

MIN_ENDED = 3
"""So many must have ended before their pace tells how long the others take."""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many of the recordings are where."""

    total: int
    ready: tuple[QueueItem, ...]
    """What would be started now: paused, and nothing known that speaks against it."""
    refused: int
    """What can't be analyzed."""
    repeats: int
    """What isn't started because its analysis is there already."""
    begun: int
    """What was started, without what can't be analyzed."""
    moving: int
    """What goes on by itself: started, not ended, and not held back."""
    held_back: int
    """What waits for an account that is stopped or isn't known."""
    done: int
    failed: int
    """What ended without a result and may be tried again, or may have been billed."""
    unanswered: int
    canceled: int

    @property
    def ended(self) -> int:
        """How many of those that were started have ended."""
        return self.done + self.failed + self.unanswered + self.canceled

    @property
    def share(self) -> float:
        """How many of those that were started have ended, from 0 to 1."""
        return self.ended / max(1, self.begun)


def sums_of(
    items: Sequence[QueueItem],
    forecasts: Mapping[str, Forecast] = MappingProxyType({}),
    sames: Mapping[str, Same] = MappingProxyType({}),
    joining: Collection[str] = (),
) -> Sums:
    """Count items; a forecast, and an analysis of the same recording, go by the item's id.

    `joining` are the ids of those that are being joined, which aren't started meanwhile.
    """
    states = Counter(item.state for item in items)
    paused = [item for item in items if item.state is _S.PAUSED]
    sendable = [item for item in paused if not forecasts.get(item.id, NOTHING_KNOWN).refused]
    new = [item for item in sendable if item.id not in sames]
    # Those are started with the others, so that they end as what they are.
    hopeless = sum(
        item.state in UNSENT - {_S.PAUSED} and forecasts.get(item.id, NOTHING_KNOWN).hopeless
        for item in items
    )
    refused = states[_S.REFUSED] + hopeless
    return Sums(
        total=len(items),
        ready=tuple(item for item in new if item.id not in joining),
        refused=len(paused) - len(sendable) + refused,
        repeats=len(sendable) - len(new),
        begun=len(items) - len(paused) - refused,
        moving=sum(map(is_moving, items)),
        held_back=sum(item.is_held_back for item in items),
        done=states[_S.DONE],
        failed=states[_S.FAILED],
        unanswered=states[_S.UNANSWERED],
        canceled=states[_S.CANCELED],
    )


def is_moving(item: QueueItem) -> bool:
    """Return whether an item goes on by itself."""
    return item.state not in {*ENDED, _S.PAUSED} and not item.is_held_back


def before_words(sums: Sums, ahead: Estimate) -> str:
    """Say what starting comes to: recordings, their length, requests, and about how long.

    Where nothing can be started, say why.
    """
    if not sums.ready:
        return after_words(sums)
    length_s = sum(item.duration_s or 0.0 for item in sums.ready)
    parts = [
        count(len(sums.ready), "recording") + (f", {clock(length_s)} in all" if length_s else ""),
        count(ahead.requests, "request"),
        about(ahead.seconds),
        *(_others(sums) if not sums.begun else ()),
    ]
    return " · ".join(filter(None, parts))


def during_words(sums: Sums, *, seconds: float | None) -> str:
    """Say how far it is, and about how long it will still take."""
    left = f"{about(seconds)} left" if seconds is not None and sums.moving else ""
    return " · ".join(filter(None, (f"{sums.done} of {sums.begun} analyzed", *_others(sums), left)))


def after_words(sums: Sums) -> str:
    """Say what came of all of them."""
    done = count(sums.done, "recording") + " analyzed" if sums.done else ""
    return " · ".join(filter(None, (done, *_others(sums))))


def _others(sums: Sums) -> list[str]:
    """Return how many came to another end than a result, each kind in words."""
    return [
        words
        for number, words in (
            (sums.failed, f"{sums.failed} failed"),
            (sums.unanswered, f"{sums.unanswered} sent, result unknown"),
            (sums.canceled, f"{sums.canceled} canceled"),
            (sums.held_back, f"{sums.held_back} can't be sent yet"),
            (sums.refused, f"{sums.refused} can't be analyzed"),
            (sums.repeats, f"{sums.repeats} repeated"),
        )
        if number
    ]


def pace_s(elapsed_s: float, *, ended: int, left: int) -> float | None:
    """Return how long `left` recordings take if they end as fast as `ended` did in that time.

    None before three have ended: then that tells little.
    """
    return elapsed_s / ended * left if ended >= MIN_ENDED else None


def about(seconds: float) -> str:
    """Return a time that is estimated, as roughly as it is known."""
    if seconds < 45:
        return "less than a minute"
    minutes = seconds / 60
    if minutes < 10:
        return f"about {count(max(1, round(minutes)), 'minute')}"
    if minutes < 90:
        return f"about {5 * round(minutes / 5)} minutes"
    hours = round(minutes / 30) / 2
    return f"about {hours:g} hours"
