"""What an attack has done, seen from outside: the tables of the database before and after, and the mails sent since."""

import email
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email import policy
from email.message import Message
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from mailbot.core.letters import LetterKind
from tests.desk import Sent
from tests.security.forgeries.scene import Aftermath
from tests.security.test_injection import check_headers, check_page

Harm = Literal["append", "command", "relay", "leak", "form", "outcome"]
Row = Mapping[str, Any]

# From the least that can become of a mail to the most: left alone (duplicates, mail of machines and of our own); set
# aside; asked about; a case of its own; with a valid id: kept as a machine's note, or as an agent's mail of which
# nothing was done; filed as a third party's; filed as the next mail of the customer whose case it is.
OUTCOMES = ("ignored", "quarantined", "held", "case", "note", "refused", "third_party", "own")
_IGNORED = ("duplicate", "own", "automatic")
_UNTOUCHED = ("offers", "offer_ledger", "problems", "problem_readers", "absences", "preferences", "undeliverable")
_KEPT = ("tokens", "held", "parties", "message_ids", "case_messages", "outbox")
# What a customer's next mail in the own case says anew; everything else of a case only a command changes.
_SAID_ANEW = {
    "state", "is_complaint", "type", "demanded_remedy", "threat", "safety", "repeat", "severity", "priority", "sla",
    "order_number", "amount_minor", "currency", "suggestion", "advice", "asked", "deadlines", "next_due_at",
    "promised_at", "delays", "resolved_at", "closed_at", "language",
}  # fmt: skip
_WITH_AN_ID = (("in", "third_party"), ("in", "system"), ("note", "agent"))
_FILED_AS = {"customer": "own", "third_party": "third_party", "system": "note", "agent": "refused"}
_ENDED = ("resolved", "closed")
_TO_THE_TEAM = {LetterKind.NOTIFICATION, LetterKind.CHALLENGE, LetterKind.NOTICE, LetterKind.ALERT}
_WORD = re.compile(r"\w+")
_RUN = 4  # so many words in a row are somebody's own
_THEIRS = re.compile(r"[\w.-]*evil[\w.-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should not have happened."""

    harm: Harm
    what: str


def findings(aftermath: Aftermath) -> tuple[Finding, ...]:
    """All that this attack has done and should not have; none, if the desk held."""
    judge = _Judge(aftermath, tables(aftermath.before), tables(aftermath.after))
    return (*judge.appends(), *judge.commands(), *judge.relays(), *judge.leaks(), *judge.forms(), *judge.outcome())


def tables(file: Path) -> dict[str, list[Row]]:
    """All rows of those tables that an attack could aim at."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        names = ("cases", *_UNTOUCHED, *_KEPT)
        return {name: [*map(dict, connection.execute(f"SELECT * FROM {name} ORDER BY rowid"))] for name in names}
    finally:
        connection.close()


@dataclass
class _Judge:
    aftermath: Aftermath
    before: Mapping[str, Sequence[Row]]
    after: Mapping[str, Sequence[Row]]

    @cached_property
    def added(self) -> list[Row]:
        """The messages that stand since in cases that were there before."""
        old, cases = {row["id"] for row in self.before["case_messages"]}, {row["id"] for row in self.before["cases"]}
        return [row for row in self.after["case_messages"] if row["id"] not in old and row["case_id"] in cases]

    @cached_property
    def mail(self) -> Message:
        return email.message_from_bytes(self.aftermath.raw, policy=policy.compat32)

    def appends(self) -> Iterable[Finding]:
        customers = {row["id"]: row["customer_key"] for row in self.before["cases"]}
        for row in self.added:
            where = f"{row['role']} {row['author_address']} in case {row['case_id']}"
            if (row["direction"], row["role"]) in _WITH_AN_ID:
                if row["case_id"] != self.aftermath.attack.case or not self._carries_id_of(row["case_id"]):
                    yield Finding("append", f"{where}, of which it carries no random id")
            elif row["role"] != "customer" or row["author_address"].casefold() != customers[row["case_id"]]:
                yield Finding("append", where)

    def _carries_id_of(self, case_id: int) -> bool:
        raw = self.aftermath.raw.decode("latin-1").casefold()
        ids = [row["token"] for row in self.before["cases"] if row["id"] == case_id]
        ids += [row["message_id"] for row in self.before["message_ids"] if row["case_id"] == case_id and row["issued"]]
        return any(one.casefold() in raw for one in ids)

    def commands(self) -> Iterable[Finding]:
        for name in _UNTOUCHED:
            if self.before[name] != self.after[name]:
                yield Finding("command", f"{name} changed: {_difference(self.before[name], self.after[name])}")
        for name in _KEPT:
            if gone := [row for row in self.before[name] if row not in self.after[name]]:
                yield Finding("command", f"{name} changed: {gone}")
        for old, new in zip(self.before["cases"], self.after["cases"], strict=False):
            yield from self._changed(old, new)

    def _changed(self, old: Row, new: Row) -> Iterable[Finding]:
        wrote_anew = any(row["case_id"] == old["id"] and row["role"] == "customer" for row in self.added)
        may = _SAID_ANEW if wrote_anew else set()
        changed = {key: (old[key], new[key]) for key in old if old[key] != new[key] and key not in may}
        if changed:
            yield Finding("command", f"case {old['number']}: {changed}")
        if new["state"] in _ENDED and new["state"] != old["state"]:
            yield Finding("command", f"case {old['number']} is {new['state']}")

    def relays(self) -> Iterable[Finding]:
        outside = self.aftermath.play.to_outsiders(self.aftermath.play.fresh)
        if len(outside) > 1:
            yield Finding("relay", f"{len(outside)} mails to people outside")
        for sent in outside:
            yield from self._relayed(sent)
        for sent in self.aftermath.play.fresh:
            if sent not in outside and sent.row.kind not in (_TO_THE_TEAM | self._told()):
                yield Finding("command", f"{sent.row.kind} to {sent.row.recipient}")

    def _told(self) -> set[LetterKind]:
        """What a member is told when nothing was done of a mail that has the member's key."""
        return {LetterKind.RECEIPT} if self.aftermath.attack.at_most == "refused" else set()

    def _relayed(self, sent: Sent) -> Iterable[Finding]:
        where = f"{sent.row.kind} to {sent.row.recipient}"
        if sent.row.kind is not LetterKind.ACKNOWLEDGEMENT or sent.row.recipient.casefold() not in self._senders():
            yield Finding("relay", where)
        shown = f"{sent.mail['Subject']}\n{sent.text}"
        if words := (_runs(shown) & self._own_words()) | set(_THEIRS.findall(shown)):
            yield Finding("relay", f"{where} says {sorted(words)}")

    def _senders(self) -> str:
        """Whom the mail says that it comes from: to that address alone may go that it has arrived."""
        head = re.split(r"\r?\n\r?\n", self.aftermath.raw.decode("utf-8", "replace"), maxsplit=1)[0].casefold()
        return " ".join(re.findall(r"^(?:from|reply-to)[ \t]*:(.*(?:\r?\n[ \t].*)*)", head, re.MULTILINE))

    def _own_words(self) -> set[str]:
        """What the attacker says, but for quotes of mails of ours; a known customer's subject may be repeated."""
        known = any(row["customer_key"] in self._senders() for row in self.before["cases"])
        said = [*_texts(self.mail), *(() if known else (str(self.mail["Subject"]),))]
        earlier = self.aftermath.play.sent[: -len(self._fresh) or None]
        ours = [f"{sent.mail['Subject']}\n{sent.text}" for sent in earlier]
        return set().union(*map(_runs, said)) - set().union(*map(_runs, ours))

    @property
    def _fresh(self) -> list[Sent]:
        return self.aftermath.play.fresh

    def leaks(self) -> Iterable[Finding]:
        try:
            self.aftermath.play.check_secrets()
        except AssertionError as error:
            yield Finding("leak", str(error))

    def forms(self) -> Iterable[Finding]:
        for sent in self._fresh:
            try:
                check_headers(sent)
                check_page(sent)
            except AssertionError as error:
                yield Finding("form", f"{sent.row.kind} to {sent.row.recipient}: {error}")

    def outcome(self) -> Iterable[Finding]:
        attack, came = self.aftermath.attack, self._outcome()
        if OUTCOMES.index(came) > OUTCOMES.index(attack.at_most):
            yield Finding("outcome", f"{came}, and at most {attack.at_most} was expected ({self.aftermath.row.detail})")

    def _outcome(self) -> str:
        if self.added:
            return _FILED_AS[self.added[0]["role"]]
        disposition = self.aftermath.row.disposition.value
        if len(self.after["cases"]) > len(self.before["cases"]):
            return "case"
        return disposition if disposition in OUTCOMES and disposition not in _IGNORED else "ignored"


def _difference(old: Sequence[Row], new: Sequence[Row]) -> list[Row]:
    return [row for row in (*old, *new) if row not in old or row not in new]


def _texts(mail: Message) -> Iterable[str]:
    for part in mail.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(payload, bytes):
            yield re.sub(r"<[^>]*>", " ", payload.decode("utf-8", "replace"))


@cache
def _runs(text: str) -> frozenset[str]:
    words = _WORD.findall(text.casefold())
    return frozenset(" ".join(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))
