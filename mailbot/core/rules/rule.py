"""A rule: what it is called, where it stands, when it matches and what it decides."""

from dataclasses import dataclass

from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.conditions import Condition, Facts
from mailbot.core.rules.incoming import MailEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a book, with (action, value) pairs.

    `later`: it is tried on mails that continue a case too, since it asks for `event`. `shadow`: it is only watched.
    """

    name: str
    file: str
    line: int
    when: Condition
    then: tuple[tuple[str, str | bool], ...]
    later: bool = False
    shadow: bool = False

    @property
    def stops(self) -> bool:
        """Whether no other rule is tried after it matched."""
        return not self.shadow and any(value and ACTIONS[action].ends for action, value in self.then)

    def is_for(self, facts: Facts) -> bool:
        """Whether it is tried on such a mail at all."""
        return self.later or facts.get("event") in (None, MailEvent.OPENED)
