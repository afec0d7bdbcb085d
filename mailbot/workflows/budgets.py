"""Which budget is used up: all that leaves unasked is counted, so that no loop goes on for ever (decision 3).

What a person has written, an agent's answer, is never counted and never withheld.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailbot.core.case import Author, Case
from mailbot.core.events import Received
from mailbot.core.letters import TO_CUSTOMERS, Letter, LetterKind
from mailbot.core.message import Address
from mailbot.settings.config import Budgets, Mailbox
from mailbot.store.counts import Had, Question, ToldOf, Unasked
from mailbot.store.database import Transaction
from mailbot.store.due import DueWork
from mailbot.store.outbox import OutgoingMail
from mailbot.workflows.runtime import Runtime

USED_UP = "budget"
"""The due work, and the alert, by which admins hear that a budget is used up."""

# Whoever can forge a From can have these sent to an address of their choice.
_CAUSED_BY_ANYBODY = TO_CUSTOMERS | {LetterKind.CHALLENGE}
# An address that the receiving server vouches for is real, but may be a machine that answers every mail with a new one.
_IF_PROVEN = 10
# A stranger who has got hold of a case's random id must not use up what the customer's own next mail needs.
_THIRD_PARTIES_SHARE = 2
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Tally:
    """What counts against budgets: as the database has it, asked once, and the mails that are about to be queued.

    These are all about one case, or about none.
    """

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self._known: dict[Question, int] = {}
        self._added: list[OutgoingMail] = []

    def add(self, mail: OutgoingMail) -> None:
        """Count a mail that is not in the database yet."""
        self._added.append(mail)

    def ask(self, questions: Iterable[Question]) -> None:
        """Ask all of this together that has not been asked yet."""
        self._known |= self.tx.outbox.count([one for one in dict.fromkeys(questions) if one not in self._known])

    def count(self, question: Question) -> int:
        """The answer, for a moment that is not after the one at which the mails are queued."""
        if question not in self._known:
            self.ask([question])
        return self._known[question] + sum(_counts(mail, question) for mail in self._added)


class Foreseen(Tally):
    """What is going to be asked, as long as no budget is used up."""

    def __init__(self, tx: Transaction) -> None:
        super().__init__(tx)
        self.questions: list[Question] = []

    def count(self, question: Question) -> int:
        """None, so that whoever asks goes on to the next question."""
        self.questions.append(question)
        return 0


def _counts(mail: OutgoingMail, question: Question) -> bool:
    match question:
        case Unasked(recipient=recipient):
            return (
                mail.unasked
                and question.case_id in (None, mail.case_id)
                and question.mailbox in (None, mail.mailbox)
                and question.kind in (None, mail.kind)
                and (recipient is None or _is_one_mailbox(Address("", recipient), Address("", mail.recipient)))
            )
        case ToldOf(mailbox=mailbox):
            return mail.kind is LetterKind.NOTIFICATION and mail.mailbox == mailbox
        case Had():
            return False


def _is_one_mailbox(reader: Address, other: Address) -> bool:
    """Whether mail to `other` counts for the reader, as `Unasked` says."""
    return reader.bare_key == (other.key if reader.key == reader.bare_key else other.bare_key)


def used_up(
    tally: Tally,
    runtime: Runtime,
    mailbox: Mailbox,
    case: Case | None,
    letter: Letter,
    now: datetime,
    cause: Received | None = None,
) -> str | None:
    """The key in config.yaml of a budget that has no room for the letter now; None where all have."""
    if not letter.automatic:
        return None
    count = _Count(tally, runtime, mailbox, case, letter, now, cause)
    checks = _OF_ALERTS if letter.kind is LetterKind.ALERT else _OF_MAIL
    return next((f"budgets.{name}" for name, is_over in checks.items() if is_over(count)), None)


def foresee(
    tally: Tally,
    runtime: Runtime,
    mailbox: Mailbox,
    case: Case | None,
    letters: Iterable[Letter],
    now: datetime,
    cause: Received | None = None,
) -> None:
    """Have all that `used_up` is going to ask for these letters asked together."""
    every = Foreseen(tally.tx)
    for letter in letters:
        used_up(every, runtime, mailbox, case, letter, now, cause)
    tally.ask(every.questions)


def warn(tx: Transaction, mailbox: Mailbox, case: Case | None, budget: str, now: datetime) -> None:
    """Have the admins told that a budget is used up: once for each mailbox and hour, however many letters it costs."""
    data = {"mailbox": mailbox.name, "budget": budget, "case": case.number if case else None, "since": now.isoformat()}
    key = f"{USED_UP} {mailbox.name} {now:%Y-%m-%dT%H}"
    tx.due.add(DueWork(key=key, kind=USED_UP, case_id=None, due_at=now, data=data), now)


@dataclass(frozen=True, slots=True)
class _Count:
    """One letter before the budgets."""

    tally: Tally
    runtime: Runtime
    mailbox: Mailbox
    case: Case | None
    letter: Letter
    now: datetime
    cause: Received | None

    @property
    def budgets(self) -> Budgets:
        return self.runtime.config.budgets

    def over_desk_hour(self) -> bool:
        most = self.budgets.per_desk_hour
        return self._of_mailbox(self.mailbox.name, most) >= most

    def over_hour(self) -> bool:
        """All mailboxes together; nothing is counted where their own budgets keep them within this one."""
        boxes, most = self.runtime.config.mailboxes, self.budgets.per_hour
        if len(boxes) * self.budgets.per_desk_hour <= most:
            return False
        return sum(self._of_mailbox(box.name, most) for box in boxes) >= most

    def over_case_hour(self) -> bool:
        return self._over_case(self.budgets.per_case_hour, _HOUR)

    def over_case_day(self) -> bool:
        return self._over_case(self.budgets.per_case_day, _DAY)

    def over_address_day(self) -> bool:
        if self.letter.kind not in _CAUSED_BY_ANYBODY:
            return False
        most = self.budgets.per_address_day * (_IF_PROVEN if self.cause and self.cause.sender_is_proven else 1)
        # A member also gets notifications, which are no reason to leave a held mail without its question.
        kind = LetterKind.CHALLENGE if self.letter.kind is LetterKind.CHALLENGE else None
        to, since = self.letter.to, self.now - _DAY
        question = Unasked(since, most, recipient=to.address, kind=kind)
        if to.bare_key == to.key:
            return self.tally.count(question) >= most
        each = [replace(question, mailbox=box.name) for box in self.runtime.config.mailboxes]
        return sum(map(self.tally.count, each)) >= most

    def over_sender_hour(self) -> bool:
        """Whether the team has heard enough for now of the cases of one sender, who may be a machine."""
        case, most, since = self.case, self.budgets.per_sender_hour, self.now - _HOUR
        if self.letter.kind is not LetterKind.NOTIFICATION or case is None or not case.customer.key:
            return False
        # Of who has had so few cases lately that each can be told of, nothing has to be counted.
        if not self.tally.count(Had(case.customer.key, self._few, self.now - _DAY)):
            return False
        return self.tally.count(ToldOf(case.customer.key, self.mailbox.name, since, most)) >= most

    def over_admin_hour(self) -> bool:
        """Each admin by themselves; that a budget is used up is told once an hour and needs no other bound."""
        most, since = self.budgets.per_admin_hour, self.now - _HOUR
        if self.letter.values.get("what") == USED_UP:
            return False
        return self.tally.count(Unasked(since, most, self.letter.to.address, kind=LetterKind.ALERT)) >= most

    @property
    def _few(self) -> int:
        return max(1, self.budgets.per_sender_hour // self.budgets.per_case_hour)

    def _of_mailbox(self, name: str, most: int) -> int:
        return self.tally.count(Unasked(self.now - _HOUR, most, mailbox=name))

    def _over_case(self, most: int, span: timedelta) -> bool:
        if self.cause and self.cause.match.role is Author.THIRD_PARTY:
            most //= _THIRD_PARTIES_SHARE
        if self.case is None:
            return False
        return self.tally.count(Unasked(self.now - span, most, case_id=self.case.id)) >= most


_OF_MAIL: dict[str, Callable[[_Count], bool]] = {
    "per_desk_hour": _Count.over_desk_hour,
    "per_hour": _Count.over_hour,
    "per_case_hour": _Count.over_case_hour,
    "per_case_day": _Count.over_case_day,
    "per_sender_hour": _Count.over_sender_hour,
    "per_address_day": _Count.over_address_day,
}
_OF_ALERTS: dict[str, Callable[[_Count], bool]] = {"per_admin_hour": _Count.over_admin_hour}
