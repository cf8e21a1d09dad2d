"""Phrase boosting with NeMo: names and terms of a person become likelier words.

A prefix tree of the phrases' tokens gives a score to every token that goes on with a phrase, and takes it back when
the phrase is not finished: NeMo's "GPU-PB" (Andrusenko et al., "TurboBias", arXiv:2508.07014).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
from nemo.collections.asr.parts.context_biasing import GPUBoostingTreeModel
from nemo.collections.asr.parts.context_biasing.context_graph_universal import ContextGraph

TOKEN_SCORE, DEPTH_SCALING = 1.0, 2.0
"""NeMo's defaults for CTC, RNNT and TDT."""
CTC_WEIGHT, TRANSDUCER_WEIGHT = 0.5, 1.0
"""How much a tree's scores count beside log probabilities. For CTC measured with the tests' fixture in noise that makes
41 % word errors: ten terms heard 9 times of 20 without, 16 times with 0.5, 1 or 2, and 0, 2, 5 or 11 times too often.
For transducers NeMo's default."""
KEPT_TREES = 64
"""Vocabularies whose trees are kept: a tree is built in milliseconds, but for every batch that is too much."""


class Booster:
    """Trees for the vocabularies that are asked for, over the tokens of one model."""

    def __init__(self, model: Any, device: torch.device) -> None:
        self._tokenizer = getattr(model, "tokenizer", None)
        labels = [] if self._tokenizer else list(getattr(model, "joint", model.decoder).vocabulary)
        self._characters = {label: number for number, label in enumerate(labels)}
        self._size = self._tokenizer.vocab_size if self._tokenizer else len(labels)
        self._device = device
        self._tree = lru_cache(KEPT_TREES)(self._built)

    def tree(self, phrases: tuple[str, ...]) -> Any | None:
        """The tree of `phrases`; None if the model can write none of them."""
        return self._tree(phrases)

    def _built(self, phrases: tuple[str, ...]) -> Any | None:
        tokens = list(dict.fromkeys(ids for phrase in phrases for ids in self._spellings(phrase)))
        if not tokens:
            return None
        graph = ContextGraph(context_score=TOKEN_SCORE, depth_scaling=DEPTH_SCALING)
        graph.build([list(ids) for ids in tokens], [str(ids) for ids in tokens], [0.0] * len(tokens))
        # Triton, where it is, is for GPUs only.
        use_triton = None if self._device.type == "cuda" else False
        with torch.inference_mode(mode=False):
            tree = GPUBoostingTreeModel.from_context_graph(
                graph, self._size, use_triton=use_triton, uniform_weights=False
            )
            return tree.to(self._device)

    def _spellings(self, phrase: str) -> list[tuple[int, ...]]:
        """The tokens of `phrase` as written, in small letters, and with a capital; those that the model has."""
        texts = dict.fromkeys((phrase, phrase.lower(), phrase[:1].upper() + phrase[1:]))
        return [ids for text in texts if (ids := self._ids(text))]

    def _ids(self, text: str) -> tuple[int, ...]:
        if self._tokenizer is None:
            known = all(character in self._characters for character in text)
            return tuple(self._characters[character] for character in text) if known else ()
        ids = tuple(self._tokenizer.text_to_ids(text))
        unknown = getattr(self._tokenizer, "unk_id", None)
        return () if unknown in ids else ids


def boosted_path(log_probs: torch.Tensor, tree: Any) -> torch.Tensor:
    """Greedy CTC labels under `tree`: `(batch, time)` of `(batch, time, labels + blank)` log probabilities.

    Where a token begins, the best one with the tree's score is taken; blanks and held tokens stay what they are.
    """
    batch, frames, size = log_probs.shape
    blank = size - 1
    rows = torch.arange(batch, device=log_probs.device)
    states = tree.get_init_states(batch_size=batch, bos=True)
    last = torch.full((batch,), blank, device=log_probs.device)
    path = torch.empty(batch, frames, dtype=torch.long, device=log_probs.device)
    for frame in range(frames):
        plain = log_probs[:, frame].argmax(dim=-1)
        begins = (plain != blank) & (plain != last)
        if begins.any():
            scores, following = tree.advance(states=states)
            boosted = log_probs[:, frame].clone()
            boosted[:, :blank] += CTC_WEIGHT * scores.to(log_probs.dtype)
            boosted[:, blank] = boosted[rows, last] = float("-inf")
            plain = torch.where(begins, boosted.argmax(dim=-1), plain)
            states = torch.where(begins, following[rows, plain * begins], states)
        path[:, frame] = last = plain
    return path


def same_phrases(phrases: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[int]]:
    """Which clips of a batch have the same vocabulary."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, vocabulary in enumerate(phrases):
        groups.setdefault(vocabulary, []).append(index)
    return groups
