"""Runs a supervisor over the children of a JSON file, as `run_stack` does: a process of its own, for tests."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from backend.embedded.child_spec import ChildSpec, RestartPolicy
from backend.embedded.errors import StackError
from backend.embedded.guard import Guard
from backend.embedded.lock import DataFolderLock
from backend.embedded.log import StackLog
from backend.embedded.signals import SignalInbox
from backend.embedded.supervisor import Supervisor


def main(plan_path: str) -> int:
    """Exit codes as those of `manage.py up`."""
    plan = json.loads(Path(plan_path).read_text())
    data_dir = Path(plan["data_dir"])
    specs = [
        ChildSpec(
            name=child["name"],
            argv=tuple(child["argv"]),
            env=dict(os.environ),
            work_dir=data_dir,
            stop_grace_s=child.get("stop_grace_s", 5.0),
            is_foundation=child.get("is_foundation", False),
            ready_check=Path(child["ready_file"]).exists if "ready_file" in child else None,
        )
        for child in plan["children"]
    ]
    try:
        with (
            DataFolderLock(data_dir) as lock,
            SignalInbox() as inbox,
            StackLog([spec.name for spec in specs], sys.stdout, data_dir / "stack.log", colour=False) as log,
            Guard(held_fds=(lock.fd,)) as guard,
        ):
            log.say(f"guardian {guard.pid}")
            supervisor = Supervisor(
                specs,
                log=log,
                guard=guard,
                inbox=inbox,
                policy=RestartPolicy(**plan.get("policy", {})),
                on_ready=lambda name: log.say(f"{name} is ready"),
            )
            is_clean = supervisor.run()
    except StackError as error:
        print(error, flush=True)
        return 2
    return 0 if is_clean else 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
