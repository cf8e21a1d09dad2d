"""Speech recognition with NVIDIA NeMo 3.0. Only this module, `nemo_boosting.py` and `nemo_diarizer.py` import NeMo.

NeMo's `transcribe()` is not used: it leaves the model in training mode, cannot be entered twice, pads short clips
on both sides and writes to global state. Here the same model parts are called one after the other, with the same
result on the same audio.
"""

from __future__ import annotations

import errno
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import torch

logging.getLogger("nv_one_logger").setLevel(logging.ERROR)  # speaks up while NeMo is imported

from nemo.collections.asr.models import ASRModel  # noqa: E402
from nemo.core.connectors.save_restore_connector import SaveRestoreConnector  # noqa: E402
from nemo.utils import logging as nemo_log  # noqa: E402
from omegaconf import open_dict  # noqa: E402

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip  # noqa: E402
from inference_worker.asr.device_errors import is_out_of_memory, within_memory  # noqa: E402
from inference_worker.asr.devices import AUTO, chosen_device, chosen_precision, device_name  # noqa: E402
from inference_worker.asr.encoded import FrameSums, fingerprint  # noqa: E402
from inference_worker.asr.nemo_archive import (  # noqa: E402
    WEIGHTS_MEMBER,
    ArchiveInfo,
    inspect,
    load_weights,
)
from inference_worker.asr.nemo_boosting import (  # noqa: E402
    TRANSDUCER_WEIGHT,
    Booster,
    boosted_path,
    same_phrases,
)
from inference_worker.asr.nemo_cuda import GraphDecoder, SideStream  # noqa: E402
from inference_worker.asr.nemo_engine import Abilities, NemoTranscriber, Phrases  # noqa: E402
from inference_worker.asr.nemo_words import Decoded, Token  # noqa: E402
from inference_worker.batching import BatchBudget  # noqa: E402
from inference_worker.errors import ConfigurationError  # noqa: E402

