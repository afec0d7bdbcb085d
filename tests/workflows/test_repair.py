"""Cases that are one, messages that belong elsewhere: nothing is lost, and every old way leads to the right case."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.actions import Merge, MoveMessage, Split
from mailbot.core.approvals import APPROVAL
from mailbot.core.case import Author, Case, State
from mailbot.core.commands.order import Refused
from mailbot.core.compensation import OfferKind
from mailbot.core.message import Severity
from mailbot.core.money import Money
from mailbot.core.offers import Offer, Step
from mailbot.core.policy import CALL, FOLLOW_UP, WAIT
from mailbot.core.promises import PROMISE
from mailbot.store.database import Database
from mailbot.store.due import DueState, DueWork
from mailbot.workflows.repair import Repair, repaired_by_hand
from tests.desk import MONDAY_NOON, ROOT, DeskDriver, Sent, mail
from tests.workflows.conftest import DeskWith

KATE, TOM = "Kate <kate@mail.example>", "Tom <tom@mail.example>"
MARI, ANA = "mari@acme.example", "ana@acme.example"
DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> DeskDriver:
    return DeskDriver.open(tmp_path, database)


def complain(desk: DeskDriver, id: str, body: str, *, by: str = KATE) -> list[Sent]:
    desk.arrive(mail(body, from_=by, to="support@acme.example", subject="Late parcel", message_id=f"<{id}>"))
    return desk.sent()


def reply(desk: DeskDriver, to: Sent, body: str, *, by: str, id: str, **headers: str) -> list[Sent]:
    """An answer to one of the desk's mails, with the whole thread in its References."""
    usual = {
        "from_": by,
        "to": to.reply_address,
        "subject": f"Re: {to.mail['Subject']}",
        "message_id": f"<{id}>",
        "in_reply_to": f"<{to.row.message_id}>",
        "references": f"{to.mail['References'] or ''} <{to.row.message_id}>".strip(),
    }
    desk.arrive(mail(body, **usual | headers))
    return desk.sent()


def to(sent: Sequence[Sent], address: str, kind: str = "notification") -> Sent:
    return next(one for one in reversed(sent) if (one.row.recipient, one.row.kind.value) == (address, kind))


def kinds(sent: Sequence[Sent]) -> list[tuple[str, str]]:
    return sorted((one.row.kind.value, one.row.recipient) for one in sent)


def by_hand(desk: DeskDriver, case: Case, repair: Repair) -> Case:
    with desk.runtime.database.begin() as tx:
        locked = tx.cases.lock(case.id)
        assert locked is not None
        return repaired_by_hand(tx, desk.runtime, locked, repair, desk.now)


def merge(desk: DeskDriver, source: Case, target: Case) -> Case:
    return by_hand(desk, source, Merge(into=target, by="admin"))


def exactly(desk: DeskDriver, case: Case) -> Case:
    with desk.runtime.database.read() as tx:
        found = tx.cases.get(case.id)
    assert found is not None
    return found


def by_number(desk: DeskDriver, case: Case) -> Case:
    with desk.runtime.database.read() as tx:
        found = tx.cases.by_number(case.number)
    assert found is not None
    return found


def texts(desk: DeskDriver, case: Case) -> list[str]:
    return [message["text"].strip() for message in desk.record(case)["messages"]]


def links(desk: DeskDriver, case: Case) -> list[tuple[str, str]]:
    return sorted((link["kind"], link["number"]) for link in desk.record(case)["links"])


def refused(desk: DeskDriver, case: Case) -> list[str]:
    """Why commands about a case were not carried out."""
    details = [entry["detail"] for entry in desk.timeline(case) if "nothing carried out" in entry["detail"]]
    return [detail.rpartition(": ")[2] for detail in details]


