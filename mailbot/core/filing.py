"""A mail as it is kept with its case, and why it is kept there."""

from mailbot.core.actions import Keep
from mailbot.core.case import Author, CaseMessage, Direction
from mailbot.core.events import Received
from mailbot.core.threads import OURS


def keep(mail: Received, direction: Direction, role: Author, *, text: str | None = None, reason: str = "") -> Keep:
    """File the mail as a message of this direction and role; `text` where only part of it is meant."""
    message = mail.reading.message
    return Keep(
        reason=reason,
        message=CaseMessage(
            direction=direction,
            role=role,
            author=mail.sender,
            at=mail.received_at,
            subject=message.subject,
            text=message.text if text is None else text,
            message_id=message.message_id,
            references=message.references,
            attachments=tuple(attachment.filename for attachment in message.attachments),
            cc=message.cc,
            raw_sha256=mail.raw_sha256,
            ledger_id=mail.ledger_id,
        ),
    )


def signs_of(mail: Received) -> str:
    """Why the mail was filed so; our own random ids are secrets and are not spelt out."""
    signs = (sign.clue.value if sign.clue in OURS else f"{sign.clue} {sign.value}" for sign in mail.match.signs)
    return ", ".join(dict.fromkeys(signs)) + (f" (score {mail.match.score})" if mail.match.signs else "")
