"""A case, or all cases of a customer, as an archive: for an ombudsman all of it, for the customer what is theirs.

No archive holds a token, whose owner could be acted for. A customer's holds no notes, no mail of others, no reasons of
the team; the hash chain shows that something is left out there, and not what.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from mailbot.core.case import Case, CaseMessage, Direction, TimelineEntry
from mailbot.core.letters import TO_CUSTOMERS
from mailbot.core.message import Address
from mailbot.mail import bundle
from mailbot.reading.readable import attached_files, blotted, plain_text, readable
from mailbot.settings.config import Config
from mailbot.store.database import Transaction
from mailbot.store.outbox import OutboxRow
from mailbot.workflows.ledger_export import Chosen, as_csv, as_record, steps
from mailbot.workflows.record import full
from mailbot.workflows.runtime import RANDOM_ID

_CANDIDATE = re.compile(rf"(?<![a-z2-7]){RANDOM_ID}(?![a-z2-7])", re.IGNORECASE)
_SHOWN_TO_CUSTOMER = frozenset({"opened", "message", "state", "offer", "survey", "merged", "split", *TO_CUSTOMERS})
_OF_OFFERS = ("at", "case", "step", "remedy", "amount", "currency")


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail of a case: what stands in its file's name, and its bytes."""

    way: str
    at: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Said:
    """What the `customer` or the `desk` has written to the other."""

    at: datetime
    by: str
    text: str


def export_case(tx: Transaction, config: Config, case: Case) -> bytes:
    """Everything of one case, notes and decisions included."""
    files = {f"{case.number}/{name}": content for name, content in _whole(tx, config, case).items()}
    return _archive(tx, config.organisation.name, case.language, files)


def export_customer(tx: Transaction, config: Config, address: str) -> bytes | None:
    """What a customer may have of all their cases; None for whom there is no case."""
    cases = sorted(tx.cases.find(customer=address), key=lambda case: case.id)
    files = {f"{case.number}/{name}": content for case in cases for name, content in _theirs(tx, config, case).items()}
    return _archive(tx, config.organisation.name, cases[-1].language, files) if cases else None


def _archive(tx: Transaction, organisation: str, language: str, files: Mapping[str, bytes]) -> bytes:
    secrets = _secrets(tx, files.values())
    safe = {name: blotted(content, secrets) for name, content in files.items() if not name.endswith("chain.json")}
    chains = {name: _without_secrets(content, secrets) for name, content in files.items() if name not in safe}
    return bundle.zipped({"README.txt": bundle.readme(language, organisation).encode(), **safe, **chains})


def _secrets(tx: Transaction, contents: Iterable[bytes]) -> list[str]:
    """The tokens in these files that somebody could be acted for by: of members, of customers, of held mail."""
    found = {word.lower() for content in contents for word in _CANDIDATE.findall(readable(content))}
    return sorted(w for w in found if tx.people.bearer(w) or tx.cases.by_token(w) or tx.people.held(w))


def _without_secrets(content: bytes, secrets: Iterable[str]) -> bytes:
    """A chain in which an entry that names a token is not shown: its hash would not fit another text."""
    chain, hidden = json.loads(content), tuple(secrets)
    for link in chain["links"]:
        if any(secret in (link["payload"] or "").lower() for secret in hidden):
            link["payload"] = link["salt"] = None
    return _json(chain)


def _whole(tx: Transaction, config: Config, case: Case) -> dict[str, bytes]:
    entries, messages = tx.cases.timeline(case.id), tx.cases.messages(case.id)
    mails = [*_received(tx, messages), *_sent(tx, tx.outbox.of_case(case.id))]
    decided = [_decision(entry) for entry in entries if entry.rule or entry.event == "rules"]
    shown = [bundle.Entry(e.at, f"{e.event} · {e.by}", e.detail) for e in entries]
    said = [bundle.Entry(m.at, f"{m.direction} · {m.author}", m.text) for m in messages]
    return {
        **_mail_files(mails),
        "timeline.json": _json(full(tx, case)),
        "timeline.html": _page(config, case, [*shown, *said]),
        "decisions.json": _json(decided),
        "offers.csv": as_csv(steps(tx, Chosen(case_number=case.number))),
        "chain.json": _chain(tx, case, payloads=True),
    }


