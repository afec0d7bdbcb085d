"""What a decision needs to know besides the mail: the case, its customer, what was granted, who is there."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time

from mailbot.core.case import Case
from mailbot.core.channels import Preference
from mailbot.core.events import Received
from mailbot.core.letters import TO_CUSTOMERS
from mailbot.core.message import Command
from mailbot.core.offers import Grants
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.recorded import from_json
from mailbot.core.rules.timing import OnDay
from mailbot.core.situation import Situation
from mailbot.core.team import Strategy, Workload
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.offers import Scope
from mailbot.store.outbox import OutboxState
from mailbot.workflows.runtime import Runtime, new_token

FIRST_NUMBER = 10_000
"""What is added to the id of a case to give its number."""
LOOKED_UP = "looked_up"
"""The event of the timeline under which facts from outside stand."""
_LONGEST_HISTORY = 200
_LOOKS_BACK = Period(24, "months")
_MOST_SIMILAR = 20


def situation(tx: Transaction, runtime: Runtime, case: Case | None, *, customer_key: str, now: datetime) -> Situation:
    """The moment of an event about this case, or about none yet."""
    return Situation(
        now=now,
        desk=runtime.desk,
        history=_history(tx, customer_key, case) if customer_key else (),
        messages=tx.cases.messages(case.id) if case else (),
        looked_up=_recalled(tx, runtime, case, now),
        away=tx.presence.away(now),
        workload=_workload(tx, runtime),
        preference=tx.presence.preference(customer_key) if customer_key else Preference(),
        offers=tx.offers.of_case(case.id) if case else (),
        problems=tx.problems.all(),
    )


def _workload(tx: Transaction, runtime: Runtime) -> Workload:
    """What the members have at hand, where that decides who gets a case."""
    desk = runtime.desk
    if desk.assignment.strategy is Strategy.NONE:
        return Workload()
    return tx.presence.workload([member.address for member in desk.team.members])


def with_what_was_granted(tx: Transaction, situation: Situation, case: Case, member: str | None) -> Situation:
    """The situation with what was granted in other cases, as far as limits, flags and comparisons look back."""
    zone, now, product = situation.desk.calendar.zone, situation.now, situation.looked_up.get("order.product")
    today = now.astimezone(zone).date()
    long_ago = datetime.combine(_LOOKS_BACK.before(today), time(), zone)
    month = datetime.combine(today.replace(day=1), time(), zone)
    others = {past.customer.key for past in situation.history} - {case.customer.key, ""}
    scopes = {
        "customer": Scope("customer_key", (case.customer.key,) if case.customer.key else (), long_ago),
        "member": Scope("member", (member,) if member else (), long_ago),
        "team": Scope("team", (case.team,) if case.team else (), month),
        "product": Scope("product", (str(product),) if product is not None else (), long_ago),
        "similar": Scope("type", (case.type,), long_ago, _MOST_SIMILAR),
        "joined": Scope("customer_key", tuple(sorted(others)), long_ago),
    }
    asked = {name: scope for name, scope in scopes.items() if scope.values}
    return replace(situation, grants=Grants(**tx.offers.granted(asked, but=case.id)))


def with_what_was_told(tx: Transaction, situation: Situation, case: Case) -> Situation:
    """The situation with what the customer has heard in this case without anybody's doing."""
    undone = (OutboxState.FAILED, OutboxState.CANCELLED)
    rows = [row for row in tx.outbox.of_case(case.id) if row.unasked and row.state not in undone]
    told = {row.kind: row.queued_at for row in rows if row.kind in TO_CUSTOMERS}
    return replace(situation, told=told)


def named_cases(tx: Transaction, runtime: Runtime, commands: Iterable[Command]) -> Mapping[str, Case]:
    """The cases that the arguments of these commands name, by what was written."""
    found: dict[str, Case] = {}
    for command in commands:
        if command.name in ("merge", "move") and command.arguments:
            written = command.arguments[0].upper()
            prefix = runtime.config.organisation.case_prefix
            case = tx.cases.by_number(written) or tx.cases.by_number(f"{prefix}-{written}")
            if case:
                found[written] = case
    return found


def _recalled(tx: Transaction, runtime: Runtime, case: Case | None, now: datetime) -> Facts:
    """What was looked up last for this case, as the timeline has it; its days are seen from now."""
    if case is None or not runtime.config.lookups:
        return {}
    record, calendar = tx.cases.last_data(case.id, LOOKED_UP).get("facts"), runtime.desk.calendar
    facts = from_json(record, calendar) if isinstance(record, dict) else {}
    return {n: OnDay(fact.day, now, calendar) if isinstance(fact, OnDay) else fact for n, fact in facts.items()}


def _history(tx: Transaction, customer_key: str, case: Case | None) -> tuple[Case, ...]:
    return tx.cases.history(customer_key, other_than=case.id if case else None, limit=_LONGEST_HISTORY)


def desk_of(runtime: Runtime, case: Case | None, otherwise: Mailbox) -> Mailbox:
    """The mailbox that a case's mail is sent from: the one it came to, as long as the configuration knows it."""
    wanted = case.mailbox if case else otherwise.name
    return next((mailbox for mailbox in runtime.config.mailboxes if mailbox.name == wanted), otherwise)


def reserve(tx: Transaction, runtime: Runtime, mailbox: Mailbox, mail: Received, now: datetime) -> Case:
    """An empty case with a number and a token of its own; the number stays unused if the case is not opened."""
    case_id = tx.cases.new_id()
    return Case(
        id=case_id,
        number=f"{runtime.config.organisation.case_prefix}-{FIRST_NUMBER + case_id}",
        token=new_token(),
        mailbox=mailbox.name,
        subject=mail.reading.message.subject,
        customer=mail.sender,
        language=mail.reading.language,
        opened_at=now,
    )
