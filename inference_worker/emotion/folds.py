"""Who trains and who validates: speakers disjoint, and sentences too where a corpus repeats them.

Speakers called `...unknown` may be anybody: they only train. A corpus whose speakers share a small set of
sentences (transcripts given, more than three but at most 100 texts) is split by sentence as well: what a fold
validates on has neither a speaker nor a sentence that it trained on. A corpus with two or three sentences in
all (RAVDESS) cannot be, and its sentences carry no emotion.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from inference_worker.emotion.clips import UNKNOWN, LabelledClip

FOLDS = 5
_FEWEST_SENTENCES, _MOST_SENTENCES = 4, 100


@dataclass(frozen=True, slots=True)
class Split:
    """Indices into the list of clips."""

    train: tuple[int, ...]
    validation: tuple[int, ...]


def speaker_split(clips: Sequence[LabelledClip], fold: int) -> Split:
    """Fold `fold` of `FOLDS`. The same clips always give the same split."""
    speakers = _speaker_folds(clips)
    by_sentence = _corpora_split_by_sentence(clips)
    sentences = _sentence_folds(clips)
    train, validation = [], []
    for index, clip in enumerate(clips):
        held_speaker = speakers.get(clip.speaker) == fold
        held_sentence = clip.corpus in by_sentence and sentences[_sentence(clip)] == fold
        if held_speaker and (held_sentence or clip.corpus not in by_sentence):
            validation.append(index)
        elif not held_speaker and not held_sentence:
            train.append(index)
    return Split(tuple(train), tuple(validation))


def corpus_split(clips: Sequence[LabelledClip], corpus: str) -> Split:
    """Everything but `corpus` trains; `corpus` validates."""
    train = tuple(i for i, clip in enumerate(clips) if clip.corpus != corpus)
    validation = tuple(i for i, clip in enumerate(clips) if clip.corpus == corpus)
    return Split(train, validation)


def splits(clips: Sequence[LabelledClip], by: str) -> dict[str, Split]:
    """What is kept out in turn `by` corpus, language or speaker: one split each, by name.

    English is one language wherever it is spoken: `en-IN` is kept out with `en`.
    """
    if by == "corpus":
        return {corpus: corpus_split(clips, corpus) for corpus in sorted({clip.corpus for clip in clips})}
    if by == "language":
        languages = [clip.language.split("-")[0] for clip in clips]
        return {
            kept_out: Split(
                tuple(i for i, language in enumerate(languages) if language != kept_out),
                tuple(i for i, language in enumerate(languages) if language == kept_out),
            )
            for kept_out in sorted(set(languages))
        }
    return {str(fold): speaker_split(clips, fold) for fold in range(FOLDS)}


def _speaker_folds(clips: Sequence[LabelledClip]) -> dict[str, int]:
    """Deals each corpus' speakers out, the one with most clips first, women and men in turn."""
    sizes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for clip in clips:
        if not clip.speaker.endswith(UNKNOWN):
            sizes[clip.corpus][clip.gender, clip.speaker] += 1
    folds = {}
    for counts in sizes.values():
        ordered = sorted(counts, key=lambda who: (who[0], -counts[who], who[1]))
        for place, (_, speaker) in enumerate(ordered):
            folds[speaker] = place % FOLDS
    return folds


def _corpora_split_by_sentence(clips: Sequence[LabelledClip]) -> set[str]:
    texts: dict[str, set[str]] = defaultdict(set)
    for clip in clips:
        texts[clip.corpus].add(clip.text)
    # Single words said in every emotion (keywords) need no split: the word says nothing about the label.
    return {
        corpus
        for corpus, said in texts.items()
        if _FEWEST_SENTENCES <= len(said) <= _MOST_SENTENCES and any(" " in text for text in said)
    }


def _sentence_folds(clips: Sequence[LabelledClip]) -> dict[tuple[str, str], int]:
    """Deals the sentences of each corpus out, emotion by emotion where a sentence is said in one only."""
    emotions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for clip in clips:
        emotions[_sentence(clip)].add(clip.emotion)
    ordered = sorted(emotions, key=lambda key: (key[0], min(emotions[key]), _hash(key[1])))
    return {key: place % FOLDS for place, key in enumerate(ordered)}


def _sentence(clip: LabelledClip) -> tuple[str, str]:
    """Corpus and the first two letters: transcripts of one sentence differ in small ways further on."""
    letters = "".join(character for character in clip.text.casefold() if character.isalnum())
    return clip.corpus, letters[:2]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
