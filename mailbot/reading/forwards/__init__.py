"""The mail that somebody passed on."""
