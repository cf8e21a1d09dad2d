"""Untrained models of every kind and the trained fixture: built, saved and restored once for all test modules.

Whoever changes one builds its own, or takes the change back (`monkeypatch`). Needs NeMo.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inference_worker.asr.nemo import NemoOptions, load
from inference_worker.asr.nemo_engine import NemoTranscriber
from tests import nemo_models
from tests.nemo_fixture import FIXTURE, SENTENCES

ENGLISH = frozenset({"en"})
EXACT = NemoOptions(device="cpu", precision="float32")
PROMPTS = ["en-US", "ko-KR", "auto"]
KINDS: dict[str, Callable[[], Any]] = {
    "ctc-char": lambda: nemo_models.ctc_char(),
    "ctc-korean": lambda: nemo_models.ctc_char(characters=list(" 가나다라마바사아자")),
    "ctc-bpe": lambda: nemo_models.ctc_bpe(pieces()),
    "rnnt": lambda: nemo_models.rnnt(pieces()),
    "tdt": lambda: nemo_models.rnnt(pieces(), is_tdt=True),
    "hybrid-tdt": lambda: nemo_models.hybrid(pieces()),
    "hybrid-rnnt": lambda: nemo_models.hybrid(pieces(), is_tdt=False),
    "prompted": lambda: nemo_models.prompted(pieces(), PROMPTS),
}
_folder = functools.cache(lambda: tempfile.TemporaryDirectory(prefix="nemo-models-"))


@functools.cache
def pieces() -> dict[str, Any]:
    """The tokenizer of the fixture's sentences."""
    return nemo_models.tokenizer(Path(_folder().name) / "pieces", SENTENCES)


@functools.cache
def built(kind: str) -> Any:
    """An untrained model, to be asked for its own `transcribe()` and nothing else."""
    return KINDS[kind]().eval()


@functools.cache
def archive(kind: str) -> Path:
    """The `.nemo` file of `built`."""
    path = Path(_folder().name) / f"{kind}.nemo"
    built(kind).save_to(str(path))
    return path


@functools.cache
def untrained(kind: str) -> NemoTranscriber:
    """The engine with `built`."""
    return load(archive(kind), "tiny", frozenset() if kind == "prompted" else ENGLISH, EXACT)


@functools.cache
def trained() -> NemoTranscriber:
    """The engine with the fixture."""
    return load(FIXTURE, "fixture", ENGLISH, EXACT)
