"""Where recorded audio lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botocore.config import Config

from backend.config.env import Environment, EnvironmentValueError

SEALED = "sealed"
"""The storage that holds the encrypted bytes, where there are keys."""


def storages(data_dir: Path, environment: Environment) -> dict[str, Any]:
    """An object store when the environment names one, else a folder of the data folder; encrypted if it has keys."""
    holds = _s3(environment) if environment.media_s3_bucket else _folder(data_dir)
    if not environment.audio_keys:
        return {"default": holds}
    sealed = {
        "BACKEND": "backend.core.sealed_storage.SealedStorage",
        "OPTIONS": {"inside": SEALED, "keys": environment.audio_keys},
    }
    return {"default": sealed, SEALED: holds}


def upload_handlers(environment: Environment) -> list[str]:
    """What takes the files of a request: small ones in memory, large ones on the disk; encrypted if it has keys."""
    large = (
        "backend.uploads.spooled.SpooledUploadHandler"
        if environment.audio_keys
        else "django.core.files.uploadhandler.TemporaryFileUploadHandler"
    )
    return ["django.core.files.uploadhandler.MemoryFileUploadHandler", large]


def incoming(data_dir: Path) -> str:
    """Where what comes in one request lies until it is stored: beside the recordings, as the temporary folder of a
    container may be small, or memory. Raises `EnvironmentValueError`."""
    folder = data_dir / "incoming"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise EnvironmentValueError(
            f"The data folder {data_dir} cannot be used ({error.strerror}). Choose another one with DATA_DIR=…"
        ) from error
    return str(folder)


def _folder(data_dir: Path) -> dict[str, Any]:
    return {
        "BACKEND": "backend.uploads.storage.DurableFileSystemStorage",
        "OPTIONS": {"location": str(data_dir / "media"), "file_permissions_mode": 0o600},
    }


def _s3(environment: Environment) -> dict[str, Any]:
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if environment.media_s3_endpoint else "auto"},
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 3},
        # The newer checksums in trailers are unknown to many stores that speak S3.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    encryption = environment.media_s3_encryption
    return {
        "BACKEND": "backend.core.s3_storage.AudioS3Storage",
        "OPTIONS": {
            "bucket_name": environment.media_s3_bucket,
            "endpoint_url": environment.media_s3_endpoint or None,
            "region_name": environment.media_s3_region or None,
            "access_key": environment.media_s3_access_key or None,
            "secret_key": environment.media_s3_secret_key or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "querystring_expire": environment.audio_url_ttl_s,
            "object_parameters": {"ServerSideEncryption": encryption} if encryption else {},
            "client_config": config,
        },
    }
