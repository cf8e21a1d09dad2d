"""`manage.py create_bucket`: make the bucket for recordings in a fresh object store."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError

from backend.core.s3_storage import AudioS3Storage
from backend.core.sealed_storage import SealedStorage

_THERE_ALREADY = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


class Command(BaseCommand):
    help = "Make the bucket that MEDIA_S3_BUCKET names, if it is not there. May run twice."

    def handle(self, *_: Any, **__: Any) -> None:
        storage = storages["default"]
        if isinstance(storage, SealedStorage):
            storage = storage.inner
        if not isinstance(storage, AudioS3Storage):
            raise CommandError("MEDIA_S3_BUCKET is not set: recordings lie in a folder, and need no bucket.")
        bucket = storage.bucket
        try:
            bucket.create(**_place(storage.region_name))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _THERE_ALREADY:
                raise CommandError(f"The bucket {bucket.name} cannot be made: {error}") from error
        except BotoCoreError as error:
            raise CommandError(f"The object store cannot be reached: {error}") from error
        self.stdout.write(f"The bucket {bucket.name} is there.")


def _place(region: str | None) -> dict[str, Any]:
    """Amazon's first region is named by naming none; all others have to be named."""
    if not region or region == "us-east-1":
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}
