"""A folder that cannot be used is one clear line."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from backend.embedded.data_folder import prepare_data_folder
from backend.embedded.errors import StackError


def test_a_missing_folder_is_made_and_left_empty(tmp_path):
    prepare_data_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_is_not_a_folder(tmp_path, name):
    (tmp_path / "file").write_text("precious")
    with pytest.raises(StackError) as caught:
        prepare_data_folder(tmp_path / name)
    assert str(caught.value) == (
        f"The data folder {tmp_path / name} is not a folder. "
        "Move that file, or choose another folder with DATA_DIR=…"
    )
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "The disk of the data folder {} is full. Make room, or"),
        (errno.EACCES, "The data folder {} cannot be written. Give yourself the right to write there, or"),
        (errno.EROFS, "The data folder {} cannot be written. Give yourself the right to write there, or"),
        (errno.EIO, "The data folder {} cannot be used (Input/output error);"),
    ],
)
def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch, number, message):
    def fail(path, data):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(StackError) as caught:
        prepare_data_folder(tmp_path)
    assert str(caught.value) == f"{message.format(tmp_path)} choose another folder with DATA_DIR=…"


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_of_somebody_else(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StackError, match="cannot be written"):
        prepare_data_folder(tmp_path)
