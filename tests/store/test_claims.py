"""Processes and threads that take work at the same time never take the same piece, and twins wait for one another."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest

from mailbot.core.errors import TemporaryError
from mailbot.store.ahead import Coming
from mailbot.store.database import Database, Transaction
from mailbot.store.ledger import Disposition
from tests.store.samples import NOW, a_case, a_mail, a_work, an_entry, an_outgoing

PIECES = 60


def test_no_mail_is_claimed_twice(database: Database, url: str) -> None:
    with database.begin() as tx:
        ids = [tx.outbox.queue(an_outgoing(raw=b"%d" % n), NOW) for n in range(PIECES)]
    claimed = _claimed_by_two_processes(url, "outbox.claim('support', NOW,")
    assert sorted(claimed) == ids


def test_no_work_is_claimed_twice(database: Database, url: str) -> None:
    with database.begin() as tx:
        for n in range(PIECES):
            tx.due.add(a_work(f"{n}"), NOW)
        ids = [row.id for row in tx.due.claim(NOW, limit=PIECES, lease=NOW - NOW)]
    claimed = _claimed_by_two_processes(url, "due.claim(NOW,")
    assert sorted(claimed) == ids


def _claimed_by_two_processes(url: str, claim: str) -> list[int]:
    code = _CLAIMER.format(claim=claim)
    command = [sys.executable, "-c", code, url]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    return [int(id) for output in outputs for id in output.split()]


_CLAIMER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from mailbot.store.database import Database
from tests.store.samples import NOW
database = Database.open(sys.argv[1])
def claim(_):
    with database.begin() as tx:
        return [row.id for row in tx.{claim} limit=2, lease=timedelta(hours=1))]
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(3) as pool:
    print(*[id for ids in pool.map(claim, range(40)) for id in ids])
"""


@pytest.mark.parametrize("ahead", [(), (Coming("same", None, [], []), Coming("other", None, [], []))])
def test_two_copies_of_a_mail_make_one_case(database: Database, ahead: tuple[Coming, ...]) -> None:
    with database.begin() as tx:
        copies = [a_mail(tx, uid) for uid in (1, 2)]
    start = Barrier(2)

    def handle(copy: int) -> Disposition:
        start.wait()
        with database.begin() as tx:
            tx.look_ahead(ahead)
            twin = tx.ledger.twin(message_id="a@b.example", content_hash="same", other_than=copy)
            sleep(0.2)  # what the other one would find the mail unsettled in
            disposition = Disposition.DUPLICATE if twin else Disposition.CASE_OPENED
            facts = {"message_id": "a@b.example", "content_hash": "same"}
            tx.ledger.settle(copy, disposition=disposition, now=NOW, **facts)
            return disposition

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(handle, copies)) == [Disposition.CASE_OPENED, Disposition.DUPLICATE]


def test_one_mail_is_settled_by_one_of_two(database: Database) -> None:
    with database.begin() as tx:
        mail = a_mail(tx)
    start = Barrier(2)

    def handle(_number: int) -> str:
        start.wait()
        try:
            with database.begin() as tx:
                a_case(tx)
                tx.ledger.settle(mail, disposition=Disposition.CASE_OPENED, now=NOW)
        except TemporaryError:
            return "too late"
        return "settled"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(handle, range(2))) == ["settled", "too late"]
    with database.read() as tx:
        assert len(tx.cases.find()) == 1


def test_two_writers_of_one_timeline_wait_for_one_another(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)

    def write(number: int) -> None:
        with database.begin() as tx:
            tx.cases.record(case.id, [an_entry(f"{number} a"), an_entry(f"{number} b")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    with database.read() as tx:
        events = [entry.event for entry in tx.cases.timeline(case.id)]
    assert len(events) == 24
    assert all(first[:-1] == second[:-1] for first, second in zip(events[::2], events[1::2], strict=True))


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_new_numbers_do_not_wait_for_one_another(database: Database) -> None:
    def new_case(tx: Transaction) -> int:
        return a_case(tx).id

    with database.begin() as first, database.begin() as second:
        assert new_case(first) != new_case(second)
