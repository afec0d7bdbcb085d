"""The people who answer: agents and leads, their teams, and who is meant by a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailbot.core.message import Address
from mailbot.core.money import Sums


class Role(StrEnum):
    """What a member of the team may do."""

    AGENT = "agent"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One agent or lead; `authority` maps a remedy (or `any`) to the highest sum, and `per_day` to that of a day.

    What is not in it is nothing. `deputy` is the address of the lead who is asked when this one does not answer.
    """

    name: str
    address: str
    role: Role
    aliases: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    authority: Mapping[str, Sums] = field(default_factory=dict)
    deputy: str | None = None

    @property
    def mailbox(self) -> Address:
        """Name and address, for a header."""
        return Address(self.name, self.address)

    @property
    def keys(self) -> frozenset[str]:
        """Every address under which this member writes, casefolded."""
        return frozenset(a.strip().casefold() for a in (self.address, *self.aliases))


@dataclass(frozen=True, slots=True)
class Team:
    """All members, in the order of the config."""

    members: tuple[Member, ...]
    _by_key: Mapping[str, Member] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Where two have one address, the first is meant.
        object.__setattr__(self, "_by_key", {key: member for member in reversed(self.members) for key in member.keys})

    def by_address(self, address: str) -> Member | None:
        """The member who writes from this address, or none."""
        return self._by_key.get(address.strip().casefold())

    def named(self, name: str) -> tuple[Member, ...]:
        """The members whom a person may mean by a full name, first name, address or its local part."""
        wanted = name.strip().casefold()
        exact = tuple(m for m in self.members if wanted in (m.name.casefold(), *m.keys))
        return exact or tuple(m for m in self.members if wanted in _short_names(m))

    def of(self, team: str) -> tuple[Member, ...]:
        """The members of one team."""
        return tuple(m for m in self.members if team in m.teams)

    @property
    def leads(self) -> tuple[Member, ...]:
        """Those who approve and are told of what nobody else is."""
        return tuple(m for m in self.members if m.role is Role.LEAD)

    @property
    def team_names(self) -> tuple[str, ...]:
        """Every team that has a member, in the order of first mention."""
        return tuple(dict.fromkeys(t for m in self.members for t in m.teams))


class Strategy(StrEnum):
    """How a case of a team finds its agent; `none`: all of the team are told, and whoever answers first has it."""

    NONE = "none"
    ROUND_ROBIN = "round_robin"
    LEAST_LOAD = "least_load"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentPolicy:
    """What the config says about it; `keep_customer`: the agent of the customer's last case gets the next one."""

    strategy: Strategy = Strategy.NONE
    keep_customer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What the members have at hand: open cases by address, and when each was given one last."""

    open_cases: Mapping[str, int] = field(default_factory=dict)
    assigned_at: Mapping[str, datetime] = field(default_factory=dict)


def _short_names(member: Member) -> Iterable[str]:
    yield from member.name.casefold().split()
    yield from (key.partition("@")[0] for key in member.keys)
