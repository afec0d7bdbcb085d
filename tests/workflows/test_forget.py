"""Who is forgotten is nowhere in the database any more, stays forgotten, and may complain again."""

from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailbot.core.chain import gaps
from mailbot.core.erasure import Privacy, Remains
from mailbot.core.errors import PermanentError
from mailbot.core.letters import LetterKind
from mailbot.store.database import Database
from mailbot.store.ledger import Disposition
from mailbot.workflows.forget import forget, outlook
from tests.desk import DeskDriver
from tests.security.play import Play
from tests.workflows.everything import as_text, everything

KATE, KATE_ADDRESS = "Kate Öpik-Bell <Kate.Bell@mail.example>", "kate.bell@mail.example"
BOB = "Bob Hill <bob@hill.example>"
SECRETS = ("kate.bell@mail.example", "öpik-bell", "tricycle", "a-10293", "kätlin", "5557788")
_WORDS = (
    "My order A-10293 came five days late. It was the tricycle of my daughter Kätlin.\n"
    "Call me at +372 5557788.\nPlease refund the delivery fee of 9.90 EUR."
)
EXPECTED_OF_BOB = "The scooter came without its wheels, order B-77421. Please send them."
MANY = ("case_messages", "ledger", "outbox", "timeline", "raw_mail", "cases", "offers", "parties", "people")


@pytest.fixture
def play(tmp_path: Path, database: Database) -> Play:
    """Kate has complained twice and been offered something, and Bob has complained too."""
    play = Play(DeskDriver.open(tmp_path, database))
    play.complain(_WORDS, by=KATE, subject="Tricycle too late")
    play.answer("#note\n\nI have asked Kätlin about the tricycle.")
    play.answer("#offer refund 9.90 EUR\n\nDear Kate, I am sorry about that.")
    play.write("Thank you, I accept.", by=KATE, **play.thread(play.mails(LetterKind.ANSWER)[-1]))
    play.arrive(_with_photo())
    play.complain(EXPECTED_OF_BOB, by=BOB, subject="No wheels")
    play.write("I saw the same with my tricycle.", by=KATE, **_to_bobs_case(play))
    play.write("I am away; yours, Kätlin", by=KATE, subject="Absence", auto_submitted="auto-replied")
    _all_is_sent(play)
    play.desk.wait(timedelta(days=1))
    play.desk.sent()
    return play


def _all_is_sent(play: Play) -> None:
    with play.desk.runtime.database.begin() as tx:
        for row in tx.outbox.claim("support", play.desk.now, limit=99, lease=timedelta(minutes=1)):
            tx.outbox.sent(row.id, play.desk.now, f"250 <{row.recipient}> is well known")


def _with_photo() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = KATE, "support@acme.example", "Another tricycle, order A-10294"
    mail["Message-ID"] = "<photo@sender.example>"
    mail.set_content("The second one is broken: Kätlin cut her finger on the tricycle.", cte="base64")
    mail.add_attachment(b"tricycle of K\xc3\xa4tlin " * 50, maintype="image", subtype="png", filename="tricycle.png")
    return mail.as_bytes()


def _to_bobs_case(play: Play) -> dict[str, str]:
    acknowledged = play.mails(LetterKind.ACKNOWLEDGEMENT, "bob@hill.example")[-1]
    return play.thread(acknowledged)


def _erase(play: Play, **policy: Any) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in forget(play.desk.runtime.database, Privacy(**policy), KATE_ADDRESS, play.desk.now):
        total = {what: total.get(what, 0) + counts[what] for what in {*total, *counts}}
    return total


def _found(url: str, secrets: Iterable[str] = SECRETS) -> set[tuple[str, str]]:
    return {(secret, place) for place, text in everything(url) for secret in secrets if secret in text}


def test_nothing_of_a_forgotten_person_is_in_any_column(play: Play, url: str) -> None:
    assert {secret for secret, _ in _found(url)} == set(SECRETS)
    _erase(play)
    assert _found(url) == set()


def test_nothing_of_a_forgotten_person_is_in_the_files(play: Play, url: str, kind: str, tmp_path: Path) -> None:
    if kind != "sqlite":
        pytest.skip("PostgreSQL's files are its own")
    packed = [value for place, value in _blobs(url) if place == "raw_mail" and _is_kates(value)]
    assert len(packed) > 5
    _erase(play)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("mail.db*"))
    assert [blob for blob in packed if blob[20:60] in kept] == []
    assert [secret for secret in SECRETS if secret.encode() in kept.lower()] == []
    assert b"scooter" in kept


