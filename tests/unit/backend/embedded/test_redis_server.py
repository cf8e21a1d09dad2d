"""The real Redis of the stack: what it keeps, and how it comes back."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from contextlib import contextmanager

import pytest
import redis as redis_client

from backend.embedded.errors import StackError
from backend.embedded.redis_server import APPEND_ONLY_FILE, LONGEST_SOCKET_BYTES, own_redis
from tests.unit.backend.embedded.conftest import wait_until


@contextmanager
def running(server):
    server.prepare()
    process = subprocess.Popen(server.argv, stdout=subprocess.DEVNULL)
    try:
        wait_until(server.answers, "Redis answers")
        with redis_client.Redis.from_url(server.url) as client:
            yield process, client
    finally:
        process.kill()
        process.wait()


def filled(server):
    with running(server) as (process, client):
        client.rpush("bulk", "one", "two")
        process.send_signal(signal.SIGKILL)
        process.wait()
    return server.folder / APPEND_ONLY_FILE


def test_it_listens_on_a_private_socket_only_and_drops_nothing(tmp_path):
    server = own_redis(tmp_path)
    with running(server) as (_, client):
        config = client.config_get("*")
        assert {
            name: config[name] for name in ("port", "appendonly", "appendfsync", "maxmemory-policy", "save")
        } == {
            "port": "0",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "save": "",
        }
        assert stat.S_IMODE(server.socket_path.stat().st_mode) == 0o700
        assert server.socket_path == tmp_path / "redis" / "redis.sock"
        assert server.url == f"unix://{tmp_path}/redis/redis.sock?db=0"


def test_data_survives_sigkill_with_its_stale_socket(tmp_path):
    server = own_redis(tmp_path)
    filled(server)
    assert server.socket_path.exists()
    assert not server.answers()
    with running(server) as (_, client):
        assert client.lrange("bulk", 0, -1) == [b"one", b"two"]


def test_sigterm_ends_it_at_once(tmp_path):
    with running(own_redis(tmp_path)) as (process, _):
        process.terminate()
        assert process.wait(5) == 0


@pytest.mark.parametrize("tail", [b"*3\r\n$5\r\nRPUSH\r\n$4\r\nbu", b"\0" * 4096, b"\xffgarbage\r\n"])
def test_a_damaged_end_is_cut_off_and_the_rest_kept(tmp_path, tail):
    server = own_redis(tmp_path)
    path = filled(server)
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    with running(server) as (_, client):
        assert client.lrange("bulk", 0, -1) == [b"one", b"two"]
    assert path.with_name("appendonly.aof.damaged").read_bytes() == whole + tail


def test_a_file_that_cannot_be_read_at_all_is_put_aside(tmp_path):
    server = own_redis(tmp_path)
    path = filled(server)
    path.write_bytes(b"REDIS0009 nonsense")
    with running(server) as (_, client):
        assert client.dbsize() == 0
    assert path.with_name("appendonly.aof.damaged").read_bytes() == b"REDIS0009 nonsense"


def test_a_sound_file_is_not_touched(tmp_path):
    server = own_redis(tmp_path)
    path = filled(server)
    before = path.read_bytes()
    server.prepare()
    assert path.read_bytes() == before
    assert not path.with_name("appendonly.aof.damaged").exists()


def test_one_that_outlived_everything_is_ended_before_the_next_starts(tmp_path):
    server = own_redis(tmp_path)
    with running(server) as (leftover, client):
        client.set("kept", "yes")
        with running(server) as (_, client):
            assert leftover.wait(5) == 0
            assert client.get("kept") == b"yes"


@pytest.mark.parametrize("name", ["x" * 120, "with space", "문서", "50%?#", 'quo"te\\'])
def test_long_and_odd_folders_work(tmp_path, name):
    data_dir = tmp_path / name
    server = own_redis(data_dir)
    assert len(os.fsencode(server.socket_path)) <= LONGEST_SOCKET_BYTES
    assert server.socket_path.parent.name.startswith(f"recognition-helpers-{os.getuid()}-")
    with running(server) as (_, client):
        client.set("kept", "yes")
    assert (data_dir / "redis" / APPEND_ONLY_FILE).stat().st_size > 0
    assert stat.S_IMODE(server.socket_path.parent.stat().st_mode) == 0o700
    assert own_redis(data_dir).socket_path == server.socket_path
    assert own_redis(tmp_path / f"{name}2").socket_path != server.socket_path
    server.socket_path.unlink()
    server.socket_path.parent.rmdir()


@pytest.mark.parametrize("trap", ["open", "link"])
def test_a_temporary_folder_that_others_could_use_is_refused(tmp_path, trap):
    server = own_redis(tmp_path / ("y" * 120))
    folder = server.socket_path.parent
    if trap == "open":
        folder.mkdir()
        folder.chmod(0o777)
    else:
        folder.symlink_to(tmp_path)
    try:
        with pytest.raises(StackError, match="is not a private folder of yours"):
            server.prepare()
    finally:
        folder.unlink() if trap == "link" else folder.rmdir()


def test_it_does_not_answer_while_there_is_none(tmp_path):
    assert not own_redis(tmp_path).answers()
