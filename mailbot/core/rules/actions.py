"""What a rule's `then` may ask for: one row an action. Its name is its YAML key."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.core.case import Priority
from mailbot.core.message import Severity
from mailbot.core.rules.values import FLAG, PERSON, SUGGESTION, TEAM, WORD, Kind, choice


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


ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action(name="assign_team", kind=TEAM, doc="The team that sees to the case."),
        Action(name="assign_agent", kind=PERSON, doc="The member who sees to the case, by name or address."),
        Action(name="priority", kind=choice(Priority), doc="How soon somebody should look; by default from severity."),
        Action(name="severity", kind=choice(Severity), doc="How grave it is, whatever was read out of the mail."),
        Action(name="tag", kind=WORD, several=True, doc="Words to find the case by; those of all rules add up."),
        Action(name="suggest", kind=SUGGESTION, doc="The policy of compensation.yaml that the agent is shown."),
        Action(name="stop", kind=FLAG, ends=True, doc="Try none of the rules that follow."),
    )
}
