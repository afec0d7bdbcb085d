"""What reading costs beside the least that any program would do: the standard library, all headers and bodies decoded.

Run alone as `python -m bench.reading`.
"""

import email
import os
import random
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from statistics import median

import yaml

from bench.cpu import cpu_of
from bench.mails import make_mails
from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from mailbot.reading.vocabulary import Vocabulary

LANGUAGES = ("en", "et", "sl", "ru", "fa")
HINTS = Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
_VOCABULARIES = Path(__file__).parents[1] / "rules" / "vocabulary"
_ROUNDS = 7
_GREAT = 40_000_000


@dataclass(frozen=True, slots=True)
class Compared:
    """CPU milliseconds a mail of this name and size, ours and the standard library's: each the median of its rounds."""

    name: str
    size: int
    ours: float
    floor: float

    @property
    def ratio(self) -> float:
        return self.ours / self.floor


@dataclass(frozen=True, slots=True)
class Figures:
    """All sizes, and how often the size of a mail of 40 MB its reading takes in memory, ours and the library's."""

    compared: tuple[Compared, ...]
    memory: float
    memory_floor: float


def measure() -> Figures:
    """Ours and the floor in turn, in this process; the memory in forked ones."""
    reader = Reader(vocabularies(), LANGUAGES)
    compared = tuple(_compare(name, mails, reader) for name, mails in samples())
    great = _of_size(_GREAT)
    return Figures(
        compared,
        memory=_peak(lambda: reader.read(great, HINTS)) / len(great),
        memory_floor=_peak(lambda: read_by_library(great)) / len(great),
    )


def as_lines(figures: Figures) -> Iterator[str]:
    """A table for people."""
    yield f"{'reading, CPU ms a mail':<32}{'mailbot':>10}{'library':>10}{'ratio':>10}"
    for row in figures.compared:
        yield f"{row.name:<32}{row.ours:>10.2f}{row.floor:>10.2f}{row.ratio:>10.2f}"
    yield f"{'memory of 40 MB, times its size':<32}{figures.memory:>10.2f}{figures.memory_floor:>10.2f}"


def samples() -> Iterator[tuple[str, list[bytes]]]:
    """The mails that are read, by name."""
    dice = random.Random(5)
    usual = [mail.raw for mail in make_mails(400, datetime(2026, 11, 2, tzinfo=UTC), 5)]
    small = [raw for raw in usual if 3_000 < len(raw) < 8_000]
    yield "5 kB, as they come", dice.sample(small, 40)
    yield "200 kB, text", [_long_text(200_000)]
    yield "200 kB, HTML", [_long_page(200_000)]
    yield "200 kB, with files", [_of_size(200_000)]
    yield "2 MB, with files", [_of_size(2_000_000)]
    yield "20 MB, with files", [_of_size(20_000_000)]


def read_by_library(raw: bytes) -> int:
    """Every header and every body decoded, as a program without us would do; the number of characters and bytes."""
    mail = email.message_from_bytes(raw, policy=default)
    count = sum(len(str(value)) for value in mail.values())
    for part in mail.walk():
        if not part.is_multipart():
            count += len(part.get_content())
    return count


def vocabularies() -> dict[str, Vocabulary]:
    """The shipped vocabularies."""
    files = {language: _VOCABULARIES / f"{language}.yaml" for language in LANGUAGES}
    return {
        language: Vocabulary.from_words(language, yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        for language, file in files.items()
    }


def _compare(name: str, mails: list[bytes], reader: Reader) -> Compared:
    ours, floor = [], []
    for _ in range(_ROUNDS):
        ours.append(cpu_of(lambda: [reader.read(raw, HINTS) for raw in mails]) / len(mails))
        floor.append(cpu_of(lambda: [read_by_library(raw) for raw in mails]) / len(mails))
    return Compared(name, sum(map(len, mails)) // len(mails), 1000 * median(ours[1:]), 1000 * median(floor[1:]))


def _peak(work: Callable[[], object]) -> float:
    """By how many bytes this work makes a process grow at most."""
    back, forth = os.pipe()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        work()
        grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        os.write(forth, str(grown).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(forth)
    with os.fdopen(back) as answer:
        return float(answer.read())


def _head() -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "Mari Maasikas <mari@kodu.example>", "Acme Support <support@acme.example>"
    mail["Subject"], mail["Date"] = "Pakk õnnetuses", "Mon, 2 Nov 2026 10:00:00 +0200"
    mail["Message-ID"], mail["In-Reply-To"] = "<m1@kodu.example>", "<a@acme.example>"
    return mail


def _paragraph(number: int) -> str:
    return (
        f"Order A-{10_000 + number} came late again, and nobody at the counter knew why. The courier had written that "
        "it was delivered on Tuesday; I was at home all day. Please refund the delivery fee of 9.90 EUR.\n"
    )


def _long_text(size: int) -> bytes:
    mail = _head()
    answer = "".join(map(_paragraph, range(3)))
    quoted = "".join(f"> {_paragraph(n)}" for n in range(size // 215))
    mail.set_content(f"{answer}\nOn Mon, 2 Nov 2026 at 09:00, Acme Support <support@acme.example> wrote:\n{quoted}")
    return mail.as_bytes()


def _long_page(size: int) -> bytes:
    mail = _head()
    style = "font-family:Calibri,sans-serif;font-size:11pt;color:#1f1f1f"
    rows = "".join(
        f'<tr><td style="{style}">{n}</td><td style="{style}"><p class="MsoNormal">{_paragraph(n)}<b>Yes</b></p></td>'
        for n in range(size // 380)
    )
    mail.set_content(f"<html><body><p>Hello,</p><table>{rows}</table></body></html>", subtype="html", cte="8bit")
    return mail.as_bytes()


def _of_size(size: int) -> bytes:
    """Text, its HTML twin, and files for the rest of the size."""
    mail = _head()
    text = "".join(map(_paragraph, range(8)))
    mail.set_content(text)
    mail.add_alternative("".join(f"<p>{line}</p>" for line in text.splitlines()), subtype="html")
    photo = random.Random(7).randbytes((size - 8_000) * 3 // 4 // 3)
    for number in range(3):
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename=f"photo-{number}.jpg")
    return mail.as_bytes()


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in as_lines(measure()))
