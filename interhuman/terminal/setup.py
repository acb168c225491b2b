"""What a command needs before anything is sent: the account, the library, and the queue's place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from interhuman.client import InterhumanClient
from interhuman.deployment import Deployment, LibraryPlace, deployment_from
from interhuman.errors import InterhumanConfigError, LibraryError
from interhuman.library.libraries import LOCAL_OWNER, Libraries
from interhuman.library.library import Library
from interhuman.runs.queue.account import Account
from interhuman.sandbox import Sandbox
from interhuman.settings import Credentials
from interhuman.terminal.secrets import read_secrets, secrets_files

NO_KEY: Final = (
    "No key is set. Put INTERHUMAN_KEY_ID and INTERHUMAN_KEY_SECRET, or INTERHUMAN_API_KEY, into "
    "the environment or key_id and key_secret, or api_key, under [interhuman] into "
    ".streamlit/secrets.toml; or try --sandbox, which needs none."
)

STATE_FOLDER: Final = ".interhuman"
"""In the folder for the results: the library of a deployment that has none."""


def read_deployment(environ: Mapping[str, str]) -> Deployment:
    """Return what is set for the page, in the secrets file and the environment.

    Raises InterhumanConfigError.
    """
    secrets = read_secrets(secrets_files())
    return deployment_from(
        secrets.get("interhuman"),
        environ,
        connections=secrets.get("connections"),
        recordings=secrets.get("recordings"),
    )


def account_of(deployment: Deployment) -> Account:
    """Return the account that is set. Raises InterhumanConfigError where none is."""
    if deployment.credentials is None:
        raise InterhumanConfigError(NO_KEY)
    return _account(deployment.credentials, deployment.base_url, sandbox=False)


def sandbox_account(sandbox: Sandbox) -> Account:
    """Return the account of a sandbox that is running."""
    return _account(Credentials("sandbox", "sandbox"), sandbox.base_url, sandbox=True)


def _account(credentials: Credentials, base_url: str, *, sandbox: bool) -> Account:
    open_client = partial(
        InterhumanClient,
        key_id=credentials.key_id,
        key_secret=credentials.key_secret,
        access_token=credentials.access_token,
        base_url=base_url,
    )
    return Account.of(open_client, credentials=credentials, base_url=base_url, sandbox=sandbox)


def open_library(place: LibraryPlace, *, out: Path) -> Library:
    """Return the library that is set; one in the folder for the results where it is off.

    Raises LibraryError where it can't be opened or written to.
    """
    if place.absence is not None:
        place = LibraryPlace(folder=out / STATE_FOLDER)
    libraries = Libraries(place)
    library = libraries.of(LOCAL_OWNER)
    if library.notice is not None:
        raise LibraryError(library.notice)
    return library
