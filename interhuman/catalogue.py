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
        "The service had an internal error. Your recording isn't the cause.",
        "Wait a minute and send it again. If it keeps happening, send support the correlation ID.",
    ),
    "ih1002": _retry(
        "Interhuman is overloaded",
        "The service can't take more work right now.",
        "Wait a minute and send the recording again.",
    ),
    "ih1003": _retry(
        "Part of Interhuman is down",
        "A service that the analysis depends on isn't available.",
        "Wait a few minutes and send the recording again.",
    ),
    "ih1004": _retry(
        "The analysis was interrupted",
        "The job stopped before it finished, and it won't resume on its own.",
        "Submit the recording again.",
    ),
}

_ACCESS = {
    "ih2001": _account(
        "This key isn't valid",
        "The API key is unknown, disabled or revoked, or its secret is wrong.",
        "Check the key ID and secret, or create a new key in your Interhuman account.",
    ),
    "ih2002": _fix(
        "No key was sent",
        "The request reached Interhuman without credentials.",
        "Sign in with a key pair or an API key, then try again.",
    ),
    "ih2003": _account(
        "This key can't upload recordings",
        'The key is valid, but it doesn\'t have the scope "interhumanai.upload".',
        'Reissue the key in your Interhuman account with the scope "interhumanai.upload".',
    ),
    "ih2005": _fix(
        "The key's secret is missing",
        "Signing in with a key pair takes both the key ID and the key secret.",
        "Enter both the key ID and the key secret.",
    ),
    "ih2010": _account(
        "Your sign-in expired",
        "The short-lived client token has expired.",
        "Get a new client token and sign in with it.",
    ),
    "ih2011": _account(
        "Your sign-in isn't valid",
        "Interhuman doesn't recognize the client token.",
        "Get a new client token and sign in with it. Make sure you copy all of it.",
    ),
    "ih2014": _account(
        "Your sign-in was revoked",
        "The client token has been revoked.",
        "Get a new client token and sign in with it.",
    ),
}

_USAGE = {
    "ih3001": _retry(
        "Too many requests in a minute",
        "You've reached your account's limit of requests per minute.",
        "Wait 60 seconds and send the recording again.",
    ),
    "ih3002": _retry(
        "Too many recordings at once",
        "Your account is running as many analyses as it can at the same time.",
        "Wait until one of them finishes, then send this recording again.",
    ),
    "ih3003": _account(
        "You've used up your quota",
        "You've reached your usage limit. Sending it again won't help.",
        "Add credits, change your plan, or wait until the quota resets.",
    ),
    "ih3004": _account(
        "You've used up today's quota",
        "You've reached your account's daily limit.",
        "Wait until the daily quota resets, or ask Interhuman for a larger one.",
    ),
    "ih3005": _account(
        "Your subscription isn't active",
        "Your account has no active subscription that covers this request.",
        "Renew your subscription in your Interhuman account.",
    ),
    "ih3006": _account(
        "The client token's video budget is used up",
        "The token covers a limited length of video, and all of it has been used.",
        "Get a new client token with a larger budget and sign in with it.",
    ),
}

_REQUEST = {
    "ih4001": _fix(
        "No recording arrived",
        "The request reached Interhuman without a file.",
        "Choose a recording and send it again.",
    ),
    "ih4002": _fix(
        "This kind of file isn't supported",
        "The API doesn't accept this file's container format.",
        "Convert the recording to MP4 (H.264 video, AAC audio). AVI, MOV, MKV, MPEG-TS and WebM "
        "also work.",
    ),
    "ih4003": _fix(
        "The recording is too large",
        f"The limit is {MAX_FILE_SIZE} ({MAX_FILE_BYTES:,} bytes).",
        f"Get it under {MAX_FILE_SIZE}: shorten it, or export it at about 1 Mbit/s (25 MB for "
        "three minutes).",
    ),
    "ih4004": _fix(
        "The recording is too long",
        "It's longer than the model allows. For Inter-2, the limit is 30 minutes.",
        "Split it into parts of under 30 minutes and send them one at a time.",
    ),
    "ih4005": _fix(
        "A setting wasn't accepted",
        "The API doesn't recognize the model or one of the options.",
        "Choose another model or option. The API's message says which one.",
    ),
    "ih4006": _fix(
        "The request couldn't be read",
        "The API couldn't read the data in the request.",
        "Send it again. If it keeps happening, something on your network is altering requests.",
    ),
    "ih4007": _fix(
        "The recording is too short",
        "A recording must be at least 3 seconds long.",
        "Choose one that's at least 3 seconds.",
    ),
    "ih4021": _fix(
        "This analysis no longer exists",
        "This account has no such job, or the job expired one hour after it was submitted.",
        "Check that you're signed in with the same account, or submit the recording again.",
    ),
}

