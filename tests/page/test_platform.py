"""What is used of libraries beyond what they document: when one is gone, look where it says.

Everything else is in their documentation and changes with their major versions.
"""

from __future__ import annotations

import importlib
import inspect
import re
from functools import reduce
from pathlib import Path

import pytest

import interhuman

PACKAGE = Path(interhuman.__file__).parent

INTERNALS = {
    "streamlit.config:set_option": (
        "page/secrets_file.py sets secrets aside: else they answer every request with HTTP 500"
    ),
    "streamlit.runtime.secrets:Secrets._maybe_install_file_watchers": (
        "page/secrets_file.py looks at the file for each visit, and must not watch it for each"
    ),
    "streamlit.runtime.secrets:Secrets.to_dict": (
        "page/secrets_file.py reads the file aside, since `st.secrets` keeps what it has read once"
    ),
    "streamlit.runtime.scriptrunner:get_script_run_ctx": (
        "page/uploads.py finds the session's uploads to let go of their content"
    ),
    "streamlit.runtime.scriptrunner_utils.script_run_context:"
    "ScriptRunContext.is_history_navigation": (
        "page/address.py tells Back and Forward from an address that the page itself wrote"
    ),
    "streamlit.runtime.memory_uploaded_file_manager:MemoryUploadedFileManager.add_file": (
        "page/uploads.py empties an upload: else its content stays as long as the session"
    ),
    "streamlit.runtime.uploaded_file_manager:UploadedFileRec": "page/uploads.py does so with it",
    "streamlit.runtime.uploaded_file_manager:UploadedFile": "what `st.file_uploader` gives",
    "streamlit.elements.lib.column_types:ColumnConfig": "what `st.column_config` gives",
    "websockets.http11:MAX_LINE_LENGTH": (
        "page/sign_in.py raises it for a sign-in's cookies: else the page loads for ever"
    ),
    "urllib3.connection:HTTPConnection._tunnel": (
        "api/transport/wire.py tells a proxy's failure from the API's"
    ),
    "urllib3.connection:HTTPConnection.has_connected_to_proxy": "api/transport/wire.py, the same",
    "urllib3.connectionpool:HTTPConnectionPool.ConnectionCls": (
        "api/transport/wire.py has pools make connections of its own"
    ),
    "urllib3.util.wait:wait_for_read": "api/transport/wire.py looks for an early answer",
    "urllib3.util.wait:wait_for_socket": "api/transport/wire.py, the same",
    "http.client:HTTPResponse.begin": "api/transport/wire.py passes over interim answers",
    "http.client:HTTPConnection.response_class": "api/transport/wire.py has its own read answers",
    "email.message:Message.defects": "api/transport/wire.py keeps header lines out of the log",
    "streamlit.web.server.server_util:AUTH_COOKIE_NAME": (
        "page/sign_in.py tells one sign-in from the next by what the cookie holds"
    ),
    "requests.adapters:HTTPAdapter.init_poolmanager": "api/transport/sending.py uses these pools",
    "uvicorn:Server.should_exit": "sandbox/server.py ends a server that runs in a thread",
    "starlette.formparsers:MultiPartParser.parse": "sandbox/http/upload.py parses uploads",
}
"""What is used, as module:name, with who uses it and what for."""


@pytest.mark.parametrize("place", INTERNALS)
def test_it_is_still_there(place: str) -> None:
    module, _, name = place.partition(":")
    *outer, last = name.split(".")
    owner = reduce(getattr, outer, importlib.import_module(module))
    assert _has(owner, last), INTERNALS[place]


def _has(owner: object, name: str) -> bool:
    """Return whether it has the name, or sets it when it is made."""
    if hasattr(owner, name):
        return True
    return inspect.isclass(owner) and f"self.{name} = " in inspect.getsource(owner)


UNDOCUMENTED = re.compile(
    r"data-testid|\.st[A-Z]\w*|data-selected|data-variant|nsewdrag|js-plotly-plot|window\.Plotly"
)

IN_THE_BROWSER = {
    "page/browser/focus.js": "what is a popover, and what is a component",
    "page/browser/undocumented.js": "Plotly's drawing, which is hidden from screen readers",
    "page/browser/undocumented.css": "how Streamlit's and Plotly's own elements look",
    "page/result/browser/undocumented.js": "Plotly's library, its charts, and when they change",
    "page/start/browser/receiving.js": "what the upload widget says of a file in its chip",
}
"""The files that use what Streamlit's page and Plotly do not document, and what it is."""


@pytest.mark.parametrize(
    "path", sorted([*PACKAGE.rglob("*.css"), *PACKAGE.rglob("*.js")]), ids=lambda path: path.name
)
def test_what_is_undocumented_in_the_browser_stands_in_few_files(path: Path) -> None:
    text = path.read_text("utf-8")
    place = path.relative_to(PACKAGE).as_posix()
    assert bool(UNDOCUMENTED.search(text)) == (place in IN_THE_BROWSER)
    assert "nth-child" not in text, "the layout counts no elements"
