"""The top bar: where recordings are analyzed, and with whose credentials."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from interhuman.catalogue import CATALOGUE
from interhuman.client import InterhumanClient
from interhuman.deployment import Deployment
from interhuman.errors import InterhumanConfigError, InterhumanError
from interhuman.page import address, sign_in, state, widgets
from interhuman.page.explain import draw_ids, explain, link_to_documentation
from interhuman.page.keys import Key
from interhuman.page.sign_in import owner, sign_in_providers
from interhuman.page.visit import Visit
from interhuman.settings import DEFAULT_BASE_URL, Credentials
from interhuman.text import markdown_plain

API, SANDBOX = "Interhuman API", "Sandbox, no key needed"
TARGETS = (API, SANDBOX)
SANDBOX_SIGN_IN = "sandbox"

SIGN_IN = "Sign in to see your library. Otherwise, results last for this visit only."
FOR_NOBODY = (
    "There's no library, because this app can't tell its visitors apart. Results last for this "
    "visit only. The person who runs the app can set up sign-in."
)

_opener = st.components.v2.component(
    "interhuman_open_connection",
    js=(Path(__file__).parent / "browser" / "open_connection.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Connection:
    """Where recordings go and how to sign in there."""

    base_url: str
    credentials: Credentials
    sandbox: bool = False

    def open(self, **options: Any) -> InterhumanClient:
        """Return a client for this connection; `options` are `InterhumanClient`'s own."""
        return InterhumanClient(
            key_id=self.credentials.key_id,
            key_secret=self.credentials.key_secret,
            access_token=self.credentials.access_token,
            base_url=self.base_url,
            **options,
        )


def draw_top_bar(visit: Visit) -> Connection | None:
    """Draw the top bar; return the connection, or None with nothing to sign in with."""
    with st.container(key=Key.TOP_BAR, horizontal=True, vertical_alignment="center"):
        return _choose_connection(visit)


def _choose_connection(visit: Visit) -> Connection | None:
    """Draw the control for the connection, whose label says what is in use."""
    deployment, problem = _deployment()
    if visit.kept.owner is not None and visit.kept.owner != owner():
        # Signed out, or somebody else now: what this visit holds is not theirs.
        st.session_state.clear()
        st.rerun()
    visit.deployment = deployment if deployment is not None else Deployment()
    _open_library(visit, deployment)
    if visit.access.starts_with_api is None:
        visit.access.starts_with_api = _starts_with_api(visit, deployment)
    label, icon = _label(visit, deployment)
    _opener(
        key=Key.CONNECTION_OPENER,
        data={
            "control": f".st-key-{Key.CONNECTION} button",
            "requests": visit.access.requests,
        },
    )
    sign_in.draw_return(visit)
    with st.popover(label, icon=icon, key=Key.CONNECTION):
        if problem is not None:
            st.error(problem, title="This app's own settings can't be used")
        if visit.kept.problem is not None:
            st.error(
                f"{markdown_plain(visit.kept.problem)} Results are kept in memory only.",
                title="The library can't be used"
                if visit.kept.library is None
                else "Nothing new can be saved to the library",
            )
        st.radio(
            "Analyze with",
            TARGETS,
            index=0 if visit.access.starts_with_api else 1,
            key=widgets.key_of(Key.TARGET),
        )
        if _target(visit) == SANDBOX:
            connection: Connection | None = _sandbox()
        elif (connection := _api(visit, deployment)) is not None:
            _offer_test(connection)
    if visit.kept.problem is not None:
        st.badge("Kept in memory only", icon=":material/warning:", color="orange")
    return connection


def _target(visit: Visit) -> str:
    """Return which of `TARGETS` is chosen."""
    return widgets.one_of(Key.TARGET, TARGETS, API if visit.access.starts_with_api else SANDBOX)


def _label(visit: Visit, deployment: Deployment | None) -> tuple[str, str]:
    """Return what the control says is in use, and its icon."""
    if _target(visit) == SANDBOX:
        return "Sandbox", ":material/science:"
    if visit.access.credentials is not None:
        return f"{API} · your key", ":material/key:"
    if deployment is None:
        return f"{API} · not usable", ":material/error:"
    if deployment.credentials is not None:
        return f"{API} · shared key", ":material/group:"
    return f"{API} · no key yet", ":material/key_off:"


def _starts_with_api(visit: Visit, deployment: Deployment | None) -> bool:
    """Return whether the API is chosen at first: where the address, a visitor or the app names it.

    An app whose settings cannot be read counts: it may have been given a key, and must not answer
    from the sandbox unasked.
    """
    job = address.named_job()
    if job is not None:
        return not job.sandbox
    return deployment is None or bool(visit.access.credentials or deployment.credentials)


def _deployment() -> tuple[Deployment | None, str | None]:
    """Return the settings, or None and what is wrong with them."""
    try:
        return state.deployment(), None
    except InterhumanConfigError as error:
        return None, (
            f"{markdown_plain(str(error))} Until this is fixed, nothing can be sent to Interhuman "
            "from here."
        )


