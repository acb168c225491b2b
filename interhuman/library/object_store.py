"""A bucket of an object store with the S3 API, whose errors are LibraryError and hold no secret.

Every call ends within bounded time. Credentials that are not given come from where the S3
libraries look: the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, …), the
files of the AWS command line, or the machine's own role.
"""

from __future__ import annotations

import errno
import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, Final, NoReturn

from interhuman.errors import LibraryError, LibraryProblem
from interhuman.library.recordings import Kept, is_name
from interhuman.recordings_setting import StorePlace

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S: Final = 5.0
READ_TIMEOUT_S: Final = 15.0
CALL_TIMEOUT_S: Final = 30.0
"""How long one call may take, tried twice."""

MIN_BYTES_PER_S: Final = 50_000
"""A line that is slower than that counts as none."""

_PART_BYTES: Final = 8 * 1024**2
_LEFT_OVER_AFTER: Final = timedelta(days=1)
"""Nobody still sends the parts of an upload of that age: whoever did was stopped."""

UNREACHABLE: Final = "The store for recordings can't be reached."
REFUSED: Final = "The store for recordings doesn't accept the app's sign-in, or doesn't allow this."
FAILED: Final = "The store for recordings couldn't do that."
NO_BUCKET: Final = "The store for recordings doesn't have its bucket."
NOT_THERE: Final = "The recording is no longer in the store for recordings."

_REFUSALS: Final = frozenset({"NoCredentialsError", "PartialCredentialsError"})
_PASSING: Final = frozenset({errno.EBUSY, getattr(errno, "EREMOTEIO", errno.EIO)})
"""What s3fs makes of HTTP 500, 503 and SlowDown."""


class Bucket:
    """The objects under a prefix of a bucket; keys are relative to it. Safe between threads.

    Every method raises LibraryError, of the problem "unreachable" for what may pass.
    """

    def __init__(self, place: StorePlace) -> None:
        # Only where it is set up: the package is optional, and importing it takes half a second.
        s3fs: Any = importlib.import_module("s3fs")
        self._root = f"{place.bucket}/{place.prefix}".strip("/")
        self._fs = s3fs.S3FileSystem(
            key=place.key,
            secret=place.secret,
            token=place.token,
            endpoint_url=place.endpoint_url,
            client_kwargs={"region_name": place.region} if place.region else {},
            config_kwargs={
                "connect_timeout": CONNECT_TIMEOUT_S,
                "read_timeout": READ_TIMEOUT_S,
                "retries": {"total_max_attempts": 2, "mode": "standard"},
                # Many stores don't know the checksums that AWS has asked for since 2025.
                "request_checksum_calculation": "when_required",
                "response_checksum_validation": "when_required",
            },
            use_listings_cache=False,
        )
        self._fs.retries = 1  # Its own come on top of those in the configuration.

    def size_bytes(self, key: str) -> int | None:
        """Return how large an object is, None where there is none."""
        try:
            with _translating():
                bucket, name = self._split(key)
                head = self._call("head_object", Bucket=bucket, Key=name)
                return int(head["ContentLength"])
        except LibraryError as error:
            if error.problem == "missing":
                return None
            raise

    def read(self, key: str, start: int, end: int) -> bytes:
        """Return a part of an object, up to `end`."""
        with _translating():
            data: bytes = self._fs.cat_file(
                self._path(key), start=start, end=end, timeout=CALL_TIMEOUT_S
            )
        return data

    def write(self, key: str, file: BinaryIO, *, size_bytes: int) -> None:
        """Write an object whole or not at all, from a file that is read in parts."""
        with _translating(missing=NO_BUCKET):
            bucket, name = self._split(key)
            if size_bytes <= _PART_BYTES:
                self._call("put_object", Bucket=bucket, Key=name, Body=file.read())
                return
            upload = self._call("create_multipart_upload", Bucket=bucket, Key=name)
            which = {"Bucket": bucket, "Key": name, "UploadId": upload["UploadId"]}
            try:
                parts = self._write_parts(file, which)
                self._call("complete_multipart_upload", MultipartUpload={"Parts": parts}, **which)
            except BaseException:
                self._abort(which)
                raise

    def _write_parts(self, file: BinaryIO, which: dict[str, str]) -> list[dict[str, object]]:
        parts: list[dict[str, object]] = []
        while part := file.read(_PART_BYTES):
            number = len(parts) + 1
            sent = self._call("upload_part", PartNumber=number, Body=part, **which)
            parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        return parts

    def _abort(self, which: dict[str, str]) -> None:
        """Give up an upload; where that fails, it is left over until `abort_left_over`."""
        try:
            with _translating():
                self._call("abort_multipart_upload", **which)
        except LibraryError as error:
            log.warning("an unfinished upload is left in the store: %s", error)

    def renew(self, key: str) -> None:
        """Set the time of an object to now."""
        with _translating():
            bucket, name = self._split(key)
            source = {"Bucket": bucket, "Key": name}
            self._call("copy_object", CopySource=source, MetadataDirective="REPLACE", **source)

    def delete(self, key: str) -> None:
        """Delete an object; none of that key is no error."""
        with _translating():
            self._fs.rm_file(self._path(key), timeout=CALL_TIMEOUT_S)

    def kept(self, folder: str) -> list[Kept]:
        """Return the recordings in a folder."""
        with _translating(missing=NO_BUCKET):
            found = []
            for page in self._pages("list_objects_v2", folder, "NextContinuationToken"):
                now = _time_of(page)
                for each in page.get("Contents", ()):
                    name = str(each["Key"]).rpartition("/")[2]
                    if is_name(name):
                        age_s = (now - each["LastModified"]).total_seconds()
                        found.append(Kept(age_s, each["Size"], name))
            return found

    def abort_left_over(self, folder: str) -> None:
        """Give up uploads into a folder that a stopped process did not finish."""
        with _translating(missing=NO_BUCKET):
            bucket, prefix = self._split(f"{folder}/")
            uploads = self._call("list_multipart_uploads", Bucket=bucket, Prefix=prefix)
            before = _time_of(uploads) - _LEFT_OVER_AFTER
            for each in uploads.get("Uploads", ()):
                if each["Initiated"] < before:
                    self._abort({"Bucket": bucket, **{n: each[n] for n in ("Key", "UploadId")}})

    def _pages(self, method: str, folder: str, token: str) -> Iterator[dict[str, Any]]:
        bucket, prefix = self._split(f"{folder}/")
        more: dict[str, str] = {}
        while True:
            page = self._call(method, Bucket=bucket, Prefix=prefix, **more)
            yield page
            if not page.get(token):
                return
            more = {"ContinuationToken": page[token]}

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        body = arguments.get("Body", b"")
        timeout_s = CALL_TIMEOUT_S + len(body) / MIN_BYTES_PER_S
        answer: dict[str, Any] = self._fs.call_s3(method, timeout=timeout_s, **arguments)
        return answer

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"

    def _split(self, key: str) -> tuple[str, str]:
        bucket, _, name = self._path(key).partition("/")
        return bucket, name


