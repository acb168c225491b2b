"""The small picture of an analysis's tracks, in words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping

from interhuman.vocabulary import FAMILIES, STATES

THIRDS = ("beginning", "middle", "end")


def tracks_in_words(tracks: Mapping[str, str] | None) -> str:
    """Return where the signals of each family are, and which state of engagement is most common.

    `tracks` is what `interhuman.library.reading.summarize` gives: a character for each of equally
    long parts of the recording.
    """
    if tracks is None:
        return "Not read yet"
    families = [_where(family, tracks.get(family, "")) for family in FAMILIES]
    present = [words for words in families if words]
    return "; ".join([*(present or ["no signals"]), *_engagement(tracks.get("engagement", ""))])


def _where(family: str, levels: str) -> str:
    third = len(levels) / len(THIRDS)
    names = [
        name
        for place, name in enumerate(THIRDS)
        if levels[round(place * third) : round((place + 1) * third)].strip("0")
    ]
    return f"{family}: {', '.join(names)}" if names else ""


def _engagement(letters: str) -> list[str]:
    """Return the words for the engagement, none where the API gave none."""
    counts = {state: letters.count(state[0]) for state in STATES}
    most = max(STATES, key=counts.__getitem__)
    return [f"mostly {most}"] if counts[most] else []
