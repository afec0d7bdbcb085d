"""What the mail that was taken over after a restoring shows of cases that are lost."""

import re
from collections.abc import Iterable, Iterator

from mailbot.core.errors import PermanentError
from mailbot.core.identities import Sighting, Writer
from mailbot.core.message import Message
from mailbot.settings.config import Config
from mailbot.store.ledger import LedgerRow
from mailbot.workflows.handle import read
from mailbot.workflows.runtime import TOKEN_IN_ADDRESS, Runtime


def seen_in(runtime: Runtime, rows: Iterable[LedgerRow]) -> Iterator[tuple[int, Sighting]]:
    """One for each mail that can be read, with the id of its row, in the given order."""
    for row in rows:
        mailbox = runtime.config.mailbox(row.mailbox)
        try:
            message = read(runtime, mailbox, row).message
        except PermanentError:
            continue
        yield row.id, _sighting(runtime.config, message, sent=row.folder == mailbox.folders.sent)


def number_in(config: Config, subject: str) -> int | None:
    """The case number at the end of a subject of ours, or of a reply to one."""
    prefix = re.escape(config.organisation.case_prefix)
    found: list[str] = re.findall(rf"\[{prefix}-(\d{{1,12}})\]", subject, re.IGNORECASE)
    return int(found[-1]) if found else None


def token_in(message: Message, *, sent: bool) -> str | None:
    """The random id in the address to which our mail is answered, or to which this one was."""
    ours = message.reply_to if sent else (*message.to, *message.cc)
    addresses = (*(address.address for address in ours), *(() if sent else message.delivered_to))
    return next((found[1].lower() for each in addresses if (found := TOKEN_IN_ADDRESS.search(each))), None)


def _sighting(config: Config, message: Message, *, sent: bool) -> Sighting:
    from_ = message.from_
    writer = Writer.TEAM if from_ and config.team.by_address(from_.address) else Writer.CUSTOMER
    if from_ and from_.key in config.our_addresses:
        writer = Writer.DESK if sent else Writer.CUSTOMER  # outside of Sent, our name proves nothing
    subject, token = message.subject, token_in(message, sent=sent)
    number = number_in(config, subject)
    return Sighting(
        message_id=message.message_id,
        references=message.references,
        subject=subject,
        number=number,
        token=token,
        writer=writer,
        opens=not sent and number is None and token is None and not message.references,
    )
