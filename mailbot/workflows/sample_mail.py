"""A sample of a rule's test as the bytes of a mail."""

from datetime import date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from mimetypes import guess_type

from mailbot.core.errors import PermanentError
from mailbot.settings.config import Config, Mailbox
from mailbot.settings.rule_samples import RuleTest, SampleMail

_WEDNESDAY, _NOON = date(2026, 3, 4), time(12)
_ATTACHED = b"attached"


def received_at(config: Config, mail: SampleMail) -> datetime:
    """When the sample comes: as it says, else at a moment at which the desk is open; a day alone means its noon."""
    calendar = config.organisation.calendar
    if mail.received is None:
        return calendar.next_open(datetime.combine(_WEDNESDAY, _NOON, calendar.zone))
    moment = datetime.fromisoformat(mail.received)
    if ":" not in mail.received:
        moment = datetime.combine(moment.date(), _NOON)
    return moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)


def mailbox_of(config: Config, mail: SampleMail) -> Mailbox:
    """The mailbox that the sample comes to: the one it names, or the desk's first; PermanentError for one unknown."""
    try:
        return config.mailbox(mail.mailbox) if mail.mailbox else config.mailboxes[0]
    except LookupError as error:
        raise PermanentError(str(error)) from error


def raw_of(config: Config, test: RuleTest) -> bytes:
    """The mail; PermanentError where its file cannot be read or its headers cannot be written."""
    if test.path is not None:
        try:
            return test.path.read_bytes()
        except OSError as error:
            raise PermanentError(f"{test.mail.file} cannot be read: {error.strerror}") from error
    try:
        return _written(config, test.mail)
    except (ValueError, IndexError) as error:  # IndexError: what the standard library makes of some odd addresses
        raise PermanentError(f"no mail can have such a header: {error}") from error


def _written(config: Config, mail: SampleMail) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender if "@" in mail.sender else Address(mail.sender, "customer", "mail.example")
    message["To"] = ", ".join(mail.to) or mailbox_of(config, mail).address
    if mail.cc:
        message["Cc"] = ", ".join(mail.cc)
    message["Subject"] = mail.subject
    message["Date"] = received_at(config, mail)
    message["Message-ID"] = "<sample@mail.example>"
    for name, value in mail.headers.items():
        del message[name]
        message[name] = str(value)
    message.set_content(mail.body)
    for name in mail.attachments:
        main, _, sub = (guess_type(name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(_ATTACHED, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()
