"""What follows from each event: one table from the kind of event to the function that decides, and those functions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mailbot.core import actions as a
from mailbot.core import events as e
from mailbot.core.agent_alone import agent_alone
from mailbot.core.agent_commands import agent_wrote
from mailbot.core.agent_letters import challenge
from mailbot.core.answer_promise import promise_kept
from mailbot.core.approvals import approval_due
from mailbot.core.asking import details_due, taken_up, withdrawn
from mailbot.core.case import Author, Case, Direction, State
from mailbot.core.changes import Course, fold_offers
from mailbot.core.closing import was_given_up
from mailbot.core.corrective import check_due, improvement_due, linked_by_rules, preview_due, problem_due
from mailbot.core.deadlines import Span
from mailbot.core.escalation import alarm_due
from mailbot.core.filing import keep, signs_of
from mailbot.core.letter_parts import latest_from_customer, phone_of
from mailbot.core.message import Bounce, Consent, MailKind
from mailbot.core.notices import notice, notices
from mailbot.core.notifications import agents_of, news_again, news_in, notifications
from mailbot.core.offers import Offer, Step, moved
from mailbot.core.opening import complaint_arrived
from mailbot.core.opt_out import only_stops
from mailbot.core.promises import promise_due
from mailbot.core.replies import brought
from mailbot.core.rule_decisions import carried_out, considered, with_priority
from mailbot.core.silence import silence_begins, silence_due
from mailbot.core.situation import Situation
from mailbot.core.stage_mails import stage_due
from mailbot.core.surveys import (
    FOLLOW_UP,
    answered,
    answers_survey,
    follow_up_due,
    is_middling,
    made_graver,
    reopens,
    replied,
    review_due,
    stopped,
)
from mailbot.core.telling import tell
from mailbot.core.timekeeping import kept_by_the_clock, time_kept

ALARM = "alarm"
WAIT = "wait"
CALL = "call"
_AWAY_FOR = Span(1, "business days")  # who stays away longer answers the next notification with a note as well


def decide(event: e.Event, situation: Situation) -> Course:
    """The actions that follow from an event, in the order in which they take effect, each with its reason."""
    decided = _TABLE[type(event)](event, situation)
    minds_the_clock = isinstance(decided, Course)  # then what comes below concerns no clock
    course = decided if isinstance(decided, Course) else Course.of(getattr(event, "case", None), decided, situation.now)
    if any(isinstance(action, a.LinkProblem) for action in course):
        course = course.then(linked_by_rules(course.case, course, situation))
    course = course.then((*taken_up(event, course.actions, situation), *silence_begins(course, situation)))
    if not minds_the_clock:
        course = course.then(time_kept(event, course, situation))
    return course.then(promise_kept(event, course, situation))


def _customer_wrote(event: e.CustomerWrote, situation: Situation) -> Course:
    course = Course.of(event.case, _taken_in(event, situation), situation.now)
    course = course.then(made_graver(event, course.case or event.case))
    course, case = kept_by_the_clock(event, course, situation)
    return course if only_stops(event) else course.then(_told_of_a_reply(event, case, course, situation))


def _told_of_a_reply(event: e.CustomerWrote, case: Case, course: Course, situation: Situation) -> Iterable[a.Action]:
    """What the customer and the agents hear of a customer's mail."""
    yield from replied(event, case, situation)
    news = "reply"
    if answers_survey(event):
        news = "reopened" if reopens(event) else "survey"
    elif verdict := _verdict(event, situation):
        news = verdict.value
    also = situation.team.leads if news == "reopened" or is_middling(event) else ()
    situation = replace(situation, offers=fold_offers(situation.offers, course))
    yield from tell(case, news_in(event.mail, news), situation, also=also)


def _taken_in(event: e.CustomerWrote, situation: Situation) -> Iterable[a.Action]:
    """What a customer's mail does to the case that it continues."""
    case, mail = event.case, event.mail
    by = mail.sender.address
    yield keep(mail, Direction.IN, Author.CUSTOMER, text=_new_words(mail), reason=signs_of(mail))
    yield a.Cancel(kind=FOLLOW_UP, reason="the customer wrote", by=by)
    yield from stopped(event)
    if only_stops(event):
        return
    if answers_survey(event):
        yield from answered(event, situation)
    elif was_given_up(case) and not event.only_thanks:
        yield a.SetState(state=_taken_on(situation), reason="the customer answered", by=by)
    elif case.state is State.WAITING:
        yield a.Cancel(kind=WAIT, reason="the customer wrote", by=by)
        yield a.SetState(state=_taken_on(situation), reason="the customer answered", by=by)
    if case.asked:
        yield from withdrawn("the customer wrote", by)
    yield from brought(event, situation)
    yield from _answered_offer(event, situation)
    yield from _as_ruled(case, situation)


def _taken_on(situation: Situation) -> State:
    """The state of a case that goes on: as new as before where no agent has seen to it yet."""
    return State.OPEN if any(message.role is Author.AGENT for message in situation.messages) else State.NEW


def _answered_offer(event: e.CustomerWrote, situation: Situation) -> Iterable[a.Action]:
    """What the mail does to the offer that the customer has: yes and no count, all else an agent reads."""
    step, offer = _verdict(event, situation), _open_offer(situation)
    if step and offer:
        by = event.mail.sender.address
        yield a.MoveOffer(offer=moved(offer, step, situation.now), step=step, reason="the customer's mail", by=by)


