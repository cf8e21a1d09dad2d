"""What has one door has no other: the environment, the queues, push, and the contract's imports."""

from __future__ import annotations

import ast
import re
import sys

from tests.architecture.sources import files_that_use, text_of, tracked_files, tree_of

READ_IT = {"backend/config/env.py", "inference_worker/config.py"}
HAND_IT_ON = {"inference_worker/command_line.py", "backend/embedded/management/commands/up.py"}
SET_THE_SETTINGS_MODULE = {"backend/config/asgi.py", "backend/config/celery.py", "manage.py"}

SET_THE_THREADS = {"inference_worker/voice_detector/__main__.py"}
THREADS_OF_THE_WORKER = {
    "inference_worker/command_line.py": [
        'os.environ.setdefault("OPENBLAS_NUM_THREADS", str(config.torch_threads))'
    ]
}


def test_the_environment_is_read_in_two_places() -> None:
    files = [*tracked_files("backend", "inference_worker"), "manage.py"]
    users = {path for path in files if re.search(r"\bos\.(environb?|getenv)|from os import", text_of(path))}
    assert users - READ_IT - HAND_IT_ON - SET_THE_SETTINGS_MODULE - SET_THE_THREADS == set()
    for path in users & HAND_IT_ON:
        # As a whole, to a child process or to `config.load`; nothing of it is looked at.
        looked_at = re.findall(r"os\.environ\b[.\[].*|\bin os\.environ", text_of(path))
        assert looked_at == THREADS_OF_THE_WORKER.get(path, []), path
    for path in users & SET_THE_SETTINGS_MODULE:
        assert re.findall(r"os\.environ\S*", text_of(path)) == [
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE",'
        ]
    for path in users & SET_THE_THREADS:
        assert re.findall(r"os\.environ\S*", text_of(path)) == ['os.environ.update({"OMP_NUM_THREADS":'], path


def test_one_module_sends_to_the_workers() -> None:
    assert files_that_use("send_task", "backend") == ["backend/analyses/dispatch.py"]
    # The backend's own worker sends the mail for a forgotten password.
    assert files_that_use("apply_async", "backend") == ["backend/accounts/apis.py"]
    assert files_that_use("delay", "backend") == []


def test_one_module_pushes() -> None:
    assert files_that_use("group_send", "backend") == ["backend/realtime/publisher.py"]


def test_one_module_schedules_for_the_commit() -> None:
    assert files_that_use("on_commit", "backend") == ["backend/core/after_commit.py"]


def test_the_contract_needs_only_the_standard_library() -> None:
    imported = set()
    contract = ("inference_worker/contract.py", "inference_worker/contract_reading.py")
    for node in (node for path in contract for node in ast.walk(tree_of(path))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module != "inference_worker.contract_reading":
            imported.add((node.module or "").split(".")[0])
    assert imported - set(sys.stdlib_module_names) == set()
    assert text_of("inference_worker/__init__.py").count("import") == 0


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc", "manager", "managers"}
    parts = [(path, set(path.removesuffix(".py").split("/"))) for path in tracked_files()]
    assert [path for path, names in parts if names & drawers] == []
