"""`models list|pull|verify|remove`: fetch checkpoints once, know that they are whole, and get rid of them."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from inference_worker.asr import checkpoints
from inference_worker.asr.checkpoints import CheckpointStore, Manifest
from inference_worker.asr.hub import Hub, RemoteCheckpoint, fetch, hub_at, part_of
from inference_worker.asr.nemo_archive import check
from inference_worker.asr.routes import checkpoints_of
from inference_worker.config import WorkerConfig
from inference_worker.errors import ConfigurationError

EXIT_OK, EXIT_ERROR = 0, 2
SPARE_BYTES = 200_000_000
"""Left free on the disk after a fetch."""
NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


def list_models(config: WorkerConfig, as_json: bool) -> int:
    """Print every checkpoint that is here, that the table names, or that is known."""
    store = CheckpointStore(config.models_dir)
    here = {name: _state(store, name) for name in store.names()}
    used = checkpoints_of(config.asr_routes)
    names = dict.fromkeys([*used, *here, *(entry.name for entry in checkpoints.KNOWN)])
    rows = [_row(name, here.get(name), config) | {"damaged": here.get(name, ...) is None} for name in names]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return EXIT_OK
    for row in rows:
        state = "fetched" if row["fetched"] else "damaged" if row["damaged"] else "not fetched"
        use = f", for {', '.join(row['used_for'])}" if row["used_for"] else ""
        print(f"{row['name']}\n    {state}, {_size(row['size_bytes'])}, licence {row['licence']}{use}")
        if row["summary"]:
            print(f"    {row['summary']}")
    print(f"in {config.models_dir} ({_size(_free_bytes(config.models_dir))} free)")
    return EXIT_OK


def pull(names: Sequence[str], config: WorkerConfig) -> int:
    """Fetch `names`; without any, what the table names. Raises `ConfigurationError`."""
    store, hub = CheckpointStore(config.models_dir), hub_at(config.models_hub)
    wanted = names or [
        checkpoint for checkpoint in checkpoints_of(config.asr_routes) if not checkpoint.endswith(".nemo")
    ]
    if not wanted:
        print("ASR_CHECKPOINTS names files only; there is nothing to fetch")
    for name in wanted:
        if not NAME.fullmatch(name):
            raise ConfigurationError(
                f"{name} is not the name of a checkpoint; write organisation/name, as `models list` does."
            )
        try:
            _pull(name, store, hub)
        except OSError as error:
            raise ConfigurationError(
                f"{store.folder} cannot be written to ({error.strerror}); correct it or set MODELS_DIR."
            ) from error
    return EXIT_OK


def verify(names: Sequence[str], config: WorkerConfig) -> int:
    """Check sizes, checksums, and that nothing but tensors and known settings is inside. Reports every file."""
    store = CheckpointStore(config.models_dir)
    code = EXIT_OK
    present = names or store.names()
    if not present:
        print(f"{store.folder} holds no checkpoint; `models pull` fetches them")
    for name in present:
        try:
            print(f"{name}: whole, sha256 {_whole(store, name).sha256}")
        except ConfigurationError as error:
            print(f"error[configuration]: {error}", file=sys.stderr)
            code = EXIT_ERROR
    return code


def remove(names: Sequence[str], config: WorkerConfig) -> int:
    """Delete `names` and say what that freed."""
    store = CheckpointStore(config.models_dir)
    for name in names:
        if not store.folder_of(name).is_dir():
            raise ConfigurationError(f"{name} is not here; `models list` shows what is.")
        print(f"{name}: {_size(store.remove(name))} freed")
    return EXIT_OK


def _pull(name: str, store: CheckpointStore, hub: Hub) -> None:
    remote = hub.find(name)
    present = _state(store, name)
    if (
        present is not None
        and remote.sha256 == present.sha256
        and store.damage(present, lambda count: None) is None
    ):
        print(f"{name}: already here, {_size(present.size_bytes)}")
        return
    folder = store.folder_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    free_bytes, target = _free_bytes(folder), folder / remote.file
    part = part_of(target)
    missing_bytes = remote.size_bytes - (part.stat().st_size if part.exists() else 0)
    print(
        f"{name}: {_size(remote.size_bytes)} to {folder} ({_size(free_bytes)} free), licence {remote.licence}",
        flush=True,
    )
    if free_bytes < missing_bytes + SPARE_BYTES:
        raise ConfigurationError(
            f"{folder} has {_size(free_bytes)} free, {_size(missing_bytes + SPARE_BYTES)} are needed; "
            "make room or set MODELS_DIR."
        )
    with _bar(name, remote.size_bytes) as bar:
        fetch(hub, remote, target, bar.update)
    try:
        manifest = _manifest(remote, part)
        check(part)
    except ConfigurationError:
        part.unlink()  # What was there before stays.
        raise
    part.replace(target)
    store.keep(manifest)
    print(f"{name}: whole")


def _manifest(remote: RemoteCheckpoint, path: Path) -> Manifest:
    """What was fetched to `path`, after comparing it with what the hub says. Raises `ConfigurationError`."""
    with _bar("checksum", remote.size_bytes) as bar:
        sha256 = checkpoints.sha256_of(path, bar.update)
    if remote.sha256 is not None and sha256 != remote.sha256:
        raise ConfigurationError(f"{remote.name} came damaged and was deleted; run `models pull` again.")
    return Manifest(
        name=remote.name,
        file=remote.file,
        size_bytes=path.stat().st_size,
        sha256=sha256,
        licence=remote.licence,
        source=remote.address,
    )


def _whole(store: CheckpointStore, name: str) -> Manifest:
    """What is here of `name`, checked. Raises `ConfigurationError` that says what is wrong."""
    manifest = store.manifest(name)
    if manifest is None:
        raise ConfigurationError(f"{name} is not here; run `models pull {name}`.")
    with _bar(name, manifest.size_bytes) as bar:
        wrong = store.damage(manifest, bar.update)
    try:
        if wrong is None:
            check(store.folder_of(name) / manifest.file)
    except ConfigurationError as error:
        wrong = str(error)
    if wrong is not None:
        raise ConfigurationError(f"{name} {wrong}; run `models pull {name}`")
    return manifest


def _state(store: CheckpointStore, name: str) -> Manifest | None:
    """What is known of `name`; None if it was not fetched, or what was written down is damaged."""
    try:
        return store.manifest(name)
    except ConfigurationError:
        return None


def _free_bytes(folder: Path) -> int:
    """Room on the disk where `folder` is, or would be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _row(name: str, manifest: Manifest | None, config: WorkerConfig) -> dict[str, Any]:
    known = checkpoints.known(name)
    return {
        "name": name,
        "fetched": manifest is not None,
        "size_bytes": manifest.size_bytes if manifest else known.size_bytes if known else None,
        "licence": manifest.licence if manifest else known.licence if known else "unknown",
        "languages": list(known.languages) if known else [],
        "summary": known.summary if known else "",
        "used_for": [route.language for route in config.asr_routes if route.checkpoint == name],
    }


def _bar(name: str, size_bytes: int) -> Any:
    return tqdm(
        total=size_bytes,
        desc=name,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=not sys.stderr.isatty(),
        file=sys.stderr,
    )


def _size(size_bytes: int | None) -> str:
    if size_bytes is None:
        return "size unknown"
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.1f} MB"
