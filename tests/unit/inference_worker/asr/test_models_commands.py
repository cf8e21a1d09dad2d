"""`models list|pull|verify|remove` against a folder and against a web server that breaks off."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from inference_worker.asr import model_commands
from inference_worker.command_line import main
from tests.unit.inference_worker.asr.archives import archive

NAME = "someone/tiny"
README = "---\nlanguage: en\nlicense: cc-by-4.0\n---\n# Tiny\n"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "hub" / NAME
    folder.mkdir(parents=True)
    path = archive(folder / "tiny.nemo", **{"tokenizer.model": bytes(3_000_000)})
    (folder / "README.md").write_text(README)
    (folder / "tiny.nemo.sha256").write_text(hashlib.sha256(path.read_bytes()).hexdigest() + "  tiny.nemo\n")
    return {
        "MODELS_DIR": str(tmp_path / "models"),
        "MODELS_HUB": (tmp_path / "hub").as_uri(),
        "ASR_CHECKPOINTS": f"en={NAME}",
    }


def stored(settings: dict[str, str]) -> Path:
    return Path(settings["MODELS_DIR"]) / "someone--tiny" / "tiny.nemo"


def test_pull_list_verify_remove(settings: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "pull"], settings) == 0
    said = capsys.readouterr().out
    assert "3.0 MB to" in said
    assert "licence cc-by-4.0" in said
    assert main(["models", "pull", NAME], settings) == 0
    assert "already here" in capsys.readouterr().out
    assert main(["models", "list", "--json"], settings) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["name"], row["fetched"], row["licence"], row["used_for"]) == (NAME, True, "cc-by-4.0", ["en"])
    assert main(["models", "list"], settings) == 0
    assert f"{NAME}\n    fetched, 3.0 MB, licence cc-by-4.0, for en" in capsys.readouterr().out
    assert main(["models", "verify"], settings) == 0
    assert main(["models", "remove", NAME], settings) == 0
    assert not stored(settings).parent.exists()


def test_damage_is_found_and_mended(settings: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["models", "pull"], settings)
    content = bytearray(stored(settings).read_bytes())
    content[len(content) // 2] ^= 1
    stored(settings).write_bytes(content)
    capsys.readouterr()
    assert main(["models", "verify"], settings) == 2
    assert "another checksum" in capsys.readouterr().err
    assert main(["models", "pull"], settings) == 0
    assert main(["models", "verify", NAME], settings) == 0


def test_a_wrong_checksum_is_not_kept(settings: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    hub = Path(settings["MODELS_HUB"].removeprefix("file://"))
    (hub / NAME / "tiny.nemo.sha256").write_text("0" * 64)
    assert main(["models", "pull"], settings) == 2
    assert "came damaged" in capsys.readouterr().err
    assert not stored(settings).exists()


def test_a_model_of_another_kind_is_not_kept(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    hub = Path(settings["MODELS_HUB"].removeprefix("file://"))
    archive(hub / NAME / "tiny.nemo", **{"model_config.yaml": b"target: os.system\n"})
    (hub / NAME / "tiny.nemo.sha256").unlink()
    assert main(["models", "pull"], settings) == 2
    assert "asks to run os.system" in capsys.readouterr().err
    assert main(["models", "verify", NAME], settings) == 2


def test_what_is_here_stays_until_something_better_has_come(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["models", "pull"], settings)
    before = stored(settings).read_bytes()
    hub = Path(settings["MODELS_HUB"].removeprefix("file://"))
    archive(hub / NAME / "tiny.nemo", **{"model_config.yaml": b"target: os.system\n"})
    (hub / NAME / "tiny.nemo.sha256").write_text("0" * 64)
    assert main(["models", "pull"], settings) == 2
    (hub / NAME / "tiny.nemo.sha256").unlink()
    assert main(["models", "pull"], settings) == 2
    assert stored(settings).read_bytes() == before
    assert main(["models", "verify"], settings) == 0
    assert [path.name for path in stored(settings).parent.iterdir() if path.suffix == ".part"] == []
    assert "asks to run os.system" in capsys.readouterr().err


def test_a_folder_without_checksums_is_compared_by_content(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    hub = Path(settings["MODELS_HUB"].removeprefix("file://"))
    (hub / NAME / "tiny.nemo.sha256").unlink()
    main(["models", "pull"], settings)
    capsys.readouterr()
    assert main(["models", "pull"], settings) == 0
    assert "already here" in capsys.readouterr().out


def test_a_damaged_manifest_is_named_and_mended(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["models", "pull"], settings)
    (stored(settings).parent / "manifest.json").write_text("{")
    capsys.readouterr()
    assert main(["models", "list"], settings) == 0
    assert f"{NAME}\n    damaged" in capsys.readouterr().out
    assert main(["models", "verify"], settings) == 2
    assert "manifest.json cannot be read" in capsys.readouterr().err
    assert main(["models", "pull"], settings) == 0
    assert main(["models", "verify"], settings) == 0


def test_nothing_to_do_is_said(settings: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify"], settings) == 0
    assert "holds no checkpoint" in capsys.readouterr().out
    assert main(["models", "pull"], settings | {"ASR_CHECKPOINTS": "en=/srv/mine.nemo"}) == 0
    assert "nothing to fetch" in capsys.readouterr().out
    assert main(["models", "list"], settings) == 0
    assert " free)" in capsys.readouterr().out


def test_room_is_counted_without_what_has_come_already(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_commands, "SPARE_BYTES", 0)
    monkeypatch.setattr(model_commands, "_free_bytes", lambda folder: 1_000_000)
    assert main(["models", "pull"], settings) == 2
    assert "1.0 MB free, 3.0 MB are needed" in capsys.readouterr().err
    hub = Path(settings["MODELS_HUB"].removeprefix("file://"))
    stored(settings).with_name("tiny.nemo.part").write_bytes(
        (hub / NAME / "tiny.nemo").read_bytes()[:2_500_000]
    )
    assert main(["models", "pull"], settings) == 0


@pytest.mark.parametrize(
    ("arguments", "changes", "advice"),
    [
        (["pull"], {"MODELS_HUB": "http://127.0.0.1:9"}, "cannot be reached"),
        (["pull"], {"MODELS_HUB": "file:///no/such/folder"}, "set MODELS_HUB"),
        (["pull", "someone/else"], {}, "has no model someone/else"),
        (["verify", NAME], {}, "models pull"),
        (["remove", NAME], {}, "models list"),
        (["remove", "../../etc"], {}, "is not here"),
        (["pull", "tiny"], {}, "write organisation/name"),
        (["pull", "../../etc"], {}, "write organisation/name"),
        (["pull", "someone/tiny/"], {}, "write organisation/name"),
        (["pull"], {"MODELS_DIR": "/proc/no/such"}, "set MODELS_DIR"),
    ],
)
def test_one_clear_line(
    settings: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    changes: dict[str, str],
    advice: str,
) -> None:
    assert main(["models", *arguments], settings | changes) == 2
    error = capsys.readouterr().err
    assert error.startswith("error[configuration]: ")
    assert advice in error
    assert error.count("\n") == 1


class BrokenHub(BaseHTTPRequestHandler):
    """Speaks the hub's interface and drops every download after half a megabyte."""

    content = b""
    ranges: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/"):
            large = {"size": len(self.content), "sha256": hashlib.sha256(self.content).hexdigest()}
            siblings = [{"rfilename": "README.md", "size": 1}, {"rfilename": "tiny.nemo", "lfs": large}]
            self._answer(
                200, json.dumps({"sha": "abc", "siblings": siblings, "cardData": {"license": "mit"}}).encode()
            )
        elif self.path == f"/{NAME}/resolve/abc/tiny.nemo":
            asked = self.headers.get("Range")
            self.ranges.append(asked)
            first = int((asked or "bytes=0-").removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(self.content) - first))
            if asked:
                self.send_header(
                    "Content-Range", f"bytes {first}-{len(self.content) - 1}/{len(self.content)}"
                )
            self.end_headers()
            self.wfile.write(self.content[first : first + 1_500_000])
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def web_hub(settings: dict[str, str]) -> Iterator[dict[str, str]]:
    hub = Path(settings["MODELS_HUB"].removeprefix("file://"))
    BrokenHub.content, BrokenHub.ranges = (hub / NAME / "tiny.nemo").read_bytes(), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), BrokenHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield settings | {"MODELS_HUB": f"http://127.0.0.1:{server.server_port}"}
    server.shutdown()
    server.server_close()


def test_a_broken_download_goes_on_where_it_was(
    web_hub: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    tries = 0
    while main(["models", "pull"], web_hub) != 0:
        error = capsys.readouterr().err
        assert "run the command again" in error
        tries += 1
        assert tries < 10
    assert stored(web_hub).read_bytes() == BrokenHub.content
    assert tries >= 1
    assert BrokenHub.ranges[0] is None
    assert all(asked is not None for asked in BrokenHub.ranges[1:])
    assert main(["models", "pull", "someone/else"], web_hub) == 2