def _time_of(answer: dict[str, Any]) -> datetime:
    """Return when the store answered, by its own clock: this machine's may be wrong by hours."""
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return parsedate_to_datetime(date) if date is not None else datetime.now(UTC)


@contextmanager
def _translating(*, missing: str = NOT_THERE) -> Iterator[None]:
    """Raise LibraryError for whatever the store or the way to it refuses.

    The original error is not chained to it: it may quote what the request was signed with.
    """
    botocore: Any = importlib.import_module("botocore.exceptions")
    aiohttp: Any = importlib.import_module("aiohttp")
    try:
        yield
    except (
        OSError,
        botocore.BotoCoreError,
        botocore.ClientError,
        aiohttp.ClientError,
    ) as error:
        found = error
    else:
        return
    _raise_for(found, missing=missing)


def _raise_for(error: Exception, *, missing: str) -> NoReturn:
    kind = type(error).__name__
    code = error.errno if isinstance(error, OSError) else None
    message, problem = _meaning(error, kind, missing)
    if problem != "missing" or missing != NOT_THERE:
        log.warning("the store for recordings failed: %s %s", kind, code or "")
    raise LibraryError(message, problem=problem) from None


def _meaning(error: Exception, kind: str, missing: str) -> tuple[str, LibraryProblem]:
    if isinstance(error, FileNotFoundError):
        return missing, "missing"
    if isinstance(error, PermissionError) or kind in _REFUSALS:
        return REFUSED, "other"
    if isinstance(error, OSError) and error.errno is not None and error.errno not in _PASSING:
        is_network = isinstance(error, ConnectionError | TimeoutError)
        return (UNREACHABLE, "unreachable") if is_network else (FAILED, "other")
    return UNREACHABLE, "unreachable"
