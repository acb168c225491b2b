"""What whoever runs the page has set: where the API is, where things are kept, and the limits."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from interhuman.errors import InterhumanConfigError
from interhuman.recordings_setting import StorePlace, megabytes, recordings_limit_bytes, store_place
from interhuman.settings import DEFAULT_BASE_URL, Credentials, Hidden, check_base_url

UPLOAD_LIMIT_MB = 1_074
"""How many megabytes a recording that is given to the page may have: a full GiB."""

UPLOAD_LIMIT_IN_LITTLE_MEMORY_MB = 200
"""The same where a server has little memory, which an upload passes through as a whole."""

_SCHEMES = ("postgresql", "postgres", "sqlite")


@dataclass(frozen=True, slots=True)
class LibraryPlace:
    """Where analyses are kept, or why they are not: exactly one of the first three is set."""

    url: str | None = field(default=None, repr=False)
    """A database's URL as SQLAlchemy reads it, which may hold a password."""
    folder: Path | None = None
    """A folder on this machine."""
    absence: str | None = None
    """One or two sentences on why there is no library."""
    recordings_limit_bytes: int | None = 0
    """How much the recordings may take, 0 for none, None for any amount."""
    store: StorePlace | None = None
    """Where the recordings are, None for the folder."""


NO_LIBRARY = LibraryPlace(absence="The library is turned off.")

_STREAMLIT_CLOUD = "Streamlit Community Cloud"
_STREAMLIT_CLOUD_FOLDER = Path("/mount/src")
"""Where it puts an app's repository; its documentation names no variable that tells."""

_EPHEMERAL_HOSTS = (
    ("HOSTNAME", "streamlit", _STREAMLIT_CLOUD),
    ("K_SERVICE", None, "Google Cloud Run"),
    ("DYNO", None, "Heroku"),
    ("SPACE_ID", None, "Hugging Face Spaces"),
)
"""A variable of the environment, its value (None for any), and the host that sets it.

What is written to these hosts' disks is gone with the next restart, and their smallest machines
have 512 MiB to 1 GiB of memory. Documented by each but the first:
cloud.google.com/run/docs/container-contract, devcenter.heroku.com/articles/dynos,
huggingface.co/docs/hub/spaces-overview.
"""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What whoever runs the page has set for everyone who opens it."""

    base_url: str = DEFAULT_BASE_URL
    credentials: Credentials | None = None
    source: str | None = None
    """Where the credentials came from, as words: "the secrets file", "the environment", or None."""
    library: LibraryPlace = NO_LIBRARY
    convert: bool = True
    """Whether a recording is made to fit before it is sent; else what doesn't fit is refused."""
    max_upload_mb: int = UPLOAD_LIMIT_MB
    """How many megabytes a recording that is given to the page may have."""


_SECRETS_FILE, _ENVIRONMENT = "the secrets file", "the environment"
_VARIABLES = MappingProxyType(
    {
        "key_id": "INTERHUMAN_KEY_ID",
        "key_secret": "INTERHUMAN_KEY_SECRET",
        "api_key": "INTERHUMAN_API_KEY",
        "base_url": "INTERHUMAN_BASE_URL",
        "library": "INTERHUMAN_LIBRARY",
        "recordings": "INTERHUMAN_RECORDINGS",
        "recordings_mb": "INTERHUMAN_RECORDINGS_MB",
        "convert": "INTERHUMAN_CONVERT",
        "max_upload_mb": "INTERHUMAN_MAX_UPLOAD_MB",
    }
)

_BARE_VALUES = frozenset({"convert", "max_upload_mb", "recordings_mb"})
"""What may stand in the secrets file without quotes."""


