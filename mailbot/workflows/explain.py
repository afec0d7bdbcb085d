"""Why: what became of a mail, how it was threaded, and what each rule said, from the ledger and the timeline."""

import re
from collections.abc import Mapping

from mailbot.core.case import Case
from mailbot.store.database import Transaction
from mailbot.store.ledger import LedgerRow


def explain(tx: Transaction, wanted: str) -> dict[str, object] | None:
    """Everything known about a case number or a Message-ID (with or without <>); None where nothing is."""
    case = tx.cases.by_number(wanted.strip().upper())
    if case:
        return {"mails": [_mail(row) for row in tx.ledger.of_case(case.id)], "cases": [_case(tx, case)]}
    rows = tx.ledger.by_message_id(re.sub(r"^<|>$", "", wanted.strip()))
    if not rows:
        return None
    cases = [tx.cases.get(case_id) for case_id in dict.fromkeys(row.case_id for row in rows) if case_id is not None]
    return {"mails": [_mail(row) for row in rows], "cases": [_case(tx, case) for case in cases if case]}


def _mail(row: LedgerRow) -> Mapping[str, object]:
    return {
        "id": row.id,
        "mailbox": row.mailbox,
        "folder": row.folder,
        "uid": row.uid,
        "message_id": row.message_id,
        "received_at": row.arrived_at.isoformat(),
        "disposition": row.disposition.value,
        "why": row.detail or row.error,
    }


def _case(tx: Transaction, case: Case) -> Mapping[str, object]:
    entries = tx.cases.timeline(case.id)
    considered = next((entry for entry in entries if entry.event == "rules"), None)
    return {
        "number": case.number,
        "threading": [{"at": e.at.isoformat(), "message": e.detail} for e in entries if e.event == "message"],
        "rules": considered.data["rules"] if considered else [],
        "rule_book": considered.rule_book if considered else None,
        "decisions": [
            {"at": e.at.isoformat(), "event": e.event, "detail": e.detail, "by": e.by, "rule": e.rule}
            for e in entries
            if e.event not in ("rules", "message")
        ],
    }
