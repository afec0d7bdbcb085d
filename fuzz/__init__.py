"""Mutated mail without end, steered by coverage: see reading.py."""
