"""Opening a comparison: of results that were chosen, or of those that the page's address names."""

from __future__ import annotations

from collections.abc import Sequence

from interhuman.findings.comparison import MAX_COMPARED, MIN_COMPARED
from interhuman.page import address, open_kept
from interhuman.page.visit import Visit
from interhuman.runs.results import Comparison

NOTHING = "There's nothing to compare."


def open_comparison(visit: Visit, ids: Sequence[str]) -> bool:
    """Compare results by their `listed_id`; return whether at least two are here.

    The visit's notice says what is missing, and nothing of what it is. Up to `MAX_COMPARED` become
    results of the visit, more are only read.
    """
    found, problems = _found(visit, ids) if len(ids) <= MAX_COMPARED else (list(ids), [])
    if len(found) >= MIN_COMPARED:
        show(visit, Comparison(tuple(found)))
    else:
        problems.append(NOTHING)
    sign_in_first = open_kept.SIGN_IN_FIRST in problems
    visit.notice = open_kept.SIGN_IN_FIRST if sign_in_first else " ".join(problems) or None
    return len(found) >= MIN_COMPARED


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
        return "One of these analyses isn't here."
    return f"{number} of these analyses aren't here."


def _found(visit: Visit, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which of the results are here, and in words what is wrong with the others."""
    found: list[str] = []
    problems: dict[str, None] = {}
    missing = 0
    for id in ids:
        result = visit.results.listed(id) or open_kept.find_result(visit, id)
        if result == open_kept.NOT_HERE:
            missing += 1
        elif isinstance(result, str):
            problems[result] = None
        else:
            found.append(id)
    return found, [*([missing_words(missing)] if missing else []), *problems]
