"""`.nemo` files for tests, good and bad, made without NeMo."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import torch
import yaml


def config(**changes: Any) -> dict[str, Any]:
    """The configuration of an English CTC model at 16 kHz."""
    return {
        "target": "nemo.collections.asr.models.ctc_bpe_models.EncDecCTCModelBPE",
        "sample_rate": 16_000,
        "preprocessor": {
            "_target_": "nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor",
            "sample_rate": 16_000,
        },
        "tokenizer": {"type": "bpe"},
    } | changes


def weights(content: Any = None) -> bytes:
    """A weights file as torch writes it."""
    buffer = io.BytesIO()
    torch.save({"layer": torch.ones(2, 2)} if content is None else content, buffer)
    return buffer.getvalue()


def archive(path: Path, mode: str = "w:", **members: Any) -> Path:
    """Write `path`. Members are bytes by file name; those of a good file are there unless replaced or None."""
    given = {
        "model_config.yaml": yaml.safe_dump(config()).encode(),
        "model_weights.ckpt": weights(),
        "tokenizer.model": b"pieces",
    } | members
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, content in given.items():
            if content is not None:
                entry = tarfile.TarInfo(f"./{name}" if "/" not in name else name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return path
