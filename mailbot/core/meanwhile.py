"""What has happened in a case since an agent was written the mail that they answer now."""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core.case import Author, CaseMessage, Direction
from mailbot.core.events import AgentWrote
from mailbot.core.situation import Situation


def answered_meanwhile(event: AgentWrote, situation: Situation) -> bool:
    """Whether a colleague has answered the customer in the meantime."""
    return any(_is_answer(message) for message in _news(event, situation))


def happened_since(event: AgentWrote, situation: Situation) -> tuple[CaseMessage, ...]:
    """What colleagues have answered and the customer has written in the meantime, oldest first."""
    return tuple(m for m in _news(event, situation) if _is_answer(m) or m.role is Author.CUSTOMER)


def _news(event: AgentWrote, situation: Situation) -> Iterable[CaseMessage]:
    since: datetime | None = event.seen_at
    if since is None:
        return ()
    own = event.member.keys
    # A colleague may answer in the very second in which the notification leaves; what it was about came before.
    return (
        m for m in situation.messages if (m.at > since or (m.at == since and _is_answer(m))) and m.author.key not in own
    )


def _is_answer(message: CaseMessage) -> bool:
    return message.direction is Direction.OUT and message.role is Author.AGENT
