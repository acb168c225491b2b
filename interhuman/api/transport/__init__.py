"""One request out, one reply in: the only room that knows `requests` and what is below it.

`sending` sends once, `wire` decides how bytes go out and come in, `failures` says in a person's
words why no answer came, `replies` turns what came back into evidence.
"""

from interhuman.api.transport.replies import (
    Reply,
    answer_of,
    error_from,
    json_object,
    unreadable,
)
from interhuman.api.transport.sending import Request, Transport

__all__ = [
    "Reply",
    "Request",
    "Transport",
    "answer_of",
    "error_from",
    "json_object",
    "unreadable",
]
