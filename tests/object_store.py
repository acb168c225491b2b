"""A server of the S3 API on loopback, which can go away and come back with what it has."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import boto3
import httpx
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

from interhuman.library.object_store import Bucket
from interhuman.recordings_setting import StorePlace
from tests.browser.dashboard import free_port

KEY, SECRET = "store-key-1", "store-word-1"
REGION = "us-east-1"
_numbers = itertools.count()


class ObjectStore:
    """The server, in a thread of this process."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name=REGION,
        )
        self.start()

    @property
    def environ(self) -> dict[str, str]:
        """What a process has in its environment to sign in to the store."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
        }

    def start(self) -> None:
        """Answer again, with what was there before."""
        self._server = ThreadedMotoServer("127.0.0.1", port=self._port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._server.stop()

    def new_place(self, prefix: str = "team/recordings") -> StorePlace:
        """Return a place in an empty bucket."""
        bucket = f"bucket-{next(_numbers)}"
        self._client.create_bucket(Bucket=bucket)
        return self.place(bucket, prefix)

    def place(self, bucket: str, prefix: str = "") -> StorePlace:
        """Return a place in a bucket, whether it exists or not."""
        return StorePlace(
            bucket, prefix, key=KEY, secret=SECRET, endpoint_url=self.url, region=REGION
        )

    def new_bucket(self) -> Bucket:
        """Return an empty bucket as the library sees it."""
        return Bucket(self.new_place())

    def keys(self, place: StorePlace) -> list[str]:
        """Return the keys of all objects in a bucket."""
        found = self._client.list_objects_v2(Bucket=place.bucket)
        return [each["Key"] for each in found.get("Contents", ())]

    def unfinished(self, place: StorePlace) -> list[str]:
        """Return the keys of uploads in a bucket that were begun and not ended."""
        found = self._client.list_multipart_uploads(Bucket=place.bucket)
        return [each["Key"] for each in found.get("Uploads", ())]

    def begin_upload(self, place: StorePlace, key: str) -> None:
        """Begin an upload that nobody ends."""
        self._client.create_multipart_upload(Bucket=place.bucket, Key=key)

    def overwrite(self, place: StorePlace, key: str, data: bytes) -> None:
        """Put other content in the place of an object."""
        self._client.put_object(Bucket=place.bucket, Key=key, Body=data)

    def age(self, place: StorePlace, by: timedelta) -> None:
        """Have everything in a bucket be kept earlier than it was."""
        for backend in s3_backends[DEFAULT_ACCOUNT_ID].values():
            if place.bucket in backend.buckets:
                for key in backend.buckets[place.bucket].keys.values():
                    key.last_modified -= by

    def refuse(self, *, yes: bool) -> None:
        """Refuse every sign-in, or none any more."""
        count = "0" if yes else "inf"
        httpx.post(f"{self.url}/moto-api/reset-auth", content=count, trust_env=False)
