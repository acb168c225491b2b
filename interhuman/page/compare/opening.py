"""Opening a comparison: of results that were chosen, or of those that the page's address names."""

from __future__ import annotations

from collections.abc import Sequence

from interhuman.errors import LibraryError
from interhuman.findings.comparison import MAX_COMPARED, MIN_COMPARED
from interhuman.library.rows import is_id
from interhuman.page import address, open_kept
from interhuman.page.visit import Visit
from interhuman.runs.results import Comparison
from interhuman.text import markdown_plain

NOTHING = "There's nothing to compare."


def open_comparison(visit: Visit, ids: Sequence[str]) -> bool:
    """Compare results by their `listed_id`; return whether at least two are here.

    The visit's notice says what is missing, and nothing of what it is. Up to `MAX_COMPARED` become
    results of the visit, more are only looked for.
    """
    present, problems = (_opened if len(ids) <= MAX_COMPARED else _existing)(visit, ids)
    if len(present) >= MIN_COMPARED:
        show(visit, Comparison(tuple(present)))
    else:
        problems.append(NOTHING)
    sign_in_first = open_kept.SIGN_IN_FIRST in problems
    visit.notice = open_kept.SIGN_IN_FIRST if sign_in_first else " ".join(problems) or None
    return len(present) >= MIN_COMPARED


def open_label(visit: Visit, label: str) -> bool:
    """Compare all of the library with a label; return whether there is a library."""
    if visit.kept.library is None:
        signed_out = bool(visit.address_after_sign_in)
        visit.notice = open_kept.SIGN_IN_FIRST if signed_out else open_kept.NOT_HERE
        return False
    show(visit, Comparison(label=label))
    return True


def show(visit: Visit, comparison: Comparison) -> None:
    """Look at a comparison."""
    visit.results.compare(comparison)
    visit.notice = None
    visit.leave_library()


def open_addressed(visit: Visit) -> None:
    """Open the comparison that the page's address names."""
    label, ids = address.named_label(), address.named_comparison()
    if (label and not open_label(visit, label)) or (ids and not open_comparison(visit, ids)):
        address.put_looked_at(None)


def missing_words(number: int) -> str:
    """Say that some of what is to be compared is not here, whatever the reason."""
    if number == 1:
        return "One of these analyses can't be found."
    return f"{number} of these analyses can't be found."


def _existing(visit: Visit, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which of many results are here, and in words what is wrong with the others."""
    library = visit.kept.library
    try:
        present = [
            id
            for id in ids
            if visit.results.listed(id) is not None
            or (library is not None and is_id(id) and library.get(id) is not None)
        ]
    except LibraryError as error:
        return [], [markdown_plain(str(error))]
    missing = len(ids) - len(present)
    if missing and library is None and visit.address_after_sign_in:
        return present, [open_kept.SIGN_IN_FIRST]
    return present, [missing_words(missing)] if missing else []


def _opened(visit: Visit, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which of the results are here, and in words what is wrong with the others."""
    present: list[str] = []
    problems: dict[str, None] = {}
    missing = 0
    for id in ids:
        result = visit.results.listed(id) or open_kept.find_result(visit, id)
        if result == open_kept.NOT_HERE:
            missing += 1
        elif isinstance(result, str):
            problems[result] = None
        else:
            present.append(id)
    return present, [*([missing_words(missing)] if missing else []), *problems]
