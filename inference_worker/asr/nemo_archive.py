"""What is in a `.nemo` file, found out without running anything of it.

A `.nemo` file is a tar archive of `model_config.yaml`, `model_weights.ckpt` (torch) and the files of the tokenizer.
It comes from the network, and two of its parts can name code: the configuration, whose `_target_` entries are
imported and called, and the weights, which are a pickle. So only names within NeMo's own speech recognition are
accepted, and weights are only ever loaded as plain tensors (`torch.load(weights_only=True)`).
"""

from __future__ import annotations

import gzip
import io
import pickle
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import torch
import yaml

from inference_worker.asr.base import SAMPLE_RATE_HZ
from inference_worker.asr.device_errors import is_out_of_memory
from inference_worker.errors import ConfigurationError

CONFIG_MEMBER = "model_config.yaml"
WEIGHTS_MEMBER = "model_weights.ckpt"
LARGEST_CONFIG_BYTES = 20_000_000
MOST_CONFIG_ENTRIES = 2_000_000
LARGEST_PACKED_BYTES = 4_000_000_000
"""Of weights in a compressed archive, which are unpacked in memory. Models of the time when NeMo compressed are far
smaller."""
MODEL_CLASSES = frozenset(
    {
        "EncDecCTCModel",
        "EncDecCTCModelBPE",
        "EncDecRNNTModel",
        "EncDecRNNTBPEModel",
        "EncDecRNNTBPEModelWithPrompt",
        "EncDecHybridRNNTCTCModel",
        "EncDecHybridRNNTCTCBPEModel",
        "EncDecHybridRNNTCTCBPEModelWithPrompt",
    }
)
DIARIZER_CLASS = "SortformerEncLabelModel"
MODEL_PACKAGE = "nemo.collections.asr.models."
TARGET_PACKAGES = ("nemo.collections.asr.", "nemo.collections.common.", "nemo.core.")
RESOLVER = re.compile(r"\$\{.*:", re.DOTALL)
"""OmegaConf's `${name:argument}` calls a function, `${${a}:argument}` too; `${a.b}` only refers."""
TOKENIZERS = ("bpe", "wpe", "agg")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveInfo:
    """What the configuration says of the model."""

    model_class: str
    """One of `MODEL_CLASSES`, or `DIARIZER_CLASS`."""
    languages: tuple[str, ...]
    """Primary tags of the prompts that it takes, in alphabetical order; empty: it takes none."""


def inspect(path: Path, classes: frozenset[str] = MODEL_CLASSES) -> ArchiveInfo:
    """Read the configuration of `path`. Raises `ConfigurationError` if it is no model of one of `classes`."""
    try:
        with _opened(path) as archive:
            config = _config(path, archive, list(_checked_members(path, archive)))
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise ConfigurationError(
            f"{path} is damaged or incomplete ({error}); fetch it again with `models pull`."
        ) from error
    _check_targets(path, config)
    _check_sample_rate(path, config)
    prompts = (config.get("model_defaults") or {}).get("prompt_dictionary") or {}
    tags = sorted({str(name).split("-")[0].lower() for name in prompts if name != "auto"})
    return ArchiveInfo(
        model_class=_model_class(path, config, classes),
        languages=tuple(tag for tag in tags if re.fullmatch(r"[a-z]{2,3}", tag)),
    )


