"""``POST /v1/upload/analyze``: Inter-1, which answers in the response itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.payload import NotJSONError, read_v1
from interhuman.api.multipart import MultipartBody, OnProgress, Recording
from interhuman.api.sender import Upload
from interhuman.api.transport import answer_of, unreadable

ANALYZE_PATH = "/v1/upload/analyze"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for beside the signals."""

    include: tuple[str, ...] = ()
    goal_dimensions: tuple[str, ...] = ()
    conversation_context: str | None = None

    def fields(self) -> list[tuple[str, str]]:
        """Return the form's fields; lists repeat their name."""
        context = self.conversation_context
        return [
            *(("include[]", value) for value in self.include),
            *(("goal_dimensions[]", value) for value in self.goal_dimensions),
            *([("conversation_context", context)] if context is not None else []),
        ]


def analyze(
    upload: Upload,
    recording: Recording,
    ask: Ask,
    *,
    on_progress: OnProgress | None = None,
    on_answer: Callable[[Answer], None] | None = None,
) -> Analysis:
    """Send a recording and read its analysis; `on_answer` gets the bytes before that.

    Raises InterhumanAPIError; with `maybe_accepted` set when the recording was taken but no
    readable answer came, which is then kept in its `body`.
    """
    body = MultipartBody(recording, ask.fields(), on_progress=on_progress)
    reply = upload(ANALYZE_PATH, body)
    if on_answer is not None:
        on_answer(answer_of(ANALYZE_PATH, reply))
    if reply.broken is not None:
        raise unreadable(reply, "its answer broke off before the end", reply.broken)
    try:
        analysis = read_v1(
            reply.body, correlation_id=reply.correlation_id, sandbox=reply.from_sandbox
        )
    except NotJSONError as error:
        why = str(error)
    else:
        if isinstance(analysis.raw, dict):
            return analysis
        why = "is not an object"
    raise unreadable(reply, f"its answer {why}")
