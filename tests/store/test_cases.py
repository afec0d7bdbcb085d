"""A case comes back as it was saved, whatever its words are, and its past cannot be rewritten."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa

from mailbot.core.case import Author, Case, Deadline, Direction, Pause, Priority, State
from mailbot.core.channels import Channel
from mailbot.core.errors import PermanentError
from mailbot.core.message import Address, ComplaintType, Remedy, Severity, Threat
from mailbot.store.cases import Link
from mailbot.store.database import Database
from tests.store.samples import ANNA, HOUR, MARI, NOW, a_case, a_mail, a_message, an_entry

NASTY = "«Где?» کجاست‌ 😀 \r\n\t'; DROP TABLE cases; -- \\ %s %(x)s :name \u202e\u0000\ud800 end"
KEPT = NASTY.replace("\u0000", "\ufffd").replace("\ud800", "\ufffd")


def test_every_field_of_a_case_comes_back(database: Database) -> None:
    with database.begin() as tx:
        plain = a_case(tx)
        case = Case(
            id=plain.id,
            number=plain.number,
            token=plain.token,
            mailbox=KEPT,
            subject=KEPT,
            customer=Address(KEPT, "Ülle@Kask.example"),
            language="et",
            opened_at=NOW,
            state=State.WAITING,
            is_complaint=False,
            type=ComplaintType.BILLING,
            demanded_remedy=Remedy.REFUND,
            threat=Threat.LEGAL,
            safety=True,
            repeat=True,
            severity=Severity.CRITICAL,
            priority=Priority.URGENT,
            team="logistics",
            assignee=MARI,
            suggestion="late-parcel",
            order_number="A-10293",
            amount=Decimal("12.50"),
            currency="EUR",
            tags=("vip", KEPT),
            problem="winter-storm-2026",
            on_hold=KEPT,
            advice=(KEPT, "call first"),
            cause=KEPT,
            corrective=KEPT,
            channel=Channel.IN_PERSON,
            phone="+372 5555 0123",
            assigned_at=NOW,
            sla="gold",
            deadlines=(
                Deadline(kind="first_answer", started_at=NOW, due_at=NOW + HOUR, met_at=NOW + HOUR / 2, told_at=NOW),
                Deadline(kind="x", started_at=NOW, due_at=NOW, pauses=(Pause(NOW, NOW), Pause(NOW)), prolonged=1),
            ),
            asked=("order_number", "photo"),
            promised_at=NOW + HOUR,
            delays=2,
            resolved_at=NOW + HOUR,
            closed_at=NOW + 2 * HOUR,
        )
        unlike = [each.name for each in fields(Case) if getattr(case, each.name) == getattr(plain, each.name)]
        assert unlike == ["id", "number", "token", "opened_at", "merged_into"]
        tx.cases.save(case)
        assert tx.cases.get(case.id) == case
        assert tx.cases.lock(case.id) == case
        assert tx.cases.by_number(case.number) == case
        assert tx.cases.by_token(case.token) == case


def test_what_no_database_keeps_is_replaced(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx, subject=NASTY, tags=(NASTY,), customer=Address(NASTY, NASTY), team=NASTY)
        kept = tx.cases.get(case.id)
        assert tx.cases.find(team=NASTY) == (kept,)
    assert kept == replace(case, subject=KEPT, tags=(KEPT,), customer=Address(KEPT, KEPT), team=KEPT)


def test_cases_are_overdue_once_a_deadline_has_passed_that_nobody_met(database: Database) -> None:
    late = Deadline(kind="a", started_at=NOW - 2 * HOUR, due_at=NOW - HOUR)
    with database.begin() as tx:
        overdue = a_case(tx, deadlines=(late,))
        a_case(tx, deadlines=(replace(late, met_at=NOW),))
        a_case(tx, deadlines=(replace(late, due_at=NOW + HOUR),))
        a_case(tx, deadlines=(replace(late, pauses=(Pause(NOW - 2 * HOUR),)),))
        missed_before_it_stood_still = a_case(tx, deadlines=(replace(late, pauses=(Pause(NOW),)),))
        a_case(tx)
        assert tx.cases.find(overdue_at=NOW) == (missed_before_it_stood_still, overdue)
        assert len(tx.cases.find(overdue_at=NOW + HOUR)) == 3


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("12.5", "EUR", "12.50"),
        ("0.005", "EUR", "0.01"),
        ("1500", "JPY", "1500"),
        ("1.234", "KWD", "1.234"),
        ("-7.10", None, "-7.10"),
        ("90000000000000000.00", "EUR", "90000000000000000.00"),
    ],
)
def test_money_is_kept_exactly(database: Database, amount: str, currency: str | None, kept: str) -> None:
    with database.begin() as tx:
        case = tx.cases.get(a_case(tx, amount=Decimal(amount), currency=currency).id)
    assert case
    assert str(case.amount) == kept


def test_any_time_zone_in_is_utc_out(database: Database) -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    with database.begin() as tx:
        case = tx.cases.get(a_case(tx, opened_at=NOW.astimezone(tehran)).id)
    assert case
    assert case.opened_at == NOW
    assert case.opened_at.tzinfo is UTC


def test_a_naive_datetime_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="without time zone"), database.begin() as tx:
        a_case(tx, opened_at=naive)


def test_what_the_database_refuses_is_a_permanent_error(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)
    with pytest.raises(PermanentError), database.begin() as tx:
        a_case(tx, number=case.number)


def test_an_id_is_given_out_once_even_when_it_is_not_used(database: Database) -> None:
    with database.begin() as tx:
        ids = [tx.cases.new_id() for _ in range(3)]
    with database.begin() as tx:
        ids.append(tx.cases.new_id())
    assert len(set(ids)) == 4


def test_cases_are_found_newest_first(database: Database) -> None:
    with database.begin() as tx:
        old = a_case(tx, team="logistics")
        solved = a_case(tx, state=State.RESOLVED, team="logistics")
        other = a_case(tx, customer=Address("", "juri@tamm.example"))
        find = tx.cases.find
        assert find() == (other, solved, old)
        assert find(limit=1) == (other,)
        assert find(state=State.NEW) == (other, old)
        assert find(team="logistics", state=State.NEW) == (old,)
        assert find(customer=" ANNA@kask.example ") == (solved, old)
        assert tx.cases.history(ANNA.key) == (solved, old)
        assert tx.cases.history(ANNA.key, other_than=solved.id) == (old,)
        assert tx.cases.history(ANNA.key, limit=1) == (solved,)
        assert tx.cases.count_of(ANNA.key) == 2


def test_the_last_rating_is_that_of_the_latest_answer_with_one(database: Database) -> None:
    with database.begin() as tx:
        first, second, of_another = a_case(tx), a_case(tx), replace(a_case(tx), customer=Address("", MARI))
        tx.cases.save(of_another)
        for case, hours, rating in ((second, 1, 2), (first, 2, 4), (first, 3, None), (of_another, 4, 1)):
            answer = replace(an_entry(), event="survey", at=NOW + hours * HOUR, data={"rating": rating})
            tx.cases.record(case.id, [answer])
        assert tx.cases.last_rating(first.customer.key) == 4
        assert tx.cases.last_rating("nobody@mail.example") is None


def test_every_field_of_a_message_comes_back(database: Database) -> None:
    with database.begin() as tx:
        case, mail = a_case(tx), a_mail(tx)
        row = tx.ledger.get(mail)
        assert row
        message = a_message(
            direction=Direction.NOTE,
            role=Author.AGENT,
            author=Address(KEPT, MARI),
            subject=KEPT,
            text=KEPT * 1000,
            message_id=KEPT,
            references=("1@a.example", KEPT),
            attachments=("фото.jpg", KEPT),
            cc=(ANNA, Address(KEPT, KEPT)),
            raw_sha256=row.raw_sha256,
            ledger_id=mail,
        )
        tx.cases.add_message(case.id, message)
        assert tx.cases.messages(case.id) == (message,)


def test_the_last_message_is_found_by_its_way_and_role(database: Database) -> None:
    with database.begin() as tx:
        case, other = a_case(tx), a_case(tx)
        first, answer = a_message(), a_message(direction=Direction.OUT, role=Author.AGENT)
        later = a_message(text="And?", at=NOW - HOUR)
        for message in (first, answer, later):
            tx.cases.add_message(case.id, message)
        tx.cases.add_message(other.id, a_message(text="another case"))
        last = tx.cases.last_message
        assert last(case.id) == later
        assert last(case.id, direction=Direction.OUT) == answer
        assert last(case.id, role=Author.CUSTOMER) == later
        assert last(case.id, direction=Direction.OUT, role=Author.CUSTOMER) is None


def test_the_timeline_keeps_its_order(database: Database) -> None:
    entries = [an_entry(f"step {n}", at=NOW - n * HOUR) for n in range(12)]
    with database.begin() as tx:
        case, other = a_case(tx), a_case(tx)
        tx.cases.record(case.id, entries[:5])
        tx.cases.record(other.id, [an_entry("elsewhere")])
        tx.cases.record(case.id, [])
        tx.cases.record(case.id, entries[5:])
        assert tx.cases.timeline(case.id) == tuple(entries)


def test_every_field_of_a_timeline_entry_comes_back(database: Database) -> None:
    data = {"sum": 12, "ratio": 0.5, "ok": True, "none": None, "words": [KEPT, {KEPT: []}]}
    entry = an_entry(KEPT, by=KEPT, detail=KEPT, rule=KEPT, rule_book="4f", data=data)
    with database.begin() as tx:
        case = a_case(tx)
        tx.cases.record(case.id, [entry])
        assert tx.cases.timeline(case.id) == (entry,)


def test_data_without_a_form_in_json_becomes_text_or_is_refused(database: Database) -> None:
    data = {"sum": Decimal("12.50"), "at": NOW, "state": State.OPEN, "pair": (1, 2), "set": {"b", "a"}}
    with database.begin() as tx:
        case = a_case(tx)
        tx.cases.record(case.id, [an_entry(data=data)])
        (entry,) = tx.cases.timeline(case.id)
    expected = {"sum": "12.50", "at": NOW.isoformat(), "state": "open", "pair": [1, 2], "set": ["a", "b"]}
    assert entry.data == expected
    with pytest.raises(TypeError, match="bytes"), database.begin() as tx:
        tx.cases.record(case.id, [an_entry(data={"raw": b"x"})])


@pytest.mark.parametrize("statement", ["UPDATE timeline SET detail = 'all was well'", "DELETE FROM timeline"])
def test_nobody_can_rewrite_the_timeline(database: Database, url: str, statement: str) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        tx.cases.record(case.id, [an_entry()])
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.IntegrityError, match="only be appended"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    with database.read() as tx:
        assert tx.cases.timeline(case.id) == (an_entry(),)


def test_a_party_can_change_its_role(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        tx.cases.add_party(case.id, ANNA, Author.CUSTOMER)
        tx.cases.add_party(case.id, Address("", "x@y.example"), Author.THIRD_PARTY)
        tx.cases.add_party(case.id, Address("X", "X@Y.example"), Author.CUSTOMER)
        assert tx.cases.parties(case.id) == {"anna@kask.example": Author.CUSTOMER, "x@y.example": Author.CUSTOMER}
        assert tx.cases.parties(case.id + 1) == {}


def test_links_are_seen_from_both_sides_and_made_once(database: Database) -> None:
    with database.begin() as tx:
        a, b, c = (a_case(tx).id for _ in range(3))
        tx.cases.link(b, a, "suspected")
        tx.cases.link(b, a, "suspected")
        tx.cases.link(c, b, "reopened")
        assert tx.cases.links(a) == (Link(b, a, "suspected"),)
        assert tx.cases.links(b) == (Link(b, a, "suspected"), Link(c, b, "reopened"))


def test_internal_lines_add_up(database: Database) -> None:
    smallest, largest = -(2**63), 2**63 - 1
    with database.begin() as tx:
        case = a_case(tx)
        assert tx.cases.internal_lines(case.id) == frozenset()
        tx.cases.add_internal_lines(case.id, frozenset({smallest, 0}))
        tx.cases.add_internal_lines(case.id, frozenset({0, largest}))
        tx.cases.add_internal_lines(case.id, frozenset())
        assert tx.cases.internal_lines(case.id) == {smallest, 0, largest}
