"""The answer to a challenge: the held mail goes on, once; or it is not the member's, and the leads are told."""

from datetime import datetime

from mailbot.core.agent_letters import asked_again
from mailbot.core.message import Consent, Reading
from mailbot.core.notices import not_mine
from mailbot.reading.consent.answer import read_consent
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.ledger import Disposition
from mailbot.store.people import Held
from mailbot.workflows import gather
from mailbot.workflows.post import write
from mailbot.workflows.runtime import Runtime


def answered_challenge(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, token: str, reading: Reading, now: datetime
) -> tuple[Disposition, int | None, str]:
    """Put a held mail back in line, as proven; or keep it from ever going on."""
    held = tx.people.held(token)
    if held is None:
        raise AssertionError("the token was just looked up")
    said = read_consent(reading.reply_text, reading.language) if reading.reply_text.strip() else Consent.YES
    if said is Consent.NO:
        return _refuse(tx, runtime, mailbox, held, now)
    if said is not Consent.YES and held.released_at is None and held.refused_at is None:
        return _ask_again(tx, runtime, mailbox, held, now)
    if not tx.people.release(token, now):
        return Disposition.FILED, held.case_id, f"confirms mail {held.ledger_id} again; it had been settled"
    tx.ledger.again(held.ledger_id, now)
    return Disposition.FILED, held.case_id, f"releases the held mail {held.ledger_id}"


def _ask_again(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, held: Held, now: datetime
) -> tuple[Disposition, int | None, str]:
    """Words that say neither yes nor no release nothing."""
    case = tx.cases.get(held.case_id) if held.case_id is not None else None
    situation = gather.situation(tx, runtime, case, customer_key="", now=now)
    if member := situation.member(held.member):
        desk = gather.desk_of(runtime, case, mailbox)
        write(tx, runtime, desk, case, asked_again(member, held.ledger_id, situation), now=now, held_token=held.token)
    return Disposition.FILED, held.case_id, f"says neither yes nor no to the held mail {held.ledger_id}"


def _refuse(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, held: Held, now: datetime
) -> tuple[Disposition, int | None, str]:
    if not tx.people.refuse(held.token, now):
        return Disposition.FILED, held.case_id, f"disowns mail {held.ledger_id}, which had been settled"
    case = tx.cases.get(held.case_id) if held.case_id is not None else None
    situation = gather.situation(tx, runtime, case, customer_key="", now=now)
    for letter in not_mine(case, held.member, situation):
        write(tx, runtime, gather.desk_of(runtime, case, mailbox), case, letter, now=now)
    return Disposition.FILED, held.case_id, f"disowns the held mail {held.ledger_id}"
