"""What closing the page, or a restart of the app, does to recordings under way."""

from __future__ import annotations

KEEP_OPEN = "Keep this page open until all recordings are uploaded."
STAYS = "The list stays when you close this page, and when the app restarts."
MAY_CLOSE = "You can close this page: the work goes on, and the results appear in the library."


NO_LIBRARY = (
    "Keep this page open: this list isn't in a library, so it and its results are gone when you "
    "close or reload it. Download what you need."
)


def closing_words(
    *, uploading: bool, moving: bool, own_key: bool, has_library: bool, keeps_recordings: bool
) -> str:
    """Say what becomes of the recordings when the page is closed and when the app restarts.

    `own_key` says whether they are sent with a key that only this visit knows, `has_library`
    whether the list outlives the visit, and `keeps_recordings` whether each recording is kept
    beside the library.
    """
    if not has_library:
        return NO_LIBRARY
    if uploading:
        return KEEP_OPEN
    if not keeps_recordings:
        after = (
            "If the app restarts, recordings that haven't been sent by then are lost, because "
            "recordings aren't kept here; add those again."
        )
    elif own_key:
        after = "If the app restarts, it goes on once you sign in with your key again."
    else:
        after = "If the app restarts, it goes on where it was."
    if not moving:
        return STAYS if keeps_recordings else after
    return f"{MAY_CLOSE} {after}"
