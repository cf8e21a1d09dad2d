"""Tiny NeMo models of every kind that the engine knows, built from configurations without any download.

Importing this module needs NeMo; test modules call `pytest.importorskip("nemo")` first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sentencepiece
import torch

logging.getLogger("nv_one_logger").setLevel(logging.ERROR)

from nemo.collections.asr import models  # noqa: E402 - its import is noisy before the line above
from omegaconf import OmegaConf  # noqa: E402

RATE_HZ = 16_000
WIDTH = 96
CHARACTERS = list(" abcdefghijklmnopqrstuvwxyz'")
DURATIONS = [0, 1, 2, 3, 4]


def tokenizer(folder: Path, sentences: Sequence[str], size: int = 64) -> dict[str, Any]:
    """Train a unigram tokenizer of `size` pieces on `sentences`; returns the model's `tokenizer` configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(sentences) + "\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=size,
        model_type="unigram",
        character_coverage=1.0,
        hard_vocab_limit=False,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    names = [pieces.id_to_piece(index) for index in range(pieces.get_piece_size())]
    (folder / "vocab.txt").write_text("\n".join(names))
    return {"dir": str(folder), "type": "bpe"}


def encoder(layers: int, subsampling: int = 8, width: int = WIDTH) -> dict[str, Any]:
    """A FastConformer encoder; as it stands, smaller than any in use."""
    return {
        "_target_": "nemo.collections.asr.modules.ConformerEncoder",
        "feat_in": 80,
        "feat_out": -1,
        "n_layers": layers,
        "d_model": width,
        "subsampling": "dw_striding",
        "subsampling_factor": subsampling,
        "subsampling_conv_channels": min(256, max(64, width // 2)),
        "ff_expansion_factor": 4,
        "self_attention_model": "rel_pos",
        "n_heads": max(4, width // 64),
        "att_context_size": [-1, -1],
        "xscaling": False,
        "untie_biases": True,
        "pos_emb_max_len": 5000,
        "conv_kernel_size": 9,
        "conv_norm_type": "batch_norm",
        "dropout": 0.1,
        "dropout_pre_encoder": 0.1,
        "dropout_emb": 0.0,
        "dropout_att": 0.1,
    }


def _base(rate_hz: int, layers: int, subsampling: int = 8, width: int = WIDTH) -> dict[str, Any]:
    return {
        "sample_rate": rate_hz,
        "preprocessor": {
            "_target_": "nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor",
            "sample_rate": rate_hz,
            "normalize": "per_feature",
            "window_size": 0.025,
            "window_stride": 0.01,
            "window": "hann",
            "features": 80,
            "n_fft": 512,
            "frame_splicing": 1,
            "dither": 1e-5,
            "pad_to": 0,
        },
        "encoder": encoder(layers, subsampling, width),
        "spec_augment": {
            "_target_": "nemo.collections.asr.modules.SpectrogramAugmentation",
            "freq_masks": 2,
            "time_masks": 2,
            "freq_width": 15,
            "time_width": 0.05,
        },
        "train_ds": None,
        "validation_ds": None,
        "optim": {"name": "adamw", "lr": 2e-3},
    }


def _ctc_decoder(vocabulary: Sequence[str] = (), width: int = WIDTH) -> dict[str, Any]:
    return {
        "_target_": "nemo.collections.asr.modules.ConvASRDecoder",
        "feat_in": width,
        "num_classes": len(vocabulary) or -1,
        "vocabulary": list(vocabulary),
    }


def _add_transducer(config: dict[str, Any], *, is_tdt: bool, hidden: int = WIDTH) -> None:
    width = config["encoder"]["d_model"]
    config["model_defaults"] = {"enc_hidden": width, "pred_hidden": hidden, "joint_hidden": hidden}
    config["decoder"] = {
        "_target_": "nemo.collections.asr.modules.RNNTDecoder",
        "normalization_mode": None,
        "random_state_sampling": False,
        "blank_as_pad": True,
        "prednet": {"pred_hidden": hidden, "pred_rnn_layers": 1, "t_max": None, "dropout": 0.1},
    }
    config["joint"] = {
        "_target_": "nemo.collections.asr.modules.RNNTJoint",
        "log_softmax": None,
        "preserve_memory": False,
        "fuse_loss_wer": True,
        "fused_batch_size": 16,
        "jointnet": {"joint_hidden": hidden, "activation": "relu", "dropout": 0.1},
    }
    config["decoding"] = {"strategy": "greedy_batch", "greedy": {"max_symbols": 3}}
    config["loss"] = {"loss_name": "pytorch"}
    if is_tdt:
        config["joint"]["num_extra_outputs"] = len(DURATIONS)
        config["decoding"] |= {"model_type": "tdt", "durations": DURATIONS}
        config["loss"] = {
            "loss_name": "tdt",
            "tdt_kwargs": {"fastemit_lambda": 0.0, "clamp": -1.0, "durations": DURATIONS},
        }


def ctc_char(layers: int = 1, rate_hz: int = RATE_HZ, characters: Sequence[str] = CHARACTERS) -> Any:
    """A Conformer-CTC that writes characters."""
    config = _base(rate_hz, layers, subsampling=4)
    config["labels"] = list(characters)
    config["decoder"] = _ctc_decoder(characters)
    return _built(models.EncDecCTCModel, config)


def ctc_bpe(pieces: dict[str, Any], layers: int = 1, width: int = WIDTH) -> Any:
    """A FastConformer-CTC that writes word pieces."""
    return _built(
        models.EncDecCTCModelBPE,
        {**_base(RATE_HZ, layers, width=width), "tokenizer": pieces, "decoder": _ctc_decoder(width=width)},
    )


def rnnt(
    pieces: dict[str, Any], layers: int = 1, width: int = WIDTH, *, is_tdt: bool = False, hidden: int = WIDTH
) -> Any:
    """A transducer; with `is_tdt` one that also says how long tokens last."""
    config = {**_base(RATE_HZ, layers, width=width), "tokenizer": pieces}
    _add_transducer(config, is_tdt=is_tdt, hidden=hidden)
    return _built(models.EncDecRNNTBPEModel, config)


def hybrid(pieces: dict[str, Any], layers: int = 1, *, is_tdt: bool = True) -> Any:
    """A transducer and a CTC head on one encoder."""
    config = {**_base(RATE_HZ, layers), "tokenizer": pieces}
    _add_transducer(config, is_tdt=is_tdt)
    config["aux_ctc"] = {
        "ctc_loss_weight": 0.3,
        "use_cer": False,
        "ctc_reduction": "mean_batch",
        "decoder": _ctc_decoder(),
        "decoding": {"strategy": "greedy_batch"},
    }
    return _built(models.EncDecHybridRNNTCTCBPEModel, config)


def prompted(pieces: dict[str, Any], languages: Sequence[str], layers: int = 1) -> Any:
    """The multilingual class: the language is told to the encoder's output."""
    config = {**_base(RATE_HZ, layers), "tokenizer": pieces}
    _add_transducer(config, is_tdt=False)
    config["model_defaults"] |= {
        "num_prompts": 8,
        "initialize_prompt_feature": True,
        "prompt_dictionary": {language: index for index, language in enumerate(languages)},
    }
    return _built(models.EncDecRNNTBPEModelWithPrompt, config)


def sortformer(*, is_streaming: bool, layers: int = 1) -> Any:
    """A diarizer for four speakers. The streaming one works in chunks with a cache of what the speakers sound like."""
    config = _base(RATE_HZ, layers)
    hidden = 48
    config |= {
        "model_defaults": {"fc_d_model": WIDTH, "tf_d_model": hidden},
        "max_num_of_spks": 4,
        "pil_weight": 0.5,
        "ats_weight": 0.5,
        "num_workers": 0,
        "streaming_mode": is_streaming,
        "session_len_sec": 30,
        "test_ds": None,
        "lr": 1e-4,
        "sortformer_modules": {
            "_target_": "nemo.collections.asr.modules.sortformer_modules.SortformerModules",
            "num_spks": 4,
            "dropout_rate": 0.1,
            "fc_d_model": WIDTH,
            "tf_d_model": hidden,
            "spkcache_len": 40,
            "fifo_len": 0,
            "chunk_len": 20,
            "spkcache_update_period": 20,
            "chunk_left_context": 1,
            "chunk_right_context": 1,
        },
        "transformer_encoder": {
            "_target_": "nemo.collections.asr.modules.transformer.transformer_encoders.TransformerEncoder",
            "num_layers": 1,
            "hidden_size": hidden,
            "inner_size": 96,
            "num_attention_heads": 4,
            "attn_score_dropout": 0.1,
            "attn_layer_dropout": 0.1,
            "ffn_dropout": 0.1,
            "hidden_act": "relu",
            "pre_ln": False,
        },
        "loss": {
            "_target_": "nemo.collections.asr.losses.bce_loss.BCELoss",
            "weight": None,
            "reduction": "mean",
        },
    }
    return _built(models.SortformerEncLabelModel, config)


def _built(kind: Any, config: dict[str, Any]) -> Any:
    torch.manual_seed(0)
    return kind(cfg=OmegaConf.create(config), trainer=None)
