"""Who hears of what happened to a case."""

from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.case import Case
from mailbot.core.notifications import News, notifications, referral
from mailbot.core.rule_decisions import told, told_outside
from mailbot.core.situation import Situation
from mailbot.core.team import Member


def tell(case: Case, news: News, situation: Situation, *, also: Iterable[Member] = ()) -> Iterable[a.Action]:
    """Let everybody know who looks after the case, and whom rules want to know."""
    for letter in notifications(case, news, situation, also=(*also, *told(situation.trace, situation.team))):
        yield a.Send(letter=letter)
    for address in told_outside(situation.trace, situation.team):
        yield a.Send(letter=referral(case, news, situation, address))
