"""Plays every forgery and prints what came of them: `python -m tests.security.forgeries [SCENE…]`."""

import logging
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tests.security.forgeries.judge import Finding, findings
from tests.security.forgeries.scene import Scene, scenes

_COUNTED = {"appends": "append", "commands": "command", "relays": "relay", "leaks": "leak", "other": "other"}


def main(wanted: list[str]) -> int:
    """Play the scenes of these names, or all; 1 if any attack did what it should not have."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    mails, harm = 0, Counter[str]()
    for folder in (scene for scene in scenes() if not wanted or scene.name in wanted):
        with TemporaryDirectory() as workspace:
            for aftermath in Scene(folder, Path(workspace)).play():
                mails += 1
                for finding in findings(aftermath):
                    print(f"{aftermath.attack.name}: {finding.harm}: {finding.what}")
                    harm[_kind(finding)] += 1
    print(", ".join([f"{mails} mails", *(f"{harm[kind]} {name}" for name, kind in _COUNTED.items())]))
    return 1 if harm else 0


def _kind(finding: Finding) -> str:
    return finding.harm if finding.harm in _COUNTED.values() else "other"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
