"""`python -m inference_worker COMMAND`."""

from __future__ import annotations

import sys

from inference_worker.command_line import main

if __name__ == "__main__":
    sys.exit(main())
