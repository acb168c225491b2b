"""``POST /v1/upload/analyze``: Inter-1, which answers in the response itself."""

from __future__ import annotations

from collections.abc import Sequence

from interhuman.analysis import Analysis
from interhuman.answers.payload import read_v1
from interhuman.api.multipart import FileToSend, MultipartBody, OnProgress, list_fields
from interhuman.api.sender import Sender
from interhuman.api.transport import HttpRequest, OnAnswer, answer_of, read_reply, unreadable
from interhuman.vocabulary import INTER_1

ANALYZE_PATH = "/v1/upload/analyze"


def analyze(
    sender: Sender,
    file: FileToSend,
    *,
    include: Sequence[str] | None,
    goal_dimensions: Sequence[str] | None,
    conversation_context: str | None,
    timeout_s: float,
    on_progress: OnProgress | None,
    on_answer: OnAnswer | None,
) -> Analysis:
    """Send a recording and read its analysis; the arguments are those of `UploadClient.analyze`.

    Raises InterhumanAPIError; with `maybe_accepted` set when the recording was taken but no
    readable answer came, which is then kept in its `body`.
    """
    fields = [
        *list_fields("include", include),
        *list_fields("goal_dimensions", goal_dimensions),
    ]
    if conversation_context is not None:
        fields.append(("conversation_context", conversation_context))
    body = MultipartBody(file, fields, on_progress=on_progress)
    reply = sender.send(
        HttpRequest("POST", ANALYZE_PATH, body=body, timeout_s=timeout_s, model=INTER_1)
    )
    if on_answer is not None:
        on_answer(answer_of(ANALYZE_PATH, reply))
    analysis = read_reply(reply, read_v1)
    if not isinstance(analysis.raw, dict):
        raise unreadable(reply, "isn't an object")
    return analysis
