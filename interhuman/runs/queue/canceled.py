"""What becomes of a long recording that a person canceled."""

from __future__ import annotations

from interhuman.answers.saved import load
from interhuman.errors import SavedFileError
from interhuman.library.library import Library
from interhuman.library.reading import summarize
from interhuman.runs.in_parts import kept_parts
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.verdicts import PART_CANCELED, SEND_AGAIN, Verdict
from interhuman.runs.record import CANCELED


def close_parts(library: Library, id: str) -> Verdict | None:
    """Make a result of what was answered, or return what the recording's row is to say.

    None also for one that isn't in parts. Raises LibraryError.
    """
    answer, parts = library.answer(id), None
    try:
        parts = kept_parts(answer)
        if answer is not None and parts is not None:
            library.finish(id, summary=summarize(load(answer.body).analysis))
    except SavedFileError:
        if parts is None or parts.any_sent:
            return Verdict(ItemState.CANCELED, PART_CANCELED, SEND_AGAIN, sent=True)
        return Verdict(ItemState.CANCELED, CANCELED)
    return None
