"""Every published layout, made of buzzing voices, becomes the clip list that it should."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from inference_worker.command_line import main
from inference_worker.emotion.clips import read_clips
from inference_worker.emotion.importing import aihub
from inference_worker.emotion.importing.corpus_import import as_text, import_corpus
from inference_worker.emotion.importing.found import LayoutError
from tests.speech import write_audio

RATE_HZ = 16_000


def buzz(pitch_hz: float = 150.0, seed: int = 0) -> np.ndarray:
    time = np.arange(int(0.7 * RATE_HZ)) / RATE_HZ
    tone = np.sum([np.sin(2 * np.pi * pitch_hz * n * time) / n for n in range(1, 12)], axis=0)
    rng = np.random.default_rng(seed)
    swell = np.abs(np.sin(np.pi * 3 * time / 0.7))
    return np.asarray(0.1 * tone * swell + 1e-3 * rng.standard_normal(time.size), np.float32)


def put(folder: Path, *names: str, pitch_hz: float = 150.0) -> None:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_audio(folder / name, buzz(pitch_hz, seed=abs(hash(name)) % 1000 + number))


def listed(csv_path: Path) -> list[tuple[str, str, str, str, str, str]]:
    return [
        (clip.path.name, clip.language, clip.speaker, clip.gender, clip.emotion, clip.intensity)
        for clip in read_clips(csv_path)
    ]


def test_ravdess(tmp_path: Path) -> None:
    put(
        tmp_path,
        "Actor_12/03-01-05-02-01-02-12.wav",
        "Actor_01/03-01-02-01-02-01-01.wav",
        "Actor_01/03-02-03-01-02-01-01.wav",
        "notes.wav",
    )
    report = import_corpus("ravdess", tmp_path, tmp_path / "clips.csv")
    assert listed(tmp_path / "clips.csv") == [
        ("03-01-02-01-02-01-01.wav", "en", "ravdess-01", "m", "neutral", "normal"),
        ("03-01-05-02-01-02-12.wav", "en", "ravdess-12", "f", "angry", "strong"),
    ]
    assert report["sentences"] == {"dogs are sitting by the door": 1, "kids are talking by the door": 1}
    assert [item["why"] for item in report["skipped"]] == [
        "not speech",
        "the name has no seven two-digit fields",
    ]


def test_tess_with_its_slip(tmp_path: Path) -> None:
    put(
        tmp_path,
        "OAF_Pleasant_surprise/OAF_back_ps.wav",
        "OAF_neutral/OA_bite_neutral.wav",
        "YAF_sad/YAF_dog_sad.wav",
    )
    import_corpus("tess", tmp_path, tmp_path / "clips.csv")
    assert listed(tmp_path / "clips.csv") == [
        ("OAF_back_ps.wav", "en", "tess-OAF", "f", "surprise", ""),
        ("OA_bite_neutral.wav", "en", "tess-OAF", "f", "neutral", ""),
        ("YAF_dog_sad.wav", "en", "tess-YAF", "f", "sad", ""),
    ]
    assert read_clips(tmp_path / "clips.csv")[0].text == "say the word back"


def test_crema_d_knows_women_and_men_by_its_table(tmp_path: Path) -> None:
    put(tmp_path / "AudioWAV", "1001_DFA_ANG_XX.wav", "1002_IEO_SAD_HI.wav", "1003_IEO_SAD_LO.wav")
    (tmp_path / "VideoDemographics.csv").write_text(
        "ActorID,Age,Sex,Race,Ethnicity\n1001,51,Male,Caucasian,Not Hispanic\n1002,21,Female,Caucasian,Not Hispanic\n"
    )
    import_corpus("crema-d", tmp_path / "AudioWAV", tmp_path / "lists" / "clips.csv")
    assert listed(tmp_path / "lists" / "clips.csv") == [
        ("1001_DFA_ANG_XX.wav", "en", "crema-d-1001", "m", "angry", ""),
        ("1002_IEO_SAD_HI.wav", "en", "crema-d-1002", "f", "sad", "strong"),
        ("1003_IEO_SAD_LO.wav", "en", "crema-d-1003", "", "sad", "normal"),
    ]
    assert all(clip.path.is_file() for clip in read_clips(tmp_path / "lists" / "clips.csv"))


def test_savee_in_both_of_its_forms(tmp_path: Path) -> None:
    put(tmp_path, "AudioData/DC/a01.wav", "AudioData/JE/su12.wav", "KL_n30.wav", "AudioData/Info/a02.wav")
    report = import_corpus("savee", tmp_path, tmp_path / "clips.csv")
    assert listed(tmp_path / "clips.csv") == [
        ("a01.wav", "en", "savee-DC", "m", "angry", ""),
        ("su12.wav", "en", "savee-JE", "m", "surprise", ""),
        ("KL_n30.wav", "en", "savee-KL", "m", "neutral", ""),
    ]
    assert len(report["skipped"]) == 1


def test_emodb_has_a_label_that_we_have_not(tmp_path: Path) -> None:
    put(tmp_path, "wav/03a01Fa.wav", "wav/08b10Wc.wav", "wav/16a02Lb.wav", "wav/10a05N.wav")
    report = import_corpus("emodb", tmp_path, tmp_path / "clips.csv")
    assert listed(tmp_path / "clips.csv") == [
        ("03a01Fa.wav", "de", "emodb-03", "m", "happy", ""),
        ("08b10Wc.wav", "de", "emodb-08", "f", "angry", ""),
        ("10a05N.wav", "de", "emodb-10", "m", "neutral", ""),
    ]
    assert report["unknown_labels"] == {"boredom": 1}


AIHUB_HEAD = ["wav_id", "발화문", "상황"] + [
    f"{n}번 감정{what}" for n in range(1, 6) for what in ("", "세기")
]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8-sig"])
def test_aihub_takes_what_three_of_five_raters_say(tmp_path: Path, encoding: str) -> None:
    put(tmp_path, "5차년도/5차_wav/aa11.wav", "5차년도/5차_wav/bb22.wav", "5차년도/5차_wav/cc33.wav")
    votes = {
        "aa11": ["Angry", 2, "Angry", 1, "Neutral", 0, "Angry", 2, "Sadness", 1],
        "bb22": ["Angry", 2, "Sadness", 1, "Neutral", 0, "Fear", 2, "Sadness", 1],
        "dd44": ["Happiness", 1] * 5,
    }
    with (tmp_path / "5차년도.csv").open("w", newline="", encoding=encoding) as stream:
        writer = csv.writer(stream)
        writer.writerow([*AIHUB_HEAD, "나이", "성별"])
        for name, given in votes.items():
            writer.writerow([name, "네가 먼저 말했잖아.", "anger", *given, 34, "male"])
    report = import_corpus("aihub-263", tmp_path, tmp_path / "clips.csv")
    assert listed(tmp_path / "clips.csv") == [("aa11.wav", "ko", "aihub-263-unknown", "m", "angry", "strong")]
    assert read_clips(tmp_path / "clips.csv")[0].text == "네가 먼저 말했잖아."
    assert sorted(item["why"] for item in report["skipped"]) == [
        "fewer than 3 raters agree",
        "in a table, but there is no such sound",
        "in no table",
    ]


def test_raters() -> None:
    assert aihub.agreed([("sad", 0.0), ("sad", 1.0), ("sad", 1.0), ("happy", 2.0)]) == ("sad", "normal")
    assert aihub.agreed([("neutral", 0.0)] * 5) == ("neutral", "")
    assert aihub.agreed([("sad", 1.0)] * 2) == ("", "")
    assert aihub.agreed([]) == ("", "")


def test_what_is_odd_is_found(tmp_path: Path) -> None:
    put(tmp_path, "wav/03a01Fa.wav", "wav/03a01Wa.wav")
    shutil.copy(tmp_path / "wav/03a01Fa.wav", tmp_path / "wav/03a01Fb.wav")
    shutil.copy(tmp_path / "wav/03a01Wa.wav", tmp_path / "wav/03a01Ta.wav")
    (tmp_path / "wav/08a01Fa.wav").write_bytes(b"no sound")
    write_audio(tmp_path / "wav/08a01Wa.wav", np.zeros(RATE_HZ, np.float32))
    report = import_corpus("emodb", tmp_path, tmp_path / "clips.csv")
    assert report["clips"] == 2
    assert len(report["unreadable"]) == 2
    assert len(report["duplicates"]) == 2
    [pair] = report["contradicting_duplicates"]
    assert [Path(name).name for name in pair] == ["03a01Ta.wav", "03a01Wa.wav"]
    assert "look at these: 1" in as_text(report, tmp_path / "clips.csv")


@pytest.mark.parametrize(("angry_hz", "sad_hz", "warned"), [(220.0, 120.0, False), (120.0, 220.0, True)])
def test_swapped_labels_are_suspected(tmp_path: Path, angry_hz: float, sad_hz: float, warned: bool) -> None:
    for speaker in ("03", "08", "09"):
        put(tmp_path, f"wav/{speaker}a01Wa.wav", f"wav/{speaker}a02Wa.wav", pitch_hz=angry_hz)
        put(tmp_path, f"wav/{speaker}a01Ta.wav", f"wav/{speaker}a02Ta.wav", pitch_hz=sad_hz)
    report = import_corpus("emodb", tmp_path, tmp_path / "clips.csv")
    assert report["suspicions"] == (
        ["angry and sad look swapped: in 3 of 3 speakers angry has the lower voice"] if warned else []
    )


def test_the_wrong_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="no such folder"):
        import_corpus("tess", tmp_path / "nowhere", tmp_path / "clips.csv")
    with pytest.raises(LayoutError, match="holds no sound files"):
        import_corpus("tess", tmp_path, tmp_path / "clips.csv")
    put(tmp_path, "anything.wav")
    with pytest.raises(LayoutError, match="is it the right corpus"):
        import_corpus("tess", tmp_path, tmp_path / "clips.csv")
    with pytest.raises(LayoutError, match="no table"):
        import_corpus("aihub-263", tmp_path, tmp_path / "clips.csv")
    assert not (tmp_path / "clips.csv").exists()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "YAF_sad/YAF_dog_sad.wav")
    assert main(["emotion", "import", "tess", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["emotions"] == {"sad": 1}
    assert main(["emotion", "import", "tess", str(tmp_path / "nowhere")]) == 1
    assert "no such folder" in capsys.readouterr().err
