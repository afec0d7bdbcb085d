"""Asks customers whether they are satisfied, and does what follows from the answer.

Of one resolution a customer gets one question, one reminder and one mail in answer to the answer, whatever is written.
"""

from collections.abc import Iterable
from dataclasses import replace

from mailbot.core import actions as a
from mailbot.core.case import PRIORITY_OF_SEVERITY, Case, Priority, State
from mailbot.core.channels import Channel, SurveyStep
from mailbot.core.closing import was_given_up
from mailbot.core.customer_letters import follow_up
from mailbot.core.events import CustomerWrote, FollowUpDue, ReviewDue
from mailbot.core.follow_ups import FollowUp
from mailbot.core.letters import LetterKind
from mailbot.core.message import Sentiment, Severity, Survey
from mailbot.core.notices import notice
from mailbot.core.notifications import agents_of
from mailbot.core.offers import Offer
from mailbot.core.opt_out import only_stops, stops
from mailbot.core.situation import Situation
from mailbot.core.survey_letters import apology, invitation, thanks

FOLLOW_UP, REVIEW = "follow_up", "review"
_AT_REST = frozenset({State.RESOLVED, State.CLOSED})
_MIDDLE = 3
_LONGEST_COMMENT = 2_000
_SEVERITIES, _PRIORITIES = list(Severity), list(Priority)

NO_ANSWER = Survey(None, Sentiment.NEUTRAL, wants_reopen=False)
"""What a mail says in which nobody looks for an answer."""


def can_be_answered(case: Case | None) -> bool:
    """Whether a mail that continues this case may answer the question: it was taken for settled."""
    return case is not None and case.state in _AT_REST


def answers_survey(event: CustomerWrote) -> bool:
    """Whether the mail goes to a case that was taken for settled, and says more than that questions are unwanted."""
    return can_be_answered(event.case) and not only_stops(event) and not was_given_up(event.case)


def reopens(event: CustomerWrote) -> bool:
    """Whether the mail opens such a case again: all but the words of somebody content and a middling mark does."""
    return answers_survey(event) and (event.survey.wants_reopen or not (event.only_thanks or _is_content(event)))


def is_middling(event: CustomerWrote) -> bool:
    """Whether the customer has given the mark in the middle and lets the matter rest: the leads should see that."""
    return answers_survey(event) and not reopens(event) and event.survey.rating == _MIDDLE


def stopped(event: CustomerWrote) -> Iterable[a.Action]:
    """Nothing more is asked, and nothing is answered."""
    if stops(event):
        by = event.mail.sender.address
        yield a.Surveyed(customer=event.case.customer, step=SurveyStep.STOPPED, reason="the customer wrote so", by=by)
        yield a.Cancel(kind=REVIEW, reason="the customer wants no questions", by=by)


def answered(event: CustomerWrote, situation: Situation) -> Iterable[a.Action]:
    """What an answer does to a case that was taken for settled."""
    by, survey, case = event.mail.sender.address, event.survey, event.case
    comment = event.mail.reading.reply_text.strip()[:_LONGEST_COMMENT]
    data = {"rating": survey.rating, "sentiment": survey.sentiment.value, "comment": comment}
    mark = f"{survey.rating} " if survey.rating else ""
    yield a.Note(event="survey", detail=f"{mark}{survey.sentiment}", by=by, data=data)
    if reopens(event):
        yield a.SetState(state=State.OPEN, reason=f"the customer wrote to a {case.state} case", by=by)
        yield a.Cancel(kind=REVIEW, reason="reopened", by=by)
    elif _ends(event, situation) and case.state is not State.CLOSED:
        yield a.SetState(state=State.CLOSED, reason="the customer's answer", by=by)


def made_graver(event: CustomerWrote, case: Case) -> Iterable[a.Action]:
    """One step more of severity, and the priority with it, where the customer is not content; never less of either.

    `case` is the case as it stands after all else that the mail has done.
    """
    if not (reopens(event) and _is_displeased(event)):
        return
    step = min(_SEVERITIES.index(event.case.severity) + 1, len(_SEVERITIES) - 1)
    severity = _SEVERITIES[max(step, _SEVERITIES.index(case.severity))]
    if severity is not case.severity:
        yield a.SetSeverity(severity=severity, reason="not settled for the customer")
    priority = PRIORITY_OF_SEVERITY[severity]
    if _PRIORITIES.index(priority) > _PRIORITIES.index(case.priority):
        yield a.SetPriority(priority=priority, reason=f"severity {severity}")


