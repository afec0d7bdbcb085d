"""How a case begins: what is taken from the complaint, and what follows at once."""

from collections.abc import Iterable
from dataclasses import replace

from mailbot.core import actions as a
from mailbot.core import events as e
from mailbot.core.asking import asked_for
from mailbot.core.assignment import assignee_for
from mailbot.core.case import PRIORITY_OF_SEVERITY, Author, Case, Direction
from mailbot.core.changes import Course
from mailbot.core.channels import Channel
from mailbot.core.customer_letters import acknowledgement
from mailbot.core.details import phone_in
from mailbot.core.filing import keep, signs_of
from mailbot.core.letters import Block
from mailbot.core.message import Address, MailKind
from mailbot.core.notifications import news_in
from mailbot.core.receipts import logged_receipt
from mailbot.core.recurrence_lines import recurred, told_of_clusters
from mailbot.core.rule_decisions import acknowledged_with, carried_out, considered, with_priority
from mailbot.core.situation import Situation
from mailbot.core.spam import tagged
from mailbot.core.telling import tell
from mailbot.core.timekeeping import acknowledged_before, kept_by_the_clock, promised


def complaint_arrived(event: e.ComplaintArrived, situation: Situation) -> Course:
    """Open the case, file the mail, do what rules say, acknowledge, and let those know who look after it."""
    mail = event.mail
    opened: list[a.Action] = [
        a.Open(case=_new_case(event, situation), reason=_how_it_came(event)),
        *_parties(mail),
        keep(mail, Direction.IN, Author.CUSTOMER),
        *tagged(mail),
        *recurred(situation),
        considered(situation.trace),
        *carried_out(situation.trace),
        *with_priority(situation.trace),
        *promised(situation.trace, situation.desk),
    ]
    if event.suspected is not None:
        opened.append(a.Relate(case_id=event.suspected.id, kind="suspected", reason=signs_of(mail)))
    if event.split_from is not None:
        opened.append(a.Relate(case_id=event.split_from.id, kind="split"))
    course, case = kept_by_the_clock(event, Course.of(None, opened, situation.now), situation)
    if event.split_from is not None:
        course = course.then(acknowledged_before(case, situation.desk, situation.now))
    if case.assignee is None and (member := assignee_for(case, situation)):
        given = a.AssignAgent(address=member.address, reason=situation.desk.assignment.strategy.value)
        course, case = kept_by_the_clock(event, course.then((given,)), situation)
    template = acknowledged_with(situation.trace, case)
    if template and case.customer.address and not mail.is_spam and event.split_from is None:
        if asked := tuple(asked_for(event, case, situation)):
            course, case = kept_by_the_clock(event, course.then(asked), situation)
        letter = acknowledgement(case, mail, situation, template, channel=case.channel)
        course, case = kept_by_the_clock(event, course.then((a.Send(letter=letter),)), situation)
    return course.then(_told(event, case, situation))


def _told(event: e.ComplaintArrived, case: Case, situation: Situation) -> Iterable[a.Action]:
    """What members hear of a complaint that has come."""
    mail, logged = event.mail, event.logged
    news = news_in(mail, "complaint" if case.is_complaint else "not_a_complaint")
    if logged:
        yield from _logged(logged, case, situation)
        news = replace(news, note=Block(logged.note) if logged.note else None, note_by=logged.member.name)
    yield from tell(case, news, situation)
    yield from told_of_clusters(case, situation)


def _logged(logged: e.OnBehalf, case: Case, situation: Situation) -> Iterable[a.Action]:
    """What is kept of how a complaint came that a member has brought, and what the member hears."""
    if logged.note:
        yield keep(logged.mail, Direction.NOTE, Author.AGENT, text=logged.note)
    if logged.channel is Channel.PHONE or logged.phone:
        yield a.PreferChannel(customer=case.customer, channel=logged.channel, phone=logged.phone)
    yield a.Send(letter=logged_receipt(logged, case, situation), by=logged.member.address)


def _how_it_came(event: e.ComplaintArrived) -> str:
    if event.logged:
        return f"{event.logged.channel}, logged by {event.logged.member.address}"
    return f"split from {event.split_from.number}" if event.split_from else event.mail.reading.kind_reason


def _new_case(event: e.ComplaintArrived, situation: Situation) -> Case:
    mail = event.mail
    if situation.fresh is None:
        raise AssertionError("a mail that may begin a case comes with a case reserved for it")
    reading = mail.reading
    assessment = reading.assessment
    return replace(
        situation.fresh,
        mailbox=mail.mailbox,
        subject=reading.message.subject,
        customer=mail.sender,
        language=reading.language,
        opened_at=situation.now,
        is_complaint=assessment.is_complaint,
        type=assessment.type,
        demanded_remedy=assessment.demanded_remedy,
        threat=assessment.threat,
        safety=assessment.safety,
        repeat=assessment.repeat,
        severity=assessment.severity,
        priority=PRIORITY_OF_SEVERITY[assessment.severity],
        order_number=assessment.order_number,
        amount=assessment.amount,
        currency=assessment.currency,
        channel=_channel(event),
        phone=event.logged.phone if event.logged and event.logged.phone else phone_in(reading.message.text),
    )


def _channel(event: e.ComplaintArrived) -> Channel:
    if event.logged:
        return event.logged.channel
    return Channel.WEB if event.mail.reading.kind is MailKind.WEB_FORM else Channel.MAIL


def _parties(mail: e.Received) -> Iterable[a.Join]:
    addresses: tuple[Address | None, ...] = (mail.sender, mail.reading.message.from_)
    if mail.reading.kind is MailKind.WEB_FORM:
        addresses = (mail.sender,)
    for address in {x.key: x for x in addresses if x and x.address}.values():
        yield a.Join(address=address, role=Author.CUSTOMER)