def _verdict(event: e.CustomerWrote, situation: Situation) -> Step | None:
    if _open_offer(situation) is None:
        return None
    return {Consent.YES: Step.ACCEPTED, Consent.NO: Step.DECLINED}.get(event.consent)


def _open_offer(situation: Situation) -> Offer | None:
    """The one offer that a customer can mean who answers; None where there are several or none."""
    unanswered = [offer for offer in situation.offers if offer.state is Step.OFFERED]
    promised = [offer for offer in situation.offers if offer.is_promised]
    return unanswered[0] if len(unanswered) == 1 and len(promised) == 1 else None


def _as_ruled(case: Case, situation: Situation) -> Iterable[a.Action]:
    """What rules decide about a mail to a case that there was before."""
    if situation.trace.tried:
        yield considered(situation.trace)
        yield from carried_out(situation.trace)
        yield from with_priority(situation.trace, at_least=case.priority)


def _third_party_wrote(event: e.ThirdPartyWrote, situation: Situation) -> Iterable[a.Action]:
    yield keep(event.mail, Direction.IN, Author.THIRD_PARTY, text=_new_words(event.mail), reason=signs_of(event.mail))
    for letter in notifications(event.case, news_in(event.mail, "third_party"), situation):
        yield a.Send(letter=letter)


def _machine_wrote(event: e.MachineWrote, situation: Situation) -> Iterable[a.Action]:
    yield keep(event.mail, Direction.IN, Author.SYSTEM, reason=event.mail.reading.kind_reason)
    if event.member and event.mail.reading.kind is MailKind.AUTO_REPLY:
        until = situation.desk.calendar.after(situation.now, _AWAY_FOR)
        yield a.BeAway(member=event.member.address, until=until, reason="an absence note")


def _bounce_arrived(event: e.BounceArrived, situation: Situation) -> Iterable[a.Action]:
    yield keep(event.mail, Direction.IN, Author.SYSTEM, reason=event.mail.reading.kind_reason)
    deaf = {member.address for r in event.returned if (member := situation.team.by_address(r.recipient))}
    for returned in event.returned:
        yield a.Note(event="bounced", detail=f"{returned.recipient} {returned.status}".strip())
        if returned.lasting and situation.team.by_address(returned.recipient) is None:
            yield a.StopUnasked(address=returned.recipient, status=returned.status)
    # Who looks after the case may be the one who gets no mail any more: then the leads have to know.
    also = situation.team.leads if deaf else ()
    for letter in notifications(event.case, news_in(event.mail, "bounce"), situation, also=also):
        if letter.member not in deaf and not _is_only_late(event.mail.reading.bounce):
            yield a.Send(letter=letter)


def _is_only_late(bounce: Bounce | None) -> bool:
    """Whether a server says no more than that it is still trying, or that it has delivered."""
    recipients = bounce.recipients if bounce else ()
    return bool(recipients) and not any(recipient.permanent for recipient in recipients)


def _wait_over(event: e.WaitOver, situation: Situation) -> Iterable[a.Action]:
    case = event.case
    if case.state is not State.WAITING:
        return
    yield a.SetState(state=State.OPEN, reason="the day has come")
    latest = latest_from_customer(situation.messages)
    for letter in notifications(case, news_again(latest, "wait_over"), situation) if latest else ():
        yield a.Send(letter=letter)


def _call_due(event: e.CallDue, situation: Situation) -> Iterable[a.Action]:
    yield a.Note(event="call", detail=phone_of(event.case, situation) or "")
    for member in agents_of(event.case, situation):
        yield a.Send(letter=notice(event.case, situation, member, "call"))


def _agent_unproven(event: e.AgentUnproven, situation: Situation) -> Iterable[a.Action]:
    yield a.Hold(member=event.member.address, reason=event.reason)
    yield a.Send(letter=challenge(event, situation))


def _send_failed(event: e.SendFailed, situation: Situation) -> Iterable[a.Action]:
    yield a.Note(event=event.what, detail=f"{event.kind} {event.recipient}", reason=event.error)
    if event.lasting and situation.team.by_address(event.recipient) is None:
        yield a.StopUnasked(address=event.recipient, status=event.error)
    for letter in notices(event, situation):
        yield a.Send(letter=letter)


def _new_words(mail: e.Received) -> str:
    return mail.reading.reply_text or mail.reading.message.text


_TABLE: Mapping[type, Callable[[Any, Situation], Iterable[a.Action]]] = {
    e.ComplaintArrived: complaint_arrived,
    e.CustomerWrote: _customer_wrote,
    e.ThirdPartyWrote: _third_party_wrote,
    e.MachineWrote: _machine_wrote,
    e.BounceArrived: _bounce_arrived,
    e.AgentWrote: agent_wrote,
    e.AgentAlone: agent_alone,
    e.AgentUnproven: _agent_unproven,
    e.FollowUpDue: follow_up_due,
    e.ReviewDue: review_due,
    e.WaitOver: _wait_over,
    e.CallDue: _call_due,
    e.DetailsDue: details_due,
    e.SilenceDue: silence_due,
    e.StageDue: stage_due,
    e.ApprovalDue: approval_due,
    e.PromiseDue: promise_due,
    e.AlarmDue: alarm_due,
    e.ProblemDue: problem_due,
    e.PreviewDue: preview_due,
    e.ImprovementDue: improvement_due,
    e.ProblemCheckDue: check_due,
    e.SendFailed: _send_failed,
}