_MEDIA = {
    "ih5001": _fix(
        "The recording has no video",
        "The file appears to be empty or to have no video.",
        "Check that it plays, then export it again as MP4 (H.264 video, AAC audio). Inter-2 audio "
        "works with audio only.",
    ),
    "ih5002": _fix(
        "The recording is damaged",
        "The file is corrupted or can't be read.",
        "Check that it plays to the end, then export it again as MP4 (H.264 video, AAC audio).",
    ),
    "ih5003": _fix(
        "The recording's encoding isn't supported",
        "The container format is fine, but the API can't read the video or audio encoding.",
        "Export it again as MP4 with H.264 video and AAC audio.",
    ),
    "ih5004": _fix(
        "The recording is incomplete",
        "The file is malformed, or it was cut off when it was saved or copied.",
        "Copy it again, or export it as MP4 (H.264 video, AAC audio, 'fast start' on).",
    ),
    "ih5005": _fix(
        "Part of the recording is too large",
        "One segment of the recording is larger than the model allows.",
        "Export it again at a lower bitrate (about 1 Mbit/s), or split it.",
    ),
    "ih5006": _fix(
        "Part of the recording is too short",
        "One segment of the recording is shorter than the model needs.",
        "Send a recording that's at least 3 seconds long, without tiny pieces at the end.",
    ),
    "ih5007": _fix(
        "The model declined this recording",
        "The analysis model rejected the content of the recording.",
        "Export it and try again. If it's declined again, choose another recording.",
    ),
    "ih5008": _fix(
        "The recording has no audio",
        "The model needs an audio track, and this file has none.",
        "Send a recording with audio, or choose Inter-1, which doesn't need it.",
    ),
}

CATALOGUE: Mapping[str, Advice] = MappingProxyType(
    {**_SERVICE, **_ACCESS, **_USAGE, **_REQUEST, **_MEDIA}
)
"""Every documented error id with its advice."""

_BY_STATUS: Mapping[int, Advice] = MappingProxyType(
    {
        0: _retry(
            "No response",
            "Interhuman couldn't be reached, or the connection was lost.",
            "Check your internet connection, then try again.",
        ),
        400: _fix(
            "The request wasn't accepted",
            "The API rejected the recording or one of the settings.",
            "Fix what the message says, then send it again.",
        ),
        401: CATALOGUE["ih2001"],
        403: _account(
            "This key isn't allowed to do this",
            "The key is valid, but it can't use this part of the API.",
            'Check that the key has the scope "interhumanai.upload".',
        ),
        404: _fix(
            "Not found",
            "The URL or the job doesn't exist, or no longer does.",
            "Check the base URL. A job expires one hour after it was submitted.",
        ),
        413: CATALOGUE["ih4003"],
        422: _fix(
            "The recording couldn't be processed",
            "The file arrived, but the API couldn't read its content.",
            "Export it again as MP4 with H.264 video and AAC audio.",
        ),
        429: _retry(
            "Too many requests",
            "You've reached a limit on how much your account can send.",
            "Wait 60 seconds and send the recording again.",
        ),
        503: CATALOGUE["ih1002"],
    }
)

_UNREADABLE = _retry(
    "The response couldn't be read",
    "The request was accepted, but the response arrived damaged.",
    "Sending the recording again may be billed a second time.",
)
_REDIRECT = _fix(
    "The server redirected the request",
    "The redirect wasn't followed, so your key wasn't sent to another server.",
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
