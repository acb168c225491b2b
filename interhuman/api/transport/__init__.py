"""One request out, one reply in: the only package that imports `requests` and `urllib3`.

`sending` sends once, `wire` decides how bytes go out and come in, `failures` says in a person's
words why no answer came, `replies` turns what came back into evidence.
"""

from interhuman.api.transport.replies import (
    HttpReply,
    OnAnswer,
    answer_of,
    error_from,
    json_object,
    read_reply,
    unreadable,
)
from interhuman.api.transport.sending import HttpRequest, Transport

__all__ = [
    "HttpReply",
    "HttpRequest",
    "OnAnswer",
    "Transport",
    "answer_of",
    "error_from",
    "json_object",
    "read_reply",
    "unreadable",
]
