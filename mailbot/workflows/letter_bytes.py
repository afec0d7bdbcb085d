"""One letter in bytes: from whom, to whom, in which thread, with its files and without them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from mailbot.core.errors import PermanentError
from mailbot.core.letters import Letter, LetterKind
from mailbot.core.message import Address, Attachment
from mailbot.mail.compose import AutoSubmitted, compose
from mailbot.mail.templates import Rendered
from mailbot.settings.config import Mailbox

_REPLIES = frozenset({LetterKind.ACKNOWLEDGEMENT, LetterKind.APOLOGY, LetterKind.THANKS})
WITH_COPIES = frozenset({LetterKind.NOTIFICATION, LetterKind.REFERRAL})
"""The letters that carry the customer's attachments, as far as `limits.notification` lets them."""


class UnsendableError(Exception):
    """The letter's reader has no address that mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a letter's headers need besides its words."""

    token: str | None
    message_id: str
    reply_to: Address | None
    in_reply_to: str | None
    references: tuple[str, ...]


def versions(
    mailbox: Mailbox,
    letter: Letter,
    in_words: Callable[[dict[str, object]], Rendered],
    values: dict[str, object],
    envelope: Envelope,
    attachments: tuple[Attachment, ...],
    now: datetime,
) -> tuple[str, bytes, bytes | None]:
    """The mail as text and as it is sent, and the same for a server that finds it too large.

    Agents get no files above `limits.notification`. `in_words` makes words of values.
    """
    rendered = in_words(values)
    if not attachments:
        return rendered.text, in_bytes(mailbox, letter, rendered, envelope, (), now), None
    without = in_words(_all_left_out(values, attachments)) if "left_out" in values else rendered
    lighter = in_bytes(mailbox, letter, without, envelope, (), now)
    largest = mailbox.limits.notification if letter.kind in WITH_COPIES else math.inf
    in_base64 = sum(len(attachment.content) for attachment in attachments) * 4 // 3
    if in_base64 > largest:  # to find that out, the mail need not be made
        return rendered.text, lighter, None
    raw = in_bytes(mailbox, letter, rendered, envelope, attachments, now)
    return (rendered.text, lighter, None) if len(raw) > largest else (rendered.text, raw, lighter)


def _all_left_out(values: dict[str, object], attachments: tuple[Attachment, ...]) -> dict[str, object]:
    """The values of the same letter without its files, which it lists as left out."""
    left_out = cast("tuple[Attachment, ...]", values["left_out"])
    return {**values, "left_out": (*attachments, *left_out), "attachments": ()}


def in_bytes(
    mailbox: Mailbox,
    letter: Letter,
    rendered: Rendered,
    envelope: Envelope,
    attachments: tuple[Attachment, ...],
    now: datetime,
) -> bytes:
    """The mail as it is sent; UnsendableError."""
    automatic: AutoSubmitted | None = None
    if letter.automatic:
        automatic = "auto-replied" if letter.kind in _REPLIES else "auto-generated"
    try:
        return compose(
            rendered=rendered,
            from_=Address(_from_name(mailbox, letter), mailbox.address),
            to=letter.to,
            cc=letter.cc,
            reply_to=envelope.reply_to,
            message_id=envelope.message_id,
            date=now,
            in_reply_to=envelope.in_reply_to,
            references=envelope.references,
            auto_submitted=automatic,
            attachments=attachments,
            desk_address=mailbox.address,
            language=letter.language,
        )
    except PermanentError as error:
        raise UnsendableError(str(error)) from error


def _from_name(mailbox: Mailbox, letter: Letter) -> str:
    if letter.author is None:
        return mailbox.display_name
    return f"{letter.author} {'via' if letter.kind is LetterKind.NOTIFICATION else '|'} {mailbox.display_name}"
