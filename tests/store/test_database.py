"""What happens when the database is missing, locked, broken, taken, or its process is killed."""

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailbot.core.case import Author, Case, Direction, State
from mailbot.core.errors import ConfigurationError, TemporaryError
from mailbot.store.counts import Had, ToldOf, Unasked
from mailbot.store.database import Database, Transaction
from mailbot.store.ledger import Disposition
from mailbot.store.message_ids import KnownId
from tests.store.samples import (
    ANNA,
    HOUR,
    MARI,
    NOW,
    a_case,
    a_mail,
    a_message,
    a_work,
    an_entry,
    an_outgoing,
)
from tests.store.statements import noted


def test_all_of_a_transaction_is_kept_or_none(database: Database) -> None:
    with pytest.raises(KeyError), database.begin() as tx:
        raise KeyError(a_case(tx).number)
    with database.begin() as tx:
        assert tx.cases.find() == ()
        case = a_case(tx)
    with database.read() as tx:
        assert tx.cases.find() == (case,)


def test_a_savepoint_undoes_only_what_was_done_inside(database: Database) -> None:
    def fail_inside() -> None:
        with tx.savepoint():
            raise KeyError(a_case(tx).number)

    with database.begin() as tx:
        kept = a_case(tx)
        with pytest.raises(KeyError):
            fail_inside()
        with tx.savepoint():
            also_kept = a_case(tx)
    with database.read() as tx:
        assert tx.cases.find() == (also_kept, kept)


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as reading:
        assert reading.cases.find() == ()
        with database.begin() as tx:
            a_case(tx)
        assert reading.cases.find() == ()
    with database.read() as reading:
        assert len(reading.cases.find()) == 1


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/new/deep/mail.db")
    with database.begin() as tx:
        a_case(tx)
        files = list((tmp_path / "new/deep").iterdir())
        assert {file.name for file in files} == {"mail.db", "mail.db-wal", "mail.db-shm"}
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "new/deep").stat().st_mode) == 0o700
    database.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_commit_survives_a_power_cut(database: Database) -> None:
    with database._writing() as connection:
        settings = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _DURABLE}
    assert settings == _DURABLE


_DURABLE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_locked_database_is_a_temporary_error(database: Database, url: str) -> None:
    impatient = Database.open(f"{url}?timeout=0.1")
    with database.begin() as tx:
        a_case(tx)
        with pytest.raises(TemporaryError, match="locked"), impatient.begin():
            pass
        with impatient.read() as reading:
            assert reading.cases.find() == ()
    impatient.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.db", "no database URL"),
        ("mysql://localhost/mailbot", "mysql is not supported"),
        ("postgresql+asyncpg://localhost/mailbot", "asyncpg is not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////proc/nowhere/mail.db", "cannot be opened"),
        ("sqlite:////dev/null/mail.db", "cannot be opened"),
    ],
)
def test_a_wrong_url_is_explained(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Database.open(url)


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "mail.db").write_text("not a database, but longer than the header of one " * 10)
    with pytest.raises(ConfigurationError, match="not a SQLite database"):
        Database.open(f"sqlite:///{tmp_path}/mail.db")


def test_a_server_that_is_down_is_a_temporary_error_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError) as caught:
        Database.open(f"postgresql+psycopg://mailbot:sesame@/mailbot?host={tmp_path}")
    assert "sesame" not in str(caught.value)


@pytest.mark.postgres
@pytest.mark.parametrize("wrong", [{"database": "nowhere"}, {"username": "nobody_here"}])
def test_a_missing_role_or_database_is_explained(postgres_url: str, wrong: dict[str, str]) -> None:
    url = sa.make_url(postgres_url).set(**wrong)
    with pytest.raises(ConfigurationError, match="createdb"):
        Database.open(url.render_as_string(hide_password=False))


@pytest.mark.postgres
def test_a_broken_connection_is_a_temporary_error_and_the_next_one_works(postgres_url: str) -> None:
    database = Database.open(postgres_url)
    killer = sa.create_engine(postgres_url)

    def lose_the_connection() -> None:
        with database.begin() as tx:
            a_case(tx)
            with killer.begin() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'mailbot' AND datname = current_database()"
                )
            a_case(tx)

    with pytest.raises(TemporaryError):
        lose_the_connection()
    with database.begin() as tx:
        assert tx.cases.find() == ()
    killer.dispose()
    database.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_second_daemon_is_kept_out_until_the_first_ends(database: Database, url: str) -> None:
    other = Database.open(url)
    with database.lock(), pytest.raises(ConfigurationError, match=f"process {os.getpid()}"), other.lock():
        pass
    with other.lock(), other.begin() as tx:
        a_case(tx)
    other.close()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_daemons_share_a_server(database: Database) -> None:
    with database.lock(), database.lock():
        pass


def test_a_killed_process_loses_nothing_that_was_committed(database: Database, url: str) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED, url], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with database.begin() as tx:
        assert sorted(case.number for case in tx.cases.find()) == done.stdout.split()
        a_case(tx)


