"""A case as one plain object, for `case --json`, `cases --json` and whoever else shows it."""

from datetime import datetime

from mailbot.core.case import Case, CaseMessage, TimelineEntry
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow, DueState


def head(case: Case) -> dict[str, object]:
    """The fields that a list of cases shows."""
    return {
        "number": case.number,
        "subject": case.subject,
        "customer": {"address": case.customer.address, "name": case.customer.name},
        "state": case.state.value,
        "type": case.type.value,
        "language": case.language,
        "team": case.team,
        "assignee": case.assignee,
        "priority": case.priority.value,
        "severity": case.severity.value,
        "opened_at": case.opened_at.isoformat(),
        "problem": case.problem,
        "on_hold": case.on_hold,
    }


def full(tx: Transaction, case: Case) -> dict[str, object]:
    """The whole case: timeline, messages, offers, deadlines and links."""
    return {
        **head(case),
        "tags": list(case.tags),
        "order_number": case.order_number,
        "amount": None if case.amount is None else f"{case.amount:.2f}",
        "currency": case.currency,
        "suggestion": case.suggestion,
        "advice": list(case.advice),
        "cause": case.cause,
        "deadlines": [_deadline(row) for row in tx.due.of_case(case.id) if row.state is not DueState.CANCELLED],
        "messages": [_message(message) for message in tx.cases.messages(case.id)],
        "offers": [],
        "timeline": [_entry(entry) for entry in tx.cases.timeline(case.id)],
        "links": [
            {"number": other.number, "kind": link.kind}
            for link in tx.cases.links(case.id)
            if (other := tx.cases.get(link.other_id if link.case_id == case.id else link.case_id))
        ],
    }


def _deadline(row: DueRow) -> dict[str, object]:
    met = row.changed_at.isoformat() if row.state is DueState.DONE else None
    return {"kind": row.kind, "due_at": row.due_at.isoformat(), "met_at": met}


def _message(message: CaseMessage) -> dict[str, object]:
    return {
        "direction": message.direction.value,
        "author": str(message.author),
        "role": message.role.value,
        "message_id": message.message_id,
        "at": message.at.isoformat(),
        "subject": message.subject,
        "text": message.text,
        "attachments": list(message.attachments),
    }


def _entry(entry: TimelineEntry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "event": entry.event,
        "by": entry.by,
        "detail": entry.detail,
        "rule": entry.rule,
        "rule_book": entry.rule_book,
    }


def is_overdue(tx: Transaction, case: Case, now: datetime) -> bool:
    """Whether work for the case should have been done by now."""
    return any(row.state is DueState.WAITING and row.due_at < now for row in tx.due.of_case(case.id))
