"""Going on with a long recording that ended without a result, as a person wants."""

from __future__ import annotations

from interhuman.answers.stitched import Stitched
from interhuman.library.asking import try_again
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow
from interhuman.runs.in_parts import (
    as_answer,
    can_be_asked,
    goes_on_unasked,
    only_asked,
    tried_again,
)
from interhuman.runs.queue.states import ItemState, row_state


def try_parts_again(
    library: Library,
    row: QueuedRow,
    parts: Stitched,
    *,
    send_again: bool = False,
    only_ask: bool = False,
) -> bool:
    """Let a long recording wait again, and return whether that is possible.

    With `only_ask` nothing of it is sent; without `send_again` nothing that may be billed twice.
    Raises LibraryError.
    """
    if only_ask:
        is_possible, again = can_be_asked(parts), only_asked(parts)
    else:
        is_possible = not row.sent or send_again or goes_on_unasked(parts)
        again = tried_again(parts, send_again=send_again)
    return is_possible and try_again(
        library.access,
        row.id,
        old=row.stage or "",
        new=ItemState.WAITING,
        state=row_state(ItemState.WAITING),
        sent=again.any_sent,
        answer=as_answer(again),
    )