LENGTH_STEP = SAMPLE_RATE_HZ // 2
"""Batches are padded to multiples of this. Every new shape costs memory that torch keeps (on a CPU) or planning
time (on a GPU)."""
CPU_BATCH_S, GPU_BATCH_S = 30.0, 480.0
CPU_BATCH_SIZE, GPU_BATCH_SIZE = 4, 64
CONFIDENCE = {
    "preserve_token_confidence": True,
    "exclude_blank": True,
    "method_cfg": {"name": "max_prob", "alpha": 1.0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NemoOptions:
    """How to run a checkpoint."""

    device: str = AUTO
    """`cpu`, `cuda`, `cuda:1`; `auto`: a GPU if there is one."""
    precision: str = AUTO
    """Of the encoder: `float32`, `bfloat16` or `float16`; `auto`: the fastest that the device has in hardware."""
    batch_s: float | None = None
    """Seconds of padded audio in a batch; None: what suits the device."""
    keeps_encoded: str | None = None
    """Fingerprint of a checkpoint (`encoded.fingerprint`) whose transcripts shall say what its encoder made of the
    clips; None: of none."""
    cuda_graphs: bool = True
    """Whether transducers are decoded with CUDA graphs on a GPU. A CPU has none."""


def load(path: Path, name: str, languages: frozenset[str], options: NemoOptions) -> NemoTranscriber:
    """Load the `.nemo` file at `path`, run it once, and offer it as `nemo/<name>`.

    `languages` may be empty if the file says which prompts it takes. Raises `ConfigurationError` if the file is
    damaged, of another kind, made for another sample rate, or holds code.
    """
    info = inspect(path)
    known = languages or frozenset(info.languages)
    if not known:
        raise ConfigurationError(
            f"{path} does not say which languages it knows; name them in ASR_CHECKPOINTS, such as en={path}."
        )
    device = chosen_device(options.device)
    precision = chosen_precision(options.precision, device)
    model = NemoModel(restored(path, device), info, device, precision, is_graph=options.cuda_graphs)
    first = model.prepare([np.zeros(SAMPLE_RATE_HZ, np.float32)], None)
    if first is None or model.decode(first) is None:
        raise _too_large(path, device)
    # Told a language, the encoder answers differently: its frames are not those that a head was trained on.
    if (
        options.keeps_encoded is not None
        and not info.languages
        and fingerprint(path) == options.keeps_encoded
    ):
        model.keeps_frames = True
    is_gpu = device.type == "cuda"
    batch_s = options.batch_s or (GPU_BATCH_S if is_gpu else CPU_BATCH_S)
    return NemoTranscriber(
        model,
        Abilities(
            name=f"nemo/{name}",
            device=device_name(device),
            languages=known,
            takes_language=bool(info.languages),
            keeps_encoded=options.keeps_encoded if model.keeps_frames else None,
        ),
        BatchBudget(
            padded=round(batch_s * SAMPLE_RATE_HZ), largest=GPU_BATCH_SIZE if is_gpu else CPU_BATCH_SIZE
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A batch on its device, as the encoder takes it."""

    features: torch.Tensor
    """`(batch, mels, time)` float32."""
    lengths: torch.Tensor
    """`(batch,)`: how many columns of it each clip has."""
    prompt: torch.Tensor | None
    """`(batch,)`: the number of the language's prompt, for models that take one."""
    ready: Any
    """A `SideStream` mark: before it the tensors are not filled."""


class NemoModel:
    """A restored NeMo model as an `AcousticModel`. `is_graph`: decode with CUDA graphs, where there is a GPU."""

    def __init__(
        self,
        model: Any,
        info: ArchiveInfo,
        device: torch.device,
        precision: torch.dtype = torch.float32,
        *,
        is_graph: bool = True,
    ) -> None:
        is_graph = is_graph and device.type == "cuda"
        self._model, self._device, self._precision = model.eval(), device, precision
        self._prompts: dict[str, int] = _prompts(model)
        self._is_ctc = "CTC" in info.model_class and "Hybrid" not in info.model_class
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        _listen_widely(model.encoder)
        self._plain = model.decoding
        if not self._is_ctc:
            self._boosted = GraphDecoder(_decode_greedily(model, is_graph=False), is_graph=False)
            self._greedy = GraphDecoder(_decode_greedily(model, is_graph=is_graph), is_graph=is_graph)
        self._booster = Booster(model, device)
        self.keeps_frames = False
        """Whether what is decoded also says what the encoder's frames add up to."""
        self._side = SideStream(device)
        self.prepares_ahead = self._side.is_real
        self.frame_s = float(model.cfg.preprocessor.window_stride) * int(model.encoder.subsampling_factor)

    def prepare(self, clips: Sequence[Clip], language: str | None) -> Prepared | None:
        """See `AcousticModel`. `clips` hold at least 0.1 s each. Raises as `decode`."""
        return within_memory(lambda: self._prepared(clips, language), f"{len(clips)} clips", self._device)

    def decode(self, prepared: Prepared, phrases: Sequence[Phrases] = ()) -> list[Decoded] | None:
        """See `AcousticModel`.

        Raises `DeviceLostError` when the GPU is lost, and then ends the worker: a process cannot get it back.
        """
        count = len(prepared.lengths)
        return within_memory(
            lambda: self._decoded(prepared, phrases or [()] * count), f"{count} clips", self._device
        )

    def _prepared(self, clips: Sequence[Clip], language: str | None) -> Prepared:
        with torch.inference_mode(), self._side.beside():
            signal, lengths = self._signal(clips)
            features, feature_lengths = self._model.preprocessor(input_signal=signal, length=lengths)
            prompt = None
            if self._prompts:
                prompt = torch.full((len(clips),), self._prompt(language), device=self._device)
            return Prepared(features, feature_lengths, prompt, self._side.mark())

    def _decoded(self, prepared: Prepared, phrases: Sequence[Phrases]) -> list[Decoded]:
        with torch.inference_mode():
            encoded, lengths = self._encoded(prepared)
            groups = same_phrases(phrases)
            results: dict[int, Decoded] = {}
            for vocabulary, rows in groups.items():
                tree = self._booster.tree(vocabulary) if vocabulary else None
                part = (encoded, lengths) if len(groups) == 1 else (encoded[rows], lengths[rows])
                decode = self._ctc if self._is_ctc else self._transduced
                results.update(zip(rows, decode(*part, tree), strict=True))
            found = [results[row] for row in range(len(phrases))]
            if not self.keeps_frames:
                return found
            sums = _frame_sums(encoded, lengths)
            return [replace(decoded, heard=heard) for decoded, heard in zip(found, sums, strict=True)]

    def _encoded(self, prepared: Prepared) -> tuple[torch.Tensor, torch.Tensor]:
        """`(batch, width, time)` float32, and how many frames of it each clip has."""
        model = self._model
        features, lengths, prompt = prepared.features, prepared.lengths, prepared.prompt
        self._side.join(prepared.ready, [features, lengths, *([] if prompt is None else [prompt])])
        is_mixed = self._precision != torch.float32
        with torch.autocast(self._device.type, dtype=self._precision, enabled=is_mixed):
            if prompt is not None:
                encoded, encoded_lengths = model.forward(
                    processed_signal=features, processed_signal_length=lengths, prompt_indices=prompt
                )
            else:
                encoded, encoded_lengths = model.encoder(audio_signal=features, length=lengths)
        return encoded.float(), encoded_lengths

    def _signal(self, clips: Sequence[Clip]) -> tuple[torch.Tensor, torch.Tensor]:
        lengths = torch.tensor([len(clip) for clip in clips])
        padded = -(-int(lengths.max()) // LENGTH_STEP) * LENGTH_STEP
        signal = torch.zeros(len(clips), padded, pin_memory=self._device.type == "cuda")
        for row, clip in enumerate(clips):
            signal[row, : len(clip)] = torch.from_numpy(clip)
        return signal.to(self._device, non_blocking=True), lengths.to(self._device, non_blocking=True)

    def _prompt(self, language: str | None) -> int:
        """The number of the prompt for `language`; None asks for `auto`, or takes the first one."""
        wanted = language or AUTO
        for name, number in self._prompts.items():
            if name.split("-")[0].lower() == wanted:
                return number
        return next(iter(self._prompts.values()))

    def _ctc(self, encoded: torch.Tensor, lengths: torch.Tensor, tree: Any | None) -> list[Decoded]:
        decoding = self._plain
        log_probs = self._model.decoder(encoder_output=encoded)
        path_ids = log_probs.argmax(dim=-1) if tree is None else boosted_path(log_probs, tree)
        sure = log_probs.gather(-1, path_ids.unsqueeze(-1)).squeeze(-1).exp()
        rows = zip(sure.tolist(), path_ids.tolist(), lengths.tolist(), strict=True)
        results = []
        for confidences, path, length in rows:
            runs = collapsed(path[:length], decoding.blank_id)
            names = decoding.decode_ids_to_tokens([path[start] for start, _ in runs])
            tokens = [
                Token(name, start, end, max(confidences[start:end]))
                for name, (start, end) in zip(names, runs, strict=True)
            ]
            text = decoding.decode_tokens_to_str_with_strip_punctuation([path[start] for start, _ in runs])
            results.append(Decoded(text.strip(), tuple(tokens)))
        return results

    def _transduced(self, encoded: torch.Tensor, lengths: torch.Tensor, tree: Any | None) -> list[Decoded]:
        decoder = self._greedy if tree is None else self._boosted
        decoding = decoder.decoding
        if tree is not None:
            computer = decoding.decoding.decoding_computer
            computer.fusion_models, computer.fusion_models_alpha = [tree], [TRANSDUCER_WEIGHT]
        results = []
        for hypothesis in decoder(encoded, lengths):
            ids = _list(hypothesis.y_sequence)
            frames = _list(hypothesis.timestamp)
            spans = _list(hypothesis.token_duration) or [1] * len(ids)
            sure = _list(hypothesis.token_confidence) or [None] * len(ids)
            tokens = [
                Token(token, int(frame), int(frame) + max(1, int(span)), confidence)
                for token, frame, span, confidence in zip(
                    decoding.decode_ids_to_tokens(ids), frames, spans, sure, strict=True
                )
            ]
            results.append(Decoded(hypothesis.text.strip(), tuple(tokens)))
        return results


def collapsed(path: Sequence[int], blank: int) -> list[tuple[int, int]]:
    """Where the tokens of a CTC path begin and end (exclusive): equal neighbours are one token, blanks are none.

    Graves et al., "Connectionist temporal classification", ICML 2006.
    """
    runs = []
    start = 0
    for place in range(1, len(path) + 1):
        if place == len(path) or path[place] != path[start]:
            if path[start] != blank:
                runs.append((start, place))
            start = place
    return runs


class _TensorsOnly(SaveRestoreConnector):  # type: ignore[misc, unused-ignore]
    """NeMo's reader of the archive at `path`, but for the weights.

    They are read as tensors, whatever the environment allows: what a pickle says is not run. And they are read out of
    the archive: NeMo would write them to the temporary folder first, which has no room for gigabytes everywhere.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @staticmethod
    def _filtered_tar_info(tar_path: str, filter_fn: Any = None) -> list[Any]:
        members = SaveRestoreConnector._filtered_tar_info(tar_path, filter_fn)
        return [member for member in members if PurePosixPath(member.name).name != WEIGHTS_MEMBER]

    def _load_state_dict_from_disk(
        self, model_weights: str, map_location: Any = "cpu"
    ) -> dict[str, torch.Tensor]:
        return load_weights(self._path, str(map_location))


def restored(path: Path, device: torch.device, kind: Any = ASRModel) -> Any:
    """The model in the `.nemo` file at `path`, of `kind` or one of its subclasses. Raises `ConfigurationError`."""
    _hush()
    try:
        return kind.restore_from(
            str(path), map_location=device, save_restore_connector=_TensorsOnly(path), strict=True
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    except Exception as error:
        if is_out_of_memory(error):
            raise _too_large(path, device) from error
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise ConfigurationError(
                f"{path} cannot be loaded: the folder {tempfile.gettempdir()} is full; make room or set TMPDIR."
            ) from error
        reason = str(error).strip().split("\n")[0]
        raise ConfigurationError(
            f"{path} cannot be loaded ({type(error).__name__}: {reason}); fetch it again or use another checkpoint."
        ) from error


def _too_large(path: Path, device: torch.device) -> ConfigurationError:
    return ConfigurationError(f"{path} does not fit into the memory of {device}; use a smaller checkpoint.")


def _hush() -> None:
    """Let NeMo say errors only, and forget them: two of its handlers keep every record for the process's life."""
    nemo_log.set_verbosity(nemo_log.ERROR)
    for name in ("memory_all", "memory_err"):
        handler = nemo_log._handlers.pop(name, None)
        if handler is not None:
            nemo_log._logger.removeHandler(handler)


def _prompts(model: Any) -> dict[str, int]:
    if not getattr(model, "concat", False):
        return {}
    return {str(name): int(number) for name, number in model.cfg.model_defaults.prompt_dictionary.items()}


def _listen_widely(encoder: Any) -> None:
    """Give a streaming encoder its longest look ahead: utterances are complete when they come here."""
    contexts = getattr(encoder, "att_context_size_all", None) or []
    if len(contexts) > 1:
        encoder.set_default_att_context_size(list(max(contexts, key=lambda context: context[1])))


def _decode_greedily(model: Any, *, is_graph: bool) -> Any:
    """Batched greedy search that tells the probability and the length of tokens."""
    decoding = model.cfg.decoding.copy()
    with open_dict(decoding):
        decoding.strategy = "greedy_batch"
        decoding.confidence_cfg = CONFIDENCE
        decoding.tdt_include_token_duration = True
        decoding.greedy.use_cuda_graph_decoder = is_graph
    arguments = {"decoder_type": "rnnt"} if hasattr(model, "ctc_decoder") else {}
    model.change_decoding_strategy(decoding, verbose=False, **arguments)
    return model.decoding


def _frame_sums(encoded: torch.Tensor, lengths: torch.Tensor) -> list[FrameSums]:
    """Of `(batch, width, time)`, frames behind a clip's end left out."""
    inside = torch.arange(encoded.shape[2], device=encoded.device) < lengths[:, None]
    frames = encoded.double() * inside[:, None, :]
    totals, squares = frames.sum(dim=2).cpu().numpy(), frames.square().sum(dim=2).cpu().numpy()
    return [FrameSums(*row) for row in zip(map(int, lengths.tolist()), totals, squares, strict=True)]


def _list(values: Any) -> list[Any]:
    """Tensors and lists as lists; None as an empty one."""
    if values is None:
        return []
    return values.tolist() if isinstance(values, torch.Tensor) else list(values)
