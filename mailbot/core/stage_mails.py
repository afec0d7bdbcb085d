"""What the customer hears between acknowledgement and answer: that somebody is at it, and that it takes longer."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mailbot.core import actions as a
from mailbot.core.answer_promise import owed
from mailbot.core.asking import details_policy
from mailbot.core.case import Author, Case, Direction, State
from mailbot.core.channels import Channel
from mailbot.core.closing import Wait, is_untouched
from mailbot.core.deadlines import Span
from mailbot.core.events import StageDue
from mailbot.core.letter_parts import latest_from_customer, reply_to_message
from mailbot.core.letters import Letter, LetterKind
from mailbot.core.message import Address
from mailbot.core.notices import notice
from mailbot.core.notifications import agents_of
from mailbot.core.rules.conditions import Condition
from mailbot.core.situation import Situation
from mailbot.core.spam import may_be_spam
from mailbot.core.stages import LOOKING_INTO, Delay, does_not_apply

CALL_WAITING = "call_waiting"
_STALE = Span(2, "business days")  # after a week without a word, "we are looking into it" is no comfort
_FORGOTTEN = timedelta(days=90)  # no machine apologises for a day that nobody remembers


def stage_due(event: StageDue, situation: Situation) -> Iterable[a.Action]:
    """The mail; if it makes no sense any more, a line in the timeline, or nothing where the promise is kept."""
    return _looked_into(event, situation) if event.stage == LOOKING_INTO else _delayed(event, situation)


def _looked_into(event: StageDue, situation: Situation) -> Iterable[a.Action]:
    rule = situation.desk.stages.looking_into
    if rule is None or _was_answered(situation):
        return
    if why := _withheld(event, rule.unless, situation) or _needless(event, situation):
        yield _left_out(event, why)
    elif _prefers_phone(situation):
        yield from _calls(event, situation)
    elif (leaves := _leaves(event, situation)) is None or leaves > situation.now:
        yield _put_off(event, leaves)
    else:
        yield a.Send(letter=_stage_letter(event, situation), reason=event.stage)


def _needless(event: StageDue, situation: Situation) -> str:
    """Why it is no time to say that somebody is at it; empty if it is."""
    stages, calendar, now = situation.desk.stages, situation.desk.calendar, situation.now
    if now > calendar.after(event.due_at, _STALE):
        return "too late"
    if event.case.delays:
        return "the customer has heard of a delay"
    if _is_to_be_reminded(event, situation):
        return "the customer is reminded of what is missing instead"
    is_near = stages.is_near(event.case, now, calendar)
    return "the promised day is near: if need be, the customer hears of a delay instead" if is_near else ""


def _is_to_be_reminded(event: StageDue, situation: Situation) -> bool:
    """Whether the next word to the customer is that the answer waits for their details, which nobody has taken up."""
    policy = details_policy(event.case, situation)
    return bool(event.case.asked and policy and policy.wait is Wait.REMINDED and len(situation.messages) == 1)


def _delayed(event: StageDue, situation: Situation) -> Iterable[a.Action]:
    case, stages, now = event.case, situation.desk.stages, situation.now
    rule, promised_at = stages.delay, event.promised_at
    if rule is None or promised_at is None or case.promised_at != promised_at or case.delays >= rule.times:
        return
    new = stages.promises(now, promised_at, situation.desk.calendar)
    why = _withheld(event, rule.unless, situation)
    if not why and (new is None or now - promised_at > _FORGOTTEN):
        why = "too late" if new else "there is no later day"
    if why or new is None:
        yield _left_out(event, why)
    elif _prefers_phone(situation):
        yield from _calls(event, situation)
        yield a.Promise(at=promised_at, delays=rule.times, reason="by phone")
    elif (leaves := _leaves(event, situation)) is None or leaves > now:
        yield _put_off(event, leaves)
    else:
        yield a.Send(letter=_delay_letter(event, promised_at, new, situation), reason=_how_often(case, rule))


def _withheld(event: StageDue, unless: Condition, situation: Situation) -> str:
    """Why the customer hears nothing now; empty where nothing speaks against it."""
    case = event.case
    reasons = {
        "merged": case.merged_into is not None,
        "settled": case.state in (State.RESOLVED, State.CLOSED),
        "the case waits for the customer": case.state is State.WAITING,
        "no complaint": not case.is_complaint,
        "marked as spam": may_be_spam(case),
        f"on hold: {case.on_hold}": case.on_hold is not None,
        "no address": not case.customer.address and not _prefers_phone(situation),
        "the customer has written again, and nobody has seen to it": _is_unread(event, situation),
        "left out by stages.yaml": does_not_apply(unless, case),
    }
    return next((why for why, holds in reasons.items() if holds), "")


def _is_unread(event: StageDue, situation: Situation) -> bool:
    """Whether the customer has written since the promise or the receipt that it is about, and no agent after that."""
    newest = latest_from_customer(situation.messages)
    if newest is None or newest.at <= event.made_at:
        return False
    agents = (message.at for message in situation.messages if message.role is Author.AGENT)
    return max(agents, default=event.made_at) < newest.at


def _was_answered(situation: Situation) -> bool:
    return any(m.direction is Direction.OUT and m.role is Author.AGENT for m in situation.messages)


def _prefers_phone(situation: Situation) -> bool:
    return situation.preference.channel is Channel.PHONE


def _calls(event: StageDue, situation: Situation) -> Iterable[a.Action]:
    """Somebody is asked to phone instead."""
    yield _left_out(event, "by phone")
    for member in agents_of(event.case, situation):
        yield a.Send(letter=notice(event.case, situation, member, CALL_WAITING))


def _leaves(event: StageDue, situation: Situation) -> datetime | None:
    """When the mail may leave; None if never.

    An acknowledgement of a while ago is no reason to let the day pass that it has promised; any other mail is.
    """
    stages, calendar, told = situation.desk.stages, situation.desk.calendar, situation.told
    others = [at for kind, at in told.items() if kind is not LetterKind.ACKNOWLEDGEMENT]
    try:
        leaves = stages.leaves(situation.now, max(told.values(), default=None), calendar)
        if event.promised_at and leaves >= event.promised_at:
            leaves = stages.leaves(situation.now, max(others, default=None), calendar)
    except LookupError:
        return None
    return leaves


def _put_off(event: StageDue, until: datetime | None) -> a.Action:
    if until is None:
        return _left_out(event, "the hours in which mails leave never come")
    data: dict[str, object] = {"made_at": event.made_at.isoformat(), "known": event.known}
    if event.promised_at:
        data["promised_at"] = event.promised_at.isoformat()
    return a.Schedule(kind=event.stage, due_at=until, data=data, reason="put off")


def _left_out(event: StageDue, why: str) -> a.Note:
    return a.Note(event=event.stage, detail="not sent", reason=why)


def _how_often(case: Case, rule: Delay) -> str:
    return f"{case.delays + 1} of {rule.times}"


def _stage_letter(event: StageDue, situation: Situation) -> Letter:
    values: dict[str, object] = {"type": event.case.type.value, "answer_by": owed(event.case, situation.now)}
    return _letter(event, situation, LetterKind.STAGE, values)


def _delay_letter(event: StageDue, promised_at: datetime, new: datetime, situation: Situation) -> Letter:
    values: dict[str, object] = {
        "promised_at": promised_at,
        "passed": promised_at <= situation.now,
        "again": event.case.delays > 0,
        "answer_by": new,
    }
    return _letter(event, situation, LetterKind.DELAY, values)


def _letter(event: StageDue, situation: Situation, kind: LetterKind, values: dict[str, object]) -> Letter:
    """In the customer's language and thread; who may not be its author is not shown what stood in the complaint."""
    case = event.case
    known = event.known or any(not is_untouched(one) for one in (case, *situation.history))
    return Letter(
        kind=kind,
        to=case.customer if known else Address("", case.customer.address),
        language=case.language,
        thread=reply_to_message(latest_from_customer(situation.messages)),
        values={"original_subject": case.subject if known and case.subject else None, **values},
    )
