"""Missing details: that the customer was asked for them, the one reminder, and the closing when nobody has written.

Whatever is written in the case meanwhile, by the customer, by an agent or by a machine, ends all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from mailbot.core import actions as a
from mailbot.core.case import Author, Case, Direction, State
from mailbot.core.channels import Channel
from mailbot.core.closing import DetailsPolicy, Wait, in_time, is_untouched
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.details import missing
from mailbot.core.events import AgentWrote, ComplaintArrived, DetailsDue, Event
from mailbot.core.letter_parts import latest_from_customer, reply_to_message
from mailbot.core.letters import Letter, LetterKind, Thread
from mailbot.core.message import Address, Threat
from mailbot.core.notifications import news_again, notifications
from mailbot.core.rule_decisions import decided
from mailbot.core.situation import Desk, Situation
from mailbot.core.sla import FIRST_ANSWER

REMIND, GIVE_UP = "details_reminder", "details_closing"
"""The kinds of due work."""

_AT_REST = frozenset({State.RESOLVED, State.CLOSED})
_NEXT_DAY = Span(1, "business days")
_TOO_LATE = Span(5, "business days")
"""After an outage of so long, the customer has waited for us and not we for them."""


def asked_for(event: ComplaintArrived, case: Case, situation: Situation) -> Iterable[a.Action]:
    """What the acknowledgement of a new case asks for, and what follows if nobody answers."""
    wanted = missing(decided(situation.trace, "ask_for"), case, event.mail.reading)
    if not wanted:
        return
    yield a.AskFor(details=wanted, reason="the acknowledgement asks for it")
    policy = details_policy(case, situation)
    if policy is None:
        return
    if policy.wait is Wait.ASKED:
        yield a.SetState(state=State.WAITING, reason="details are missing")
    with_note = event.logged is not None and bool(event.logged.note)
    asked = DetailsDue(
        case=case,
        asked_at=situation.now,
        due_at=situation.now,
        messages=2 if with_note else 1,
        known=is_known(event, situation),
        closes=policy.remind_after is None,
    )
    yield from _planned(asked, policy, situation)


def is_known(event: ComplaintArrived, situation: Situation) -> bool:
    """Whether the sender is who they say, so that a mail of ours may repeat their subject and name (decision 4)."""
    own = (past for past in situation.history if past.customer.key == event.mail.sender.key)
    return event.mail.sender_is_proven or any(not is_untouched(past) for past in own)


def withdrawn(reason: str, by: str) -> Iterable[a.Cancel]:
    """Nobody is reminded, and nothing is closed."""
    return (a.Cancel(kind=REMIND, reason=reason, by=by), a.Cancel(kind=GIVE_UP, reason=reason, by=by))


def taken_up(event: Event, done: Sequence[a.Action], situation: Situation) -> Iterable[a.Action]:
    """What follows for missing details from an agent's mail that takes the case up: it is the agent's now."""
    if not isinstance(event, AgentWrote) or not event.case.asked or not any(map(_takes_up, done)):
        return
    if any(m.direction is Direction.OUT and m.role is Author.AGENT for m in situation.messages):
        return
    by = event.member.address
    yield from withdrawn("an agent has taken the case up", by)
    waits = event.case.state is State.WAITING and not any(isinstance(action, a.SetState) for action in done)
    if waits and not any(message.role is Author.AGENT for message in situation.messages[1:]):
        yield a.SetState(state=State.OPEN, reason="an agent has taken the case up", by=by)


def details_due(event: DetailsDue, situation: Situation) -> Iterable[a.Action]:
    """Remind the customer or close the case, in business hours; or say why not."""
    policy, calendar, now = details_policy(event.case, situation), situation.desk.calendar, situation.now
    why = _moved_on(event, policy, situation)
    if why or policy is None:
        yield a.Note(event=_kind_of(event).value, detail="not sent", reason=why or "closing.yaml leaves this case out")
        yield from _woken(event.case, situation)
    elif not in_time(event.due_at, now):  # first the mail that has come meanwhile
        yield _at(calendar.next_open(calendar.after(now, _NEXT_DAY)), event, closes=event.closes)
    elif not calendar.is_open(now):
        yield _at(calendar.next_open(now), event, closes=event.closes)
    elif event.closes:
        yield a.SetState(state=State.CLOSED, reason="nothing was heard since details were asked for")
        yield a.Send(letter=_closing(event, situation))
    else:
        yield from _remind(event, policy, situation)


def _remind(event: DetailsDue, policy: DetailsPolicy, situation: Situation) -> Iterable[a.Action]:
    case, calendar, now = event.case, situation.desk.calendar, situation.now
    waits = _waits_from_now(case, policy, situation)
    # Who was promised an answer by a day gets it, whatever is missing, unless they hear before it that it waits.
    last_day = None if case.promised_at and not waits else _last_day(event.asked_at, now, policy, calendar)
    if waits:
        yield a.SetState(state=State.WAITING, reason="details are missing, and the customer was reminded of them")
    yield a.Send(letter=_reminder(event, situation, last_day, case.promised_at if waits else None))
    if last_day:
        yield _at(_morning_after(last_day, calendar), event, closes=True)
    else:
        yield from _woken(event.case, situation)


def _waits_from_now(case: Case, policy: DetailsPolicy, situation: Situation) -> bool:
    """Whether the reminder lets the promised day wait: it is still to come, and was not put off by ourselves."""
    if policy.wait is not Wait.REMINDED or case.state is State.WAITING or case.delays:
        return False
    has_passed = case.promised_at is not None and case.promised_at <= situation.now
    return not has_passed and _may_stand_still(case, situation.desk)


def _may_stand_still(case: Case, desk: Desk) -> bool:
    """Whether the answer may wait for the customer: by its clock, and by no regulator's."""
    sla = desk.slas.of(case)
    clock = sla.clock(FIRST_ANSWER) if sla else None
    return sla is None or (sla.profile is None and (clock is None or clock.pauses))


