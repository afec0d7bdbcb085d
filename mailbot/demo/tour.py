"""Plays the script: the people write and read real mail, and every step has to come true in time."""

import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from email.message import EmailMessage
from typing import Self

from mailbot.core.case import Case, State
from mailbot.core.deadlines import Span
from mailbot.core.errors import MailbotError, PermanentError
from mailbot.demo.desk import DemoDesk
from mailbot.demo.mail_program import MailProgram
from mailbot.demo.screen import Screen
from mailbot.demo.script import Answers, Reads, Script, Sends, Stands, Step, ToAnswer, ToRead, Waits
from mailbot.demo.writing import complaint_mail, reply_mail, text_of
from mailbot.workflows.verify import verify

_LOOK_EVERY = 0.1


class StepFailed(PermanentError):
    """What the script promises did not happen."""


class Tour:
    """One performance: everybody's mail program, and which mail each has read last about whose case."""

    def __init__(self, desk: DemoDesk, script: Script, screen: Screen) -> None:
        self._desk, self._script, self._screen = desk, script, screen
        self._stack = ExitStack()
        self._programs: dict[str, MailProgram] = {}
        self._read: dict[tuple[str, str], EmailMessage] = {}

    def __enter__(self) -> Self:
        for name, person in self._desk.cast.people.items():
            self._programs[name] = self._stack.enter_context(self._desk.mail_program(person))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def play(self) -> None:
        """All steps, from the desk's next opening hour on; StepFailed says which one did not come true."""
        started = time.monotonic()
        self._desk.clock.move_to(self._desk.runtime.desk.calendar.next_open(self._desk.clock()))
        for number, step in enumerate(self._script.steps, 1):
            self._screen.caption(number, len(self._script.steps), step.says)
            try:
                self._take(step)
            except MailbotError as error:
                raise StepFailed(f"step {number} of the tour failed («{step.says}»): {error}") from error
        self._sum_up(time.monotonic() - started)

    def send(self, complaint: str) -> EmailMessage:
        """Send one of the script's complaints."""
        written = self._script.complaints[complaint]
        program = self._programs[written.by]
        mail = complaint_mail(written, program.person, self._desk.cast.desk, self._desk.wall_clock())
        program.send(mail)
        return mail

    def _take(self, step: Step) -> None:
        match step:
            case Sends():
                self._screen.mail(self.send(step.send), sent=True)
            case Reads():
                self._screen.mail(self._receive(step.read), sent=False)
            case Answers():
                self._screen.mail(self._answer(step.answer), sent=True)
            case Waits():
                self._let_pass(Span.parse(step.wait))
            case Stands():
                for customer, state in step.states.items():
                    self._screen.case(self._look(customer, state))

    def _receive(self, expected: ToRead) -> EmailMessage:
        program = self._programs[expected.by]
        words = expected.words.split()

        def is_wanted(mail: EmailMessage) -> bool:
            found = self._desk.sent(mail["message-id"])
            text = " ".join(text_of(mail).split())
            return found is not None and found[0].kind is expected.kind and " ".join(words) in text

        mail = program.wait_for(is_wanted, self._script.patience)
        if mail is None:
            unread = ", ".join(f"“{other['subject']}”" for other in program.unread) or "nothing"
            raise StepFailed(
                f"no {expected.kind} with “{expected.words}” for {program.person.address} within "
                f"{self._script.patience} seconds; unread in the inbox: {unread}"
            )
        self._read[expected.by, self._customer_of(mail)] = mail
        return mail

    def _answer(self, wanted: ToAnswer) -> EmailMessage:
        program = self._programs[wanted.by]
        original = self._read.get((wanted.by, wanted.to or wanted.by))
        if original is None:
            raise StepFailed(f"{wanted.by} has read no mail about a case of {wanted.to or wanted.by} yet")
        mail = reply_mail(original, program.person, wanted.text, self._desk.wall_clock())
        program.send(mail)
        return mail

    def _let_pass(self, span: Span) -> None:
        calendar, clock = self._desk.runtime.desk.calendar, self._desk.clock
        clock.move_to(calendar.next_open(calendar.after(clock(), span)) + timedelta(minutes=1))
        self._screen.time(self._desk.wall_clock())

    def _look(self, customer: str, expected: State) -> Case:
        """The case, once it stands as expected: the mail that tells of a change can be faster than the look."""
        person = self._desk.cast.people[customer]
        ends = time.monotonic() + self._script.patience
        while (case := self._desk.case_of(person)) is None or case.state is not expected:
            if time.monotonic() > ends:
                raise StepFailed(f"the case of {person.address} is {case.state if case else 'not there'}")
            time.sleep(_LOOK_EVERY)
        return case

    def _customer_of(self, mail: EmailMessage) -> str:
        found = self._desk.sent(mail["message-id"])
        case = found[1] if found else None
        people = self._desk.cast.people.items()
        return next((name for name, person in people if case and person.address == case.customer.address), "")

    def _sum_up(self, seconds: float) -> None:
        with self._desk.runtime.database.read() as tx:
            cases, sent = tx.cases.find(), Counter(row.kind.value for row in tx.outbox.list())
        verdict = verify(self._desk.runtime, self._desk.clock())
        self._screen.summary(tuple(reversed(cases)), sent, verdict, seconds)
        if verdict.gaps:
            raise StepFailed("; ".join(verdict.gaps))
