"""What a rule's `then` may ask for: one row an action. Its name is its YAML key."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailbot.core.case import Priority
from mailbot.core.message import ComplaintType, Severity
from mailbot.core.rules.values import FLAG, PERSON, SUGGESTION, TEAM, WORD, Kind, Known, UnexpectedValue, choice
from mailbot.core.spelling import did_you_mean

OFF = "off"
LEAD = "lead"
_ADDRESS = re.compile(r"[^@\s<>(),;:\"\[\]\\]+@[^@\s<>(),;:\"\[\]\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action: the values it takes. With `several`, decisions add up; else a later one overrides.

    `ends` makes the rule the last one that is tried.
    """

    name: str
    kind: Kind
    doc: str
    several: bool = False
    ends: bool = False


def _known_name(written: object, names: Iterable[str] | None, what: str) -> str:
    """The name, if it is among `names`; any text where nobody knows the names."""
    if isinstance(written, str) and written.strip() and (names is None or written in names):
        return written
    listed = tuple(names or ())
    hint = did_you_mean(str(written), listed)
    raise UnexpectedValue(f"expected {what} ({', '.join(listed)}){hint}" if listed else f"expected {what}")


def _acknowledgement(written: object, known: Known) -> str:
    names = None if known.acknowledgements is None else (OFF, *known.acknowledgements)
    return _known_name(written, names, "off or an acknowledgement in templates/")


def _detail(written: object, known: Known) -> str:
    return _known_name(written, known.details, "a detail that words.yaml has under ask")


def _problem(written: object, known: Known) -> str:
    listed = " of problems.yaml" if known.problems is not None else ""
    return _known_name(written, known.problems, f"the name of a problem{listed}")


def _sla(written: object, known: Known) -> str:
    return _known_name(written, (OFF, *known.slas), "off or an SLA of sla.yaml")


def _hold(written: object, _known: Known) -> str | bool:
    if isinstance(written, bool) or (isinstance(written, str) and written.strip()):
        return written
    raise UnexpectedValue("expected the reason in words, true or false")


def _recipient(written: object, known: Known) -> str:
    """`lead`, a team, the address of a member, or an address elsewhere, which the config may have a name for."""
    name = str(written).strip()
    if name == LEAD or name in known.team.team_names:
        return name
    address = known.contacts.get(name, name)
    if known.team.named(address):
        return str(PERSON.parse(address, known))
    if _ADDRESS.fullmatch(address):
        return address
    names = (LEAD, *known.team.team_names, *known.contacts, *(member.name for member in known.team.members))
    expected = "expected lead, a team, a member, a contact of config.yaml or a mail address"
    raise UnexpectedValue(expected + did_you_mean(name, names))


ACKNOWLEDGEMENT = Kind(("is",), _acknowledgement, {"type": "string"})
DETAIL = Kind(("is",), _detail, {"type": "string"})
RECIPIENT = Kind(("is",), _recipient, {"type": "string"})
PROBLEM = Kind(("is",), _problem, {"type": "string"})
SLA = Kind(("is",), _sla, {"type": "string"})
REASON = Kind(("is",), _hold, {"type": ["string", "boolean"]})

ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action(name="assign_team", kind=TEAM, doc="The team that sees to the case."),
        Action(name="assign_agent", kind=PERSON, doc="The member who sees to the case, by name or address."),
        Action(name="notify", kind=RECIPIENT, several=True, doc="Who hears of it besides those who see to the case."),
        Action(name="priority", kind=choice(Priority), doc="How soon somebody should look; by default from severity."),
        Action(name="severity", kind=choice(Severity), doc="How grave it is, whatever was read out of the mail."),
        Action(name="type", kind=choice(ComplaintType), doc="What is to be put right, whatever was read."),
        Action(name="tag", kind=WORD, several=True, doc="Words to find the case by; those of all rules add up."),
        Action(name="note", kind=WORD, several=True, doc="What the agents should bear in mind; notes add up."),
        Action(name="suggest", kind=SUGGESTION, doc="The policy of compensation.yaml that the agent is shown."),
        Action(
            name="acknowledge", kind=ACKNOWLEDGEMENT, doc="The template of the acknowledgement, or that none is sent."
        ),
        Action(name="ask_for", kind=DETAIL, several=True, doc="What the acknowledgement asks for, unless it is there."),
        Action(name="sla", kind=SLA, doc="Which SLA of sla.yaml holds for the case, or that none does."),
        Action(name="hold", kind=REASON, doc="Nothing goes to the customer by itself until an agent has answered."),
        Action(name="link_problem", kind=PROBLEM, doc="The problem behind this case and others."),
        Action(name="stop", kind=FLAG, ends=True, doc="Try none of the rules that follow."),
    )
}
