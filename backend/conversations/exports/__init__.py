"""Conversations as files: script, subtitles, table, document, and everything as JSON."""
