"""Tells the guardian about this process, then becomes the child. Run as a script; standard library only.

Because the child itself writes its group to the guardian's pipe before it becomes the real program, there is
no moment at which it runs and the guardian does not know: not even when the supervisor is killed right after
the fork.
"""

from __future__ import annotations

import os
import signal
import sys

CANNOT_EXECUTE = 127


def main(arguments: list[str]) -> int:
    """`launch.py GUARDIAN_FD last|- PROGRAM [ARGUMENT…]`; returns only when PROGRAM cannot be run."""
    guardian_fd, rank, *command = arguments
    os.write(int(guardian_fd), f"+{os.getpid()} {rank}\n".encode())
    os.close(int(guardian_fd))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and a program inherits that
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        return CANNOT_EXECUTE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
