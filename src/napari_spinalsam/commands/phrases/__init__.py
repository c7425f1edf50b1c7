"""Phrases that a command model is trained and measured on: written wordings, filled with numbers, names and noise."""
