"""What every error of the API means in a person's words, and what to do about it.

One row per error id; an id that is not here, or an answer without one, falls back on its
HTTP status. Sources: the API's error handling page (`DOCS_URL`) and its Python SDK.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from interhuman.vocabulary import MAX_FILE_BYTES, MAX_FILE_SIZE

DOCS_URL = "https://docs.interhuman.ai/api-reference/error-handling"
"""Where the API documents its errors."""

Kind = Literal["retry", "fix", "account"]
"""Send the same again later, change the recording or the request, or see to key and plan."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What happened, what it means and what to do now."""

    title: str
    """A few words, without a full stop."""
    meaning: str
    """One sentence: what the API is saying."""
    action: str
    """One or two sentences: what to do now, with the number that matters."""
    resend: bool
    """True when the same request may be sent again later, unchanged."""
    kind: Kind


def _retry(title: str, meaning: str, action: str) -> Advice:
    return Advice(title, meaning, action, resend=True, kind="retry")


def _fix(title: str, meaning: str, action: str) -> Advice:
    return Advice(title, meaning, action, resend=False, kind="fix")


def _account(title: str, meaning: str, action: str) -> Advice:
    return Advice(title, meaning, action, resend=False, kind="account")


_SERVICE = {
    "ih1001": _retry(
        "Something failed at Interhuman",
        "The service met an internal error; the recording is not the cause.",
        "Wait a minute and send it again. If it keeps happening, send support the correlation ID.",
    ),
    "ih1002": _retry(
        "Interhuman is overloaded",
        "The service has more work than it can take at the moment.",
        "Wait a minute and send the recording again.",
    ),
    "ih1003": _retry(
        "Part of Interhuman is down",
        "Something that the analysis depends on is not available.",
        "Wait a few minutes and send the recording again.",
    ),
    "ih1004": _retry(
        "The analysis was interrupted",
        "The job stopped before it was done; it will not go on by itself.",
        "Submit the recording again.",
    ),
}

_ACCESS = {
    "ih2001": _account(
        "The key was not accepted",
        "The API key is unknown, disabled or revoked, or its secret is wrong.",
        "Check the key id and secret, or make a new key in your Interhuman account.",
    ),
    "ih2002": _fix(
        "No key was sent",
        "The request reached Interhuman without any credentials.",
        "Sign in with a key pair or an API key, then try again.",
    ),
    "ih2003": _account(
        "The key may not upload recordings",
        'The key was accepted, but it lacks the permission "interhumanai.upload".',
        'Reissue the key in your Interhuman account with the scope "interhumanai.upload".',
    ),
    "ih2005": _fix(
        "The key's secret is missing",
        "Signing in with a key pair needs the key id and the key secret.",
        "Enter both halves of the key pair.",
    ),
    "ih2010": _account(
        "The sign-in has run out",
        "The short-lived client token has expired.",
        "Get a new client token and sign in with it.",
    ),
    "ih2011": _account(
        "The sign-in is not valid",
        "The client token was not recognized.",
        "Get a new client token and sign in with it; check that it was copied in full.",
    ),
    "ih2014": _account(
        "The sign-in was withdrawn",
        "The client token has been revoked.",
        "Get a new client token and sign in with it.",
    ),
}

_USAGE = {
    "ih3001": _retry(
        "Too many requests in a minute",
        "The account has reached its limit of requests per minute.",
        "Wait 60 seconds and send the recording again.",
    ),
    "ih3002": _retry(
        "Too many recordings at once",
        "The account has as many analyses running as it may have at the same time.",
        "Wait until one of them has finished, then send this recording again.",
    ),
    "ih3003": _account(
        "The quota is used up",
        "You've reached your usage limit. Sending it again won't help.",
        "Add credits, change the plan, or wait until the quota resets.",
    ),
    "ih3004": _account(
        "Today's quota is used up",
        "The account has reached its limit for one day.",
        "Wait until the daily quota resets, or ask Interhuman for a larger one.",
    ),
    "ih3005": _account(
        "The subscription is not active",
        "The account has no active subscription that covers this request.",
        "Renew the subscription in your Interhuman account.",
    ),
    "ih3006": _account(
        "The client token's video budget is used up",
        "The token was made for a limited length of video, and that has been spent.",
        "Get a new client token with a larger budget and sign in with it.",
    ),
}

