"""What a member's commands do that are about no case: being away, help, the own open cases."""

from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.commands.assignment import absence
from mailbot.core.commands.labels import not_logged
from mailbot.core.commands.order import Refused
from mailbot.core.events import AgentAlone
from mailbot.core.message import Command
from mailbot.core.receipts import Done, Wrong, receipt_alone
from mailbot.core.situation import Situation


def agent_alone(event: AgentAlone, situation: Situation) -> Iterable[a.Action]:
    """Carry out the commands, all or none, and say what was done or what is wrong."""
    actions: list[a.Action] = []
    wrong: list[Wrong] = []
    for command in event.commands:
        try:
            actions += _carry_out(event, command, situation)
        except Refused as refused:
            line = f"#{command.name} {' '.join(command.arguments)}".strip()
            wrong.append(Wrong(line, refused.problem, refused.suggestion))
    names = {command.name for command in event.commands}
    done = tuple(Done(c.name, " ".join(c.arguments) or None) for c in event.commands if c.name == "away")
    letter = receipt_alone(
        event, situation, done=() if wrong else done, wrong=tuple(wrong), help_wanted=bool(names & {"help", "status"})
    )
    return (*(() if wrong else actions), a.Send(letter=letter))


def _carry_out(event: AgentAlone, command: Command, situation: Situation) -> Iterable[a.Action]:
    if command.error:
        problem, _, suggestion = command.error.partition(":")
        raise Refused(problem, suggestion or None)
    if command.name == "away":
        return (absence(event.member, command, situation),)
    if command.name in ("help", "status"):
        return ()
    raise not_logged(command) if command.name == "log" else Refused("no_case")
