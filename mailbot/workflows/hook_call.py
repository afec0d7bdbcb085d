"""A call to the shop system: planned together with the step that it tells of, and written out when it is made."""

import json
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.actions import MoveOffer
from mailbot.core.case import Case
from mailbot.core.hooks import HOOK, Hook, signature
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow, DueWork
from mailbot.store.offers import LedgerLine
from mailbot.web import Request
from mailbot.workflows.ledger_export import as_record

_TOLD = ("id", "at", "case", "offer", "step", "customer", "remedy", "amount", "currency", "goodwill", "policy")
_LARGEST_ANSWER = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """One step that is to be told, and the work that says so."""

    row: DueRow
    line: LedgerLine

    @property
    def number(self) -> int:
        """Which offer of its case it is about."""
        return int(str(self.row.data["number"]))

    def request(self, hook: Hook, now: datetime) -> Request:
        """What is sent: whenever it is sent again, the body and the key are the same."""
        if hook.secret is None:
            raise AssertionError("whoever calls has resolved the secrets")
        timestamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": f"mailbot-{self.line.id}",
            "Mailbot-Timestamp": timestamp,
            "Mailbot-Signature": signature(hook.secret, timestamp, self.body),
        }
        return Request(
            url=hook.url, method="POST", headers=headers, body=self.body, largest=_LARGEST_ANSWER, excerpt=True
        )

    @property
    def body(self) -> bytes:
        """The step in JSON."""
        record = as_record(self.line)
        told = {name: record[name] for name in _TOLD} | {"order_number": self.row.data["order_number"]}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def plan_call(tx: Transaction, hook: Hook | None, case: Case, move: MoveOffer, step_id: int, now: datetime) -> None:
    """Have the shop system told of a step that was just written to the ledger, if it wants to hear of such steps.

    What may change until then is kept here: the same call is the same whenever it is made.
    """
    if hook is None or move.step not in hook.steps:
        return
    data = {"step": step_id, "number": move.offer.number, "order_number": case.order_number}
    tx.due.add(DueWork(key=f"{HOOK} {step_id}", kind=HOOK, case_id=case.id, due_at=now, data=data), now)


def next_call(tx: Transaction, row: DueRow) -> Call | None:
    """The call that this work is about; None where the ledger does not know the step."""
    line = tx.offers.line(int(str(row.data["step"])))
    return Call(row, line) if line else None
