import email
import re
from collections import Counter
from datetime import UTC, datetime
from email import policy
from functools import cache
from itertools import combinations

from bench.mails import DESK, Mail, make_mails
from mailbot.core.message import MailKind
from mailbot.core.resemblance import ALIKE, likeness
from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from mailbot.reading.sketch import sketch_of

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LANGUAGES = ("en", "et", "sl", "ru", "fa")


@cache
def mails() -> list[Mail]:
    return make_mails(300, NOW, seed=7)


def test_the_same_seed_gives_the_same_mails() -> None:
    assert make_mails(300, NOW, seed=7) == mails()
    assert make_mails(300, NOW, seed=8) != mails()


def test_some_mails_come_twice() -> None:
    times = Counter(mail.raw for mail in mails())
    assert max(times.values()) > 1
    acknowledged = Counter(mail.raw for mail in mails() if mail.acknowledged)
    assert max(acknowledged.values()) == 1


def test_no_customer_is_to_be_acknowledged_twice() -> None:
    assert max(Counter(mail.sender for mail in mails() if mail.acknowledged).values()) == 1


def test_the_desk_can_read_every_mail_and_finds_all_five_languages() -> None:
    reader = Reader({}, LANGUAGES)
    hints = Hints(default_language="en", our_addresses=frozenset({DESK}))
    readings = [reader.read(mail.raw, hints) for mail in mails()]
    assert {problem for reading in readings for problem in reading.problems} == set()
    assert {reading.language for reading in readings} == set(LANGUAGES)
    assert {reading.kind for reading in readings} >= {MailKind.HUMAN, MailKind.LIST, MailKind.AUTO_REPLY}
    senders = [reading.message.from_.address for reading in readings if reading.message.from_]
    assert senders == [mail.sender for mail in mails()]
    assert any(reading.message.attachments for reading in readings)
    assert any(reading.message.references for reading in readings)


def test_hardly_any_two_customers_say_much_the_same() -> None:
    """As in life; mails that are near copies are the dearest case for the search for repeats."""
    sketches = [sketch_of(_text(mail)) for mail in mails() if mail.acknowledged]
    pairs = [likeness(one.pairs, other.pairs) for one, other in combinations(sketches, 2)]
    assert sum(each >= ALIKE for each in pairs) < len(pairs) / 500


def test_texts_are_as_long_as_people_write_them_a_few_very_long() -> None:
    lengths = sorted(len(_text(mail).encode()) for mail in mails())
    assert 900 < lengths[len(lengths) // 2] < 2_500
    assert lengths[0] < 200
    assert lengths[-1] > 10_000


def _text(mail: Mail) -> str:
    found = email.message_from_bytes(mail.raw, policy=policy.default)
    body = found.get_body(("plain", "html"))
    assert body is not None
    return re.sub("<[^>]*>", " ", body.get_content())
