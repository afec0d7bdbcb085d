"""A simulated quarter: complaints, answers, offers, silence and outages, hour by hour, on a real desk."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from mailbot.core.case import UNSETTLED, Case, State
from mailbot.core.offers import Step
from mailbot.core.team import Member
from mailbot.store.database import Database
from mailbot.store.due import DueState
from mailbot.store.outbox import OutboxRow
from mailbot.workflows.due import do_due_work
from tests.desk import DeskDriver, mail
from tests.security.play import DMARC_PASS
from tests.simulation.people import AGREES, ANSWERS, REPLIES, colleagues, complaint

_HOUR = timedelta(hours=1)
_DESK = "support@acme.example"


@dataclass(slots=True)
class Customer:
    """Somebody who complains once."""

    address: str
    language: str


@dataclass(slots=True)
class Quarter:
    """One desk and all that has happened to it; `down_until` is the hour at which an outage of its own ends."""

    desk: DeskDriver
    random: Random
    cases: int
    days: int = 90
    customers: dict[str, Customer] = field(default_factory=dict)
    waiting: list[tuple[bytes, timedelta]] = field(default_factory=list)
    outages: int = 0
    _down: int = 0
    _mails: int = 0

    @classmethod
    def begin(cls, folder: Path, database: Database, *, cases: int, seed: int, agents: int = 17) -> "Quarter":
        """A desk of twenty with nothing to do yet."""
        return cls(DeskDriver.open(folder, database, colleagues=colleagues(agents)), Random(seed), cases)

    def run(self) -> None:
        """All days, hour by hour, and a fortnight more in which nobody writes."""
        hours = self.days * 24
        for hour in range(hours):
            self.desk.now += _HOUR
            if self._down:
                self._down -= 1
            elif self.random.random() < 1 / 400:
                self._down, self.outages = self.random.choice((3, 9, 30, 80)), self.outages + 1
            if self.random.random() < self.cases / hours:
                self._complain(hour)
            if self.desk.runtime.desk.calendar.is_open(self.desk.now) and not self._down:
                self._work()
            if not self._down:
                self._catch_up()
        for _ in range(14 * 24):
            self.desk.wait(_HOUR)

    def sent(self) -> list[OutboxRow]:
        """Every mail that the desk has written, oldest first."""
        with self.desk.runtime.database.read() as tx:
            return sorted(tx.outbox.list(), key=lambda row: row.id)

    def overdue_work(self) -> list[str]:
        """Due rows that should have been done, or failed."""
        found = []
        with self.desk.runtime.database.read() as tx:
            for case in tx.cases.find():
                rows = tx.due.of_case(case.id)
                late = (row for row in rows if row.state is DueState.WAITING and row.due_at <= self.desk.now)
                found += [row.key for row in late] + [row.key for row in rows if row.state is DueState.FAILED]
        return found

    def _catch_up(self) -> None:
        for raw, ago in self.waiting:
            self.desk.arrive(raw, received_at=self.desk.now - ago)
        self.waiting.clear()
        while do_due_work(self.desk.runtime, self.desk.now):
            pass

    def _arrives(self, raw: bytes) -> None:
        if self._down:
            self.waiting.append((raw, timedelta(hours=self._down)))
        else:
            self.desk.arrive(raw)

    def _complain(self, hour: int) -> None:
        language, text = complaint(self.random, hour)
        address = f"customer{len(self.customers)}@mail.example"
        self.customers[address] = Customer(address, language)
        self._arrives(self._mail(text, by=address, to=_DESK, subject=text[:30]))

    def _mail(self, text: str, *, by: str, to: str, **headers: str) -> bytes:
        self._mails += 1
        return mail(text, from_=by, to=to, message_id=f"<{self._mails}@quarter.example>", **headers)

    def _work(self) -> None:
        """Agents and customers each look into a few of their cases."""
        for case in self._some_cases():
            if case.state in (State.NEW, State.OPEN):
                self._agent_acts(case)
            elif case.state is State.WAITING:
                self._customer_acts(case)
            elif case.state is State.RESOLVED and self.random.random() < 0.01:
                self._arrives(self._from_customer(case, self.random.choice("12345")))

    def _some_cases(self) -> Iterator[Case]:
        with self.desk.runtime.database.read() as tx:
            unsettled = (case for case in tx.cases.find() if case.state in UNSETTLED)
            found = [*unsettled, *tx.cases.find(state=State.RESOLVED, limit=20)]
        return (case for case in found if self.random.random() < 0.12)

    def _agent_acts(self, case: Case) -> None:
        member = self._member(case)
        if member is None or self.random.random() < 0.3:
            return
        text = self.random.choice(
            (
                self.random.choice(ANSWERS),
                f"#cause the depot\n#offer refund {self.random.choice((5, 15, 60))} EUR\n\nDear customer, I am sorry.",
                "#resolve\n\nDear customer, it is settled.",
                "#draft",
                "#fulfilled",
                "#wait 3 days",
            )
        )
        self._arrives(self._from_member(case, member, text))

    def _customer_acts(self, case: Case) -> None:
        if self.random.random() < 0.3:
            language = self.customers[case.customer.address].language
            words = self.random.choice((REPLIES, AGREES))[language]
            self._arrives(self._from_customer(case, words))

    def _from_customer(self, case: Case, text: str) -> bytes:
        to = f"support+{case.token}@acme.example"
        return self._mail(text, by=case.customer.address, to=to, subject=f"Re: [{case.number}]")

    def _from_member(self, case: Case, member: Member, text: str) -> bytes:
        with self.desk.runtime.database.read() as tx:
            token = tx.people.token_for(case.id, member.address)
            waits = any(offer.state is Step.PROPOSED for offer in tx.offers.of_case(case.id))
        text = "#approve" if waits and member.address == "ana@acme.example" else text
        return self._mail(
            text,
            by=member.address,
            to=f"support+{token}@acme.example",
            subject=f"Re: [{case.number}]",
            authentication_results=DMARC_PASS,
        )

    def _member(self, case: Case) -> Member | None:
        """One of those who have been told of the case."""
        with self.desk.runtime.database.read() as tx:
            told = [m for m in self.desk.runtime.config.team.members if tx.people.token_for(case.id, m.address)]
        return self.random.choice(told) if told else None
