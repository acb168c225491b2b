"""Connecting: the sandbox by default, credentials that are used and never shown."""

from __future__ import annotations

import pytest

from interhuman.page.connect import API, SANDBOX
from interhuman.page.keys import Key
from tests import clips
from tests.page.conftest import Page

SECRET = "s3cr3t-of-a-visitor"
DEPLOYED = {"key_id": "deployed-id", "key_secret": "deployed-s3cr3t"}


def type_in(page: Page, **fields: str) -> Page:
    for key, value in fields.items():
        page.at.text_input(key=key.replace("_", "-")).input(value)
    return page.press("Use this key")


def test_without_credentials_the_sandbox_is_chosen_and_says_so(page: Page) -> None:
    assert page.at.radio(key=Key.TARGET).value == SANDBOX
    assert "these aren't results from Interhuman's model" in page.at.info[0].value


def test_a_deployments_credentials_are_used_and_every_visitor_is_told() -> None:
    page = Page(interhuman=DEPLOYED)
    assert page.at.radio(key=Key.TARGET).value == API
    assert "Anyone who opens this page uses this key's quota" in page.at.warning[0].value
    assert DEPLOYED["key_secret"] not in page.text
    assert DEPLOYED["key_id"] not in page.text


def test_credentials_of_the_environment_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERHUMAN_API_KEY", "ih_live_environment")
    page = Page()
    assert page.at.radio(key=Key.TARGET).value == API
    assert "ih_live_environment" not in page.text


def test_a_visitors_own_come_first_are_emptied_and_can_be_forgotten() -> None:
    page = Page(interhuman=DEPLOYED)
    type_in(page, key_id="my-id", key_secret=SECRET)
    assert page.visit.access.credentials is not None
    assert page.visit.access.credentials.key_id == "my-id"
    assert "for this visit only" in page.at.success[0].value
    page.rerun()
    assert SECRET not in page.text
    assert [field.value for field in page.at.text_input] == ["", "", ""]
    page.press("Remove my key")
    assert page.visit.access.credentials is None


def test_half_a_key_pair_is_told_in_one_sentence(page: Page) -> None:
    page.at.radio(key=Key.TARGET).set_value(API).run()
    type_in(page, key_id="my-id")
    assert "key secret is missing" in page.at.error[0].value
    assert page.offers("Sign in")


def test_a_broken_deployment_is_told_and_the_page_stays_usable() -> None:
    page = Page(interhuman={"key_id": "alone"})
    assert r"key\_secret is missing" in page.at.error[0].value
    assert page.at.radio(key=Key.TARGET).value == API
    assert page.offers("Sign in")
    page.at.radio(key=Key.TARGET).set_value(SANDBOX).run()
    page.upload(clips.recording(duration_s=12)).analyze()
    assert page.visit.results.shown is not None


@pytest.mark.parametrize(
    ("interhuman", "says"),
    [
        ("ih_live_x", r"must be a table"),
        ({"key_id": "kid", "key_secret": "s3cr3t", "library": "~nosuchuser/x"}, "doesn't exist"),
        ({"api_key": 5}, "must be text"),
    ],
)
def test_settings_that_cannot_be_used_never_become_the_sandbox(
    interhuman: object, says: str
) -> None:
    page = Page(interhuman=interhuman)
    (error,) = page.at.error
    assert says in error.value.replace("\\", "")
    assert page.at.radio(key=Key.TARGET).value == API
    assert page.offers("Sign in")
    assert "ih_live_x" not in page.text
    assert not page.at.exception


def test_the_api_without_credentials_says_what_is_missing(page: Page) -> None:
    page.at.radio(key=Key.TARGET).set_value(API).run()
    assert page.offers("Sign in")
    assert any("Add an API key to analyze" in caption.value for caption in page.at.caption)


def test_the_connection_can_be_tried(page: Page) -> None:
    page.press("Test connection")
    assert "accepted the key pair" in page.at.success[0].value


def test_a_connection_that_fails_says_why() -> None:
    page = Page(interhuman={**DEPLOYED, "base_url": "http://127.0.0.1:9"})
    page.press("Test connection")
    (error,) = page.at.error
    assert "refused" in error.value
    assert DEPLOYED["key_secret"] not in page.text


def test_another_address_than_interhumans_is_said() -> None:
    address = "http://127.0.0.1:9"
    page = Page(interhuman={**DEPLOYED, "base_url": address})
    assert address in [text.value for text in page.at.text]
    assert [text.value for text in Page(interhuman=DEPLOYED).at.sidebar.text] == []


def test_simulated_errors_are_folded_away_for_developers(page: Page) -> None:
    (developers,) = [e for e in page.at.expander if e.label == "For developers"]
    assert not developers.proto.expanded
    assert developers.selectbox[0].key == Key.REHEARSE
