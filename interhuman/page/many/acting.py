"""What a person does with recordings of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from interhuman.errors import InterhumanError, LibraryError
from interhuman.media.camera_parts import Series
from interhuman.page import open_kept
from interhuman.page.many.desk import Desk
from interhuman.runs.joining import JoinRun
from interhuman.runs.kept_results import analysis_of
from interhuman.runs.queue.unstarted import set_options
from interhuman.runs.recording import UploadedRecording
from interhuman.text import markdown_plain, name_line

TOO_LATE = "That wasn't possible anymore: the list has changed meanwhile."


def act(desk: Desk, name: str, id: str) -> None:
    """Do one thing with one recording; the list's notice says why that fails."""
    listed = desk.visit.kept.many
    listed.notice = None
    action = _ON_ITEMS.get(name)
    try:
        if action is None or not action(desk, id):
            listed.notice = TOO_LATE
    except (InterhumanError, OSError) as error:
        listed.notice = markdown_plain(str(error))


def _open(desk: Desk, id: str) -> bool:
    """Show a result; the list says why that fails."""
    if not desk.has_library:
        return _open_own(desk, id)
    before, desk.visit.notice = desk.visit.notice, None
    if not open_kept.open_result(desk.visit, id):
        desk.visit.kept.many.notice, desk.visit.notice = desk.visit.notice, before
    return True


def _open_own(desk: Desk, id: str) -> bool:
    """Show a result of the visit's own library, which becomes one of the visit's."""
    results, own, row = desk.visit.results, desk.visit.kept.many.own, desk.library.get(id)
    if row is None or own is None:
        return False
    number = desk.visit.kept.many.opened.get(id)
    if number is None:
        sha256 = row.sha256 or ""
        path = own.recordings.find(sha256)
        recording = UploadedRecording.in_file(row.name, path, sha256) if path is not None else None
        analysis = analysis_of(desk.library, row)
        number = results.add_opened(analysis, row.heading, recording=recording).number
        desk.visit.kept.many.opened[id] = number
    desk.visit.show(number)
    return True


def _start(desk: Desk, id: str) -> bool:
    if desk.account is None or id in desk.joining:
        return False
    return bool(desk.queue.start(desk.library, desk.account, id=id))


_ON_ITEMS: Final[Mapping[str, Callable[[Desk, str], bool]]] = {
    "open": _open,
    "open_earlier": lambda desk, id: id in desk.sames and _open(desk, desk.sames[id].id),
    "start": _start,
    "cancel": lambda desk, id: desk.queue.cancel(desk.library, id),
    "retry": lambda desk, id: desk.queue.retry(desk.library, id),
    "ask": lambda desk, id: desk.queue.ask(desk.library, id),
    "send_again": lambda desk, id: desk.queue.retry(desk.library, id, send_again=True),
    "remove": lambda desk, id: desk.queue.remove(desk.library, id),
    "take_apart": lambda desk, id: desk.queue.remove(desk.library, id),
}
"""What can be done with an item; each returns whether it was done."""


def start(desk: Desk) -> None:
    """Start all that is ready, and what is still to arrive as it arrives.

    What no model takes is refused by the queue, which says why.
    """
    account, options, now = desk.account, desk.visit.options, desk.sums
    if account is None:
        return
    desk.visit.kept.many.starts_arrivals = desk.visit.kept.many.is_uploading
    hopeless = [id for id, each in desk.forecasts.items() if each.hopeless]
    joining = desk.joining  # which may have begun since the list was drawn

    def begin() -> None:
        # What arrived in the moment in which they were changed may have the options of before.
        set_options(desk.library, options, account)
        for id in [*(item.id for item in now.ready), *hopeless]:
            if id not in joining:
                desk.queue.start(desk.library, account, id=id)

    _all(desk, begin)


def try_again(desk: Desk) -> None:
    """Send again on the account in use, which was stopped, what waits for it."""
    account = desk.account
    if account is not None:
        _all(desk, lambda: desk.queue.resume(desk.library, account))


def use_this_key(desk: Desk) -> None:
    """Send what waits for another account on the one in use."""
    account = desk.account
    if account is None:
        return

    def begin() -> None:
        for item in desk.held_back:
            desk.queue.start(desk.library, account, id=item.id)

    _all(desk, begin)


def pause(desk: Desk) -> None:
    """Hold back all that hasn't been sent."""
    _all(desk, lambda: desk.queue.pause(desk.library))


def cancel_all(desk: Desk) -> None:
    """Cancel all that hasn't ended."""
    _all(desk, lambda: desk.queue.cancel_all(desk.library))


def clear(desk: Desk) -> None:
    """Take off the list what was canceled, and what has a result in a library."""
    _all(desk, lambda: [desk.queue.remove(desk.library, item.id) for item in desk.finished])


def join(desk: Desk, series: Series) -> None:
    """Begin to make one recording out of the parts of a camera's, once for two clicks."""
    desk.visit.kept.many.notice = None
    if desk.account is not None and series in desk.series:
        run = JoinRun(
            series,
            queue=desk.queue,
            library=desk.library,
            account=desk.account,
            options=desk.visit.options,
        )
        desk.visit.kept.many.joins.append(run)
        desk.visit.acts.add(f"Joining {name_line(series.title)}.")


def _all(desk: Desk, do: Callable[[], object]) -> None:
    desk.visit.kept.many.notice = None
    try:
        do()
    except LibraryError as error:
        desk.visit.kept.many.notice = markdown_plain(str(error))
