"""Training: from clip lists to a checkpoint, resumable at any step, the same for the same seed."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion import metrics
from inference_worker.emotion.clips import LabelledClip, fingerprint
from inference_worker.emotion.corpus import CacheOptions, FeatureStore, load_or_build
from inference_worker.emotion.folds import Split
from inference_worker.emotion.network import EmotionNetwork, NetworkOptions, Outputs, options_from_json
from inference_worker.emotion.sampling import Batch, BatchSampler, SamplingOptions

logger = logging.getLogger(__name__)


class RunError(ValueError):
    """A run folder cannot be used. `str()` says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOptions:
    run_folder: Path
    """Gets `checkpoint.pt`, `model.safetensors`, `network.json`, `validation.npz` and `log.jsonl`."""
    steps: int = 8000
    seed: int = 1
    learning_rate: float = 2.5e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.1
    consistency: float = 0.0
    """Weight of the distance between the answers to two views of a clip (`SamplingOptions.views`)."""
    averaging: float = 0.999
    """Decay of the moving average of the weights, which is what is saved."""
    report_every: int = 1000
    start_from: Path | None = None
    """A finished run whose averaged weights this one begins with; None begins at random."""
    network: NetworkOptions = field(default_factory=NetworkOptions)
    sampling: SamplingOptions = field(default_factory=SamplingOptions)


@dataclass(frozen=True, slots=True)
class TrainingData:
    clips: Sequence[LabelledClip]
    stores: Sequence[FeatureStore]
    """As recorded first, then distorted copies."""
    nonspeech: FeatureStore


def load_data(clips: Sequence[LabelledClip], cache: CacheOptions) -> TrainingData:
    """Reads or makes the features of `clips`."""
    stores, nonspeech = load_or_build(clips, cache)
    return TrainingData(clips, stores, nonspeech)


def batch_loss(outputs: Outputs, batch: Batch, smoothing: float) -> Tensor:
    """Cross-entropy over the allowed labels, plus speech and arousal (binary cross-entropies)."""
    logits = outputs.emotion.masked_fill(~batch.allowed, -1e4)
    allowed = batch.allowed.float()
    even = allowed / allowed.sum(dim=1, keepdim=True)
    target = (1.0 - smoothing) * batch.emotion + smoothing * even
    emotion = -(target * logits.log_softmax(dim=1)).sum(dim=1).mean()
    speech = functional.binary_cross_entropy_with_logits(outputs.speech, batch.speech)
    arousal = functional.binary_cross_entropy_with_logits(outputs.arousal, batch.arousal)
    return emotion + 0.3 * speech + 0.3 * arousal


def disagreement(first: Tensor, second: Tensor) -> Tensor:
    """Mean symmetric Kullback-Leibler divergence of the answers `(clips, labels)` to two views, in nats."""
    p, q = first.log_softmax(dim=1), second.log_softmax(dim=1)
    return 0.5 * ((p.exp() - q.exp()) * (p - q)).sum(dim=1).mean()