def two_cases(desk: DeskDriver, *, second_by: str = KATE) -> tuple[Case, Case, list[Sent], list[Sent]]:
    first = complain(desk, "one@mail.example", "My parcel A-10293 is late.")
    second = complain(desk, "two@mail.example", "My parcel A-10293 is still late.", by=second_by)
    return (*desk.cases(), first, second)  # type: ignore[return-value]


def test_a_merged_case_goes_on_in_the_other(desk: DeskDriver) -> None:
    one, two, _, second = two_cases(desk)
    sent = reply(desk, to(second, MARI), f"#merge {one.number}", by=MARI, id="m1@acme.example")
    assert kinds(sent) == [("notification", ANA), ("receipt", MARI)]
    told = to(sent, ANA)
    assert f"Late parcel [{one.number}]" in told.mail["Subject"]
    assert "still late" in told.text
    assert texts(desk, one)[:2] == ["My parcel A-10293 is late.", "My parcel A-10293 is still late."]
    assert texts(desk, two) == []
    closed = exactly(desk, two)
    assert (closed.state, closed.merged_into, closed.next_due_at) == (State.CLOSED, one.id, None)
    assert exactly(desk, one).merged_into is None
    assert links(desk, one) == [("merged", two.number)]
    assert links(desk, two) == [("merged", one.number)]
    for case in (one, two):
        assert any(entry["event"] == "merged" for entry in desk.timeline(case))


def test_every_old_way_leads_to_the_case_in_which_it_goes_on(desk: DeskDriver) -> None:
    one, two, first, second = two_cases(desk)
    merge(desk, two, one)
    assert by_number(desk, two).id == one.id
    reply(
        desk, to(second, "kate@mail.example", "acknowledgement"), "By the old address.", by=KATE, id="k1@mail.example"
    )
    desk.arrive(
        mail("By number.", from_=KATE, to="support@acme.example", subject=f"On {two.number}", message_id="<k2@x>")
    )
    desk.arrive(
        mail("To my own.", from_=KATE, to="support@acme.example", message_id="<k3@x>", references="<two@mail.example>")
    )
    ack = to(second, "kate@mail.example", "acknowledgement")
    both = f"<{to(first, 'kate@mail.example', 'acknowledgement').row.message_id}> <{ack.row.message_id}>"
    reply(desk, ack, "To both.", by=KATE, id="k4@mail.example", references=both)
    reply(desk, to(second, MARI), "#note An old notification.", by=MARI, id="m1@acme.example")
    assert texts(desk, one)[2:] == [
        "By the old address.",
        "By number.",
        "To my own.",
        "To both.",
        "An old notification.",
    ]
    assert len(desk.cases()) == 2


def test_the_answer_to_an_old_notification_goes_to_the_customer_in_the_new_case(desk: DeskDriver) -> None:
    one, two, _, second = two_cases(desk)
    merge(desk, two, one)
    sent = reply(desk, to(second, MARI), "It comes tomorrow.", by=MARI, id="m1@acme.example")
    answer = to(sent, "kate@mail.example", "answer")
    assert one.token in answer.reply_address
    assert texts(desk, one)[-1] == "It comes tomorrow."
    assert exactly(desk, one).state is State.WAITING


LEGAL = "My parcel A-10293 never came. I am writing to the Consumer Protection Board about you today."


BY_LAW = """
rules:
  - {rule: all, then: {assign_team: logistics}}
  - {rule: law, when: {text: Protection Board}, then: {sla: authority, tag: law, severity: critical, hold: the lawyer}}
"""


@pytest.fixture
def lawful(desk_with: DeskWith) -> DeskDriver:
    """A desk with the shipped SLAs, of which a rule chooses that of the law."""
    return desk_with({"routing": BY_LAW, "sla": (ROOT / "rules" / "sla.yaml").read_text(encoding="utf-8")})


