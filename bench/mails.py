"""Mail as a complaint desk gets it, made up from a seed: five languages, old charsets, HTML, files, replies, noise."""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from bench.stories import USUAL_PIECES, Story

DESK = "support@acme.example"

_PHRASES: dict[str, dict[str, Any]] = yaml.load(
    Path(__file__).with_name("phrases.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)
# Of a hundred mails; the rest are first complaints.
_QUESTIONS, _REPLIES, _NOISE, _DUPLICATES = 5, 10, 12, 5
_REMEMBERED = 20
_ANSWERED = 50
_ATTACHMENTS = 15
_SMALLEST_ATTACHMENT, _LARGEST_ATTACHMENT = 5_000, 150_000
# Windows-1256 has no Persian yeh: who writes in it writes the Arabic one.
_ARABIC_YEH = str.maketrans("ی", "ي")
_STYLE = "font-family:Calibri,Arial,sans-serif;font-size:11pt;color:#1f1f1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it lies in the mailbox; `acknowledged`: its sender is to get an acknowledgement for it."""

    raw: bytes
    sender: str
    acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """What a customer wrote, for the mails that refer to it."""

    language: str
    charset: str
    name: str
    address: str
    subject: str
    text: str
    message_id: str
    references: tuple[str, ...] = ()


def make_mails(count: int, now: datetime, seed: int = 1, *, pieces: int = USUAL_PIECES) -> list[Mail]:
    """`count` mails, written shortly before `now`; the same for the same arguments.

    `pieces` is how many pieces of some 150 bytes a complaint has in the median.
    """
    return list(islice(write_mails(now, seed, pieces=pieces), count))


def write_mails(now: datetime, seed: int = 1, *, pieces: int = USUAL_PIECES) -> Iterator[Mail]:
    """The same one by one, without an end."""
    return _Writer(random.Random(seed), now, pieces).mails()


@dataclass(slots=True)
class _Writer:
    dice: random.Random
    now: datetime
    pieces: int
    number: int = 0
    letters: deque[_Letter] = field(default_factory=lambda: deque(maxlen=_ANSWERED))

    def mails(self) -> Iterator[Mail]:
        before: deque[Mail] = deque(maxlen=_REMEMBERED)
        while True:
            before.append(self._next(before))
            yield before[-1]

    def _next(self, before: Sequence[Mail]) -> Mail:
        self.number += 1
        throw = self.dice.randrange(100)
        if before and throw < _DUPLICATES:
            again = self.dice.choice(before)
            return Mail(raw=again.raw, sender=again.sender, acknowledged=False)
        if throw < _DUPLICATES + _NOISE:
            return self._noise()
        if self.letters and throw < _DUPLICATES + _NOISE + _REPLIES:
            return self._reply(self.dice.choice(self.letters))
        letter = self._letter(question=throw >= 100 - _QUESTIONS)
        self.letters.append(letter)
        return Mail(raw=self._bytes(self._shaped(letter), letter), sender=letter.address, acknowledged=True)

    def _letter(self, *, question: bool) -> _Letter:
        language = self.dice.choice(list(_PHRASES))
        phrases = _PHRASES[language]
        name, order = self.dice.choice(phrases["names"]), f"A-{self.dice.randrange(10_000, 99_999)}"
        story = Story(self.dice, language, phrases, order, self.pieces)
        return _Letter(
            language=language,
            charset=self.dice.choice(phrases["charsets"]),
            name=name,
            address=f"customer{self.number}@mail{self.number % 7}.example",
            subject=story.filled(self.dice.choice(phrases["subjects"])),
            text=story.question(name) if question else story.complaint(name),
            message_id=self._message_id(),
        )

    def _reply(self, earlier: _Letter) -> Mail:
        phrases = _PHRASES[earlier.language]
        story = Story(self.dice, earlier.language, phrases, earlier.subject)
        intro = phrases["wrote"].format(date=f"{self.now:%d.%m.%Y %H:%M}", name=earlier.name, address=earlier.address)
        quoted = "".join(f"> {line}\n" for line in earlier.text.splitlines())
        letter = _Letter(
            language=earlier.language,
            charset=earlier.charset,
            name=earlier.name,
            address=earlier.address,
            subject=f"Re: {earlier.subject}",
            text=f"{story.answer(earlier.name)}\n{intro}\n{quoted}",
            message_id=self._message_id(),
            references=(earlier.message_id,),
        )
        return Mail(raw=self._bytes(self._shaped(letter), letter), sender=letter.address, acknowledged=False)

    def _noise(self) -> Mail:
        """A newsletter or somebody's automatic answer."""
        letter = self._letter(question=False)
        if self.dice.random() < 0.5:
            message = _html(letter)
            message["List-Id"] = "Weekly offers <offers.shop.example>"
            message["List-Unsubscribe"] = "<https://shop.example/leave>"
        else:
            away = _PHRASES[letter.language]["away"]
            message = MIMEText(away["text"], "plain", "utf-8")
            message["Auto-Submitted"] = "auto-replied"
        return Mail(raw=self._bytes(message, letter), sender=letter.address, acknowledged=False)

    def _shaped(self, letter: _Letter) -> Message:
        """The letter as some mail program would send it."""
        shape = self.dice.random()
        if shape < 0.4:
            message: Message = _plain(letter)
        elif shape < 0.85:
            message = self._multipart("alternative", _plain(letter), _html(letter))
        else:
            message = _html(letter)
        if self.dice.randrange(100) >= _ATTACHMENTS:
            return message
        return self._multipart("mixed", message, self._attachment())

    def _multipart(self, subtype: str, *parts: Message) -> Message:
        # A boundary of its own making would differ from run to run.
        return MIMEMultipart(subtype, f"=_{self.dice.getrandbits(96):024x}", parts)

    def _attachment(self) -> Message:
        content = self.dice.randbytes(self.dice.randint(_SMALLEST_ATTACHMENT, _LARGEST_ATTACHMENT))
        part: Message
        if self.dice.random() < 0.7:
            part, name = MIMEImage(b"\xff\xd8\xff\xe0" + content, "jpeg"), "photo.jpg"
        else:
            part, name = MIMEApplication(b"%PDF-1.7\n" + content, "pdf"), "invoice.pdf"
        part.add_header("Content-Disposition", "attachment", filename=name)
        return part

    def _bytes(self, message: Message, letter: _Letter) -> bytes:
        """The mail with its headers: those of the writer's program, and those of the servers on the way."""
        written = self.now - timedelta(seconds=self.dice.randrange(60, 600))
        headers = {
            "Received": f"from mail.example (mail.example [192.0.2.7]) by mx.acme.example with ESMTPS id {self.number}",
            "Authentication-Results": f"mx.acme.example; dmarc=pass header.from={letter.address.rpartition('@')[2]}",
            "DKIM-Signature": f"v=1; a=rsa-sha256; d=mail.example; s=k1; bh={'q' * 43}=; b={'Zx9' * 100}",
            "From": f"{_encoded(letter.name, letter.charset)} <{letter.address}>",
            "To": f"Acme Support <{DESK}>",
            "Subject": _encoded(letter.subject, letter.charset),
            "Date": format_datetime(written),
            "Message-ID": f"<{letter.message_id}>",
            "X-Mailer": "Paper Plane 7.2",
        }
        if letter.references:
            headers["In-Reply-To"] = headers["References"] = " ".join(f"<{each}>" for each in letter.references)
        for name, value in headers.items():
            message[name] = value
        return message.as_bytes().replace(b"\n", b"\r\n")

    def _message_id(self) -> str:
        return f"{self.dice.getrandbits(64):016x}@mail.example"


def _plain(letter: _Letter) -> Message:
    return _text(letter.text, "plain", letter.charset)


def _html(letter: _Letter) -> Message:
    direction = ' dir="rtl"' if letter.language == "fa" else ""
    lines = "".join(f'<p class="MsoNormal" style="{_STYLE}">{escape(line)}</p>\n' for line in letter.text.splitlines())
    head = "<head><style>p.MsoNormal {margin: 0}</style></head>"
    return _text(f"<html>{head}<body{direction}><div>{lines}</div></body></html>", "html", letter.charset)


def _text(text: str, subtype: str, charset: str) -> Message:
    written = _writable(text, charset)
    return MIMEText(written, subtype, _able(charset, written))


def _encoded(text: str, charset: str) -> str:
    written = _writable(text, charset)
    return Header(written, _able(charset, written)).encode()


def _writable(text: str, charset: str) -> str:
    return text.translate(_ARABIC_YEH) if charset == "windows-1256" else text


def _able(charset: str, text: str) -> str:
    """The charset, or UTF-8 where it lacks a letter of the text."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset
