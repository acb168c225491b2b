"""Driving the page as a person does, without a browser."""

from __future__ import annotations

import functools
import gc
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import Block, Node

from interhuman.analysis import Analysis
from interhuman.page import state
from interhuman.page.library.recent import TITLE, open_recent
from interhuman.page.start.analyze import READING
from interhuman.page.start.before_sending import READING_THROUGH
from interhuman.page.visit import Visit
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.run import Run
from interhuman.sandbox import Sandbox, SandboxSettings
from tests.in_process import open_in_process
from tests.processes import wait_until
from tests.server import HeldServer, Server

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 60.0


class Page:
    """The dashboard in AppTest, with the words a person would use for what they do."""

    def __init__(
        self,
        *,
        address: Mapping[str, str] | None = None,
        user: Mapping[str, object] | None = None,
        **secrets: Any,
    ) -> None:
        self.at = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=PATIENCE_S)
        self.at.secrets = secrets
        if user is not None:
            self.at.user = dict(user)
        for name, value in (address or {}).items():
            self.at.query_params[name] = value
        self.at.run()

    @property
    def address(self) -> dict[str, str]:
        """The parameters in the page's address."""
        return {
            name: value if isinstance(value, str) else value[-1]
            for name, value in self.at.query_params.items()
        }

    @property
    def visit(self) -> Visit:
        """What the page remembers of this visit."""
        return cast(Visit, self.at.session_state["visit"])

    def show(self, analysis: Analysis, *, recording: UploadedRecording | None = None) -> Page:
        """Show `analysis` as if it had just arrived."""
        self.visit.show(
            self.visit.results.add_opened(analysis, "talk.mp4", recording=recording).number
        )
        return self.rerun()

    def rerun(self) -> Page:
        """Run the script once more, as any click does."""
        self.at.run()
        return self

    def upload(self, data: bytes, name: str = "talk.mp4", mime: str = "video/mp4") -> Page:
        """Drop a recording into the uploader and wait until its header is read."""
        self.at.file_uploader(key="upload").set_value((name, data, mime)).run()
        return self._rerun_while(READING)

    def read_through(self) -> Page:
        """Wait until the chosen recording has been read as a whole."""
        return self._rerun_while(READING_THROUGH)

    def _rerun_while(self, words: str) -> Page:
        wait_until(lambda: words not in self.text or words not in self.rerun().text)
        return self

    def press(self, label: str) -> Page:
        """Press the button that says `label`."""
        button = next(b for b in self.at.button if b.label == label)
        assert not button.disabled, f"{label} is locked"
        button.click().run()
        return self

    def analyze(self) -> Page:
        """Press Analyze and wait for what comes of it."""
        self.press("Analyze")
        if self.visit.run is not None:
            assert self.visit.run.wait(PATIENCE_S)
            self.rerun()
        return self

    def new_analysis(self) -> Page:
        """Go back to the start page, as the button on a result does."""
        self.visit.new_analysis()
        return self.rerun()

    @property
    def recent(self) -> list[dict[str, Any]]:
        """The recent analyses as they are sent to the browser, in order."""
        sent = [str(node.proto.json) for node in self.nodes("bidi_component")]
        lists = [json.loads(each)["rows"] for each in sent if f'"caption": "{TITLE}"' in each]
        assert len(lists) < 2
        return cast("list[dict[str, Any]]", lists[0]) if lists else []

    def open_recent(self, title: str) -> Page:
        """Press one of the recent analyses, which AppTest itself cannot do."""
        (row,) = [row for row in self.recent if row["title"] == title]
        assert row["opens"]
        assert not row["shown"]
        open_recent(self.visit, row["id"])
        return self.rerun()

    def finish(self) -> Page:
        """Wait for the run, which may have ended already while the page was drawn."""
        assert self.visit.run is None or self.visit.run.wait(PATIENCE_S)
        return self.rerun()

    def offers(self, label: str) -> bool:
        """Whether there is a button that says `label`."""
        return any(button.label == label for button in self.at.button)

    def locked(self, label: str) -> bool:
        """Whether the button that says `label` is disabled."""
        return next(b.disabled for b in self.at.button if b.label == label)

    def nodes(self, kind: str | None = None) -> list[Node]:
        """Return everything drawn, or everything of one kind, in order."""

        def walk(node: Node) -> Iterator[Node]:
            yield node
            if isinstance(node, Block):
                for child in node.children.values():
                    yield from walk(child)

        tree = list(walk(self.at._tree))
        return tree if kind is None else [node for node in tree if node.type == kind]

    def go_to(self, url_path: str) -> Page:
        """Go to a page by the end of its address, as a click on the navigation does."""
        # AppTest.switch_page() knows pages in files only.
        registered = self.at._registered_pages.items()
        self.at._page_hash = next(
            name for name, info in registered if info.get("url_pathname") == url_path
        )
        return self.rerun()

    @property
    def text(self) -> str:
        """Everything that is sent to the browser, in one text."""
        return "\n".join(str(getattr(node, "proto", "")) for node in self.nodes())

    @property
    def length(self) -> str:
        """The length of the shown recording, as the head of its result says it."""
        head = next(each.value for each in self.at.caption if " · Inter" in each.value)
        facts = head.replace("\\", "").replace("\N{WORD JOINER}", "")
        return facts.partition(" · ")[0]


