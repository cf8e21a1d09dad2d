"""Inference worker: turns audio into utterances with words and emotion. Knows no Django, has no database."""
