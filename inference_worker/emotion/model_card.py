"""`MODEL_CARD.md` and its plots, written from an evaluation: no figure in it is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.plots import confusion_plot, coverage_plot, reliability_plot

CARD_NAME = "MODEL_CARD.md"
_FEWEST_CLIPS = 10
_WORST = 5
_PURPOSE = """\
Says how an utterance *sounds* — neutral, happy, sad, angry, fear, disgust, surprise — with probabilities, a strength
in [0, 1], and `confident`, which is False when it should stay unsure. It says nothing about what a person feels."""
_LICENCE = """\
The **weights** are for **research and non-commercial use, under CC BY-NC-SA 4.0**, because of what they are trained
on. The code has its own licence.

| corpus | language | nature | licence |
|---|---|---|---|
| RAVDESS (Livingstone & Russo 2018, doi:10.1371/journal.pone.0196391) | English | acted, two sentences | CC BY-NC-SA 4.0 |
| nEMO (LREC-COLING 2024) | Polish | acted, 90 sentences | CC BY-NC-SA 4.0 |
| Urdu (Latif et al. 2018, arXiv:1812.10411) | Urdu | television talk shows | research use |
| IndEmo keywords (Banga et al. 2019, arXiv:1910.13801) | Indian English, Hindi | single words, phones, real rooms, noisy labels | CC BY-NC-SA 4.0 |
| emotiontts_open_db, public part | Korean | acted dialogue lines | CC BY-NC-SA 4.0, research |

Sounds without speech were made by arithmetic."""  # noqa: E501 - a table row is one line
_LIMITS = """\
- **A new speaker's habits.** The commonest error is a shift of a whole person: it does not know how somebody usually
  sounds. `emotion adapt` learns that from a handful of rightly labelled utterances.
- **Languages, accents and ages that are not in the table**, children, old people, and voices changed by illness,
  hearing loss or a device: never heard. Korean rests on ten actors and 24 sentences.
- **Everyday speech.** Most of the training is acted. Disgust and surprise come from one and two corpora.
- **Short words in noise**: it abstains nearly always, and should.
- **Strength** is learnt from rough ideas about labels, not from measured arousal.
- Words play no part: sarcasm and anything that only the words say is lost.
- Not for decisions about a person: not for hiring, policing, diagnosis or care decisions."""


def write_card(folder: Path, evaluation: Mapping[str, Any], notes: str) -> None:
    """Write `MODEL_CARD.md` and three plots into `folder`, from what `emotion evaluate` found.

    `notes` says in Markdown how the model was made and whom the evaluation knows nothing about.
    """
    folder.mkdir(parents=True, exist_ok=True)
    everything, labels = evaluation["all"], [label[:8] for label in EMOTION_LABELS]
    curves = {
        name: row["coverage"] for name, row in evaluation["corpus"].items() if row["n"] >= _FEWEST_CLIPS
    }
    plots = {
        "confusion": confusion_plot("Answers among all seven labels", labels, everything["confusion"]),
        "reliability": reliability_plot("Right as often as it claims?", everything["reliability"]),
        "coverage": coverage_plot("Right among the surest", curves),
    }
    for name, picture in plots.items():
        (folder / f"card-{name}.svg").write_text(picture)
    sections = [
        f"# {evaluation['engine']}",
        _PURPOSE,
        "Written by `emotion evaluate --card`; edit `model_card.py` or the notes, not this file.",
        "## Licence",
        _LICENCE,
        *(["## How it was made", notes.strip()] if notes.strip() else []),
        f"## Measured on {everything['n']} clips",
        "UAR and accuracy over the corpus' own labels; `open` among all seven. Shown is what passes abstention.",
        _scores(evaluation["corpus"]),
        "\n".join(f"![{name}](card-{name}.svg)" for name in plots),
        "Found of each emotion, among all seven labels:",
        _recalls(everything["confusion"]),
        *_robustness(evaluation.get("robustness")),
        f"Processor time: {1e3 * evaluation['processor_s_a_clip']:.0f} ms a clip on this occasion, reading included.",
        "## What it cannot do, and who it fails for",
        *_failing_for(evaluation["speaker"]),
        _LIMITS,
    ]
    (folder / CARD_NAME).write_text("\n\n".join(sections) + "\n")


def _scores(corpora: Mapping[str, Any]) -> str:
    lines = [
        "| corpus | clips | UAR | accuracy | macro-F1 | open UAR | ECE | right among surest 50 / 70 / 90 % | shown | right among shown |",  # noqa: E501
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in corpora.items():
        surest = " / ".join(f"{value:.2f}" for value in row["selective_accuracy"].values())
        right = row["shown"]["accuracy"]
        lines.append(
            f"| {name} | {row['n']} | {row['own_uar']:.2f} | {row['own_accuracy']:.2f} | {row['own_macro_f1']:.2f} "
            f"| {row['uar']:.2f} | {row['ece']:.2f} | {surest} | {row['shown']['share']:.0%} "
            f"| {'–' if right is None else format(right, '.2f')} |"
        )
    return "\n".join(lines)


def _recalls(confusion: list[list[int]]) -> str:
    shown = [
        f"{label} {row[number] / sum(row):.0%} of {sum(row)}"
        for number, (label, row) in enumerate(zip(EMOTION_LABELS, confusion, strict=True))
        if sum(row)
    ]
    return ", ".join(shown) + "."


def _robustness(found: Mapping[str, Any] | None) -> list[str]:
    if not found:
        return []
    lines = [
        "| only the recording changes | labels changed | of those shown before and after | accuracy |",
        "|---|---|---|---|",
    ]
    for name, row in found.items():
        changed = f"{row['changed']:.1%}" if "changed" in row else "–"
        shown = f"{row['shown_changed']:.1%}" if "shown_changed" in row else "–"
        lines.append(f"| {name} | {changed} | {shown} | {row['accuracy']:.2f} |")
    return ["\n".join(lines)]


def _failing_for(speakers: Mapping[str, Any]) -> list[str]:
    judged = [(row["own_uar"], name, row["n"]) for name, row in speakers.items() if row["n"] >= _FEWEST_CLIPS]
    if not judged:
        return []
    worst = ", ".join(
        f"{name} ({score:.2f} on {count} clips)" for score, name, count in sorted(judged)[:_WORST]
    )
    return [f"The people of this evaluation whom it understands least, by UAR: {worst}."]
