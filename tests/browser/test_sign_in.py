"""Signing in with a real OpenID Connect provider: there, back to the address, and out again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import oidc_provider_mock
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Contexts, wait_for_result
from tests.browser.dashboard import Dashboard
from tests.browser.test_whose_library import NAME, keep
from tests.browser.waiting import PATIENCE_MS, at_rest

ADA = "ada"
LOCAL = {"127.0.0.1", "localhost"}
GROUPS = [
    str(uuid.UUID(int=(n + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)) for n in range(200)
]
"""So many that the cookies of the sign-in take 16 KB."""


@dataclass(frozen=True)
class Kept:
    """A dashboard where people sign in, with an analysis of Ada's."""

    url: str
    id: str


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("signed-in")
    with oidc_provider_mock.run_server_in_thread() as provider:
        issuer = f"http://localhost:{provider.server_port}"
        ada = {"email": "ada@example.com", "groups": GROUPS}
        httpx.put(f"{issuer}/users/{ADA}", json=ada, trust_env=False).raise_for_status()
        auth = {
            "redirect_uri": "http://127.0.0.1:{port}/oauth2callback",
            "cookie_secret": "a long secret of the tests alone",
            "client_id": "dashboard",
            "client_secret": "word",
            "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in auth.items()]
        lines.append('client_kwargs = { scope = "openid email groups" }')
        secrets = folder / "secrets.toml"
        secrets.write_text("\n".join(("[auth]", *lines)))
        id = keep(folder / "library", f"{issuer} {ADA}")
        environ = {"INTERHUMAN_LIBRARY": str(folder / "library")}
        dashboard = Dashboard(folder, environ, options=[f"--secrets.files={secrets}"])
        yield Kept(dashboard.url, id)
        dashboard.stop()


@pytest.fixture
def context(contexts: Contexts) -> Iterator[BrowserContext]:
    """A browser of one's own."""
    own = contexts.new()
    # The provider's own pages ask for a style sheet from elsewhere, and wait for it.
    own.route(lambda url: urlsplit(url).hostname not in LOCAL, lambda route: route.abort())
    yield own
    own.close()


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_placeholder("sub").fill(ADA)
    page.get_by_role("button", name="Authorize").click()


def signed_in(context: BrowserContext, kept: Kept) -> Page:
    """Return a page whose visitor has signed in."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{kept.url}/library")
    sign_in(page)
    page.get_by_role("button", name="Try the sample").wait_for()
    return page


def test_who_signs_in_comes_back_to_the_moment_they_came_for(
    context: BrowserContext, kept: Kept
) -> None:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{kept.url}/?result={kept.id}&t=12")
    notice = page.get_by_test_id("stAlert").filter(has_text="Sign in to open this link")
    expect(notice).to_be_visible()
    assert NAME not in at_rest(page).content()
    sign_in(page)
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    wait_for_result(page)
    expect(page.locator(".ih-card")).to_contain_text("Now, 0:12")
    sizes = [len(c["value"]) for c in context.cookies() if c["name"].startswith("_streamlit_user")]
    assert sum(sizes) > 8192


def test_who_signed_out_leaves_nothing_to_go_back_to(context: BrowserContext, kept: Kept) -> None:
    page = signed_in(context, kept)
    page.goto(f"{kept.url}/library")
    page.get_by_role("button", name=NAME, exact=True).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("End Session").first.wait_for()  # The provider's page, drawn.
    assert not [c for c in context.cookies() if c["name"].startswith("_streamlit_user")]
    page.go_back()
    page.get_by_role("button", name="Sign in", exact=True).wait_for()
    assert NAME not in at_rest(page).content()


def test_signing_out_counts_in_every_tab(context: BrowserContext, kept: Kept) -> None:
    page = signed_in(context, kept)
    other = context.new_page()
    other.set_default_timeout(PATIENCE_MS)
    for tab in (page, other):
        tab.goto(f"{kept.url}/library")
        tab.get_by_role("button", name=NAME, exact=True).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("End Session").first.wait_for()  # The provider's page, drawn.
    other.get_by_label("Search titles, names, labels and notes").fill("a")
    other.get_by_role("button", name="Sign in", exact=True).wait_for()
    assert NAME not in at_rest(other).content()