def _blobs(url: str) -> list[tuple[str, bytes]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT compressed FROM raw_mail")).scalars().all()
    engine.dispose()
    return [("raw_mail", bytes(row)) for row in rows]


def _is_kates(packed: bytes) -> bool:
    return "tricycle" in as_text(packed)


def test_another_customers_case_stays_but_for_what_was_forgotten(play: Play, url: str) -> None:
    _erase(play)
    bobs = play.desk.cases()[-1]
    shown = play.desk.record(bobs)
    assert [m["text"].strip() for m in shown["messages"] if m["role"] != "agent"] == [EXPECTED_OF_BOB]
    assert bobs.customer.address == "bob@hill.example"
    assert _found(url, ["scooter"])


def test_what_was_promised_is_still_counted_and_chains_hold(play: Play) -> None:
    _erase(play)
    with play.desk.runtime.database.read() as tx:
        assert {(str(line.amount), line.customer, line.by) for line in tx.offers.lines()} >= {
            ("9.90 EUR", "", "mari@acme.example")
        }
        assert [gap for chain in tx.cases.chains() for gap in gaps(chain.links, chain.head)] == []
        hers = next(chain for chain in tx.cases.chains() if chain.number == play.number)
        assert all(link.erased for link in hers.links)


def test_figures_stay_if_the_policy_says_so(play: Play, url: str) -> None:
    first = play.desk.cases()[0]
    _erase(play, cases=Remains.ANONYMISE)
    left = play.desk.cases()[0]
    assert (left.type, left.team, left.amount, left.severity) == (first.type, first.team, first.amount, first.severity)
    assert (left.customer.address, left.subject, left.order_number, left.phone) == ("", "", None, None)
    assert _found(url) == set()


def test_a_trial_says_what_would_go_and_changes_nothing(play: Play, url: str) -> None:
    before = sorted(everything(url))
    expected = outlook(play.desk.runtime.database, Privacy(), KATE_ADDRESS, play.desk.now)
    assert sorted(everything(url)) == before
    assert all(expected.erased[what] for what in MANY), expected
    assert {what: n for what, n in _erase(play).items() if n} == {w: n for w, n in expected.erased.items() if n}
    assert outlook(play.desk.runtime.database, Privacy(), KATE_ADDRESS, play.desk.now).erased.total() == 0


def test_after_a_crash_between_two_transactions_it_is_begun_again_and_ends(play: Play, url: str) -> None:
    work = forget(play.desk.runtime.database, Privacy(), KATE_ADDRESS, play.desk.now)
    next(work)
    work.close()
    assert _found(url)
    _erase(play)
    assert _found(url) == set()


@pytest.mark.parametrize("how", ["tag", "number", "address"])
def test_a_case_on_legal_hold_is_refused_by_its_number(play: Play, url: str, how: str) -> None:
    number = play.number
    privacy = {"tag": Privacy(), "number": Privacy(legal_hold=frozenset({number}))}.get(
        how, Privacy(legal_hold=frozenset({KATE_ADDRESS}))
    )
    if how == "tag":
        play.answer("#tag legal-hold")
    before = sorted(everything(url))
    with pytest.raises(PermanentError, match=number):
        list(forget(play.desk.runtime.database, privacy, KATE_ADDRESS, play.desk.now))
    assert sorted(everything(url)) == before


def test_erased_mail_that_comes_again_is_dropped_and_a_new_complaint_is_not(play: Play, url: str) -> None:
    _erase(play)
    before = len(play.desk.cases())
    assert play.desk.arrive(_with_photo()).disposition is Disposition.FORGOTTEN
    forwarded = b"Received: from elsewhere\r\n" + _with_photo()
    assert play.desk.arrive(forwarded).disposition is Disposition.FORGOTTEN
    assert len(play.desk.cases()) == before
    assert _found(url) == set()
    assert play.desk.sent() == []
    play.complain("My new kettle is broken.", by=KATE, subject="Kettle")
    assert play.desk.cases()[-1].customer.address == "Kate.Bell@mail.example"


def test_a_reply_to_what_was_forgotten_opens_a_case_of_its_own(play: Play) -> None:
    answer = play.thread(play.mails(LetterKind.ANSWER)[-1])
    _erase(play)
    row = play.write("What has become of it?", by=KATE, **answer)
    assert row.disposition is Disposition.CASE_OPENED


def test_mail_that_was_not_sent_yet_never_is(play: Play) -> None:
    play.answer("Dear Kate, one thing more.")
    _erase(play)
    play.desk.wait(timedelta(days=60))
    with play.desk.runtime.database.read() as tx:
        pending = [row for row in tx.outbox.list() if row.state == "pending"]
    assert {row.recipient for row in pending} <= {"bob@hill.example", "mari@acme.example", "ana@acme.example"}


def test_who_is_not_known_is_forgotten_without_a_trace(play: Play, url: str) -> None:
    before = sorted(everything(url))
    assert list(forget(play.desk.runtime.database, Privacy(), "nobody@mail.example", play.desk.now)) == []
    assert sorted(everything(url)) == before
