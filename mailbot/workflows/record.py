"""A case as one plain object, for `case --json`, `cases --json` and whoever else shows it."""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core.case import Case, CaseMessage, Deadline, TimelineEntry
from mailbot.core.forecast import coming_due
from mailbot.core.offers import Offer
from mailbot.core.surveys import FOLLOW_UP
from mailbot.store.database import Transaction
from mailbot.store.due import DueState
from mailbot.workflows.ledger_export import written


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
        "asked": list(case.asked),
        "sla": case.sla,
        "promised_at": case.promised_at.isoformat() if case.promised_at else None,
        "deadlines": [*map(_deadline, case.deadlines), *_questions(tx, case)],
        "messages": [_message(message) for message in tx.cases.messages(case.id)],
        "offers": [_offer(offer) for offer in tx.offers.of_case(case.id)],
        "timeline": [_entry(entry) for entry in tx.cases.timeline(case.id)],
        "links": [
            {"number": other.number, "kind": link.kind}
            for link in tx.cases.links(case.id)
            if (other := tx.cases.get(link.other_id if link.case_id == case.id else link.case_id))
        ],
    }


def due(case: Case, since: datetime, until: datetime) -> list[dict[str, object]]:
    """The deadlines that will pass in that time, the earliest first."""
    return [{"kind": d.kind, "due_at": d.due_at.isoformat(), "sla": case.sla} for d in coming_due(case, since, until)]


def _deadline(deadline: Deadline) -> dict[str, object]:
    met = deadline.met_at.isoformat() if deadline.met_at else None
    return {"kind": deadline.kind, "due_at": deadline.due_at.isoformat(), "met_at": met}


def _questions(tx: Transaction, case: Case) -> Iterable[dict[str, object]]:
    """The questions after a resolution, which are due as well."""
    for row in tx.due.of_case(case.id):
        if row.kind == FOLLOW_UP and row.state is not DueState.CANCELLED:
            asked = row.changed_at.isoformat() if row.state is DueState.DONE else None
            yield {"kind": row.kind, "due_at": row.due_at.isoformat(), "met_at": asked}


def _offer(offer: Offer) -> dict[str, object]:
    amount, currency = written(offer.amount)
    return {
        "number": offer.number,
        "remedy": offer.remedy.value,
        "amount": amount,
        "currency": currency,
        "state": offer.state.value,
        "by": offer.by,
        "approved_by": list(offer.approved_by),
        "due_at": offer.due_at.isoformat() if offer.due_at else None,
    }


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
