"""What the library keeps of an analysis, as values; and text made fit to be kept and found."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from interhuman.annotations import MAX_RESULT_NOTE
from interhuman.errors import LibraryError
from interhuman.text import cut, displayable

State = Literal["running", "done", "failed"]
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"

PAUSED: Final = "paused"
"""The stage of a queued analysis that isn't started."""

SENDING: Final = "sending"
CANCELING: Final = "canceling"
WAITING_FOR_JOB: Final = "waiting for a job"
"""The stages of a queued analysis in which a response may arrive."""

MAX_NAME: Final = 255
MAX_TITLE: Final = 200
MAX_NOTE: Final = MAX_RESULT_NOTE
MAX_LABEL: Final = 50
MAX_LABELS: Final = 20
MAX_FAILURE: Final = 2_000
"""Characters, and labels of one analysis."""

_MAX_TERMS = 10
"""So many words and phrases of a search are looked for."""

_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_PHRASE = f"[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?"
_TERM = re.compile(rf"(?P<label>label:)?(?:{_PHRASE}|(?P<word>\S+))")

_LABEL_SEARCH = re.compile(rf'label:"(?P<label>[^{_QUOTES}]+)"')

_ID = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


UNDATED = "undated"
"""The option of a result from a file without a date; it was only opened at `created_at`."""

JOINED: Final = "joined"
"""The option that says which files a recording was joined from, as `Joined` has it."""


@dataclass(frozen=True, slots=True)
class KeptAnalysis:
    """One analysis of the library, without its answer."""

    id: str
    """Random; an id alone opens nothing for whoever is not the owner."""
    created_at: datetime | None
    updated_at: datetime | None
    """Both in UTC; None for what was stored and is no moment."""
    name: str
    """The recording's file name."""
    duration_s: float | None
    size_bytes: int | None
    sha256: str | None
    """Of the recording, in hexadecimal."""
    model: str
    options: Mapping[str, object]
    """What was asked for, as JSON holds it."""
    sandbox: bool
    correlation_id: str | None
    state: State
    failure: str | None
    """Why it failed; None in any other state."""
    job_id: str | None
    job_expires_at: datetime | None
    """After this, in UTC, the API does not know the job any more."""
    title: str
    """What the person calls it, "" for nothing."""
    labels: tuple[str, ...]
    note: str
    quality_index: float | None
    signal_count: int | None
    tracks: Mapping[str, str] | None
    """The small picture of `interhuman.library.reading.summarize`; None until it was read."""
    stage: str | None = None
    """Where it is in the queue, as a list says; None for one that isn't in it."""

    @property
    def analyzed_at(self) -> datetime | None:
        """When its result arrived, in UTC; None where nobody knows."""
        return None if self.options.get(UNDATED) else self.created_at

    @property
    def heading(self) -> str:
        """What to call it in a list: the person's title, else the recording's name."""
        return self.title or self.name


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and how many analyses the whole list has."""

    rows: tuple[KeptAnalysis, ...]
    total: int


def new_id() -> str:
    """Return an id of 128 random bits, as 22 characters that an address can hold."""
    return secrets.token_urlsafe(16)


def is_id(text: str) -> bool:
    """Return whether `text` has the form of an id; whatever an address holds may be asked."""
    return _ID.fullmatch(text) is not None


def clean_name(text: str) -> str:
    """Return a recording's name fit to be kept, shortened where it is too long."""
    return cut(displayable(text), MAX_NAME)


def clean_title(text: str) -> str:
    """Return a title as one line. Raises LibraryError when it is too long."""
    return _limited(" ".join(displayable(text).split()), MAX_TITLE, "A title")


def clean_note(text: str) -> str:
    """Return a note. Raises LibraryError when it is too long."""
    return _limited(displayable(text).strip(), MAX_NOTE, "A note")


def clean_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels as single lines without empty ones, the first of those that are the same.

    Labels that differ in nothing but upper and lower case are the same. Raises LibraryError when
    one is too long, or there are too many.
    """
    lines = (_limited(" ".join(displayable(one).split()), MAX_LABEL, "A label") for one in labels)
    different: dict[str, str] = {}
    for line in filter(None, lines):
        different.setdefault(folded(line), line)
    if len(different) > MAX_LABELS:
        raise LibraryError(f"An analysis can have up to {MAX_LABELS} labels.", problem="too_long")
    return tuple(different.values())


def folded(text: str) -> str:
    """Return text in the form in which it is compared, alike for upper and lower case.

    One character has one form: file names of macOS hold "e" and an accent where others hold "é".
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def readable_texts(row: Mapping[str, object]) -> dict[str, Any]:
    """Return what a row says of an analysis in texts, as far as it can be read."""
    texts = {name: value for name, value in row.items() if name != "labels"}
    labels = row["labels"] if isinstance(row["labels"], list | tuple) else ()
    return {
        **{n: displayable(value) if isinstance(value, str) else "" for n, value in texts.items()},
        "labels": tuple(displayable(label) for label in labels if isinstance(label, str)),
    }


def search_key(text: str) -> str:
    """Return text in the form in which it is searched and sorted: as `folded`, without accents.

    So "istanbul" finds "İstanbul", whichever way a system writes its accents.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(one for one in decomposed if not unicodedata.combining(one))
    return unicodedata.normalize("NFKC", plain)


def derived(*, name: str, title: str, labels: Iterable[str], note: str) -> dict[str, str]:
    """Return the columns by which an analysis is sorted and searched."""
    return {
        # Accents decide where nothing else does.
        "heading_key": f"{search_key(title or name)}\n{folded(title or name)}",
        # A line each: so a whole label can be looked for.
        "search_text": search_key("\n".join((name, title, *labels, note))),
    }


def search_terms(search: str) -> list[str]:
    """Return what a search looks for in `search_text`, where all of it must occur.

    That is words, phrases in quotes, and whole labels: ``label:"cohort A"``. A phrase that is not
    closed yet ends with the search.
    """
    terms = []
    for found in _TERM.finditer(search_key(displayable(search[:1_000]))):
        phrase = " ".join((found["phrase"] or found["word"] or "").split())
        if phrase:
            terms.append(f"\n{phrase}\n" if found["label"] else phrase)
    return terms[:_MAX_TERMS]


def label_search(label: str) -> str:
    """Return the search that finds the analyses with a label."""
    return f'label:"{re.sub(f"[{_QUOTES}]", " ", label)}"'


def label_of_search(search: str) -> str:
    """Return the label that a search of `label_search` finds, "" for any other search."""
    match = _LABEL_SEARCH.fullmatch(search.strip())
    return match["label"].strip() if match is not None else ""


def _limited(text: str, most: int, what: str) -> str:
    if len(text) > most:
        raise LibraryError(f"{what} can have up to {most:,} characters.", problem="too_long")
    return text