def load_weights(path: Path, device: str = "cpu") -> dict[str, torch.Tensor]:
    """The tensors in the archive at `path`, read where they lie: nothing is written to the disk.

    On the device `meta` they are looked through and not kept. Raises `ConfigurationError` if the weights hold anything
    but tensors: code is not run; and what torch raises when the memory of `device` is too small.
    """
    try:
        with _opened(path) as archive, _weights(archive) as file:
            return dict(torch.load(file, map_location=device, weights_only=True))
    except (
        pickle.UnpicklingError,
        tarfile.TarError,
        zlib.error,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        if is_out_of_memory(error):
            raise
        reason = str(error).split("\n")[0]
        raise ConfigurationError(
            f"The weights are damaged, or hold more than numbers, and were not loaded ({reason}); "
            "fetch the model again from a source that you trust."
        ) from error


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:")
    except tarfile.ReadError:
        return tarfile.open(path, "r:gz")  # as NeMo wrote them before 1.7


def _weights(archive: tarfile.TarFile) -> IO[bytes]:
    """The file of weights in `archive`, to be read from any place of it."""
    for member in archive.getmembers():
        file = archive.extractfile(member) if PurePosixPath(member.name).name == WEIGHTS_MEMBER else None
        if file is None:
            continue
        if not isinstance(archive.fileobj, gzip.GzipFile):
            return file
        # Each step back in a compressed archive would unpack it from its beginning.
        if member.size > LARGEST_PACKED_BYTES:
            raise tarfile.ReadError(f"{member.size} bytes of compressed weights are more than any model has")
        return io.BytesIO(file.read())
    raise tarfile.ReadError(f"it lacks {WEIGHTS_MEMBER}")


def _checked_members(path: Path, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    size_bytes = path.stat().st_size if isinstance(archive.fileobj, io.BufferedReader) else None
    for member in archive.getmembers():
        if not (member.isfile() or member.isdir()) or not _stays_inside(member.name):
            raise ConfigurationError(
                f"{path} holds {member.name!r}, which would be written outside of its folder; do not use this file."
            )
        # tarfile does not mind when bytes of the last member are missing.
        if size_bytes is not None and member.offset_data + member.size > size_bytes:
            raise tarfile.ReadError(f"{member.name} is cut off")
        yield member


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _config(path: Path, archive: tarfile.TarFile, members: list[tarfile.TarInfo]) -> dict[str, Any]:
    by_name: dict[str, tarfile.TarInfo] = {}
    for member in members:
        name = PurePosixPath(member.name).name
        # What is checked must be what NeMo reads, which takes one of several.
        if name in (CONFIG_MEMBER, WEIGHTS_MEMBER) and name in by_name:
            raise ConfigurationError(f"{path} holds {name} more than once; do not use this file.")
        by_name[name] = member
    if CONFIG_MEMBER not in by_name or WEIGHTS_MEMBER not in by_name:
        raise ConfigurationError(f"{path} is not a NeMo model: it lacks {CONFIG_MEMBER} or {WEIGHTS_MEMBER}.")
    member = by_name[CONFIG_MEMBER]
    file = archive.extractfile(member)
    if file is None or member.size > LARGEST_CONFIG_BYTES:
        raise ConfigurationError(f"{path} has a configuration that cannot be read; fetch it again.")
    try:
        config = yaml.safe_load(file.read().decode("utf-8", "replace"))
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigurationError(
            f"{path} has a configuration that is not plain YAML; it is not loaded."
        ) from error
    if not isinstance(config, dict):
        raise ConfigurationError(f"{path} has an empty configuration; fetch it again.")
    # Not in the file's own text: YAML has other ways to write a dollar sign.
    for key, value in _entries(path, config):
        if RESOLVER.search(key) or (isinstance(value, str) and RESOLVER.search(value)):
            raise ConfigurationError(f"{path} has a configuration that calls functions; it is not loaded.")
    return config


def _model_class(path: Path, config: dict[str, Any], classes: frozenset[str]) -> str:
    target = str(config.get("target", ""))
    name = target.rpartition(".")[2]
    if not target.startswith(MODEL_PACKAGE) or name not in classes:
        raise ConfigurationError(
            f"{path} is a {target or 'model without a class'}, which is of no use here: it does not "
            f"recognise speech in a way that this service knows; use one of {', '.join(sorted(classes))}."
        )
    return name


def _check_targets(path: Path, config: dict[str, Any]) -> None:
    for key, value in _entries(path, config):
        names_code = key == "_target_" or (key in ("target", "cls") and "." in str(value))
        if names_code and not str(value).startswith(TARGET_PACKAGES):
            raise ConfigurationError(
                f"{path} asks to run {value}, which is not part of NeMo's speech recognition; it is not loaded."
            )
    kind = (config.get("tokenizer") or {}).get("type", "bpe")
    if kind not in TOKENIZERS:
        raise ConfigurationError(f"{path} has a tokenizer of the unknown type {kind!r}; it is not loaded.")


def _entries(path: Path, config: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Everything in `config` with its key; in lists the key is empty. YAML's aliases count each time they are used."""
    waiting: list[tuple[str, Any]] = [("", config)]
    for _ in range(MOST_CONFIG_ENTRIES):
        if not waiting:
            return
        key, value = waiting.pop()
        yield key, value
        if isinstance(value, dict):
            waiting += [(str(name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [("", inner) for inner in value]
    raise ConfigurationError(f"{path} has a configuration without end; it is not loaded.")


def _check_sample_rate(path: Path, config: dict[str, Any]) -> None:
    rates = {config.get("sample_rate"), (config.get("preprocessor") or {}).get("sample_rate")} - {None}
    if rates != {SAMPLE_RATE_HZ}:
        said = ", ".join(str(rate) for rate in sorted(rates, key=str)) or "no rate"
        raise ConfigurationError(f"{path} was made for {said} Hz; a model for {SAMPLE_RATE_HZ} Hz is needed.")


def check(path: Path) -> ArchiveInfo:
    """`inspect`, and look through the weights as well. Raises `ConfigurationError`."""
    info = inspect(path, MODEL_CLASSES | {DIARIZER_CLASS})
    load_weights(path, "meta")
    return info
