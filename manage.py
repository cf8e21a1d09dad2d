#!/usr/bin/env python3
"""Django's command line. `manage.py up` starts the one-machine stack."""

import os
import sys

from django.core.management import execute_from_command_line

from backend.config.env import EnvironmentValueError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.embedded")
    try:
        execute_from_command_line(sys.argv)
    except (EnvironmentValueError, PermissionError, NotADirectoryError, FileExistsError) as error:
        sys.exit(f"error: {error}")
