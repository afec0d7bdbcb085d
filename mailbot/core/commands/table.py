"""Every command by its name: to add one, write its function and a line here."""

from collections.abc import Callable, Iterable, Mapping

from mailbot.core import actions as a
from mailbot.core.commands import assignment, calls, labels, offering, problems, repair, states
from mailbot.core.commands.order import Order

COMMANDS: Mapping[str, Callable[[Order], Iterable[a.Action]]] = {
    "accepted": offering.accepted,
    "add": labels.add,
    "approve": problems.approve,
    "ask": assignment.ask,
    "assign": assignment.assign,
    "away": assignment.away,
    "call": calls.call,
    "cause": labels.cause,
    "channel": labels.channel,
    "close": states.close,
    "corrective": problems.corrective,
    "declined": offering.declined,
    "deny": problems.deny,
    "done": problems.done,
    "draft": labels.nothing,
    "due": problems.due,
    "escalate": assignment.escalate,
    "fulfilled": offering.fulfilled,
    "help": labels.nothing,
    "log": labels.log,
    "merge": repair.merge,
    "move": repair.move,
    "nocc": labels.nothing,
    "note": labels.nothing,
    "offer": offering.offer,
    "owner": problems.owner,
    "priority": labels.priority,
    "problem": problems.problem,
    "prolong": labels.prolong,
    "reopen": states.reopen,
    "resolve": states.resolve,
    "revoke": repair.revoke,
    "send": labels.nothing,
    "split": repair.split,
    "status": labels.nothing,
    "tag": labels.tag,
    "take": assignment.take,
    "type": labels.type_,
    "wait": states.wait,
    "withdraw": offering.withdraw,
}
