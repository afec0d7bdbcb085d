"""Throws mutated mail at the reader, which must never raise, hang, lose text or give back what cannot be stored.

`python -m fuzz.reading [libFuzzer's options] [FOLDER]`: FOLDER keeps the mails that reached new code. A mail that fails
is left as a file whose name libFuzzer prints; `python -m fuzz.reading FILE` plays it again.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mailbot", "email"]):
    from mailbot.reading.reader import Reader

from fuzz.checks import check
from fuzz.seeds import seeds


def main() -> None:
    """Run libFuzzer, beginning with mails of every sort."""
    reader = Reader({}, ("en",))
    arguments = sys.argv
    if not any(Path(argument).exists() for argument in arguments[1:]):
        folder = Path(tempfile.mkdtemp(prefix="mails-"))
        for number, raw in enumerate(seeds()):
            (folder / f"{number:03}.eml").write_bytes(raw)
        arguments = [*arguments, str(folder)]
    atheris.Setup(arguments, lambda raw: check(reader, raw))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
