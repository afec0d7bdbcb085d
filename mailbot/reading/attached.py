"""The words inside a file that somebody attached, as far as a mail program would show them."""

from mailbot.core.message import Attachment
from mailbot.reading.html import html_to_text
from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.parse import dissect

_MAILS = (".eml", ".mht", ".mhtml")
_TEXTS = (".txt", ".html", ".htm", ".msg", ".rtf", ".md", ".csv")
_DEEPEST = 3
_LONGEST = 1_000_000


def words_in(attachment: Attachment, depth: int = 0) -> str:
    """The text of an attached mail, page or text with what is attached to it; empty for pictures and the like."""
    kind, name = attachment.content_type, attachment.filename.casefold()
    if depth > _DEEPEST:
        return ""
    if kind.startswith("message/") or name.endswith(_MAILS):
        return _mail(attachment.content, depth)
    if not (kind.startswith("text/") or name.endswith(_TEXTS)):
        return ""
    # Outlook's own format keeps text in UTF-16, of which the letters remain when the zeros are gone.
    text = decode(attachment.content[:_LONGEST].replace(b"\0", b""), None)[0]
    return f"{text}\n{html_to_text(text)}" if "<" in text else text


def _mail(raw: bytes, depth: int) -> str:
    message = dissect(raw).message
    headers = [message.subject, str(message.from_ or ""), *map(str, (*message.reply_to, *message.to, *message.cc))]
    bodies = [
        message.text,
        html_to_text(message.html or ""),
        *(words_in(file, depth + 1) for file in message.attachments),
    ]
    return "\n".join((*headers, message.message_id or "", *message.references, *bodies))
