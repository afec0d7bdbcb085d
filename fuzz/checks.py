"""What holds for a reading of whatever bytes."""

from mailbot.core.message import Reading, SpanKind
from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader

HINTS = Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))


def check(reader: Reader, raw: bytes) -> None:
    """Read `raw`, and fail if the reading breaks a promise."""
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
