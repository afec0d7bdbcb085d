"""The mail that somebody passed on to us, attached or inside the text."""

from collections.abc import Iterator
from itertools import islice

from mailbot.core.message import Attachment, Forwarded
from mailbot.reading.forwards.passage import Passage, find_passage
from mailbot.reading.forwards.signs import Opening, opening
from mailbot.reading.html import html_to_text
from mailbot.reading.mime.parse import Parsed, dissect
from mailbot.reading.mime.parts import subparts

_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
_MAIL_FILES = (".eml", ".mht", ".mhtml")
_HEADS = (b"from:", b"received:", b"return-path:", b"date:", b"mime-version:", b"message-id:", b"delivered-to:")
_MOST_MAILS = 20
_COLLECTIONS = frozenset({"multipart/report", "multipart/digest"})


def forwarded(parsed: Parsed) -> Forwarded | None:
    """The forwarded mail, or None. Of several, nested or side by side, it is the outermost and first."""
    if any(part.get_content_type() in _COLLECTIONS for part in (parsed.root, *subparts(parsed.root))):
        return None
    message = parsed.message
    names = frozenset(attachment.filename for attachment in message.attachments)
    if passage := _passage(parsed):
        return Forwarded(passage.sender, passage.subject, _without_files(passage.text, names))
    return next(_attached(message.attachments), None)


def _passage(parsed: Parsed) -> Passage | None:
    message = parsed.message
    found = find_passage(message.text, message.subject)
    if found or parsed.text_is_html or not message.html or opening(message.subject) is not Opening.FORWARD:
        return found
    return find_passage(html_to_text(message.html), message.subject)


def _without_files(text: str, names: frozenset[str]) -> str:
    """`text` without the lines that only name an attachment («<invoice.pdf>»)."""
    return "\n".join(line for line in text.split("\n") if line.strip().strip("<>[]") not in names).strip()


def _attached(attachments: tuple[Attachment, ...]) -> Iterator[Forwarded]:
    mails = (one for one in attachments if one.content_type in _MAILS or _is_mail_file(one))
    for mail in islice(mails, _MOST_MAILS):
        inner = dissect(mail.content).message
        if inner.from_:
            yield Forwarded(inner.from_, inner.subject, inner.text.strip())


def _is_mail_file(attachment: Attachment) -> bool:
    """Whether a mail was attached as any other file is."""
    named = attachment.filename.casefold().endswith(_MAIL_FILES)
    return named and any(head in attachment.content[:4000].lower() for head in _HEADS)
