"""Runs the tests that stand in a rule book: each sample is read as the desk reads mail, and goes through all rules."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from mailbot.core.case import PRIORITY_OF_SEVERITY
from mailbot.core.errors import PermanentError, Problem
from mailbot.core.message import Severity
from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.engine import consider, evaluate
from mailbot.core.rules.given import Stated
from mailbot.core.rules.incoming import MailEvent
from mailbot.core.rules.rule import Rule
from mailbot.core.rules.trace import RuleDecision, Trace
from mailbot.reading.hints import Hints
from mailbot.reading.workers import Readers
from mailbot.settings.config import Config
from mailbot.settings.rule_samples import NOT_RULE, RULE, Expectation, RuleTest
from mailbot.settings.rulebook import RuleBook
from mailbot.workflows.sample_mail import mailbox_of, raw_of, received_at
from mailbot.workflows.trial import Tried, tried

NOTHING = "nothing"
_REDECIDED = ("type", "severity")
_MOST_SHOWN, _MOST_REASONS = 200, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One expectation that was not met: what came instead, and why."""

    what: str
    expected: str
    got: str
    why: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one test. `skipped` says why it was not run."""

    test: RuleTest
    differences: tuple[Difference, ...] = ()
    skipped: str | None = None

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences and self.skipped is None

    @property
    def problems(self) -> Iterator[Problem]:
        """Each difference in one line, at the place of its expectation."""
        for found in self.differences:
            why = f" ({'; '.join(found.why)})" if found.why else ""
            message = f"test of “{self.test.name}”: {found.what}: expected {found.expected}, got {found.got}{why}"
            yield Problem(self.test.file, found.line, found.column, message)


def run_tests(
    config: Config, book: RuleBook, readers: Readers, tests: Sequence[RuleTest] | None = None
) -> tuple[Verdict, ...]:
    """The verdict on each of these tests, or on all of the book, in their order."""
    tests = book.tests if tests is None else tests
    if not tests:
        return ()
    bench = _Bench(config, book, readers)
    with ThreadPoolExecutor(readers.count) as pool:
        return tuple(pool.map(bench.verdict, tests))


@dataclass(frozen=True, slots=True)
class _Bench:
    config: Config
    book: RuleBook
    readers: Readers

    def verdict(self, test: RuleTest) -> Verdict:
        """What became of one test; what cannot even be read has failed."""
        if test.language and test.language not in self.config.organisation.languages:
            return Verdict(test=test, skipped=f"the desk does not speak {test.language}")
        try:
            sample = self._sample(test)
        except PermanentError as error:
            return Verdict(test=test, differences=(_unread(test, str(error)),))
        return Verdict(test=test, differences=tuple(_Outcome.of(self.book, test, sample).differences(test.expected)))

    def _sample(self, test: RuleTest) -> Tried:
        mailbox = mailbox_of(self.config, test.mail)
        language = test.language or mailbox.language
        hints = Hints(default_language=language, our_addresses=self.config.our_addresses)
        return tried(
            self.config,
            mailbox,
            self.readers.read(raw_of(self.config, test), hints),
            received_at=received_at(self.config, test.mail),
            authenticated=test.mail.authenticated,
            language=test.language,
            given=test.given,
        )


def _unread(test: RuleTest, error: str) -> Difference:
    return Difference(
        what="mail", expected="a mail that can be read", got=error, why=(), line=test.line, column=test.column
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the rules made of a sample."""

    rules: Sequence[Rule]
    sample: Tried
    trace: Trace

    @classmethod
    def of(cls, book: RuleBook, test: RuleTest, sample: Tried) -> "_Outcome":
        """By all rules of the book; the rule under which the test stands counts even while it is only watched."""
        if not any(rule.shadow and rule.name == test.rule for rule in book.rules):
            return cls(book.rules, sample, consider(book.index, sample.facts))
        rules = [replace(rule, shadow=False) if rule.name == test.rule else rule for rule in book.rules]
        return cls(rules, sample, evaluate(rules, sample.facts))

    def differences(self, expected: Iterable[Expectation]) -> Iterator[Difference]:
        """The expectations that are not met."""
        for one in expected:
            if one.name in (RULE, NOT_RULE):
                yield from self._rules(one)
            elif one.condition is not None:
                yield from self._field(one)
            else:
                yield from self._action(one)

    def _rules(self, one: Expectation) -> Iterator[Difference]:
        matched = {rule.name for rule in self.trace.matched}
        for name in map(str, one.values):
            if (name in matched) is not (one.name == RULE):
                got = "matched" if name in matched else "did not match"
                expected = "did not match" if name in matched else "matched"
                yield _difference(one, got, self._reasons(name), expected=expected, what=f"rule “{name}”")

    def _reasons(self, name: str) -> tuple[str, ...]:
        found = next(rule for rule in evaluate(self.rules, self.sample.facts).rules if rule.name == name)
        return (f"{found.file}:{found.line}", *found.because)

    def _field(self, one: Expectation) -> Iterator[Difference]:
        decided = {d.action: d.value for d in self.trace.effective if d.action in _REDECIDED}
        facts = Stated(self.sample.facts, decided)
        if one.condition is None or one.condition.truth(facts):
            return
        if one.name in decided:
            got, why = str(decided[one.name]), self._decided_by(one.name)
        else:
            got, why = self._read(one, facts)
        yield _difference(one, got, why)

    def _read(self, one: Expectation, facts: Facts) -> tuple[str, tuple[str, ...]]:
        """What was found, and by which words."""
        if one.name not in self.sample.facts and "." not in one.name:
            return "; ".join(one.condition.check(facts).because) if one.condition else "", ()
        value = facts.get(one.name)
        words = self.sample.mail.reading.assessment.evidence.get(one.name, ())
        return _shown(value), (f"read from “{'”, “'.join(words)}”",) if words else ()

    def _action(self, one: Expectation) -> Iterator[Difference]:
        found = [d.value for d in self.trace.effective if d.action == one.name]
        if one.name == "hold":
            found = [value for value in found if value is not False]
        found = found or list(self._by_default(one))
        if _met(one, found):
            return
        got = ", ".join(map(_shown, found)) or NOTHING
        yield _difference(one, got, self._decided_by(one.name))

    def _by_default(self, one: Expectation) -> Iterator[str]:
        """What the desk does where no rule says otherwise; where nothing is expected, that does not count."""
        if one.name == "priority" and one.values and self.sample.facts.get("event") == MailEvent.OPENED:
            graver = [d.value for d in self.trace.effective if d.action == "severity"]
            yield PRIORITY_OF_SEVERITY[Severity(str(graver[-1] if graver else self.sample.facts["severity"]))]
        elif one.name == "acknowledge" and one.values:
            yield "acknowledgement"

    def _decided_by(self, action: str) -> tuple[str, ...]:
        said = tuple(self._said(d) for d in self.trace.decisions if d.action == action)
        left_out = len(said) - _MOST_REASONS
        return said if left_out <= 0 else (f"{left_out} other decisions before", *said[left_out:])

    def _said(self, decision: RuleDecision) -> str:
        place = next(f"{rule.file}:{rule.line}" for rule in self.trace.rules if rule.name == decision.rule)
        said = f"{_shown(decision.value)} by “{decision.rule}” ({place})"
        if decision.shadow:
            return f"{said}, in shadow"
        return f"{said}, overridden by “{decision.overridden_by}”" if decision.overridden else said


def _met(one: Expectation, found: Sequence[object]) -> bool:
    """Whether it was decided so; `true` stands for any reason to hold. Where decisions add up, others may be there."""
    if one.values in ((True,), (False,)):
        return any(found) is one.values[0]
    expected, decided = set(map(str, one.values)), set(map(str, found))
    return expected <= decided if expected and ACTIONS[one.name].several else expected == decided


def _difference(
    one: Expectation, got: str, why: tuple[str, ...], *, expected: str | None = None, what: str | None = None
) -> Difference:
    return Difference(
        what=what or one.name,
        expected=expected or one.written,
        got=got,
        why=why,
        line=one.line,
        column=one.column,
    )


def _shown(value: object) -> str:
    """A value as people write it; much of it is left out."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return str(value).lower()
    text = ", ".join(map(_shown, value)) or NOTHING if isinstance(value, tuple) else str(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
