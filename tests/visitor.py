"""A visitor without a browser: speaks to a running Streamlit server as its page does.

It gets all that a browser would get and draws none of it, so that twenty of them leave the
machine to the server. The messages are Streamlit's own, of the version that is installed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, FileURLsRequest
from streamlit.proto.Common_pb2 import UploadedFileInfo as FileInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

XSRF_COOKIE = "_streamlit_xsrf"
PATIENCE_S = 120.0
RERUN_COMES = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Visitor:
    """One session of the dashboard, from opening the page at an address on.

    `received` is every message that came, as it came.
    """

    def __init__(self, url: str, *, cookies: Mapping[str, str] | None = None) -> None:
        address = urlsplit(url)
        base, self._url = f"{address.scheme}://{address.netloc}", url
        self._page, self._query = address.path.strip("/"), address.query
        self._http = httpx.Client(base_url=base, trust_env=False, timeout=PATIENCE_S)
        self._http.get("/_stcore/health")
        token = self._http.cookies[XSRF_COOKIE]
        jar = {**(cookies or {}), XSRF_COOKIE: token}
        self._open = ExitStack()
        self._open.callback(self._http.close)
        self._socket = self._open.enter_context(
            connect(
                f"ws://{address.netloc}/_stcore/stream",
                additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())},
                origin=Origin(base),
                subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
                max_size=None,
                proxy=None,
            )
        )
        self._session_id = ""
        self._chosen: dict[str, WidgetState] = {}
        self._again: tuple[str, float] | None = None
        self.received: list[bytes] = []
        self.drawn: list[Element] = []
        self.rerun()

    def close(self) -> None:
        """Leave the page."""
        self._open.close()

    def rerun(self, *, pressed: str | None = None) -> float:
        """Run the whole script, with a button pressed or not; return the seconds it took."""
        states = list(self._chosen.values())
        if pressed is not None:
            states.append(WidgetState(id=self._button_id(pressed), trigger_value=True))
        return self._run(ClientState(widget_states=WidgetStates(widgets=states)))

    def upload(self, name: str, data: bytes) -> None:
        """Choose a recording in the uploader."""
        widget = next(e.file_uploader for e in self.drawn if e.HasField("file_uploader"))
        asked = FileURLsRequest(request_id=name, file_names=[name], session_id=self._session_id)
        self._send(BackMsg(file_urls_request=asked))
        urls = self._upload_urls()
        self._http.put(
            urls.upload_url,
            files={"file": (name, data, "video/mp4")},
            headers={"X-Xsrftoken": self._http.cookies[XSRF_COOKIE]},
        ).raise_for_status()
        info = FileInfo(name=name, size=len(data), file_id=urls.file_id, file_urls=urls)
        state = FileUploaderState(uploaded_file_info=[info])
        self._chosen[widget.id] = WidgetState(id=widget.id, file_uploader_state_value=state)
        self.rerun()

    def analyze(self) -> float:
        """Press Analyze and follow the page until it looks no more; return the seconds."""
        began_s = time.perf_counter()
        self.rerun(pressed="Analyze")
        while self._again is not None:
            fragment_id, interval_s = self._again
            time.sleep(interval_s)
            states = WidgetStates(widgets=list(self._chosen.values()))
            self._run(
                ClientState(widget_states=states, fragment_id=fragment_id, is_auto_rerun=True)
            )
        return time.perf_counter() - began_s

    def headings(self) -> list[str]:
        """Return the text of all headings on the page."""
        return [e.heading.body for e in self.drawn if e.HasField("heading")]

    def problems(self) -> list[str]:
        """Return the title of every error on the page."""
        alerts = [e.alert for e in self.drawn if e.HasField("alert")]
        return [each.title or each.body for each in alerts if each.format == each.ERROR]

    def _button_id(self, label: str) -> str:
        found = next(e.button for e in self.drawn if e.button.label == label)
        assert not found.disabled, f"{label} is locked"
        return found.id

    def _run(self, state: ClientState) -> float:
        """Ask for a run and take in all of it, and of the runs it asks for in turn."""
        began_s = time.perf_counter()
        state.query_string, state.page_name = self._query, self._page
        state.context_info.CopyFrom(ContextInfo(timezone="UTC", url=self._url))
        self._send(BackMsg(rerun_script=state))
        for message in self._messages():
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._begin(message)
            elif kind == "delta" and message.delta.HasField("new_element"):
                self.drawn.append(message.delta.new_element)
            elif kind == "auto_rerun":
                self._again = (message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "script_finished" and message.script_finished != RERUN_COMES:
                break
        return time.perf_counter() - began_s

    def _begin(self, message: ForwardMsg) -> None:
        self._session_id = message.new_session.initialize.session_id
        if not message.metadata.run.fragment_ids:
            self.drawn, self._again = [], None

    def _upload_urls(self) -> FileURLs:
        for message in self._messages():
            if message.WhichOneof("type") == "file_urls_response":
                urls: FileURLs = message.file_urls_response.file_urls[0]
                return urls
        raise AssertionError("the server went away")

    def _send(self, message: BackMsg) -> None:
        self._socket.send(message.SerializeToString())

    def _messages(self) -> Iterator[ForwardMsg]:
        while True:
            data = self._socket.recv(timeout=PATIENCE_S)
            assert isinstance(data, bytes)
            self.received.append(data)
            yield ForwardMsg.FromString(data)
