"""How a case, its messages and its timeline stand in rows: both directions side by side."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from struct import pack, unpack
from typing import Any

from mailbot.core.case import (
    Author,
    Case,
    CaseMessage,
    Deadline,
    Direction,
    Pause,
    Priority,
    State,
    TimelineEntry,
)
from mailbot.core.channels import Channel
from mailbot.core.message import Address, ComplaintType, Remedy, Severity, Threat
from mailbot.core.money import Money
from mailbot.store.session import Row

# The code of ISO 4217 for «no currency»; it has two decimal places.
_NO_CURRENCY = "XXX"


def row_of_case(case: Case) -> dict[str, Any]:
    """The row of `cases`."""
    return {
        "id": case.id,
        "number": case.number,
        "token": case.token,
        "mailbox": case.mailbox,
        "subject": case.subject,
        "customer_name": case.customer.name,
        "customer_address": case.customer.address,
        "customer_key": case.customer.key,
        "language": case.language,
        "state": case.state,
        "is_complaint": case.is_complaint,
        "type": case.type,
        "demanded_remedy": case.demanded_remedy,
        "threat": case.threat,
        "safety": case.safety,
        "repeat": case.repeat,
        "severity": case.severity,
        "priority": case.priority,
        "team": case.team,
        "assignee": case.assignee,
        "suggestion": case.suggestion,
        "order_number": case.order_number,
        "amount_minor": None if case.amount is None else _minor(case.amount, case.currency),
        "currency": case.currency,
        "tags": case.tags,
        "problem": case.problem,
        "on_hold": case.on_hold,
        "advice": case.advice,
        "cause": case.cause,
        "corrective": case.corrective,
        "asked": case.asked,
        "channel": case.channel,
        "phone": case.phone,
        "merged_into": case.merged_into,
        "assigned_at": case.assigned_at,
        "sla": case.sla,
        "deadlines": [_plain(deadline) for deadline in case.deadlines],
        "next_due_at": case.next_due_at,
        "promised_at": case.promised_at,
        "delays": case.delays,
        "opened_at": case.opened_at,
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
    }


def case_of_row(row: Row) -> Case:
    """The case of a row of `cases`."""
    return Case(
        id=row.id,
        number=row.number,
        token=row.token,
        mailbox=row.mailbox,
        subject=row.subject,
        customer=Address(row.customer_name, row.customer_address),
        language=row.language,
        opened_at=row.opened_at,
        state=State(row.state),
        is_complaint=row.is_complaint,
        type=ComplaintType(row.type),
        demanded_remedy=Remedy(row.demanded_remedy),
        threat=Threat(row.threat),
        safety=row.safety,
        repeat=row.repeat,
        severity=Severity(row.severity),
        priority=Priority(row.priority),
        team=row.team,
        assignee=row.assignee,
        suggestion=row.suggestion,
        order_number=row.order_number,
        amount=None if row.amount_minor is None else _amount(row.amount_minor, row.currency),
        currency=row.currency,
        tags=tuple(row.tags),
        problem=row.problem,
        on_hold=row.on_hold,
        advice=tuple(row.advice),
        cause=row.cause,
        corrective=row.corrective,
        asked=tuple(row.asked),
        channel=Channel(row.channel),
        phone=row.phone,
        merged_into=row.merged_into,
        assigned_at=row.assigned_at,
        sla=row.sla,
        deadlines=tuple(map(_deadline, row.deadlines)),
        promised_at=row.promised_at,
        delays=row.delays,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
    )


def row_of_message(case_id: int, message: CaseMessage) -> dict[str, Any]:
    """The row of `case_messages`."""
    return {
        "case_id": case_id,
        "direction": message.direction,
        "role": message.role,
        "author_name": message.author.name,
        "author_address": message.author.address,
        "at": message.at,
        "subject": message.subject,
        "text": message.text,
        "message_id": message.message_id,
        "reference_ids": message.references,
        "attachments": message.attachments,
        "cc": [(copied.name, copied.address) for copied in message.cc],
        "raw_sha256": message.raw_sha256,
        "ledger_id": message.ledger_id,
    }


def message_of_row(row: Row) -> CaseMessage:
    """The message of a row of `case_messages`."""
    return CaseMessage(
        direction=Direction(row.direction),
        role=Author(row.role),
        author=Address(row.author_name, row.author_address),
        at=row.at,
        subject=row.subject,
        text=row.text,
        message_id=row.message_id,
        references=tuple(row.reference_ids),
        attachments=tuple(row.attachments),
        cc=tuple(Address(name, address) for name, address in row.cc),
        raw_sha256=row.raw_sha256,
        ledger_id=row.ledger_id,
    )


def row_of_entry(case_id: int, position: int, entry: TimelineEntry) -> dict[str, Any]:
    """The row of `timeline`."""
    return {
        "case_id": case_id,
        "position": position,
        "event": entry.event,
        "actor": entry.by,
        "at": entry.at,
        "detail": entry.detail,
        "rule": entry.rule,
        "rule_book": entry.rule_book,
        "data": entry.data,
    }


def entry_of_row(row: Row) -> TimelineEntry:
    """The entry of a row of `timeline`."""
    return TimelineEntry(
        event=row.event,
        by=row.actor,
        at=row.at,
        detail=row.detail,
        rule=row.rule,
        rule_book=row.rule_book,
        data=row.data,
    )


def packed(fingerprints: Sequence[int]) -> bytes:
    """Signed 64-bit numbers, eight bytes each."""
    return pack(f">{len(fingerprints)}q", *fingerprints)


def unpacked(fingerprints: bytes) -> tuple[int, ...]:
    """The numbers that were packed."""
    return unpack(f">{len(fingerprints) // 8}q", fingerprints)


def _plain(deadline: Deadline) -> dict[str, Any]:
    return {
        "kind": deadline.kind,
        "started_at": deadline.started_at,
        "due_at": deadline.due_at,
        "met_at": deadline.met_at,
        "pauses": [(pause.since, pause.until) for pause in deadline.pauses],
        "prolonged": deadline.prolonged,
        "told_at": deadline.told_at,
    }


def _deadline(plain: Mapping[str, Any]) -> Deadline:
    return Deadline(
        kind=plain["kind"],
        started_at=datetime.fromisoformat(plain["started_at"]),
        due_at=datetime.fromisoformat(plain["due_at"]),
        met_at=_moment(plain["met_at"]),
        pauses=tuple(Pause(datetime.fromisoformat(since), _moment(until)) for since, until in plain["pauses"]),
        prolonged=plain["prolonged"],
        told_at=_moment(plain["told_at"]),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _minor(amount: Decimal, currency: str | None) -> int:
    return Money.rounded(amount, currency or _NO_CURRENCY).minor


def _amount(minor: int, currency: str | None) -> Decimal:
    return Money.from_minor(minor, currency or _NO_CURRENCY).amount
