"""The mail that somebody passed on to us, attached or inside the text."""

import re

from mailbot.core.message import Address, Forwarded
from mailbot.reading import clients
from mailbot.reading.parse import Parsed, dissect
from mailbot.reading.reply_text import Split

_PREFIX = re.compile(rf"^\s*(?:\[[^\]]*\]\s*)?{clients.any_of('forward_prefixes')}\s*:", re.IGNORECASE)
_MARK = re.compile(rf"^\W*{clients.any_of('forwarded')}\s*:?\W*$", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r"^[>\s*_\u200e\u200f]*([^:\n]{1,40}?)\s*:[*_]*\s*(.*)$")
_ADDRESS = re.compile(r"([\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_SUBJECT = re.compile(clients.any_of("headers.subject"), re.IGNORECASE)


def forwarded(parsed: Parsed, split: Split) -> Forwarded | None:
    """The forwarded mail, or None. Inside the text it needs a forward's subject or mark above its header block."""
    for attachment in parsed.message.attachments:
        if attachment.content_type == "message/rfc822" and parsed.root.get_content_type() != "multipart/report":
            return _attached(attachment.content)
    if split.header_block is None:
        return None
    text = parsed.message.text
    if not (_PREFIX.match(parsed.message.subject) or _MARK.search(text[: split.header_block])):
        return None
    return _inline(text[split.header_block :])


def _attached(raw: bytes) -> Forwarded | None:
    inner = dissect(raw).message
    return Forwarded(inner.from_, inner.subject, inner.text.strip()) if inner.from_ else None


def _inline(block: str) -> Forwarded | None:
    lines = block.split("\n")
    sender: Address | None = None
    subject = ""
    for number, line in enumerate(lines):
        field = _LINE.match(line)
        if number > 12 or (not field and (line.strip() or number > 3)):
            break
        if field and number == 0:
            sender = _address(field[2])
        elif field and _SUBJECT.fullmatch(field[1].strip(" *_")):
            subject = field[2].strip(" *_")
    else:
        number = len(lines)
    return Forwarded(sender, subject, "\n".join(lines[number:]).strip()) if sender else None


def _address(value: str) -> Address | None:
    found = _ADDRESS.search(value)
    if not found:
        return None
    name = value[: found.start()].strip(" \t<>()[]*\"'")
    return Address(name.removesuffix("mailto:").strip(' <"'), found[1])
