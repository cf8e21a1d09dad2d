"""The Python files that are part of the project."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

REPOSITORY_DIR = Path(__file__).resolve().parents[2]


@cache
def tracked_files(*folders: str) -> tuple[str, ...]:
    """Paths of the Python files under `folders` (all: the whole project) that git tracks and that exist."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *(f"{folder}/*.py" for folder in folders or ["*"])],
        cwd=REPOSITORY_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.split("\0") if name.endswith(".py")]
    return tuple(name for name in names if (REPOSITORY_DIR / name).exists())


@cache
def text_of(path: str) -> str:
    return (REPOSITORY_DIR / path).read_text()


@cache
def tree_of(path: str) -> ast.Module:
    return ast.parse(text_of(path), path)


def files_that_use(name: str, *folders: str) -> list[str]:
    """Files in which `name` is an attribute (`x.name`) or a variable."""
    return [
        path
        for path in tracked_files(*folders)
        if any(
            (isinstance(node, ast.Attribute) and node.attr == name)
            or (isinstance(node, ast.Name) and node.id == name)
            for node in ast.walk(tree_of(path))
        )
    ]