_REQUEST = {
    "ih4001": _fix(
        "No recording arrived",
        "The request reached Interhuman without a file in it.",
        "Choose a recording and send it again.",
    ),
    "ih4002": _fix(
        "This kind of file is not supported",
        "The file's container is not one that the API reads.",
        "Convert the recording to MP4 (H.264 picture, AAC sound); AVI, MOV, MKV, MPEG-TS and "
        "WebM are read too.",
    ),
    "ih4003": _fix(
        "The recording is too large",
        f"A recording may have at most {MAX_FILE_SIZE} ({MAX_FILE_BYTES:,} bytes).",
        f"Shrink it to under {MAX_FILE_SIZE}: shorten it, or export it at about 1 Mbit/s (25 MB "
        "for three minutes).",
    ),
    "ih4004": _fix(
        "The recording is too long",
        "It is longer than the model takes; for Inter-2 the limit is 30 minutes.",
        "Split it into parts of under 30 minutes and send them one by one.",
    ),
    "ih4005": _fix(
        "A setting was not accepted",
        "The API does not know one of the options or the model that was asked for.",
        "Choose another model or option; what the API said names the one it means.",
    ),
    "ih4006": _fix(
        "The request could not be read",
        "The API could not make sense of the data that was sent with the request.",
        "Send it once more; if it stays, something on the way there changes requests.",
    ),
    "ih4007": _fix(
        "The recording is too short",
        "A recording must last at least 3 seconds.",
        "Choose one of 3 seconds or more.",
    ),
    "ih4021": _fix(
        "This analysis is no longer there",
        "The job is unknown to this account, or it has expired one hour after it was submitted.",
        "Check that you are signed in with the same account; else submit the recording again.",
    ),
}

_MEDIA = {
    "ih5001": _fix(
        "The recording has no picture",
        "The file appears to be empty or holds no video.",
        "Check that it plays; export it again as MP4 (H.264 picture, AAC sound). Inter-2 Audio "
        "takes sound alone.",
    ),
    "ih5002": _fix(
        "The recording is damaged",
        "The file is corrupted or cannot be read.",
        "Check that it plays to its end, then export it again as MP4 (H.264 picture, AAC sound).",
    ),
    "ih5003": _fix(
        "The recording's encoding is not supported",
        "The container is fine, but the API does not read how picture or sound is encoded.",
        "Export it again as MP4 with H.264 picture and AAC sound.",
    ),
    "ih5004": _fix(
        "The recording is incomplete",
        "The file is malformed, or it was cut off while it was saved or copied.",
        "Copy or export it again as MP4 (H.264 picture, AAC sound, 'fast start' on).",
    ),
    "ih5005": _fix(
        "A part of the recording is too large",
        "One segment of the recording is larger than the model takes.",
        "Export it again at a lower bit rate (about 1 Mbit/s), or split it.",
    ),
    "ih5006": _fix(
        "A part of the recording is too short",
        "One segment of the recording is shorter than the model needs.",
        "Send a longer recording: at least 3 seconds, without tiny pieces at its end.",
    ),
    "ih5007": _fix(
        "The model declined this recording",
        "The analysis model rejected what the recording contains.",
        "Export it again and try once more; if it is declined again, choose another recording.",
    ),
    "ih5008": _fix(
        "The recording has no sound",
        "The model needs an audio track, and this file has none.",
        "Send a recording with sound, or choose Inter-1, which does without.",
    ),
}

CATALOGUE: Mapping[str, Advice] = MappingProxyType(
    {**_SERVICE, **_ACCESS, **_USAGE, **_REQUEST, **_MEDIA}
)
"""Every documented error id with its advice."""

_BY_STATUS: Mapping[int, Advice] = MappingProxyType(
    {
        0: _retry(
            "No answer came",
            "Interhuman could not be reached, or the connection was lost.",
            "Check the internet connection, then try again.",
        ),
        400: _fix(
            "The request was not accepted",
            "The API refused the recording or one of the settings.",
            "Change what the message names, then send it again.",
        ),
        401: CATALOGUE["ih2001"],
        403: _account(
            "The key is not allowed to do this",
            "The key was recognized, but it may not use this part of the API.",
            'Check that the key has the scope "interhumanai.upload".',
        ),
        404: _fix(
            "Nothing is there",
            "The address or the job does not exist, or no longer does.",
            "Check the base URL; a job is gone one hour after it was submitted.",
        ),
        413: CATALOGUE["ih4003"],
        422: _fix(
            "The recording could not be processed",
            "The file arrived, but the API could not read what is in it.",
            "Export it again as MP4 with H.264 picture and AAC sound.",
        ),
        429: _retry(
            "Too many requests",
            "The account has reached a limit on how much it may send.",
            "Wait 60 seconds and send the recording again.",
        ),
        503: CATALOGUE["ih1002"],
    }
)

_UNREADABLE = _retry(
    "The answer could not be read",
    "The request was accepted, but its answer arrived broken.",
    "Sending the recording again may be billed a second time.",
)
_REDIRECT = _fix(
    "The address has moved",
    "The server pointed to another address, which is not followed: your key stays here.",
    "Check the base URL.",
)
_CLIENT_FAULT = _BY_STATUS[400]
_SERVER_FAULT = CATALOGUE["ih1001"]


def advice_for(error_id: str | None, status: int) -> Advice:
    """Return the advice for an error id, or for its HTTP status when the id is not known.

    A `status` of 0 means that no answer came; a 2xx that an answer came and was unreadable.
    """
    if error_id is not None and error_id in CATALOGUE:
        return CATALOGUE[error_id]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    by_class = {2: _UNREADABLE, 3: _REDIRECT, 4: _CLIENT_FAULT}
    return by_class.get(status // 100, _SERVER_FAULT)