def _open_library(visit: Visit, deployment: Deployment | None) -> None:
    """Give the visit its library, or say why there is none."""
    visit.kept.library, visit.kept.libraries, visit.kept.problem = None, None, None
    visit.kept.absence = _absence(deployment)
    if deployment is None or visit.kept.absence is not None:
        return
    visit.kept.owner = owner()
    libraries = state.libraries(deployment)
    try:
        visit.kept.library = libraries.of(visit.kept.owner or "")
    except InterhumanError as error:
        visit.kept.absence = visit.kept.problem = str(error)
        return
    visit.kept.libraries, visit.kept.problem = libraries, visit.kept.library.notice


def _absence(deployment: Deployment | None) -> str | None:
    """Return why this visitor has no library, None where there is one to open."""
    if deployment is None:
        return "This app's own settings can't be used, so there's no library."
    if deployment.library.absence is not None:
        return deployment.library.absence
    if owner() is None:
        return SIGN_IN if sign_in_providers() else FOR_NOBODY
    return None


def _sandbox() -> Connection:
    """Return the connection to the sandbox, with the error that a developer has it simulate."""
    st.info(
        "You're in the sandbox. It measures only sound and movement, so **these aren't results "
        "from Interhuman's model.** The recording stays on the computer that runs this app.",
        icon=":material/science:",
    )
    above = st.container()
    with st.expander("For developers", key=Key.DEVELOPERS):
        rehearsed = st.selectbox(
            "Simulate an error",
            list(CATALOGUE),
            index=None,
            placeholder="no error",
            format_func=lambda error_id: f"{error_id} · {CATALOGUE[error_id].title}",
            key=Key.REHEARSE,
        )
    key_id = f"{SANDBOX_SIGN_IN}-{rehearsed}" if rehearsed else SANDBOX_SIGN_IN
    credentials = Credentials(key_id, SANDBOX_SIGN_IN)
    connection = Connection(state.sandbox().base_url, credentials, sandbox=True)
    with above:
        _offer_test(connection)
    return connection


def _api(visit: Visit, deployment: Deployment | None) -> Connection | None:
    if deployment is None:
        return None
    credentials = visit.access.credentials or deployment.credentials
    if visit.access.credentials is not None:
        st.success("You're using your own credentials, for this visit only.", icon=":material/key:")
        st.button(
            "Remove my key",
            key=Key.FORGET_CREDENTIALS,
            width="stretch",
            on_click=_forget,
            args=(visit,),
        )
    elif credentials is not None:
        st.warning(
            f"Credentials from {deployment.source} are in use. "
            "Anyone who opens this page uses this key's quota.",
            icon=":material/group:",
        )
    ask_now = credentials is None or visit.access.asking
    with st.expander("Use your own credentials", expanded=ask_now):
        _own_credentials(visit)
    if deployment.base_url != DEFAULT_BASE_URL:
        st.caption("Recordings are sent to:")
        st.text(deployment.base_url)
    return Connection(deployment.base_url, credentials) if credentials else None


def _own_credentials(visit: Visit) -> None:
    """Ask for a key pair or an API key; the fields are emptied as soon as they are sent."""
    with st.form(Key.OWN_CREDENTIALS, clear_on_submit=True, border=False):
        st.text_input("Key ID", key=Key.KEY_ID, autocomplete="off")
        st.text_input("Key secret", type="password", key=Key.KEY_SECRET, autocomplete="off")
        st.caption("or use an API key")
        st.text_input("API key", type="password", key=Key.API_KEY, autocomplete="off")
        st.form_submit_button("Use this key", width="stretch", on_click=_take_own, args=(visit,))
    st.caption("Kept in memory for this visit only. Never shown again and never stored.")
    if visit.access.problem:
        st.error(visit.access.problem)


def _take_own(visit: Visit) -> None:
    fields = (Key.KEY_ID, Key.KEY_SECRET, Key.API_KEY)
    given = [st.session_state[key].strip() or None for key in fields]
    for key in fields:
        st.session_state[key] = ""
    try:
        visit.use_credentials(Credentials(*given))
        visit.access.problem, visit.access.asking = None, False
    except InterhumanConfigError as error:
        visit.access.problem = str(error)


def _forget(visit: Visit) -> None:
    visit.use_credentials(None)


def _offer_test(connection: Connection) -> None:
    if st.button(
        "Test connection",
        key=Key.TEST_CONNECTION,
        width="stretch",
        icon=":material/network_check:",
    ):
        _test(connection)


def _test(connection: Connection) -> None:
    with st.spinner("Signing in…"):
        try:
            with connection.open() as client:
                checked = client.check()
        except InterhumanError as error:
            explain(error)
            link_to_documentation(error)
            draw_ids(error)
            return
    st.success(checked.message, icon=":material/check_circle:")