def _theirs(tx: Transaction, config: Config, case: Case) -> dict[str, bytes]:
    own = [m for m in tx.cases.messages(case.id) if _is_theirs(m, case)]
    to_them = [row for row in tx.outbox.of_case(case.id) if _is_to_them(row, case)]
    said = [*map(_said, own), *(_Said(row.queued_at, "desk", plain_text(tx.outbox.raw(row))) for row in to_them)]
    happened = [e for e in tx.cases.timeline(case.id) if e.event in _SHOWN_TO_CUSTOMER]
    heads = bundle.who_wrote(case.language)
    return {
        **_mail_files([*_received(tx, own), *_sent(tx, to_them)]),
        "timeline.json": _json(
            {
                "number": case.number,
                "subject": case.subject,
                "state": case.state,
                "opened_at": case.opened_at.isoformat(),
                "messages": [{"at": one.at.isoformat(), "by": one.by, "text": one.text} for one in said],
                "timeline": [{"at": e.at.isoformat(), "event": e.event} for e in happened],
            }
        ),
        "timeline.html": _page(config, case, [bundle.Entry(one.at, heads[one.by], one.text) for one in said]),
        "offers.csv": _offers(tx, case),
        "chain.json": _chain(tx, case, payloads=False),
    }


def _is_theirs(message: CaseMessage, case: Case) -> bool:
    return message.direction is Direction.IN and message.author.key == case.customer.key


def _is_to_them(row: OutboxRow, case: Case) -> bool:
    return Address("", row.recipient).key == case.customer.key and row.kind in TO_CUSTOMERS


def _said(message: CaseMessage) -> _Said:
    return _Said(message.at, "customer", message.text)


def _received(tx: Transaction, messages: Iterable[CaseMessage]) -> Iterator[_Mail]:
    for message in messages:
        if message.raw_sha256:
            yield _Mail(message.direction, message.at.isoformat(), tx.ledger.raw(message.raw_sha256))


def _sent(tx: Transaction, rows: Iterable[OutboxRow]) -> Iterator[_Mail]:
    for row in rows:
        if raw := tx.outbox.raw(row):
            yield _Mail(f"sent-{row.kind}", row.queued_at.isoformat(), raw)


def _mail_files(mails: Iterable[_Mail]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for number, mail in enumerate(sorted(mails, key=lambda mail: (mail.at, mail.way, mail.raw)), 1):
        files[f"mails/{number:03}-{mail.way}.eml"] = mail.raw
        for place, (name, content) in enumerate(attached_files(mail.raw), 1):
            files[f"attachments/{number:03}-{place}-{name}"] = content
    return files


def _chain(tx: Transaction, case: Case, *, payloads: bool) -> bytes:
    chain = tx.cases.chain(case)
    links = [asdict(link) for link in chain.links]
    for link in links:
        if link["salt"] is None or not payloads:
            link["payload"] = link["salt"] = None
    return _json({"number": case.number, "length": chain.head.length, "head": chain.head.hash, "links": links})


def _decision(entry: TimelineEntry) -> dict[str, object]:
    kept = {"at": entry.at.isoformat(), "event": entry.event, "detail": entry.detail, "by": entry.by}
    return kept | {"rule": entry.rule, "rule_book": entry.rule_book, "data": entry.data}


def _offers(tx: Transaction, case: Case) -> bytes:
    """What a customer was offered; who of the team granted it and why is not theirs."""
    rows = [as_record(line) for line in steps(tx, Chosen(case_number=case.number))]
    lines = [",".join(_OF_OFFERS), *(",".join(str(row[name] or "") for name in _OF_OFFERS) for row in rows)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _page(config: Config, case: Case, entries: Iterable[bundle.Entry]) -> bytes:
    wording = bundle.wording_of(config.templates, case.language, config.organisation.timezone)
    return bundle.page(f"{case.number} {case.subject}", case.language, wording, entries).encode()


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