_KILLED = """
import os, signal, sys
from mailbot.store.database import Database
from tests.store.samples import a_case, an_entry
database = Database.open(sys.argv[1])
for _ in range(5):
    with database.begin() as tx:
        case = a_case(tx)
        tx.cases.record(case.id, [an_entry()])
    print(case.number, flush=True)
with database.begin() as tx:
    tx.cases.record(a_case(tx).id, [an_entry()])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_no_step_of_the_daily_work_reads_a_whole_table(database: Database) -> None:
    with noted() as statements, database.begin() as tx:
        mail, case = a_mail(tx), a_case(tx)
        _ask_ledger(tx, mail, case)
        _ask_cases(tx, case)
        _ask_people(tx, mail, case)
        _ask_outbox(tx, case)
        _ask_due(tx, case)
    plans: dict[str, list[str]] = {}
    with database._writing() as connection:
        for statement, values in statements:
            if statement.startswith(("SELECT", "UPDATE")):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans[statement] = [row.detail for row in plan]
    assert len(plans) > 40
    # A scan of a subquery (anon_1) is one of its few rows, and that of a constant is of none.
    whole_tables = re.compile(r"SCAN (?!anon_|CONSTANT ROW)")
    assert {s: plan for s, plan in plans.items() if any(map(whole_tables.match, plan))} == {}


def _ask_ledger(tx: Transaction, mail: int, case: Case) -> None:
    ledger = tx.ledger
    tx.cursors.advance("support", "INBOX", 1)
    tx.cursors.get("support", "INBOX")
    ledger.waiting(NOW, limit=9)
    ledger.waiting(NOW, mailbox="support", limit=9)
    ledger.twin(message_id="a@b", content_hash="c", other_than=mail)
    ledger.twin(message_id=None, content_hash="c", other_than=mail)
    ledger.by_message_id("a@b")
    ledger.settle(mail, disposition=Disposition.FILED, now=NOW, case_id=case.id, message_id="a@b", content_hash="c")
    ledger.to_file("support", "INBOX", 7, limit=9)
    ledger.filed([mail], "moved")
    ledger.oldest_waiting()
    ledger.quarantined()


def _ask_cases(tx: Transaction, case: Case) -> None:
    cases = tx.cases
    cases.by_number(case.number)
    cases.by_token(case.token)
    cases.lock(case.id)
    cases.history(ANNA.key, other_than=case.id)
    cases.count_of(ANNA.key)
    cases.find(state=State.NEW, limit=9)
    cases.add_message(case.id, a_message())
    cases.messages(case.id)
    cases.last_message(case.id, direction=Direction.IN)
    cases.record(case.id, [an_entry(), an_entry()])
    cases.timeline(case.id)
    cases.add_party(case.id, ANNA, Author.CUSTOMER)
    cases.parties(case.id)
    tx.message_ids.remember([KnownId("a@b", case.id, issued=True), KnownId("c@d", case.id, issued=True)])
    tx.message_ids.known(["a@b", "c@d"])
    cases.links(case.id)
    cases.internal_lines(case.id)


def _ask_people(tx: Transaction, mail: int, case: Case) -> None:
    people = tx.people
    people.remember(ANNA, "en", NOW)
    people.language(ANNA.key)
    people.issue("t", case_id=case.id, member=MARI, now=NOW)
    people.token_for(case.id, MARI)
    people.bearer("t")
    people.hold(token="t", ledger_id=mail, case_id=case.id, member=MARI, reason="", now=NOW)
    people.held("t")
    people.confirmed(mail)
    people.all_held()


def _ask_outbox(tx: Transaction, case: Case) -> None:
    outbox = tx.outbox
    sent = outbox.queue(an_outgoing(case_id=case.id, copy_to_sent=True), NOW)
    (row,) = outbox.claim("support", NOW, limit=9, lease=HOUR)
    outbox.still_mine(row)
    outbox.sent(sent, NOW, "250")
    outbox.copies_due("support", 9)
    outbox.lapsed(NOW)
    outbox.unresolved("support", NOW)
    outbox.by_message_id("a@b")
    outbox.sent_since("support", NOW)
    outbox.count([Unasked(NOW, recipient=ANNA.key), Unasked(NOW, case_id=case.id), Unasked(NOW, mailbox="support")])
    outbox.count([Unasked(NOW, 3000, mailbox="support")])
    outbox.count([ToldOf(ANNA.key, "support", NOW), Had(ANNA.key, 3, NOW)])
    outbox.oldest_pending()


def _ask_due(tx: Transaction, case: Case) -> None:
    due = tx.due
    due.add(a_work(case_id=case.id), NOW)
    (work,) = due.claim(NOW, limit=9, lease=HOUR)
    due.postpone(work.id, NOW + HOUR, "busy")
    due.cancel(case.id, "follow_up", NOW)
    due.of_case(case.id)
    due.next_due()
