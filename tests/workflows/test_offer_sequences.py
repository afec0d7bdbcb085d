"""Whatever mails arrive, in any order, twice or cut off by a crash: nothing is promised twice or above authority."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.letters import LetterKind
from mailbot.core.money import Money
from mailbot.core.offers import Offer, Step
from mailbot.store.database import Database
from mailbot.store.offers import LedgerLine
from mailbot.workflows import dispose
from tests.desk import DeskDriver, mail
from tests.security.play import DMARC_PASS, KATE, MARI, Play

ANA, OSKAR = "Ana Novak <ana@acme.example>", "Oskar Lepp <oskar@acme.example>"
LIMITS = {"mari@acme.example": 20, "ana@acme.example": 500, "oskar@acme.example": 100}
LEADS = {"ana@acme.example", "oskar@acme.example"}
COLLEAGUES = [
    {"name": "Oskar Lepp", "address": "oskar@acme.example", "role": "lead", "authority": {"any": "100 EUR"}},
]

sums = st.sampled_from((20, 21, 100, 101, 101, 500, 501))
agents = st.sampled_from((MARI, ANA, OSKAR))
deciding = st.one_of(
    st.tuples(st.just("offer"), st.sampled_from((MARI, MARI, ANA, OSKAR)), sums),
    st.tuples(st.just("approve"), st.sampled_from((MARI, ANA, OSKAR, OSKAR)), st.one_of(st.none(), st.none(), sums)),
)
around = st.one_of(
    st.tuples(st.sampled_from(("deny", "withdraw", "fulfilled")), agents, st.none()),
    st.tuples(st.just("customer"), st.sampled_from(("Yes, please.", "No, thanks.", "When?")), st.none()),
    st.tuples(st.just("replay"), st.integers(0, 30), st.none()),
    st.tuples(st.just("forge"), agents, sums),
    st.tuples(st.just("wait"), st.integers(1, 90), st.none()),
)
moves = st.one_of(deciding, deciding, deciding, around)
steps = st.tuples(moves, st.booleans())


class Killed(BaseException):
    """The process ends here, whatever it was at."""


@contextmanager
def killed_before_the_commit() -> Iterator[None]:
    """The next mail is settled but for the commit, as when the power fails."""
    original = dispose.settle

    def dies(*args: object, **kwargs: object) -> None:
        original(*args, **kwargs)  # type: ignore[arg-type]
        raise Killed

    with patch.object(dispose, "settle", dies):
        yield


class Sequence_:
    """One desk, the mails that it has got so far, and what may happen to it next."""

    def __init__(self, folder: Path) -> None:
        self.database = Database.open(f"sqlite:///{folder / 'mailbot.db'}")
        self.play = Play(DeskDriver.open(folder, self.database, colleagues=COLLEAGUES))
        self.play.complain()
        self.desk, self.mails, self.number = self.play.desk, [], 0
        self.thread = self.play.thread(self.play.notification("ana@acme.example"))
        self.threads = {}
        for by in (MARI, ANA, OSKAR):
            self.play.write(f"#note from {by.split()[0]}", by=by, subject=f"Re: [{self.play.number}]", **_vouched())
            receipts = self.play.mails(LetterKind.RECEIPT)
            self.threads[by] = self.play.thread(receipts[-1])

    def take(self, move: tuple[str, object, object], *, crash: bool) -> None:
        kind, who, what = move
        if kind == "wait":
            assert isinstance(who, int)
            self.desk.wait(timedelta(hours=who))
            return
        raw = self._replayed(who) if kind == "replay" else self._written(kind, who, what)
        if raw is None:
            return
        self.mails.append(raw)
        if crash:
            with killed_before_the_commit(), suppress(Killed):
                self.desk.arrive(raw)
        self.desk.arrive(raw)

    def _replayed(self, which: object) -> bytes | None:
        assert isinstance(which, int)
        return self.mails[which % len(self.mails)] if self.mails else None

    def _written(self, kind: str, who: object, what: object) -> bytes:
        self.number += 1
        self.desk.now += timedelta(seconds=1)
        head = {"message_id": f"<{self.number}@sequence.example>"}
        if kind == "customer":
            thread = self.play.thread(self.play.mails(LetterKind.ACKNOWLEDGEMENT)[0])
            return mail(str(who), from_=KATE, **thread | head)
        lines = {
            "offer": f"#send\n#offer refund {what} EUR\n\nDear Kate.",
            "approve": _approve(what),
            "deny": "#deny no",
        }
        lines["approve"] = _approve(what)
        text = lines.get(kind, f"#{kind}\n\nDear Kate, as you know.")
        if kind == "forge":
            return mail(f"#approve {what} EUR", from_=str(who), subject=f"Re: [{self.play.number}]", **head)
        return mail(text, from_=str(who), **self.threads[str(who)] | _vouched() | head)

    def ledger(self) -> tuple[tuple[Offer, ...], tuple[LedgerLine, ...]]:
        with self.database.read() as tx:
            return tx.offers.of_case(self.desk.cases()[0].id), tx.offers.lines()

    def close(self) -> None:
        self.database.close()


def _approve(what: object) -> str:
    return "#approve" if what is None else f"#approve {what} EUR"


def _vouched() -> dict[str, str]:
    return {"authentication_results": DMARC_PASS}


def _within(sum_: Money | None, by: str) -> bool:
    return sum_ is not None and sum_.amount <= LIMITS[by]


def check(offers: Sequence[Offer], lines: Sequence[LedgerLine]) -> None:
    """What must hold of every offer, whatever happened."""
    for offer in offers:
        approved = {by for by in offer.approved_by if by in LEADS - {offer.by} and _within(offer.amount, by)}
        if offer.offered_at:
            assert _within(offer.amount, offer.by) or approved, f"promised above authority: {offer}"
        assert offer.by not in offer.approved_by
    counts = Counter((line.offer_id, line.step) for line in lines)
    for (_, step), count in counts.items():
        once = step in (Step.PROPOSED, Step.OFFERED, Step.FULFILLED, Step.CANCELLED)
        assert count == 1 or not once, f"{step} {count} times"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=4, max_size=12))
def test_no_sequence_promises_above_authority_or_anything_twice(
    sequence: list[tuple[tuple[str, object, object], bool]],
) -> None:
    with TemporaryDirectory() as folder:
        desk = Sequence_(Path(folder))
        try:
            for move, crash in sequence:
                desk.take(move, crash=crash)
                check(*desk.ledger())
            promised = [line for line in desk.ledger()[1] if line.step is Step.OFFERED]
            told = [m for m in desk.desk.sent() if m.row.kind is LetterKind.ANSWER and "€" in m.text]
            assert len(told) == len(promised), "each promise is told to the customer once"
        finally:
            desk.close()