def test_the_other_case_gets_gravity_tags_a_hold_and_the_clocks_of_the_law(lawful: DeskDriver) -> None:
    complain(lawful, "1@mail.example", "My parcel came one day late. Order A-10293.")
    lawful.wait(2 * DAY)
    complain(lawful, "2@mail.example", LEGAL)
    lawful.wait(DAY)
    one, two = lawful.cases()
    assert (one.sla, two.sla) == ("standard", "authority")
    merge(lawful, two, one)
    left = exactly(lawful, one)
    assert "law" in left.tags
    assert (left.severity, left.on_hold, left.sla) == (Severity.CRITICAL, "the lawyer", "authority")
    written = two.deadline("written_answer")
    assert written
    assert left.deadline("written_answer") == written, "counted from when the complaint came that the law is about"
    assert left.deadline("resolution") is None, "the clocks of the usual SLA give way"
    assert left.next_due_at is not None


def test_a_case_that_is_graver_keeps_its_own(lawful: DeskDriver) -> None:
    complain(lawful, "1@mail.example", LEGAL)
    (one,) = lawful.cases()
    complain(lawful, "2@mail.example", "My parcel came one day late. Order A-10293.", by=TOM)
    merge(lawful, lawful.cases()[1], one)
    left = exactly(lawful, one)
    assert (left.severity, left.sla, left.deadline("written_answer")) == (
        one.severity,
        "authority",
        one.deadline("written_answer"),
    )


def test_chains_of_merged_cases_are_followed(desk: DeskDriver) -> None:
    one, two, *_ = two_cases(desk)
    complain(desk, "three@mail.example", "And it is still not here.")
    three = desk.cases()[2]
    merge(desk, one, two)
    merge(desk, two, three)
    with desk.runtime.database.begin() as tx:
        found = [tx.cases.by_number(one.number), tx.cases.by_token(one.token), tx.cases.lock(one.id)]
        assert [case.id for case in found if case] == [three.id] * 3
        assert [tx.cases.get(case.id) == case for case in found if case] == [True] * 3
    assert len(texts(desk, three)) == 3
    assert ("merged", one.number) in links(desk, three)


def test_a_case_is_not_merged_into_itself_by_whatever_name(desk: DeskDriver) -> None:
    one, two, _, second = two_cases(desk)
    merge(desk, two, one)
    with pytest.raises(Refused, match="same_case"):
        merge(desk, one, exactly(desk, two))
    reply(desk, to(second, MARI), f"#merge {two.number}", by=MARI, id="m1@acme.example")
    assert refused(desk, one) == ["same_case"]
    assert exactly(desk, one).merged_into is None


def test_a_settled_case_opens_again_for_a_customer_who_waits(desk: DeskDriver) -> None:
    one, two, first, _ = two_cases(desk)
    reply(desk, to(first, MARI), "#resolve\n\nIt has arrived.", by=MARI, id="m1@acme.example")
    assert exactly(desk, one).state is State.RESOLVED
    merge(desk, two, one)
    case = exactly(desk, one)
    assert case.state is State.OPEN
    assert case.next_due_at is not None
    desk.wait(14 * DAY)
    assert not [mail for mail in desk.sent() if mail.row.kind.value == "follow_up"]


def test_a_settled_case_rests_when_the_other_was_answered(desk: DeskDriver) -> None:
    one, two, first, second = two_cases(desk)
    reply(desk, to(first, MARI), "#resolve\n\nIt has arrived.", by=MARI, id="m1@acme.example")
    reply(desk, to(second, MARI), "It has arrived.", by=MARI, id="m2@acme.example")
    merge(desk, two, one)
    assert exactly(desk, one).state is State.RESOLVED


