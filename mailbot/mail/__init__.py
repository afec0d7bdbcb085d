"""Speaks: IMAP, SMTP and our own mail; knows nothing of what was read or of what is remembered."""
