"""What isn't started yet: its options are set for all at once, and repeats are told beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interhuman.library.asking import change_unsent
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.runs.asked import sound_of
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.same import Same, best_of, is_same, wholes_in
from interhuman.runs.queue.states import ItemState
from interhuman.runs.record import asked_options
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import INTER_1

_PAUSED = ItemState.PAUSED


def set_options(library: Library, request: AnalysisRequest, account: Account) -> int:
    """Give all that isn't started the model, options and account; return how many changed.

    Which sound is analyzed, and what the header says, belongs to each recording and stays. So does
    all of one of which parts were sent. Raises LibraryError.
    """
    if request.model != INTER_1:
        request = AnalysisRequest(model=request.model, include=request.include)
    rows = QueueRows(library.access)
    changed = 0
    for row in rows.all(stages={_PAUSED}):
        values = {
            "model": request.model,
            "options": {**row.options, **asked_options(request)},
            "sandbox": account.sandbox,
            "account": account.key,
        }
        if not row.sent and any(getattr(row, name) != one for name, one in values.items()):
            changed += change_unsent(library.access, row.id, old=_PAUSED, **values)
    return changed


def options_of_unstarted(library: Library) -> AnalysisRequest | None:
    """Return the options of what isn't started, None where nothing waits. Raises LibraryError."""
    rows = QueueRows(library.access).all(stages={_PAUSED})
    request = _request(rows[0]) if rows else None
    return replace(request, sound=None, sandbox=False) if request is not None else None


def repeats(library: Library) -> dict[str, Same]:
    """Return the analyses there are already of what isn't started, by the ids of the latter.

    That is the same recording, model, options and side: with a result, under way, or sent without
    an answer. Of two that wait, the second repeats the first; one that was joined to another is
    that. Few queries. Raises LibraryError.
    """
    rows = QueueRows(library.access)
    queued = rows.all()
    wholes = wholes_in(queued)
    paused = [row for row in queued if row.stage == _PAUSED]
    others: dict[str | None, list[QueuedRow]] = {}
    for model, sandbox in {(row.model, row.sandbox) for row in paused}:
        sha256s = {row.sha256 for row in paused if row.sha256 is not None}
        for row in rows.of_recordings(sha256s, model=model, sandbox=sandbox):
            others.setdefault(row.sha256, []).append(row)
    place = {row.id: number for number, row in enumerate(paused)}
    found = {}
    for row in paused:
        before = [
            wholes.get(other.id, other)
            for other in others.get(row.sha256, [])
            if place.get(other.id, -1) < place[row.id] and _asks_the_same(other, row)
        ]
        same = best_of(before)
        if same is not None and same.rules_out_sending:
            found[row.id] = same
    return found


def _asks_the_same(other: QueuedRow, row: QueuedRow) -> bool:
    request = _request(row)
    side = (other.model, other.sandbox) == (row.model, row.sandbox)
    return side and request is not None and is_same(other.options, request)


def _request(row: QueuedRow) -> AnalysisRequest | None:
    """Return what a row asks for, None where it does not say that."""
    match row.options:
        case {"include": list(include), "goal_dimensions": list(goals)}:
            context = row.options.get("conversation_context")
            return AnalysisRequest(
                model=row.model,
                include=_texts(include),
                goal_dimensions=_texts(goals),
                conversation_context=context if isinstance(context, str) else None,
                sound=sound_of(row.options),
                sandbox=row.sandbox,
            )
    return None


def _texts(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str))
