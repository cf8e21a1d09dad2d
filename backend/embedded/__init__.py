"""The one-machine stack: one command starts and supervises every process."""