def page_of(
    server: Server,
    *,
    address: Mapping[str, str] | None = None,
    user: Mapping[str, object] | None = None,
    convert: bool = True,
    **secrets: Any,
) -> Page:
    """Return a page that has credentials of its own for `server` as its API."""
    credentials = {"key_id": "a-key-pair", "key_secret": "its-secret", "base_url": server.base_url}
    interhuman = {**credentials, "convert": convert}
    return Page(address=address, user=user, interhuman=interhuman, **secrets)


def wait_for(run: Run, condition: Callable[[Run], bool]) -> None:
    """Wait until `condition` holds for a run, which must not end before."""
    wait_until(lambda: condition(run) or run.finished, within_s=PATIENCE_S)
    assert condition(run), "it ended before"


Hold = Callable[[str], HeldServer]


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Return a function that starts a server which stops at one moment."""
    with ExitStack() as running:
        yield lambda moment: running.enter_context(HeldServer(moment))


@pytest.fixture(scope="session", autouse=True)
def _visits_cost_little() -> Iterator[None]:
    """Do once, or not at all, what takes most of the time of a visit and is no part of the page.

    These are the search for installed components, the making of the script's code, and the
    collection of garbage, which the page asks for at each visit.
    """
    gc.freeze()
    with pytest.MonkeyPatch.context() as patch:
        found = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        scripts = ScriptCache()
        patch.setattr(local_script_runner, "ScriptCache", lambda: scripts)
        patch.setattr(state, "gc", SimpleNamespace(collect=lambda: None))
        yield


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """One sandbox of the page for all tests, because each takes its time to stop."""
    with Sandbox(SandboxSettings(max_concurrent=state.SANDBOX_UPLOADS)) as running:
        yield running


@pytest.fixture(scope="package", autouse=True)
def _in_process() -> Iterator[None]:
    with open_in_process():
        yield


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, shared_sandbox: Sandbox) -> Iterator[None]:
    """No credentials of the machine, no cache of an earlier test."""
    monkeypatch.setattr(state, "sandbox", lambda: shared_sandbox)
    names = ("KEY_ID", "KEY_SECRET", "API_KEY", "BASE_URL")
    for name in (*names, "CONVERT", "MAX_UPLOAD_MB"):
        monkeypatch.delenv(f"INTERHUMAN_{name}", raising=False)
    yield
    st.cache_resource.clear()


@pytest.fixture
def page() -> Page:
    """The page as a stranger without a key finds it."""
    return Page()
