"""The folder that holds everything a stack keeps."""

from __future__ import annotations

import errno
from pathlib import Path

from backend.embedded.errors import StackError

PROBE_BYTES = 1_000_000
CHOOSE_ANOTHER = "choose another folder with DATA_DIR=…"


def prepare_data_folder(data_dir: Path) -> None:
    """Make the folder when it is missing, and try to write to it. Raises `StackError`."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _write_probe(data_dir / ".write-test")
    except (FileExistsError, NotADirectoryError) as error:
        raise StackError(
            f"The data folder {data_dir} is not a folder. Move that file, or {CHOOSE_ANOTHER}"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StackError(
                f"The disk of the data folder {data_dir} is full. Make room, or {CHOOSE_ANOTHER}"
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            advice = f"Give yourself the right to write there, or {CHOOSE_ANOTHER}"
            raise StackError(f"The data folder {data_dir} cannot be written. {advice}") from error
        raise StackError(
            f"The data folder {data_dir} cannot be used ({error.strerror}); {CHOOSE_ANOTHER}"
        ) from error


def _write_probe(path: Path) -> None:
    try:
        path.write_bytes(bytes(PROBE_BYTES))
    finally:
        path.unlink(missing_ok=True)
