"""Settings: defaults, and messages that say how to fix a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference_worker.config import load
from inference_worker.errors import ConfigurationError
from inference_worker.registry import asr_engine


def test_defaults() -> None:
    config = load({})
    assert config.broker_url == "redis://127.0.0.1:6379/0"
    assert config.worker_name.startswith("inference@")
    assert (config.asr_engine, config.asr_device, config.asr_precision) == ("auto", "auto", "auto")
    assert [(route.language, route.checkpoint) for route in config.asr_routes] == [
        ("en", "nvidia/parakeet-tdt-0.6b-v2"),
        ("*", "nvidia/nemotron-3.5-asr-streaming-0.6b"),
    ]
    assert (config.asr_batch_s, config.models_dir) == (None, Path("var/models").resolve())
    assert (config.concurrency, config.torch_threads, config.heartbeat_s) == (1, 1, 2.0)
    assert (config.asr_cuda_graphs, config.idle_unload_s) == (True, 0.0)
    assert (config.log_format, config.metrics_address) == ("text", "")
    assert config.cache_dir == Path("var/worker-cache").resolve()


@pytest.mark.parametrize(
    ("url", "broker_url"),
    [
        ("redis://h:1/2", "redis://h:1/2"),
        ("rediss://h/0", "rediss://h/0"),
        ("redis://:p@h", "redis://:p@h"),
        ("unix:///run/r.sock?db=3", "redis+socket:///run/r.sock?virtual_host=3"),
        ("unix:///run/r.sock", "redis+socket:///run/r.sock?virtual_host=0"),
        ("redis+socket:///run/r.sock?virtual_host=1", "redis+socket:///run/r.sock?virtual_host=1"),
    ],
)
def test_broker_addresses(url: str, broker_url: str) -> None:
    assert load({"REDIS_URL": url}).broker_url == broker_url


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, ""),
        ({"CUDA_VISIBLE_DEVICES": "0,1"}, "CUDA_VISIBLE_DEVICES=0,1"),
        ({"CUDA_VISIBLE_DEVICES": ""}, None),
        ({"CUDA_VISIBLE_DEVICES": "-1", "NVIDIA_VISIBLE_DEVICES": "0"}, None),
        ({"NVIDIA_VISIBLE_DEVICES": "GPU-3"}, "NVIDIA_VISIBLE_DEVICES=GPU-3"),
        ({"NVIDIA_VISIBLE_DEVICES": "all"}, ""),
        ({"NVIDIA_VISIBLE_DEVICES": "void"}, ""),
    ],
)
def test_which_gpus_are_named(environ: dict[str, str], named: str | None) -> None:
    assert load(environ).gpus_named == named


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("REDIS_URL", "http://x", "must begin with one of"),
        ("REDIS_URL", "redis:6379", "must begin with one of"),
        ("REDIS_URL", "redis://h:six/0", "must begin with one of"),
        ("REDIS_URL", "redis://h:0/0", "must begin with one of"),
        ("REDIS_URL", "redis:///0", "lacks the host"),
        ("REDIS_URL", "redis://h/first", "the number of its database is none"),
        ("REDIS_URL", "unix://", "lacks the socket"),
        ("REDIS_URL", "unix:///?db=1", "lacks the socket"),
        ("REDIS_URL", "unix:/run/redis.sock", "must begin with one of"),
        ("REDIS_URL", "unix://run/redis.sock", "lacks the socket"),
        ("ASR_ENGINE", "whisper", "Choose one of auto, nemo, pocketsphinx"),
        ("ASR_DEVICE", "tpu", "Choose auto, cpu, cuda"),
        ("ASR_PRECISION", "int4", "Choose one of auto, float32"),
        ("ASR_CHECKPOINTS", "ko", "'ko' is not language=checkpoint"),
        ("ASR_CHECKPOINTS", "korean=a.nemo", "not a language tag"),
        ("ASR_CHECKPOINTS", "ko=whisper", "neither a .nemo file nor a name"),
        ("ASR_CHECKPOINTS", "ko=a.nemo,ko=b.nemo", "named twice"),
        ("MODELS_HUB", "/srv/models", "is not an address"),
        ("MODELS_HUB", "https:hub.example.org", "is not an address"),
        ("MODELS_HUB", "https:///models", "is not an address"),
        ("MODELS_HUB", "file://", "is not an address"),
        ("TRACES_ENDPOINT", "http:collector", "is not an address"),
        ("TRACES_ENDPOINT", "http:///v1/traces", "is not an address"),
        ("TRACES_ENDPOINT", "http://collector:many", "is not an address"),
        ("WORKER_CONCURRENCY", "many", "is not a number"),
        ("WORKER_CONCURRENCY", "1.5", "not a whole number"),
        ("WORKER_CONCURRENCY", "0", "between 1 and 64"),
        ("WORKER_HEARTBEAT_S", "nan", "between"),
        ("WORKER_CACHE_MAX_BYTES", "-1", "between"),
        ("ASR_CUDA_GRAPHS", "maybe", "Choose one of on, off"),
        ("WORKER_IDLE_UNLOAD_S", "-1", "between 0 and 604800"),
        ("LOG_LEVEL", "loud", "Choose one of DEBUG"),
        ("LOG_FORMAT", "xml", "Choose one of text, json"),
        ("METRICS_ADDRESS", ":9100", "is not host:port"),
        ("METRICS_ADDRESS", "0.0.0.0:0", "is not host:port"),
    ],
)
def test_a_wrong_value_is_named_with_the_way_out(name: str, value: str, advice: str) -> None:
    with pytest.raises(ConfigurationError, match=advice) as failure:
        load({name: value})
    assert name in str(failure.value)


def test_auto_falls_back_to_the_offline_engine_and_nemo_insists() -> None:
    assert asr_engine(load({})) == "pocketsphinx"
    assert asr_engine(load({"ASR_ENGINE": "pocketsphinx"})) == "pocketsphinx"
    with pytest.raises(ConfigurationError, match=r"ASR_ENGINE=nemo cannot be used.*ASR_ENGINE=pocketsphinx"):
        asr_engine(load({"ASR_ENGINE": "nemo"}))


@pytest.mark.parametrize("name", ["REDIS_URL", "MODELS_HUB", "TRACES_ENDPOINT"])
def test_no_password_is_in_the_message(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}=") as raised:
        load({name: "ftp://me:hush@host:21/x"})
    assert "host:21" in str(raised.value)
    assert "hush" not in str(raised.value)
