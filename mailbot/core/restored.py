"""What follows, after a restoring, from what the desk had done in between and no longer knows."""

from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.answer_promise import promise_kept
from mailbot.core.case import Author, Case, Direction, State
from mailbot.core.changes import Course
from mailbot.core.events import AgentWrote, Received
from mailbot.core.filing import keep
from mailbot.core.letter_parts import latest_from_customer
from mailbot.core.letters import Letter, LetterKind
from mailbot.core.notices import to_the_leads
from mailbot.core.notifications import news_again, notifications
from mailbot.core.situation import Situation
from mailbot.core.timekeeping import time_kept

RESTORED = "restored"
"""The event of the timeline under which everything stands that was taken up again after a restoring."""

_RESTS = frozenset({State.RESOLVED, State.CLOSED, State.WAITING})
_WAITS_FOR_US = frozenset({State.NEW, State.OPEN})


def answer_found(event: AgentWrote, situation: Situation) -> tuple[a.Action, ...]:
    """What follows from an answer of the desk's that lies in Sent: the customer has it, and nothing is sent again."""
    case, by = event.case, event.member.address
    decided: list[a.Action] = [keep(event.mail, Direction.OUT, Author.AGENT, text=event.text)]
    if case.state not in _RESTS:
        decided.append(a.SetState(state=State.WAITING, reason="answered", by=by))
    if case.assignee is None and situation.member(by):
        decided.append(a.AssignAgent(address=by, reason="answered first", by=by))
    decided.append(line("the answer lies in the folder of sent mail"))
    sent = a.Send(letter=Letter(kind=LetterKind.ANSWER, to=case.customer, language=case.language))
    decided += time_kept(event, Course.of(case, (*decided, sent), situation.now), situation)
    decided += promise_kept(event, Course.of(case, (*decided, sent), situation.now), situation)
    return tuple(decided)


def filed(mail: Received, *, proven: bool) -> tuple[a.Action, ...]:
    """What follows from a member's mail of which nobody knows what came of it: it is kept and not carried out."""
    role = Author.AGENT if proven else Author.THIRD_PARTY
    return (keep(mail, Direction.NOTE, role), line("a member's mail, not carried out again"))


def line(what: str) -> a.Note:
    """A line of the timeline about what was taken up again."""
    return a.Note(event=RESTORED, detail=what)


def shown_again(case: Case, situation: Situation) -> tuple[a.Send, ...]:
    """A case that waits for the desk is shown to its agents: what they had of it may bear an id that is forgotten."""
    latest = latest_from_customer(situation.messages)
    if latest is None or case.state not in _WAITS_FOR_US:
        return ()
    first = sum(message.role is Author.CUSTOMER for message in situation.messages) == 1
    letters = notifications(case, news_again(latest, "complaint" if first else "reply"), situation)
    return tuple(a.Send(letter=letter) for letter in letters)


def to_look_at(lines: Iterable[str], situation: Situation) -> tuple[Letter, ...]:
    """What the leads hear of a restoring: one line for each mail of the team's that was not carried out again."""
    return to_the_leads(RESTORED, lines, situation)
