"""One command to carry out, with all that it may look at; and the refusal of one that cannot be."""

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from mailbot.core.case import Case
from mailbot.core.events import AgentWrote, Audience
from mailbot.core.letters import Purpose
from mailbot.core.message import Command
from mailbot.core.offers import Offer
from mailbot.core.situation import Situation
from mailbot.core.team import Member

_INSIDE = frozenset({"note", "ask", "escalate"})
_E = TypeVar("_E", bound=StrEnum)


class Refused(Exception):
    """A command cannot be carried out; `problem` is a code that the receipt puts into words."""

    def __init__(self, problem: str, suggestion: str | None = None) -> None:
        self.problem, self.suggestion = problem, suggestion
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Order:
    """A command of a mail. `case` and `offers` are as the commands before it leave them."""

    event: AgentWrote
    situation: Situation
    command: Command
    case: Case
    offers: tuple[Offer, ...]

    @property
    def argument(self) -> str:
        """All that was written behind the name."""
        return " ".join(self.command.arguments)

    @property
    def member(self) -> Member:
        """Who ordered it."""
        return self.event.member

    @property
    def by(self) -> str:
        """The address of who ordered it."""
        return self.event.member.address


def is_for_colleagues(event: AgentWrote) -> bool:
    """Whether the words of the mail are for colleagues only: nobody answers a customer and asks for help at once."""
    inside = event.purpose is not Purpose.CASE or event.to is Audience.COLLEAGUES
    return inside or any(command.name in _INSIDE for command in event.commands)


def one_of(kind: type[_E], value: str) -> _E:
    """The member of an enumeration that a word names; Refused with all of them where it names none."""
    try:
        return kind(value.casefold().replace("-", "_").replace(" ", "_"))
    except ValueError:
        raise Refused("unknown_value", ", ".join(kind)) from None


def member_named(wanted: str, situation: Situation) -> Member:
    """The one member whom a name, an address or a part of either means; Refused where none or several can be meant."""
    members = situation.team.named(wanted)
    if len(members) == 1:
        return members[0]
    if members:
        raise Refused("ambiguous_person", ", ".join(member.name for member in members))
    raise Refused("unknown_person", closest(wanted, situation))


def closest(wanted: str, situation: Situation) -> str | None:
    """The name of a member or a team that looks most like this one."""
    names = [m.name for m in situation.team.members] + list(situation.team.team_names)
    return next(iter(get_close_matches(wanted, names, 1)), None)
