"""Where recorded audio lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def storages(data_dir: Path) -> dict[str, Any]:
    """A folder whose files are on the disk before an upload is answered."""
    return {
        "default": {
            "BACKEND": "backend.uploads.storage.DurableFileSystemStorage",
            "OPTIONS": {"location": str(data_dir / "media"), "file_permissions_mode": 0o600},
        },
    }
