"""Program: the real worker where nothing is but two doors. Started in namespaces of its own (`unshare -rnm`).

Arguments: the folder with the doors `broker` and `backend`, the port at which the worker looks for the backend, the
folder of the service, which is hidden first, and the port of a database outside. Writes what it reaches into
`reached.json` of the first folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from inference_worker.command_line import main
from tests.relay import Address, connect, relay


def reaches(target: Address) -> bool:
    try:
        connect(target).close()
    except OSError:
        return False
    return True


def shut_in(folder: Path, backend_port: int, service_dir: Path, database_port: int) -> int:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(service_dir)], check=True)
    door = relay(("127.0.0.1", backend_port), folder / "backend")
    reached = {
        "database": reaches(("127.0.0.1", database_port)),
        "backend": reaches(("127.0.0.1", backend_port)),
        "broker": reaches(folder / "broker"),
        "internet": reaches(("192.0.2.1", 80)),
        "files": sorted(path.name for path in service_dir.iterdir()),
        "environment": sorted(os.environ),
    }
    (folder / "reached.json").write_text(json.dumps(reached))
    try:
        return main(["worker"])
    finally:
        door.close()


if __name__ == "__main__":
    sys.exit(shut_in(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