def deployment_from(
    secrets: object,
    environ: Mapping[str, str],
    *,
    connections: object = None,
    recordings: object = None,
    platform: str = sys.platform,
    code_folder: Path = Path(__file__).parent,
) -> Deployment:
    """Read every setting of the deployment, its secrets file first, then its environment.

    `secrets`, `connections` and `recordings` are what ``interhuman``, ``connections`` and
    ``recordings`` are in the secrets file, or None without them; `environ` is the process
    environment. Credentials come from one of the two, never half from each; any other setting from
    the first that has it. `platform` is named as in `sys.platform`, and `code_folder` is where this
    program lies.

    Raises InterhumanConfigError for half a key pair, for two ways of signing in at one place, and
    for a value that is not text, or not what its setting takes.
    """
    if secrets is not None and not isinstance(secrets, Mapping):
        raise InterhumanConfigError(
            "In the secrets file, [interhuman] must be a table with key_id and key_secret, or "
            "with api_key."
        )
    in_secrets = {name: _text((secrets or {}).get(name), name) for name in _VARIABLES}
    in_environ = {n: Hidden(environ.get(var, "").strip()) for n, var in _VARIABLES.items()}
    either = {name: in_secrets[name] or in_environ[name] for name in _VARIABLES}
    credentials, source = None, None
    for place, values in ((_SECRETS_FILE, in_secrets), (_ENVIRONMENT, in_environ)):
        credentials = _credentials(values, place)
        if credentials is not None:
            source = place
            break
    return Deployment(
        base_url=check_base_url(str(either["base_url"] or DEFAULT_BASE_URL)),
        credentials=credentials,
        source=source,
        library=library_place(
            either["library"],
            connection_url=_connection_url(connections),
            recordings_mb=either["recordings_mb"],
            store=store_place(either["recordings"], recordings),
            environ=environ,
            platform=platform,
            code_folder=code_folder,
        ),
        convert=_switch(either["convert"]),
        max_upload_mb=upload_limit_mb(
            either["max_upload_mb"], environ=environ, code_folder=code_folder
        ),
    )


def _switch(text: str) -> bool:
    """Return whether a switch is on, which it is where it isn't set."""
    if text.lower() not in {"", "on", "off", "true", "false"}:
        raise InterhumanConfigError(
            "The setting convert (or INTERHUMAN_CONVERT) must be on or off."
        )
    return text.lower() not in {"off", "false"}


def _connection_url(connections: object) -> Hidden:
    """Return ``url`` of ``[connections.library]`` in the secrets file, "" without that table."""
    library = connections.get("library") if isinstance(connections, Mapping) else None
    if library is None:
        return Hidden("")
    url = library.get("url") if isinstance(library, Mapping) else None
    if not isinstance(url, str) or not url.strip():
        raise InterhumanConfigError("In the secrets file, [connections.library] must have a url.")
    return Hidden(url.strip())


def _text(value: object, name: str) -> Hidden:
    if value is None:
        return Hidden("")
    if name in _BARE_VALUES and isinstance(value, bool | int):
        return Hidden(value)
    if not isinstance(value, str):
        raise InterhumanConfigError(f"In the secrets file, {name} must be text in quotes.")
    return Hidden(value.strip())


def _credentials(values: Mapping[str, str], source: str) -> Credentials | None:
    key_id, key_secret, api_key = values["key_id"], values["key_secret"], values["api_key"]
    if not (key_id or key_secret or api_key):
        return None
    names = {name: name if source == _SECRETS_FILE else _VARIABLES[name] for name in _VARIABLES}
    if api_key and (key_id or key_secret):
        raise InterhumanConfigError(
            f"In {source}, set {names['key_id']} and {names['key_secret']} or {names['api_key']}, "
            "not both."
        )
    if bool(key_id) != bool(key_secret):
        given, missing = ("key_id", "key_secret") if key_id else ("key_secret", "key_id")
        raise InterhumanConfigError(
            f"In {source}, {names[given]} is set but {names[missing]} is missing."
        )
    return Credentials(key_id or None, key_secret or None, api_key or None)


