"""What a run has left behind, seen from outside: what was lost, what was doubled, and what is in doubt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mailbot.core.letters import TO_CUSTOMERS, LetterKind
from mailbot.store.database import Database, Transaction
from mailbot.store.due import DueState
from mailbot.store.outbox import OutboxRow, OutboxState
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.verify import verify
from tests.chaos import mailbox
from tests.chaos.plan import Plan
from tests.chaos.work import END
from tests.chaos.world import Place
from tests.servers.smtp_sink import AcceptedMail

_BY_PEOPLE = (LetterKind.ANSWER, LetterKind.RESOLUTION)
_UNFINISHED = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Findings:
    """`problems` must be empty. `doubled`: mails that a server got twice because its first answer was lost.

    `letters`: how often who was written to, and why. `resent`, `failed`: uncertain mails that were sent once more,
    and mails given up. `copies`: mails that lie twice in a folder of a server without MOVE.
    """

    problems: tuple[str, ...]
    letters: Mapping[tuple[str, str], int] = field(default_factory=dict)
    resent: int = 0
    doubled: int = 0
    failed: int = 0
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What was brought to the desk: complaints, each of which is a case, and answers of agents."""

    cases: int
    answers: int
    dispositions: Mapping[str, int]


def found(place: Place, plan: Plan, expected: Expected) -> Findings:
    """Compare what the servers and the database hold with what was brought."""
    runtime = Runtime(place.config, Database.open(place.config.database, upgrade=False), place.behaviour)
    accepted, folders = place.sink.mails(), mailbox.count(place.imap)
    with runtime.database.read() as tx:
        rows = tx.outbox.list()
        problems = [
            *_about_cases(tx, expected),
            *_about_sending(rows, accepted),
            *_about_letters(rows, expected),
            *(_about_what_fell_due(rows) if plan.edit == "none" else ()),
            *_about_due_work(tx),
            *_about_rules(tx, plan, rows),
            *_about_folders(folders, plan, rows, expected),
        ]
    problems += verify(runtime, END).gaps
    runtime.close()
    settled = sum(expected.dispositions.values()) - expected.dispositions["before_start"]
    return Findings(
        tuple(problems),
        letters=Counter((row.kind.value, _who(row)) for row in rows),
        resent=sum(row.resent for row in rows),
        doubled=sum(number - 1 for number in _accepted(accepted).values()),
        failed=sum(row.state is OutboxState.FAILED for row in rows),
        copies=sum(folders.get(name, 0) for name in ("mailbot/Processed", "mailbot/Quarantine")) - settled,
    )


def _who(row: OutboxRow) -> str:
    local, _, domain = row.recipient.partition("@")
    return local[-2:] if domain == "mail.example" else domain


def _accepted(mails: Iterable[AcceptedMail]) -> Counter[tuple[str, str]]:
    return Counter((str(mail.message["Message-ID"]).strip("<> "), mail.recipients[0]) for mail in mails)


def _about_cases(tx: Transaction, expected: Expected) -> Iterator[str]:
    cases = tx.cases.find()
    if len(cases) != expected.cases or len({case.customer.key for case in cases}) != expected.cases:
        yield f"{expected.cases} complaints have become {len(cases)} cases"
    if (counts := tx.ledger.counts()) != expected.dispositions:
        yield f"mails were settled as {counts}, and not as {dict(expected.dispositions)}"
    for case in cases:
        events = Counter(entry.event for entry in tx.cases.timeline(case.id))
        if events["opened"] != 1:
            yield f"case {case.number} was opened {events['opened']} times"
        ids = Counter(message.message_id for message in tx.cases.messages(case.id) if message.message_id)
        yield from (f"case {case.number} holds {id} {count} times" for id, count in ids.items() if count > 1)


