"""Figures in a text, in digits and in words: numbers, and which of them are money."""
