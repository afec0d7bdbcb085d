from collections import Counter
from datetime import UTC, datetime

from bench.mails import DESK, make_mails
from mailbot.core.message import MailKind
from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LANGUAGES = ("en", "et", "sl", "ru", "fa")
MAILS = make_mails(300, NOW, seed=7)


def test_the_same_seed_gives_the_same_mails() -> None:
    assert make_mails(300, NOW, seed=7) == MAILS
    assert make_mails(300, NOW, seed=8) != MAILS


def test_some_mails_come_twice() -> None:
    times = Counter(mail.raw for mail in MAILS)
    assert max(times.values()) > 1
    acknowledged = Counter(mail.raw for mail in MAILS if mail.acknowledged)
    assert max(acknowledged.values()) == 1


def test_no_customer_is_to_be_acknowledged_twice() -> None:
    assert max(Counter(mail.sender for mail in MAILS if mail.acknowledged).values()) == 1


def test_the_desk_can_read_every_mail_and_finds_all_five_languages() -> None:
    reader = Reader({}, LANGUAGES)
    hints = Hints(default_language="en", our_addresses=frozenset({DESK}))
    readings = [reader.read(mail.raw, hints) for mail in MAILS]
    assert {problem for reading in readings for problem in reading.problems} == set()
    assert {reading.language for reading in readings} == set(LANGUAGES)
    assert {reading.kind for reading in readings} >= {MailKind.HUMAN, MailKind.LIST, MailKind.AUTO_REPLY}
    senders = [reading.message.from_.address for reading in readings if reading.message.from_]
    assert senders == [mail.sender for mail in MAILS]
    assert any(reading.message.attachments for reading in readings)
    assert any(reading.message.references for reading in readings)