def test_the_other_customer_becomes_party_and_gets_no_answers(desk: DeskDriver) -> None:
    one, two, first, second = two_cases(desk, second_by=TOM)
    merge(desk, two, one)
    with desk.runtime.database.read() as tx:
        assert tx.cases.parties(one.id)["tom@mail.example"] is Author.CUSTOMER
        assert tx.people.language("tom@mail.example") == "en"
    reply(desk, to(second, "tom@mail.example", "acknowledgement"), "I am Tom.", by=TOM, id="t1@mail.example")
    assert desk.record(one)["messages"][-1]["role"] == "customer"
    sent = reply(desk, to(first, MARI), "It comes tomorrow.", by=MARI, id="m1@acme.example")
    assert [who for kind, who in kinds(sent) if kind == "answer"] == ["kate@mail.example"]


def test_a_revoked_member_is_revoked_for_what_was_merged_too(desk: DeskDriver) -> None:
    one, two, first, second = two_cases(desk)
    merge(desk, two, one)
    reply(desk, to(first, MARI), "#revoke", by=MARI, id="m1@acme.example")
    row = desk.arrive(
        mail("Hello there.", from_=MARI, to=to(second, MARI).reply_address, subject="Re: x", message_id="<m2@x>")
    )
    assert row.disposition.value == "held"


def test_the_thread_of_the_agents_goes_on(desk: DeskDriver) -> None:
    one, two, first, _ = two_cases(desk)
    merge(desk, two, one)
    sent = desk.sent()
    assert to(sent, MARI).mail["References"] == f"<{to(first, MARI).row.message_id}>"


def an_offer(number: int, **values: object) -> Offer:
    usual = {"remedy": OfferKind.REFUND, "amount": Money.from_minor(2000, "EUR"), "by": MARI}
    return Offer(number=number, proposed_at=MONDAY_NOON, **usual | values)  # type: ignore[arg-type]


def test_offers_are_numbered_after_those_of_the_case(desk: DeskDriver) -> None:
    one, two, *_ = two_cases(desk)
    now = desk.now
    with desk.runtime.database.begin() as tx:
        for case, number in ((one, 1), (one, 2), (two, 1), (two, 2)):
            offer = an_offer(number, state=Step.OFFERED, offered_at=now, due_at=now + 9 * DAY)
            tx.offers.move(case, offer, Step.OFFERED, by=MARI, reason="", book=None, now=now)
        for kind, data in (
            (PROMISE, {"number": 2, "passed": True}),
            (APPROVAL, {"number": 1, "asked": 1}),
            (WAIT, {}),
            (CALL, {}),
            (FOLLOW_UP, {"resolved_at": now.isoformat()}),
        ):
            work = DueWork(key=f"{kind} of two", kind=kind, case_id=two.id, due_at=now + 9 * DAY, data=data)
            tx.due.add(work, now)
    merge(desk, two, one)
    with desk.runtime.database.begin() as tx:
        assert [offer.number for offer in tx.offers.of_case(one.id)] == [1, 2, 3, 4]
        assert tx.offers.of_case(two.id) == ()
        waiting = [row for row in tx.due.of_case(one.id) if row.state is DueState.WAITING]
        found = {row.kind: row.data for row in waiting if row.kind in (PROMISE, APPROVAL, WAIT, CALL, FOLLOW_UP)}
        assert found == {
            PROMISE: {"number": 4, "passed": True},
            APPROVAL: {"number": 3, "asked": 1},
            WAIT: {},
            CALL: {},
        }
        assert {row.state for row in tx.due.of_case(two.id)} == {DueState.CANCELLED}
        third = tx.offers.of_case(one.id)[2]
        tx.offers.move(one, third, Step.FULFILLED, by=MARI, reason="", book=None, now=now)
        steps = tx.offers.lines(case_number=two.number)
        assert [line.step for line in steps] == [Step.OFFERED, Step.OFFERED]


def test_a_case_with_an_offer_that_waits_is_not_merged(desk: DeskDriver) -> None:
    one, two, *_ = two_cases(desk)
    with desk.runtime.database.begin() as tx:
        tx.offers.move(two, an_offer(1), Step.PROPOSED, by=MARI, reason="", book=None, now=desk.now)
    with pytest.raises(Refused, match="waits_for_approval"):
        merge(desk, two, one)