class Trainer:
    """One run: optimiser, schedule, moving average and checkpoint."""

    def __init__(self, data: TrainingData, split: Split, options: TrainingOptions) -> None:
        self._data, self._split, self._options = data, split, options
        torch.manual_seed(options.seed)
        self.network = EmotionNetwork(options.network)
        if options.start_from is not None:
            self.network.load_state_dict(load_run(options.start_from).state_dict())
        self._average = {name: value.clone() for name, value in self.network.state_dict().items()}
        self._optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, options.learning_rate, total_steps=options.steps, pct_start=0.2
        )
        self._sampler = BatchSampler(data.clips, data.stores, data.nonspeech, split.train, options.sampling)
        self._step = 0

    def run(self, until: int | None = None) -> EmotionNetwork:
        """Train to the end (or to step `until`), from the checkpoint if there is one; the averaged network."""
        options = self._options
        options.run_folder.mkdir(parents=True, exist_ok=True)
        self._resume()
        end = options.steps if until is None else min(until, options.steps)
        bar = tqdm(total=end, initial=self._step, desc=options.run_folder.name, mininterval=10.0)
        losses = []
        while self._step < end:
            losses.append(self._one_step())
            bar.update()
            if self._step % options.report_every == 0 or self._step == end:
                self._checkpoint()
                self._report(float(np.mean(losses)))
                losses = []
        bar.close()
        return self._averaged()

    def _one_step(self) -> float:
        options = self._options
        batch = self._sampler.draw(options.seed, self._step)
        # Dropout too depends on seed and step only.
        torch.manual_seed(options.seed * 1_000_003 + self._step)
        self.network.train()
        outputs = self.network(batch.frames, batch.lengths)
        loss = batch_loss(outputs, batch, options.label_smoothing)
        if options.consistency > 0.0 and options.sampling.views == 2:
            # Where the one view is a clip and the other made-up sound, there is nothing to agree on.
            both = batch.speech.view(2, -1).min(dim=0).values > 0.0
            first, second = outputs.emotion.view(2, -1, outputs.emotion.shape[1])
            if bool(both.any()):
                loss = loss + options.consistency * disagreement(first[both], second[both])
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self._optimizer.step()
        self._schedule.step()
        self._step += 1
        decay = min(options.averaging, self._step / (self._step + 50.0))
        for name, value in self.network.state_dict().items():
            if value.dtype.is_floating_point:
                self._average[name].lerp_(value, 1.0 - decay)
            else:
                self._average[name].copy_(value)
        return float(loss.detach())

    def _averaged(self) -> EmotionNetwork:
        network = EmotionNetwork(self._options.network)
        network.load_state_dict(self._average)
        return network.eval()

    def _report(self, loss: float) -> None:
        network = self._averaged()
        folder = self._options.run_folder
        save_file(network.state_dict(), str(folder / "model.safetensors"))
        (folder / "network.json").write_text(json.dumps(asdict(self._options.network)))
        entry: dict[str, object] = {"step": self._step, "loss": round(loss, 4)}
        if self._split.validation:
            logits = predict(network, self._data.stores[0], self._split.validation)
            np.savez(
                folder / "validation.npz",
                index=np.array(self._split.validation),
                clips=fingerprint([self._data.clips[i] for i in self._split.validation]),
                emotion=logits["emotion"],
                speech=logits["speech"],
            )
            entry["uar"] = recall_by_corpus(self._data.clips, self._split.validation, logits["emotion"])
        with (folder / "log.jsonl").open("a") as stream:
            stream.write(json.dumps(entry) + "\n")
        logger.info("%s", entry)

    def _checkpoint(self) -> None:
        path = self._options.run_folder / "checkpoint.pt"
        state = {
            "options": _fingerprint(self._options),
            "step": self._step,
            "network": self.network.state_dict(),
            "average": self._average,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def _resume(self) -> None:
        path = self._options.run_folder / "checkpoint.pt"
        if not path.exists():
            return
        # weights_only refuses everything but tensors and plain values: no code runs from a checkpoint.
        state = torch.load(path, weights_only=True)
        if state["options"] != _fingerprint(self._options):
            raise RunError(f"{path} was made with other options; choose another run folder or delete it")
        self._step = int(state["step"])
        self.network.load_state_dict(state["network"])
        self._average = state["average"]
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])


def _fingerprint(options: TrainingOptions) -> str:
    values = asdict(options)
    values.pop("run_folder")
    return json.dumps(values, sort_keys=True, default=str)


def predict(
    network: EmotionNetwork, store: FeatureStore, chosen: Sequence[int], batch: int = 32
) -> dict[str, NDArray[np.float32]]:
    """Logits of the chosen clips, whole: `emotion` `(chosen, labels)`, `speech` and `arousal` `(chosen,)`.

    Clips without sound get zeros.
    """
    results = {
        "emotion": np.zeros((len(chosen), len(EMOTION_LABELS)), dtype=np.float32),
        "speech": np.zeros(len(chosen), dtype=np.float32),
        "arousal": np.zeros(len(chosen), dtype=np.float32),
    }
    rows = sorted(
        (row for row in range(len(chosen)) if len(store.clip(chosen[row])) > 0),
        key=lambda row: len(store.clip(chosen[row])),
    )
    with torch.inference_mode():
        for start in range(0, len(rows), batch):
            part = rows[start : start + batch]
            pieces = [torch.from_numpy(store.clip(chosen[row]).astype(np.float32)) for row in part]
            lengths = torch.tensor([len(piece) for piece in pieces])
            outputs = network(torch.nn.utils.rnn.pad_sequence(pieces, batch_first=True), lengths)
            for name, values in results.items():
                values[part] = getattr(outputs, name).numpy()
    return results


def recall_by_corpus(
    clips: Sequence[LabelledClip], chosen: Sequence[int], logits: NDArray[np.float32]
) -> dict[str, float]:
    """UAR of each corpus over the labels that it has."""
    truth = np.array([EMOTION_LABELS.index(clips[i].emotion) for i in chosen])
    corpora = np.array([clips[i].corpus for i in chosen])
    found = {}
    for corpus in sorted(set(corpora)):
        own = sorted({EMOTION_LABELS.index(clip.emotion) for clip in clips if clip.corpus == corpus})
        mine = corpora == corpus
        answer = np.array(own)[logits[mine][:, own].argmax(axis=1)]
        table = metrics.confusion(truth[mine], answer, len(EMOTION_LABELS))
        found[str(corpus)] = round(metrics.unweighted_average_recall(table), 3)
    return found


def load_run(folder: Path) -> EmotionNetwork:
    """The averaged network that a run saved. Raises `RunError` when it has saved none."""
    try:
        network = EmotionNetwork(options_from_json(json.loads((folder / "network.json").read_text())))
        network.load_state_dict(load_file(str(folder / "model.safetensors")))
    except OSError as error:
        raise RunError(f"{folder}: holds no finished run; train it first") from error
    except (SafetensorError, RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f"{folder}: its network is damaged; delete the folder and train it again") from error
    return network.eval()
