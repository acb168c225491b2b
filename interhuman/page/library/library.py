"""The page "Library": what was analyzed before, to be found, opened, named and deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.formats import count, size
from interhuman.library.libraries import UNDO_FOR
from interhuman.library.library import Library
from interhuman.library.listing import SortKey
from interhuman.library.rows import KeptAnalysis, Listing, label_search
from interhuman.page import exporting, open_kept, sign_in, state, widgets
from interhuman.page.keys import Key
from interhuman.page.library import entry as library_entry
from interhuman.page.library import listing as library_list
from interhuman.page.library import selection
from interhuman.page.many import line
from interhuman.page.sign_in import sign_in_providers
from interhuman.page.visit import Visit
from interhuman.text import markdown_name, markdown_plain, name_line

SORTING = "library-sorting"
"""Where a session keeps how the list is sorted."""

ROWS = 50
"""So many analyses are on one page of the list."""

MAX_PAGES = 100_000

EMPTY = "No analyses yet. Everything you analyze is saved here."
NO_MATCH = "No matches."


def draw_library(visit: Visit) -> None:
    """Draw the library of this visitor, or say why there is none."""
    st.title("Library", anchor=False)
    line.draw_line(visit)
    library = visit.kept.library
    if library is None:
        st.caption(markdown_plain(visit.kept.absence or "There's no library."))
        sign_in.draw_sign_in()
        return
    try:
        _draw(visit, library)
    except LibraryError as error:
        st.error(markdown_plain(str(error)), title="The library can't be read")


@dataclass(frozen=True)
class _Sorting:
    """How the list is sorted, and which of its pages is looked at."""

    by: SortKey = "created_at"
    descending: bool = True


def _draw(visit: Visit, library: Library) -> None:
    # What comes and goes has a container of its own, so that nothing after it is drawn anew.
    with st.container():
        if library.notice is not None:
            st.info(markdown_plain(library.notice), icon=":material/lock:")
        if visit.kept.libraries is not None and visit.kept.libraries.risk is not None:
            st.warning(markdown_plain(visit.kept.libraries.risk), icon=":material/warning:")
    with st.container(key=Key.LIBRARY_TOP, horizontal=True, vertical_alignment="center"):
        search = st.text_input(
            "Search titles, names, labels and notes",
            key=Key.LIBRARY_SEARCH,
            placeholder="Search titles, names, labels and notes",
            label_visibility="collapsed",
            icon=":material/search:",
            on_change=_first_page,
            live="0.3s",
            persist_state="session",
        )
        selection.draw_selection(visit, search)
    with st.container():
        listing = _draw_rows(visit, library, search)
    if visit.kept.editing is not None:
        library_entry.draw_entry(visit, library, visit.kept.editing)
    with st.container():
        library_entry.draw_notice(visit)
    _draw_place(visit, library, any_analyses=bool(listing.total or search or _takes_space(library)))
    # Last, and held in view by its style: as it comes and goes, nothing moves.
    _draw_deleted(visit, library)


def _draw_rows(visit: Visit, library: Library, search: str) -> Listing:
    """Draw one page of the list and the buttons to its others."""
    sorting = cast(_Sorting, st.session_state.setdefault(SORTING, _Sorting()))
    number = widgets.one_of(Key.LIBRARY_PAGE, range(1, MAX_PAGES + 1), 1)
    listing = _page(library, search, sorting, number=number)
    if listing.total and not listing.rows:
        # Fewer analyses than before: what was deleted, or another search.
        _first_page()
        listing = _page(library, search, sorting, number=1)
    if not listing.total:
        st.caption(NO_MATCH if search.strip() else EMPTY)
        return listing
    library_list.draw_list(
        listing,
        total=library.page(limit=1).total if search.strip() else listing.total,
        sort=sorting.by,
        descending=sorting.descending,
        ticked=selection.ticked(),
        zone=state.time_zone(),
        on_open=lambda id: _open(visit, id),
        on_edit=lambda id: library_entry.edit(visit, id),
        on_label=_search_label,
        on_sort=_sort,
    )
    if listing.total > ROWS:
        st.pagination(-(-listing.total // ROWS), key=widgets.key_of(Key.LIBRARY_PAGE))
    return listing


def _page(library: Library, search: str, sorting: _Sorting, *, number: int) -> Listing:
    return library.page(
        search=search,
        sort=sorting.by,
        descending=sorting.descending,
        limit=ROWS,
        offset=(number - 1) * ROWS,
    )


def _first_page() -> None:
    widgets.renew(Key.LIBRARY_PAGE)


def _search_label(label: str) -> None:
    st.session_state[Key.LIBRARY_SEARCH] = label_search(label)
    _first_page()


def _sort(by: str, descending: bool) -> None:
    st.session_state[SORTING] = _Sorting(cast(SortKey, by), descending)
    _first_page()


def _open(visit: Visit, id: str) -> None:
    """Open a result; where there is none, say why on this page."""
    before, visit.notice = visit.notice, None
    if not open_kept.open_result(visit, id):
        visit.kept.notice, visit.notice = visit.notice, before


def _draw_deleted(visit: Visit, library: Library) -> None:
    """Offer to bring back what was deleted last, in this visit or another."""
    row = library.last_deleted(since=datetime.now(UTC) - UNDO_FOR)
    if row is None:
        return
    with st.container(
        key=Key.LIBRARY_DELETED, border=True, horizontal=True, vertical_alignment="center"
    ):
        st.markdown(
            f"{markdown_name(row.heading)} deleted. You can undo for "
            f"{library_entry.undo_minutes()} minutes.",
            width="stretch",
        )
        st.button("Undo", key=Key.LIBRARY_UNDO, on_click=_undo, args=(visit, library, row))


def _undo(visit: Visit, library: Library, row: KeptAnalysis) -> None:
    try:
        library.undo(row.id)
    except LibraryError as error:
        visit.kept.notice = markdown_plain(str(error))
    else:
        visit.results.deleted.discard(row.id)
        visit.acts.add(f"{name_line(row.heading)} is back.")


def _draw_place(visit: Visit, library: Library, *, any_analyses: bool) -> None:
    """Say where the library lies and what it takes, with what to do with it as a whole."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{_where(visit)} · {_space(library)}", width="stretch")
        if sign_in_providers():
            sign_in.draw_sign_out()
        if any_analyses and library.notice is None:
            with st.popover(
                "Delete everything", icon=":material/delete_forever:", key=Key.DELETE_EVERYTHING
            ):
                st.markdown(
                    "This immediately erases every analysis in this library and its recording. You "
                    "can't undo it. Analyses in progress are saved when their results arrive. "
                    f"{library_entry.FILES_STAY}"
                )
                total = library.page(limit=1).total
                st.button(
                    f"Delete {count(total, 'analysis', 'analyses')}"
                    if total
                    else "Delete what's left",
                    key=Key.DELETE_CONFIRMED,
                    type="primary",
                    on_click=_delete_everything,
                    args=(visit, library),
                )


