"""The queue with real recordings and the sandbox: prepared, sent, measured and kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from interhuman.client import InterhumanClient
from interhuman.library.engine import open_engine
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.sandbox import Sandbox
from interhuman.settings import Credentials
from tests import clips
from tests.runs.queue.world import item, library_in, wait_for_states

S = ItemState


def test_recordings_are_made_to_fit_and_bad_ones_refused_before_anything_is_sent(
    in_process: None, tmp_path: Path
) -> None:
    contents = {
        "talk.mkv": clips.recording(4.0, container="mkv"),
        "notes.mp4": clips.text_renamed(),
        "short.mp4": clips.too_short(),
    }
    library = library_in(open_engine(tmp_path), tmp_path)
    with Sandbox() as sandbox:
        account = Account.of(
            partial(
                InterhumanClient,
                key_id="sandbox",
                key_secret="sandbox",
                base_url=sandbox.base_url,
            ),
            credentials=Credentials("sandbox", "sandbox"),
            base_url=sandbox.base_url,
            sandbox=True,
        )
        queue = ThreadQueue()
        ids = {
            name: queue.add(
                AnalysisRequest(UploadedRecording(name, content), sandbox=True), library, account
            )
            for name, content in contents.items()
        }
        wait_for_states(queue, library)
        shown = {name: item(queue, library, id) for name, id in ids.items()}
        assert queue.close()
    assert shown["talk.mkv"].state is S.DONE, shown["talk.mkv"].problem
    assert shown["talk.mkv"].sandbox
    assert shown["talk.mkv"].duration_s is not None
    assert abs(shown["talk.mkv"].duration_s - 4.0) < 0.2
    for name, word in (("notes.mp4", "recording"), ("short.mp4", "3 s")):
        refused = shown[name]
        assert refused.state is S.REFUSED, refused
        assert word in str(refused.problem)
        assert (refused.may_retry, refused.may_be_billed) == (False, False)
