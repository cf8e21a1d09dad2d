"""What a person can choose about their one-machine stack."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """Where the stack listens, where its data lies, and what it starts."""

    data_dir: Path
    """Absolute; made when it is missing."""
    host: str = "127.0.0.1"
    port: int = 8000
    redis_url: str | None = None
    """None: the stack starts its own Redis in the data folder."""
    start_inference: bool = True
    python: str = sys.executable
    work_dir: Path = REPOSITORY_DIR
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the children's environment is built on."""

    @property
    def local_host(self) -> str:
        """The address at which this machine reaches the web server; a wildcard is not one."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104

    @property
    def address(self) -> str:
        """What a person types into the browser."""
        host = f"[{self.local_host}]" if ":" in self.local_host else self.local_host
        return f"http://{host}:{self.port}"
