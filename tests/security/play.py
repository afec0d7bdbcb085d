"""What attackers and unlucky senders need: mails put together byte by byte, and a look at everything that was sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from urllib.parse import unquote

from mailbot.core.letters import LetterKind
from mailbot.store.ledger import LedgerRow
from tests.desk import DeskDriver, Sent, mail

KATE = "Kate Bell <kate.bell@mail.example>"
MARI = "Mari Tamm <mari@acme.example>"
EVE = "Eve Moss <eve@evil.example>"
DMARC_PASS = "mx.acme.example; dmarc=pass header.from=acme.example"
COMPLAINT = (
    "My order A-10293 came five days late, I had paid for next-day delivery.\n"
    "The birthday was over by then, and nobody told me anything.\n"
    "Please refund the delivery fee of 9.90 EUR."
)
_RANDOM_ID = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
_REFERENCE = re.compile(r"\[ref:([a-z2-7]{26})\]")


@dataclass(slots=True)
class Play:
    """One desk and everything that it has sent so far; `fresh` is what the last mail brought about."""

    desk: DeskDriver
    sent: list[Sent] = field(default_factory=list)
    fresh: list[Sent] = field(default_factory=list)
    _count: int = 0

    def arrive(self, raw: bytes) -> LedgerRow:
        """A mail arrives; the desk settles it without quarantine."""
        row = self.desk.arrive(raw)
        self.fresh = self.desk.sent()
        self.sent += self.fresh
        return row

    def write(self, text: str = "", *, by: str = KATE, **headers: str) -> LedgerRow:
        """Somebody writes a plain mail with a Message-ID of its own."""
        self._count += 1
        headers = {"to": "support@acme.example", "message_id": f"<{self._count}@sender.example>"} | headers
        return self.arrive(mail(text, from_=by, **headers))

    def complain(self, text: str = COMPLAINT, *, by: str = KATE, **headers: str) -> LedgerRow:
        """A customer complains, and the desk opens a case."""
        row = self.write(text, by=by, **{"subject": "Five days for a next-day parcel"} | headers)
        assert row.disposition.value == "case_opened", row.detail
        return row

    def answer(self, text: str, **headers: str) -> LedgerRow:
        """Mari answers her notification, as a mail program does it."""
        return self.write(text, by=MARI, **self.thread(self.notification()) | headers)

    def thread(self, to: Sent) -> dict[str, str]:
        """The headers of a reply to a mail of ours."""
        message_id = to.mail["Message-ID"]
        references = f"{to.mail['References'] or ''} {message_id}".strip()
        subject = str(to.mail["Subject"])
        return {
            "to": address(to.reply_address),
            "subject": subject if subject.startswith("Re: ") else f"Re: {subject}",
            "in_reply_to": message_id,
            "references": references,
        }

    def mails(self, kind: LetterKind, to: str | None = None) -> list[Sent]:
        """All mails of this kind so far."""
        return [m for m in self.sent if m.row.kind is kind and to in (None, m.row.recipient)]

    def notification(self, to: str = "mari@acme.example") -> Sent:
        """The first notification that this agent got."""
        return self.mails(LetterKind.NOTIFICATION, to)[0]

    def token(self, of: str = "mari@acme.example") -> str:
        """The secret that proves this agent, as it stands in the notification."""
        return _REFERENCE.findall(self.notification(of).text)[0]

    @property
    def number(self) -> str:
        """The number of the first case."""
        return self.desk.cases()[0].number

    @property
    def messages(self) -> list[str]:
        """What has been filed with the first case, as `direction role`."""
        return [f"{m['direction']} {m['role']}" for m in self.desk.record(self.desk.cases()[0])["messages"]]

    def kinds(self) -> list[tuple[str, str]]:
        """Kind and recipient of what the last mail brought about."""
        return sorted((m.row.kind.value, m.row.recipient) for m in self.fresh)

    def to_outsiders(self, mails: Iterable[Sent] | None = None) -> list[Sent]:
        """The mails whose reader is not of the team."""
        return [m for m in (self.sent if mails is None else mails) if not self._is_ours(m.row.recipient)]

    def check_secrets(self) -> None:
        """No random id that a mail to the team carries may stand in a mail to anybody else, however encoded.

        The customers' own ids are no secret to them, and an attacker can have one quoted in a challenge.
        """
        inside = [m for m in self.sent if self._is_ours(m.row.recipient)]
        carried = [f"{m.mail['Message-ID']} {m.mail['Reply-To']} {_REFERENCE.findall(m.text)}" for m in inside]
        secrets = {found for values in carried for found in _RANDOM_ID.findall(values)}
        secrets -= {case.token for case in self.desk.cases()}
        for sent in self.to_outsiders():
            shown = every_form(sent.raw, sent.mail)
            leaked = [secret for secret in secrets if secret in shown]
            assert not leaked, f"{sent.row.kind} to {sent.row.recipient} contains {leaked}\n{sent.raw.decode()}"

    def _is_ours(self, recipient: str) -> bool:
        config = self.desk.runtime.config
        alerts = config.alerts.to if config.alerts else ()
        return bool(config.team.by_address(recipient)) or recipient in alerts


def address(of: str) -> str:
    """The bare address of a header value."""
    return re.sub(r".*<|>.*", "", of)


def raw(*lines: str, body: str = COMPLAINT) -> bytes:
    """A mail with exactly these header lines."""
    return ("\r\n".join(lines) + "\r\n\r\n" + body.replace("\n", "\r\n")).encode("utf-8", "surrogateescape")


def every_form(raw_mail: bytes, parsed: EmailMessage) -> str:
    """Everything that can be read out of a mail: its bytes, its headers and parts decoded, links and entities too."""
    forms = [raw_mail.decode("latin-1"), *(f"{name}: {value}" for name, value in parsed.items())]
    for part in parsed.walk():
        forms += [f"{name}: {value}" for name, value in part.items()]
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes):
            forms.append(payload.decode("utf-8", "replace"))
    everything = "\n".join(forms)
    return "\n".join((everything, unescape(everything), unquote(everything))).lower()