def _planned(asked: DetailsDue, policy: DetailsPolicy, situation: Situation) -> Iterable[a.Schedule]:
    calendar, now = situation.desk.calendar, situation.now
    if policy.remind_after:
        yield _at(calendar.next_open(calendar.after(now, policy.remind_after)), asked, closes=False)
    elif last_day := _last_day(now, None, policy, calendar):
        yield _at(_morning_after(last_day, calendar), asked, closes=True)


def _at(due_at: datetime, event: DetailsDue, *, closes: bool) -> a.Schedule:
    data = {"asked_at": event.asked_at.isoformat(), "messages": event.messages, "known": event.known}
    return a.Schedule(kind=GIVE_UP if closes else REMIND, due_at=due_at, data=data)


def _last_day(
    asked_at: datetime, reminded_at: datetime | None, policy: DetailsPolicy, calendar: Calendar
) -> datetime | None:
    """A moment of the last day on which the customer can answer, at least a business day after the reminder."""
    if policy.close_after is None:
        return None
    last = calendar.after(asked_at, policy.close_after)
    return max(last, calendar.after(reminded_at, _NEXT_DAY)) if reminded_at else last


def _morning_after(last_day: datetime, calendar: Calendar) -> datetime:
    """When the desk opens after the end of that day."""
    day = last_day.astimezone(calendar.zone).date() + timedelta(days=1)
    return calendar.next_open(datetime.combine(day, time(), calendar.zone))


def details_policy(case: Case, situation: Situation) -> DetailsPolicy | None:
    """The policy for this case; None where a person has to see to it whatever is missing."""
    policy = situation.desk.closing.details
    grave = case.safety or case.threat is not Threat.NONE or case.on_hold
    return policy if policy and not grave and case.customer.address and policy.applies_to(case) else None


def _moved_on(event: DetailsDue, policy: DetailsPolicy | None, situation: Situation) -> str | None:
    """Why nothing is done any more, if nothing is."""
    case, calendar = event.case, situation.desk.calendar
    if case.state in _AT_REST or not case.asked:
        return "the case has moved on"
    if len(situation.messages) != event.messages:
        return "somebody has written since"
    if event.closes and case.promised_at:
        return "the customer was promised an answer"
    if policy and (policy.close_after if event.closes else policy.remind_after) is None:
        return "closing.yaml says so no more"
    if calendar.after(event.due_at, _TOO_LATE) < situation.now:
        return f"too late: it was due on {event.due_at:%Y-%m-%d}"
    return None


def _woken(case: Case, situation: Situation) -> Iterable[a.Action]:
    """A case that waited for details waits no more when nothing will end its waiting."""
    if case.state is not State.WAITING:
        return
    yield a.SetState(state=State.NEW, reason="nobody waits for details any more")
    latest = latest_from_customer(situation.messages)
    for letter in notifications(case, news_again(latest, "wait_over"), situation) if latest else ():
        yield a.Send(letter=letter)


def _takes_up(action: a.Action) -> bool:
    match action:
        case a.SetState() | a.AssignAgent():
            return True
        case a.Send(letter=letter):
            return letter.kind in (LetterKind.ANSWER, LetterKind.RESOLUTION)
    return False


def _kind_of(event: DetailsDue) -> LetterKind:
    return LetterKind.CLOSING if event.closes else LetterKind.REMINDER


def _reminder(
    event: DetailsDue, situation: Situation, last_day: datetime | None, promised_at: datetime | None
) -> Letter:
    values = {"asked_at": event.asked_at, "closes_on": last_day, "promised_at": promised_at}
    return _letter(event, situation, values)


def _closing(event: DetailsDue, situation: Situation) -> Letter:
    return _letter(event, situation, {})


def _letter(event: DetailsDue, situation: Situation, values: Mapping[str, object]) -> Letter:
    """A mail under the customer's own, with the subject that the acknowledgement had."""
    case, latest = event.case, latest_from_customer(situation.messages)
    return Letter(
        kind=_kind_of(event),
        to=case.customer if event.known else Address("", case.customer.address),
        language=case.language,
        thread=reply_to_message(latest) if case.channel in (Channel.MAIL, Channel.WEB) else Thread(),
        values={
            **values,
            "missing": case.asked,
            "is_complaint": case.is_complaint,
            "channel": case.channel.value,
            "original_subject": case.subject if event.known and case.subject else None,
        },
    )
