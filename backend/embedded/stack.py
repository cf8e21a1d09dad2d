"""The one-machine stack from its first check to its last process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from backend.embedded import children
from backend.embedded.data_folder import prepare_data_folder
from backend.embedded.guard import Guard
from backend.embedded.lock import DataFolderLock
from backend.embedded.log import StackLog
from backend.embedded.options import StackOptions
from backend.embedded.ports import require_free_port
from backend.embedded.redis_server import own_redis
from backend.embedded.signals import SignalInbox
from backend.embedded.supervisor import Supervisor


def run_stack(options: StackOptions, *, migrate: Callable[[], None], terminal: TextIO = sys.stdout) -> bool:
    """Run until a stop signal. True after a clean stop, False when a second signal killed everything.

    `migrate` is called once the data folder is ours and before anything starts. Raises `StackError` when the
    stack cannot start.
    """
    prepare_data_folder(options.data_dir)
    with DataFolderLock(options.data_dir) as lock:
        require_free_port(options.host, options.port)
        migrate()
        redis = None if options.redis_url else own_redis(options.data_dir)
        specs = children.specs(options, redis)
        names = [spec.name for spec in specs]
        file = options.data_dir / "logs" / "stack.log"
        with (
            SignalInbox() as inbox,  # the outermost: a late Ctrl-C must not disturb the cleaning up
            StackLog(names, terminal, file, colour=wants_colour(options, terminal)) as log,
            Guard(held_fds=(lock.fd,)) as guard,
        ):
            log.say(f"Starting {', '.join(names)}.")
            supervisor = Supervisor(
                specs,
                log=log,
                guard=guard,
                inbox=inbox,
                on_ready=lambda name: announce(name, options, log),
            )
            is_clean = supervisor.run()
            log.say("Stopped." if is_clean else "Killed.")
    return is_clean


def announce(name: str, options: StackOptions, log: StackLog) -> None:
    """Tell the person what they can do now."""
    if name == "web":
        log.show(welcome(options))
    elif name == "inference":
        log.say("Everything is ready, speech recognition too.")


def welcome(options: StackOptions) -> str:
    """The few lines that a newcomer looks for."""
    loading = "Speech recognition is still loading; recordings wait for it."
    none = "No inference worker was started here; recordings wait for one."
    return "\n".join(
        (
            "",
            "  RecognitionHelpers is running.",
            "",
            f"    Open it      {options.address}",
            f"    Your data    {options.data_dir}",
            "    Stop it      Ctrl-C",
            "",
            f"  {loading if options.start_inference else none}",
            "",
        )
    )


def wants_colour(options: StackOptions, terminal: TextIO) -> bool:
    """Only for a person at a terminal who has not asked for none (no-color.org)."""
    return terminal.isatty() and not options.environment.get("NO_COLOR")
