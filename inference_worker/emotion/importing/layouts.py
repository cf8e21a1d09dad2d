"""Corpora whose file names say everything: RAVDESS, TESS, CREMA-D, SAVEE, EmoDB."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from inference_worker.emotion.importing.found import Found, FoundClip, sounds

_RAVDESS_EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
_RAVDESS_TEXTS = {"01": "kids are talking by the door", "02": "dogs are sitting by the door"}
_TESS_EMOTIONS = {"ps": "surprise", "pleasant_surprise": "surprise", "pleasant_surprised": "surprise"}
_CREMAD_EMOTIONS = {
    "ANG": "angry",
    "DIS": "disgust",
    "FEA": "fear",
    "HAP": "happy",
    "NEU": "neutral",
    "SAD": "sad",
}
_CREMAD_TEXTS = {
    "IEO": "it's eleven o'clock",
    "TIE": "that is exactly what happened",
    "IOM": "i'm on my way to the meeting",
    "IWW": "i wonder what this is about",
    "TAI": "the airplane is almost full",
    "MTI": "maybe tomorrow it will be cold",
    "IWL": "i would like a new alarm clock",
    "ITH": "i think i have a doctor's appointment",
    "DFA": "don't forget a jacket",
    "ITS": "i think i've seen this before",
    "TSI": "the surface is slick",
    "WSI": "we'll stop in a couple of minutes",
}
_SAVEE_EMOTIONS = {
    "a": "angry",
    "d": "disgust",
    "f": "fear",
    "h": "happy",
    "n": "neutral",
    "sa": "sad",
    "su": "surprise",
}
_EMODB_EMOTIONS = {
    "W": "angry",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "happy",
    "T": "sad",
    "N": "neutral",
}
_EMODB_MEN = frozenset({"03", "10", "11", "12", "15"})


def read_ravdess(folder: Path) -> Found:
    """`03-01-05-02-01-02-12.wav`: modality, channel, emotion, intensity, statement, repetition, actor
    (Livingstone and Russo 2018). Song and video are skipped; odd actors are men."""
    found = Found()
    for path in sounds(folder):
        parts = path.stem.split("-")
        if len(parts) != 7 or not all(re.fullmatch(r"\d\d", part) for part in parts):
            found.skipped.append((path, "the name has no seven two-digit fields"))
            continue
        modality, channel, emotion, intensity, statement, _, actor = parts
        if channel != "01" or modality == "02":
            found.skipped.append((path, "not speech"))
            continue
        number = int(emotion)
        found.clips.append(
            FoundClip(
                path=path,
                speaker=actor,
                gender="m" if int(actor) % 2 else "f",
                emotion=_RAVDESS_EMOTIONS[number - 1] if 1 <= number <= 8 else emotion,
                intensity={"01": "normal", "02": "strong"}.get(intensity, ""),
                text=_RAVDESS_TEXTS.get(statement, ""),
            )
        )
    return found


def read_tess(folder: Path) -> Found:
    """`OAF_back_angry.wav`: actress, word, emotion (Pichora-Fuller and Dupuis 2020). Two women; `OA_…` is a known
    slip for `OAF_…`, `ps` is pleasant surprise."""
    found = Found()
    for path in sounds(folder):
        match = re.fullmatch(r"(O|Y)AF?_([A-Za-z]+)_([A-Za-z_]+)", path.stem)
        if match is None:
            found.skipped.append((path, "the name is not ACTRESS_word_emotion"))
            continue
        who, word, emotion = match.groups()
        label = _TESS_EMOTIONS.get(emotion.lower(), emotion.lower())
        text = f"say the word {word.lower()}"
        found.clips.append(FoundClip(path=path, speaker=f"{who}AF", gender="f", emotion=label, text=text))
    return found


def read_cremad(folder: Path) -> Found:
    """`1001_DFA_ANG_XX.wav`: actor, sentence, emotion, level (Cao et al. 2014). `VideoDemographics.csv`, where it
    lies in the folder or above it, says who is a woman."""
    genders = _cremad_genders(folder)
    found = Found()
    for path in sounds(folder):
        match = re.fullmatch(r"(\d{4})_([A-Z]{3})_([A-Z]{3})_([A-Z]{1,2})", path.stem)
        if match is None:
            found.skipped.append((path, "the name is not ACTOR_SENTENCE_EMOTION_LEVEL"))
            continue
        actor, sentence, emotion, level = match.groups()
        found.clips.append(
            FoundClip(
                path=path,
                speaker=actor,
                gender=genders.get(actor, ""),
                emotion=_CREMAD_EMOTIONS.get(emotion, emotion),
                intensity={"HI": "strong", "LO": "normal", "MD": "normal"}.get(level, ""),
                text=_CREMAD_TEXTS.get(sentence, sentence),
            )
        )
    return found


def _cremad_genders(folder: Path) -> dict[str, str]:
    for place in (folder, folder.parent):
        table = place / "VideoDemographics.csv"
        if table.is_file():
            with table.open(newline="", encoding="utf-8-sig") as stream:
                return {
                    row["ActorID"].strip(): {"female": "f", "male": "m"}.get(row["Sex"].strip().lower(), "")
                    for row in csv.DictReader(stream)
                }
    return {}


def read_savee(folder: Path) -> Found:
    """`DC/a01.wav` or `DC_a01.wav`: speaker, emotion, sentence (Haq and Jackson 2010). Four men."""
    found = Found()
    for path in sounds(folder):
        named = re.fullmatch(r"(?:([A-Z]{2})_)?(sa|su|[adfhn])(\d\d)", path.stem)
        speaker = (named.group(1) or path.parent.name) if named else ""
        if named is None or not re.fullmatch(r"[A-Z]{2}", speaker):
            found.skipped.append((path, "neither SPEAKER/emotion-number nor SPEAKER_emotion-number"))
            continue
        emotion = _SAVEE_EMOTIONS[named.group(2)]
        # Three of the fifteen sentences of an emotion are common to all, the others are not written in the names.
        text = f"common {named.group(3)}" if int(named.group(3)) <= 3 else f"{emotion} {named.group(3)}"
        found.clips.append(FoundClip(path=path, speaker=speaker, gender="m", emotion=emotion, text=text))
    return found


def read_emodb(folder: Path) -> Found:
    """`03a01Fa.wav`: speaker, sentence, emotion, take (Burkhardt et al. 2005). Boredom has no label here."""
    found = Found()
    for path in sounds(folder):
        match = re.fullmatch(r"(\d\d)([ab]\d\d)([A-Z])([a-z]?)", path.stem)
        if match is None:
            found.skipped.append((path, "the name is not SPEAKER-SENTENCE-EMOTION-TAKE"))
            continue
        speaker, sentence, letter, _ = match.groups()
        gender = "m" if speaker in _EMODB_MEN else "f"
        emotion = _EMODB_EMOTIONS.get(letter, letter)
        found.clips.append(
            FoundClip(path=path, speaker=speaker, gender=gender, emotion=emotion, text=f"sentence {sentence}")
        )
    return found