def _delete_everything(visit: Visit, library: Library) -> None:
    try:
        library.delete_everything()
    except LibraryError as error:
        visit.kept.notice = markdown_plain(str(error))
        if not _is_empty(library):
            return
    exporting.forget()
    visit.results.forget_all()
    visit.dismiss()


def _takes_space(library: Library) -> bool:
    """Return whether anything is kept, deleted or left over as it may be."""
    recordings = library.recordings
    try:
        return bool(library.space_used() or (recordings is not None and recordings.space_used()))
    except LibraryError:
        return True


def _is_empty(library: Library) -> bool:
    """Return whether nothing is in the library, as far as can be told."""
    try:
        return library.page(limit=1).total == 0
    except LibraryError:
        return False


def _where(visit: Visit) -> str:
    place = visit.kept.libraries.place if visit.kept.libraries is not None else None
    store = " and an object store" if place is not None and place.store is not None else ""
    if place is None or place.folder is None:
        return f"Saved in this app's database{store}"
    return f"Saved in {markdown_plain(str(place.folder))}{store}"


def _space(library: Library) -> str:
    words = f"results {size(library.space_used())}"
    if library.recordings is None:
        return f"{words} · recordings aren't saved"
    try:
        used, limit = library.recordings.space_used(), library.recordings.limit_bytes
    except LibraryError as error:
        return f"{words} · {str(error).rstrip('.')}"
    return f"{words} · recordings {size(used)}{f' of {size(limit)}' if limit else ''}"
