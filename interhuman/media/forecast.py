"""What will probably be done to a recording, told from its header alone.

Many recordings are listed before any of them is read through, which takes a hundredth of the length
of each. What a header doesn't show (a turned picture, a variable frame rate) may still need more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from interhuman.formats import clock, count, size
from interhuman.media.advice import format_name, refusal, unacceptable
from interhuman.media.cutting import check_result_holds, part_count
from interhuman.media.fit_error import FitError
from interhuman.media.probe import Probe
from interhuman.vocabulary import INTER_2, MAX_FILE_BYTES, MAX_FILE_SIZE, MODELS, Model

_COPIED_PICTURE: Final = frozenset({"h264", "vp8", "vp9"})


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will probably be done to a recording before it is sent."""

    words: str
    """For a list: a few words, or why it can't be sent."""
    refused: bool = False
    hopeless: bool = False
    """Whether every model refuses it, whatever is done."""
    converts: bool = False
    requests: int = 1
    """How many it is sent in at least: a long one is cut into parts."""


def forecast(header: Probe, *, model: str, convert: bool) -> Forecast:
    """Return what will be done to a recording with this header for one of `vocabulary.MODELS`."""
    wanted = MODELS.get(model, MODELS[INTER_2])
    by_all = refusal(replace(header, size_bytes=0) if convert else header)
    refused = by_all or _refused_by(header, wanted, convert=convert)
    parts = 1
    if refused is None and convert and header.duration_s is not None:
        try:
            parts = part_count(header.duration_s, wanted)
        except FitError as error:
            refused = str(error)
    if refused is not None:
        return Forecast(refused, refused=True, hopeless=by_all is not None)
    if parts > 1:
        limit = clock(wanted.max_duration_s or 0.0)
        words = f"To be cut into {parts} parts: {wanted.title} takes up to {limit}"
        return Forecast(words, converts=True, requests=parts)
    why = _reason_to_convert(header, wanted) if convert else None
    return Forecast(why, converts=True) if why is not None else Forecast("Should fit as it is")


def forecast_of_files(
    header: Probe, *, lengths_s: Sequence[float], model: str, convert: bool
) -> Forecast:
    """Return what will be done to a recording that was joined from files of these lengths."""
    whole_s = sum(lengths_s)
    each = [
        forecast(
            replace(
                header, duration_s=one_s, size_bytes=round(header.size_bytes * one_s / whole_s)
            ),
            model=model,
            convert=convert,
        )
        for one_s in lengths_s
    ]
    refused = [one for one in each if one.refused]
    if len(refused) == len(each):
        return refused[0]
    try:  # A file that is refused is a part of the result, too, without anything in it.
        check_result_holds(sum(one.requests for one in each), header.duration_s or whole_s)
    except FitError as error:
        return Forecast(str(error), refused=True)
    requests = sum(one.requests for one in each if not one.refused)
    words = f"Each file is sent by itself: {count(requests, 'request')}"
    return Forecast(words, converts=any(one.converts for one in each), requests=requests)


def _refused_by(header: Probe, model: Model, *, convert: bool) -> str | None:
    """Return why the model can't take what is in the recording, whatever its form."""
    limit_s, length_s = model.max_duration_s, header.duration_s
    if convert and limit_s is not None and length_s is not None:
        header = replace(header, duration_s=min(length_s, limit_s))  # a longer one is cut
    by_model = unacceptable(header, model)
    if by_model is not None:
        return by_model[1]
    if model.needs_picture and not header.has_picture:
        return f"It has no video, and {model.title} needs video."
    return None


def _reason_to_convert(header: Probe, model: Model) -> str | None:
    if header.size_bytes > MAX_FILE_BYTES:
        return f"To be converted: {size(header.size_bytes)} is over the limit of {MAX_FILE_SIZE}"
    if not model.needs_picture:
        return "Only its audio is sent" if header.has_picture else None
    if header.video_codec not in _COPIED_PICTURE:
        return f"To be converted from {format_name(header.video_codec)}"
    return None