def replied(event: CustomerWrote, case: Case, situation: Situation) -> Iterable[a.Action]:
    """The mail that the customer gets in answer, and the invitation that may follow; one for each resolution."""
    policy, mail = situation.desk.follow_up, event.mail
    if case.on_hold or mail.is_spam or _was_told(event.case, situation, LetterKind.THANKS, LetterKind.APOLOGY):
        return
    if reopens(event) and _is_displeased(event):
        if policy.apology:
            yield a.Send(letter=apology(case, mail, situation.now))
    elif _ends(event, situation):
        yield a.Send(letter=thanks(case, mail, content=event.survey.sentiment is Sentiment.SATISFIED))
        yield from _invites(event, situation)


def planned(case: Case, offers: tuple[Offer, ...], situation: Situation) -> Iterable[a.Action]:
    """Has the question fall due that the customer is asked whose case is resolved just now."""
    now, calendar = situation.now, situation.desk.calendar
    if step := situation.desk.follow_up.step_for(replace(case, state=State.RESOLVED), offers):
        data = {"resolved_at": now.isoformat(), "again": False}
        yield a.Cancel(kind=FOLLOW_UP, reason="resolved again")
        yield a.Schedule(kind=FOLLOW_UP, due_at=step.due_at(now, calendar), data=data, reason="#resolve")


def follow_up_due(event: FollowUpDue, situation: Situation) -> Iterable[a.Action]:
    """Asks, by mail or by having a member call; what no longer makes sense is left out, and the timeline says so."""
    step = situation.desk.follow_up.step_for(event.case, situation.offers)
    if reason := _no_question(event, step, situation):
        yield a.Note(event=FOLLOW_UP, detail="not sent", reason=reason)
    elif step is not None:
        yield from _asked(event, step, situation)


def review_due(event: ReviewDue, situation: Situation) -> Iterable[a.Action]:
    """Invites a content customer to tell others, once; unless something speaks against it by now."""
    policy = situation.desk.follow_up
    if reason := _no_invitation(event, situation):
        yield a.Note(event=REVIEW, detail="not sent", reason=reason)
    elif not situation.desk.calendar.is_open(situation.now):
        yield _in_business_hours(REVIEW, {}, situation)
    elif policy.review is not None:
        yield a.Send(letter=invitation(event.case, situation, policy.review.link))
        yield a.Surveyed(customer=event.case.customer, step=SurveyStep.INVITED)


def _is_content(event: CustomerWrote) -> bool:
    """Whether nothing is left to do: the words of somebody content, or a mark from the middle on without a question."""
    survey = event.survey
    rests = survey.rating is not None and survey.rating >= _MIDDLE and not _asks(event)
    return survey.sentiment is Sentiment.SATISFIED or (survey.sentiment is Sentiment.NEUTRAL and rests)


def _is_displeased(event: CustomerWrote) -> bool:
    return event.survey.wants_reopen or event.survey.sentiment is Sentiment.DISSATISFIED


def _asks(event: CustomerWrote) -> bool:
    return any(sign in event.mail.reading.reply_text for sign in "?؟")


def _ends(event: CustomerWrote, situation: Situation) -> bool:
    """Whether an answer ends the case with thanks: a mark, or words of somebody content whom we have asked."""
    if not situation.desk.follow_up.thanks or not answers_survey(event) or reopens(event) or _asks(event):
        return False
    if event.survey.rating is not None:
        return True
    return not event.only_thanks and _was_told(event.case, situation, LetterKind.FOLLOW_UP)


def _was_told(case: Case, situation: Situation, *kinds: LetterKind) -> bool:
    """Whether the customer has got such a letter since the case was resolved last."""
    since = case.resolved_at or case.closed_at or case.opened_at
    return any(at >= since for kind, at in situation.told.items() if kind in kinds)


