"""Throws mutated mail at the reader, which must never raise, hang, lose text or give back what cannot be stored.

`python -m fuzz.reading [libFuzzer's options] [FOLDER]`: FOLDER keeps the mails that reached new code. A mail that fails
is left as a file whose name libFuzzer prints; `python -m fuzz.reading FILE` plays it again.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mailbot", "email"]):
    from mailbot.core.message import Reading, SpanKind
    from mailbot.reading.hints import Hints
    from mailbot.reading.reader import Reader

from fuzz.seeds import seeds

HINTS = Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))


def check(reader: Reader, raw: bytes) -> None:
    """Everything that holds for a reading of whatever bytes."""
    if not raw.strip():
        return
    reading = reader.read(raw, HINTS)
    _has_complete_spans(reading)
    _can_be_stored(reading)
    _keeps_new_words(reading)


def _has_complete_spans(reading: Reading) -> None:
    at = 0
    for span in reading.spans:
        assert span.start == at, "a gap between spans"
        at = span.end
    assert at == len(reading.message.text), "the spans do not cover the text"


def _can_be_stored(reading: Reading) -> None:
    message = reading.message
    texts = (message.subject, message.text, message.html or "", reading.reply_text, message.message_id or "")
    names = [a.filename for a in message.attachments]
    for text in (*texts, *names, *(str(a) for a in (*message.to, *message.cc) or ())):
        text.encode()
        assert "\0" not in text, "PostgreSQL refuses NUL"
    assert "\n" not in message.subject, "a line break in a subject"
    assert not any("\n" in name or "/" in name for name in names), "a file name that is more than a name"


def _keeps_new_words(reading: Reading) -> None:
    text = reading.message.text
    if any(span.kind is SpanKind.NEW and text[span.start : span.end].strip() for span in reading.spans):
        assert reading.reply_text.strip(), "new words are lost"


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