def _about_sending(rows: Iterable[OutboxRow], mails: Iterable[AcceptedMail]) -> Iterator[str]:
    """A mail is sent once; twice if it was uncertain; never unless it stands in the outbox."""
    accepted = _accepted(mails)
    for row in rows:
        times = accepted.pop((row.message_id, row.recipient), 0)
        what = f"{row.kind.value} {row.id} to {row.recipient}"
        if row.state in _UNFINISHED:
            yield f"{what} is {row.state.value} for ever"
        if times > 1 + row.resent:
            yield f"{what} was sent {times} times (sent again on purpose: {row.resent})"
        if row.state is OutboxState.SENT and not times:
            yield f"{what} counts as sent, and never was"
        if row.state is OutboxState.FAILED and not row.resent:
            yield f"{what} was given up without a second try: {row.error}"
    yield from (f"{id} to {recipient} was sent and stands in no outbox" for id, recipient in accepted)


def _about_letters(rows: Iterable[OutboxRow], expected: Expected) -> Iterator[str]:
    kinds = Counter((row.case_id, row.kind) for row in rows if row.kind in TO_CUSTOMERS)
    acknowledged = sum(count for (_, kind), count in kinds.items() if kind is LetterKind.ACKNOWLEDGEMENT)
    if acknowledged != expected.cases:
        yield f"{expected.cases} cases have {acknowledged} acknowledgements"
    if (answers := sum(kinds[key] for key in kinds if key[1] in _BY_PEOPLE)) != expected.answers:
        yield f"{expected.answers} answers of agents have become {answers} mails"
    for (case, kind), count in kinds.items():
        if count > 1 and kind not in _BY_PEOPLE and kind is not LetterKind.STAGE:
            yield f"case {case} has {count} mails of the kind {kind.value}"


def _about_what_fell_due(rows: Iterable[OutboxRow]) -> Iterator[str]:
    """By the shipped rules: whose case was resolved is asked once, and the third customer hears of the delay."""
    letters = Counter((row.kind, _who(row)) for row in rows)
    if (asked := letters[LetterKind.FOLLOW_UP, "c0"]) != letters[LetterKind.RESOLUTION, "c0"]:
        yield f"after {letters[LetterKind.RESOLUTION, 'c0']} resolutions, {asked} questions were asked"
    if (told := letters[LetterKind.DELAY, "c2"]) != 1:
        yield f"of a delay was told {told} times"


def _about_due_work(tx: Transaction) -> Iterator[str]:
    for case in tx.cases.find():
        for work in tx.due.of_case(case.id):
            if work.state is DueState.FAILED or (work.state is DueState.WAITING and work.due_at <= END):
                yield f"{work.key} is {work.state.value}: {work.error}"


def _about_rules(tx: Transaction, plan: Plan, rows: Iterable[OutboxRow]) -> Iterator[str]:
    terms, alerts = len(tx.books.terms()), sum(row.kind is LetterKind.ALERT for row in rows)
    refused = tx.books.refused()
    if terms != (2 if plan.edit == "good" else 1):
        yield f"{terms} rule books were in force"
    if (refused is not None) != (plan.edit == "bad"):
        yield f"refused: {refused}"
    told = [row for row in rows if row.kind is LetterKind.ALERT and "ops@" in row.recipient]
    if plan.edit == "bad" and not told:
        yield f"nobody was told that the rules were refused ({alerts} alerts)"


def _about_folders(
    folders: Mapping[str, int], plan: Plan, rows: Iterable[OutboxRow], expected: Expected
) -> Iterator[str]:
    settled = sum(expected.dispositions.values()) - expected.dispositions["before_start"]
    shelved = folders.get("mailbot/Processed", 0) + folders.get("mailbot/Quarantine", 0)
    if folders["INBOX"] != expected.dispositions["before_start"]:
        yield f"{folders['INBOX']} mails are in the inbox"
    if shelved < settled or (shelved > settled and not plan.copying):
        yield f"{settled} mails were settled, and {shelved} lie in their folders"
    sent = sum(row.state is OutboxState.SENT for row in rows if row.kind in _BY_PEOPLE)
    if folders.get("Sent", 0) != sent:
        yield f"{sent} answers were sent, and {folders.get('Sent', 0)} lie in Sent"
