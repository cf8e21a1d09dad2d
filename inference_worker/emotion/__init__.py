"""How an utterance sounds: front end, network, training, evaluation.

Importing this package loads nothing heavy; `base` and `cli` stay free of torch too.
"""