def with_a_second_matter(desk: DeskDriver) -> tuple[Case, list[Sent]]:
    """A case with an answer, and another complaint in its thread."""
    first = complain(desk, "one@mail.example", "My parcel A-10293 is late.")
    answered = reply(desk, to(first, MARI), "It comes tomorrow.", by=MARI, id="m1@acme.example")
    answer = to(answered, "kate@mail.example", "answer")
    sent = reply(desk, answer, "Besides, the lamp from order B-20777 came broken.", by=KATE, id="lamp@mail.example")
    return desk.cases()[0], sent


def test_a_message_becomes_a_case_of_its_own(desk: DeskDriver) -> None:
    old, sent = with_a_second_matter(desk)
    sent = reply(desk, to(sent, MARI), "#split", by=MARI, id="m2@acme.example")
    assert not [kind for kind, _ in kinds(sent) if kind == "acknowledgement"]
    old, new = desk.cases()
    assert (new.type, new.order_number) == ("defective_goods", "B-20777")
    assert texts(desk, new) == ["Besides, the lamp from order B-20777 came broken."]
    assert texts(desk, old)[:2] == ["My parcel A-10293 is late.", "It comes tomorrow."]
    assert ("split", old.number) in links(desk, new)
    assert {"event": "split", "detail": f"into {new.number}"} in desk.timeline(old)
    with desk.runtime.database.read() as tx:
        assert [known.case_id for known in tx.message_ids.known(["lamp@mail.example"])] == [new.id]
        assert [row.case_id for row in tx.ledger.by_message_id("lamp@mail.example")] == [new.id]


def test_the_customer_goes_on_in_the_new_case_however_long_the_old_thread_was(desk: DeskDriver) -> None:
    first = complain(desk, "one@mail.example", "My parcel A-10293 is late.")
    latest = to(first, MARI)
    for n in range(4):
        answered = reply(desk, latest, f"It comes on day {n}.", by=MARI, id=f"m{n}@acme.example")
        answer = to(answered, "kate@mail.example", "answer")
        latest = to(reply(desk, answer, f"Lamp {n} is broken.", by=KATE, id=f"k{n}@mail.example"), MARI)
    sent = reply(desk, latest, "#split", by=MARI, id="split@acme.example")
    _, new = desk.cases()
    told = next(
        one for one in sent if new.number in str(one.mail["Subject"]) and one.row.recipient != "kate@mail.example"
    )
    answered = reply(desk, told, "We send a new lamp.", by=told.row.recipient, id="a@acme.example")
    reply(desk, to(answered, "kate@mail.example", "answer"), "Thank you for the lamp!", by=KATE, id="k9@mail.example")
    assert texts(desk, new)[-1] == "Thank you for the lamp!"
    assert len(desk.cases()) == 2


def test_the_only_message_of_a_customer_stays(desk: DeskDriver) -> None:
    one, two, first, _ = two_cases(desk)
    for n, command in enumerate(("#split", f"#move {two.number}")):
        reply(desk, to(first, MARI), command, by=MARI, id=f"m{n}@acme.example")
    assert refused(desk, one) == ["only_message", "only_message"]
    assert texts(desk, one)[:1] == ["My parcel A-10293 is late."]
    with pytest.raises(Refused, match="only_message"):
        by_hand(desk, one, Split(by="admin"))


def test_a_message_is_split_once(desk: DeskDriver) -> None:
    old, sent = with_a_second_matter(desk)
    reply(desk, to(sent, MARI), "#split\n#split", by=MARI, id="m2@acme.example")
    reply(desk, to(sent, MARI), "#split", by=MARI, id="m3@acme.example")
    assert len(desk.cases()) == 2
    assert refused(desk, old) == ["no_message"]
    assert {"event": "split", "detail": "nothing was done: no_message"} in desk.timeline(old)


