"""Forged mail, kept as files: every folder is a desk in some state, and the attacks that are tried on it.

`scene.yaml` says what the desk is like, and its `before` lists the mails that bring it there; `index.yaml` has one line
for each attack: what is tried, and what may happen at most. `python -m tests.security.forgeries` counts.
"""