def user_data_folder(*, environ: Mapping[str, str], platform: str, home: Path) -> Path:
    """Return the folder in which programs of this user keep data that lasts.

    `platform` is named as in `sys.platform`. On Linux as the XDG Base Directory Specification
    has it, which ignores paths that are not absolute.
    """
    if platform == "darwin":
        return home / "Library" / "Application Support" / "Interhuman"
    if platform == "win32":
        local = environ.get("LOCALAPPDATA", "")
        return (Path(local) if local else home / "AppData" / "Local") / "Interhuman"
    data_home = Path(environ.get("XDG_DATA_HOME", ""))
    return (data_home if data_home.is_absolute() else home / ".local" / "share") / "interhuman"


def ephemeral_host(*, environ: Mapping[str, str], code_folder: Path) -> str | None:
    """Return the name of the host if its disk does not last, None for any other machine."""
    for variable, value, host in _EPHEMERAL_HOSTS:
        if environ.get(variable) and value in {None, environ[variable]}:
            return host
    return _STREAMLIT_CLOUD if code_folder.is_relative_to(_STREAMLIT_CLOUD_FOLDER) else None


def upload_limit_mb(set_limit: str, *, environ: Mapping[str, str], code_folder: Path) -> int:
    """Return how many megabytes an upload may have: as set, or as the machine allows.

    Raises InterhumanConfigError when what is set is no number above 0.
    """
    if not set_limit:
        small = ephemeral_host(environ=environ, code_folder=code_folder) is not None
        return UPLOAD_LIMIT_IN_LITTLE_MEMORY_MB if small else UPLOAD_LIMIT_MB
    limit = "uploads (max_upload_mb or INTERHUMAN_MAX_UPLOAD_MB) must be {}."
    return megabytes(set_limit, limit, at_least=1)


def library_place(
    library: str,
    *,
    connection_url: str,
    recordings_mb: str,
    environ: Mapping[str, str],
    platform: str,
    code_folder: Path,
    store: StorePlace | None = None,
) -> LibraryPlace:
    """Return where the library is: at the connection's URL, at what is set, or in the user's data.

    `library` is "off", which turns it off wherever it would be, a URL, or a folder; empty for
    the user's data folder. Recordings go to `store`, or into the folder.

    Raises InterhumanConfigError for a URL that no library can have, for a limit that is no
    number, and for a folder of a user who does not exist.
    """
    if library.lower() == "off":
        return NO_LIBRARY
    if connection_url or "://" in library or library.partition(":")[0] in _SCHEMES:
        place = LibraryPlace(url=_checked_url(connection_url or library))
        return place if store is None else _with_recordings(place, recordings_mb, store)
    folder = _set_folder(library)
    host = ephemeral_host(environ=environ, code_folder=code_folder)
    if folder is None and host is not None:
        return LibraryPlace(
            absence=f"There's no library, because {host} doesn't keep what is written to its disk. "
            "The person who runs this app can set up a database for it."
        )
    if folder is None:
        try:
            folder = user_data_folder(environ=environ, platform=platform, home=Path.home())
        except RuntimeError:
            return LibraryPlace(
                absence="There's no library, because this app runs as a user without a home "
                "folder. The person who runs it can set a folder for it."
            )
    return _with_recordings(LibraryPlace(folder=folder.absolute()), recordings_mb, store)


def _with_recordings(
    place: LibraryPlace, recordings_mb: str, store: StorePlace | None
) -> LibraryPlace:
    limit_bytes = recordings_limit_bytes(recordings_mb, stored=store is not None)
    return replace(place, recordings_limit_bytes=limit_bytes, store=store)


def _set_folder(text: str) -> Path | None:
    """Return the folder that a setting names, None for an empty one.

    Raises InterhumanConfigError when it is in the home of a user who does not exist.
    """
    try:
        return Path(str(text)).expanduser() if text else None
    except RuntimeError:
        raise InterhumanConfigError(
            "The library's folder is in the home folder of a user who doesn't exist on this "
            "computer."
        ) from None


def _checked_url(url: str) -> str:
    if url.partition("://")[0].partition("+")[0] not in _SCHEMES:
        raise InterhumanConfigError(
            "The library's URL must begin with postgresql:// or sqlite:///."
        )
    return url