def _invites(event: CustomerWrote, situation: Situation) -> Iterable[a.Action]:
    review, rating, calendar = situation.desk.follow_up.review, event.survey.rating, situation.desk.calendar
    known = situation.preference
    if review is None or rating is None or rating < review.at_least or known.no_surveys or stops(event):
        return
    if not (review.once and known.invited_at):
        due_at = calendar.next_open(calendar.after(situation.now, review.after))
        yield a.Schedule(kind=REVIEW, due_at=due_at, reason=f"the mark is {rating}")


def _no_question(event: FollowUpDue, step: FollowUp | None, situation: Situation) -> str | None:
    """Why the customer is not asked now or later; None if they are."""
    case, policy = event.case, situation.desk.follow_up
    if case.state is not State.RESOLVED or case.resolved_at != event.resolved_at:
        return "the case has moved on"
    if step is None or (event.again and step.remind is None):
        return "follow_up.yaml says so"
    if event.again and not _was_told(case, situation, LetterKind.FOLLOW_UP):
        return "the question was not sent"
    due_at = event.due_at or step.due_at(event.resolved_at, situation.desk.calendar)
    if policy.has_expired(due_at, situation.now, situation.desk.calendar):
        return f"it was due on {due_at:%Y-%m-%d}, more than {policy.expires} ago"
    return _unwanted(case, situation) or (None if event.again else _asked_lately(situation))


def _unwanted(case: Case, situation: Situation) -> str | None:
    if case.on_hold:
        return f"on hold: {case.on_hold}"
    return "the customer wants no questions" if situation.preference.no_surveys else None


def _asked_lately(situation: Situation) -> str | None:
    every, asked_at = situation.desk.follow_up.at_most_every, situation.preference.asked_at
    if every is None or asked_at is None or situation.desk.calendar.after(asked_at, every) <= situation.now:
        return None
    return f"asked on {asked_at:%Y-%m-%d}, and at most every {every}"


def _asked(event: FollowUpDue, step: FollowUp, situation: Situation) -> Iterable[a.Action]:
    case, calendar, now = event.case, situation.desk.calendar, situation.now
    data: dict[str, object] = {"resolved_at": event.resolved_at.isoformat(), "again": event.again}
    if not event.again and (due_at := step.due_at(event.resolved_at, calendar)) > now:
        yield a.Schedule(kind=FOLLOW_UP, due_at=due_at, data=data, reason="follow_up.yaml says so")
    elif not calendar.is_open(now):
        yield _in_business_hours(FOLLOW_UP, data, situation)
    elif step.call or situation.preference.channel is Channel.PHONE:
        for member in agents_of(case, situation):
            yield a.Send(letter=notice(case, situation, member, "call_satisfied"))
        yield a.Surveyed(customer=case.customer, step=SurveyStep.ASKED, reason="by phone")
    elif not case.customer.address:
        yield a.Note(event=FOLLOW_UP, detail="not sent", reason="no address is known")
    else:
        yield a.Send(letter=follow_up(case, situation, event.resolved_at, again=event.again))
        yield a.Surveyed(customer=case.customer, step=SurveyStep.ASKED)
        if step.remind and not event.again:
            due_at = calendar.next_open(calendar.after(now, step.remind))
            yield a.Schedule(kind=FOLLOW_UP, due_at=due_at, data=data | {"again": True}, reason="if nobody answers")


def _no_invitation(event: ReviewDue, situation: Situation) -> str | None:
    case, policy, known = event.case, situation.desk.follow_up, situation.preference
    if policy.review is None:
        return "follow_up.yaml says so"
    if case.state not in _AT_REST or any(past.state not in _AT_REST for past in situation.history):
        return "not all is settled"
    if policy.has_expired(event.due_at, situation.now, situation.desk.calendar):
        return f"it was due on {event.due_at:%Y-%m-%d}, more than {policy.expires} ago"
    if known.channel is not Channel.MAIL and known.channel is not Channel.WEB:
        return f"the customer prefers: {known.channel}"
    if policy.review.once and known.invited_at:
        return f"invited on {known.invited_at:%Y-%m-%d}"
    return _unwanted(case, situation)


def _in_business_hours(kind: str, data: dict[str, object], situation: Situation) -> a.Schedule:
    due_at = situation.desk.calendar.next_open(situation.now)
    return a.Schedule(kind=kind, due_at=due_at, data=data, reason="the desk is closed")