def test_a_message_moves_to_the_case_it_belongs_to(desk: DeskDriver) -> None:
    old, sent = with_a_second_matter(desk)
    lamp = complain(desk, "other@mail.example", "The lamp from order B-20777 is broken.", by=TOM)
    _, other = desk.cases()
    reply(desk, to(lamp, ANA), "#resolve\n\nWe send a new one.", by=ANA, id="a1@acme.example")
    moved = reply(desk, to(sent, MARI), f"#move {other.number}", by=MARI, id="m2@acme.example")
    told = [one for one in moved if one.row.kind.value == "notification"]
    assert all(f"Late parcel [{other.number}]" in one.mail["Subject"] for one in told)
    assert MARI not in {one.row.recipient for one in told}
    assert "lamp" in told[0].text
    assert texts(desk, other)[0] == "Besides, the lamp from order B-20777 came broken."
    assert exactly(desk, other).state is State.OPEN
    assert texts(desk, old)[:2] == ["My parcel A-10293 is late.", "It comes tomorrow."]
    assert links(desk, other) == [("moved", old.number)]
    with desk.runtime.database.read() as tx:
        assert tx.cases.parties(other.id)["kate@mail.example"] is Author.CUSTOMER
        assert [known.case_id for known in tx.message_ids.known(["lamp@mail.example"])] == [other.id]
        assert [row.case_id for row in tx.ledger.by_message_id("lamp@mail.example")] == [other.id]


def test_a_repair_is_done_as_a_whole_or_not_at_all(desk: DeskDriver) -> None:
    old, _ = with_a_second_matter(desk)
    complain(desk, "other@mail.example", "The lamp is broken.")
    _, other = desk.cases()
    before = [desk.record(case) for case in desk.cases()]
    for repair in (Merge(into=other), Split(), MoveMessage(into=other)):
        with pytest.raises(InterruptedError):
            interrupted(desk, old, repair)
        assert [desk.record(case) for case in desk.cases()] == before
    assert desk.sent() == []


def interrupted(desk: DeskDriver, case: Case, repair: Repair) -> None:
    with desk.runtime.database.begin() as tx:
        repaired_by_hand(tx, desk.runtime, case, repair, desk.now)
        raise InterruptedError


STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "move"]), st.integers(0, 5), st.integers(0, 5)), max_size=7
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_repair_loses_a_message_or_a_number(desk: DeskDriver, steps: list[tuple[str, int, int]]) -> None:
    known = len(desk.cases())
    for n in range(3):
        complain(desk, f"{known}-{n}@mail.example", f"Parcel {known}-{n} is late.", by=f"c{n}@mail.example")
        number = desk.cases()[-1].number
        for more in range(2):
            text = f"More {more} on {known}-{n}."
            headers = {"from_": f"c{n}@mail.example", "to": "support@acme.example", "subject": f"[{number}]"}
            desk.arrive(mail(text, message_id=f"<{known}-{n}-{more}@mail.example>", **headers))
    before = Counter(text for case in desk.cases()[known:] for text in texts(desk, case))
    assert sum(before.values()) == 9
    for name, one, other in steps:
        try_to(desk, name, desk.cases()[known:], one, other)
    after = desk.cases()[known:]
    assert Counter(text for case in after for text in texts(desk, case)) == before
    for case in after:
        found = by_number(desk, case)
        assert found.merged_into is None
        assert (found.id == case.id) is (case.merged_into is None)
        assert case.merged_into is None or texts(desk, case) == []


def try_to(desk: DeskDriver, name: str, cases: Sequence[Case], one: int, other: int) -> None:
    case, into = cases[one % len(cases)], cases[other % len(cases)]
    repairs: dict[str, Repair] = {"merge": Merge(into=into), "split": Split(), "move": MoveMessage(into=into)}
    try:
        by_hand(desk, case, repairs[name])
    except Refused:
        return
