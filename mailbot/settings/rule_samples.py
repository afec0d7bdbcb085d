"""`tests:` of rules: sample mails, what is known besides them, and what should come of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.conditions import Condition, Exists
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.given import Given
from mailbot.core.rules.moments import SPAN
from mailbot.core.rules.values import Kind, Known
from mailbot.core.spelling import did_you_mean
from mailbot.settings.rule_conditions import SCHEDULE, ConditionReader
from mailbot.settings.yaml_model import NOT_EMPTY, Model
from mailbot.yaml_file import At, YamlFile, described

RULE, NOT_RULE = "rule", "not_rule"
TESTS = "tests"
_NOTHING, _SAYS = "nothing", "says"
_SHOWN_BY_MAIL = ("header", "attachments")
_COMBINED = ("all", "any", "not")
Text = Annotated[str, Field(min_length=1)]
_Texts = Annotated[tuple[str, ...], BeforeValidator(lambda x: tuple(x) if isinstance(x, list) else (x,))]


def _moment(written: str) -> str:
    """Checked here, read where the organisation's time zone is known."""
    try:
        datetime.fromisoformat(written)
    except ValueError:
        raise ValueError('expected a moment like "2026-12-24 21:30"') from None
    return written


class SampleMail(Model):
    """A mail to try rules on: its parts, or a `file` beside the rules. `received` is on the organisation's clock."""

    sender: Text = Field(default="customer@mail.example", alias="from")
    to: _Texts = ()
    cc: _Texts = ()
    subject: str = ""
    body: str = ""
    headers: dict[str, str | int | float] = Field(default_factory=dict)
    attachments: _Texts = Field(default=(), description="Their file names.")
    mailbox: Text | None = None
    received: Annotated[str, AfterValidator(_moment)] | None = None
    authenticated: bool = False
    file: Text | None = Field(default=None, description="A mail as a file (.eml) beside the rules.")


class SampleModel(Model):
    """A sample, and what mailbot should make of it: fields and actions with their values.

    With a `language`, it is a test only for desks that speak it. `given` is what is known besides the mail.
    """

    language: Text | None = None
    mail: SampleMail = Field(default_factory=SampleMail)
    given: dict[str, Any] = Field(default_factory=dict)
    expect: Annotated[dict[str, Any], NOT_EMPTY]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that is expected, where it stands and how it was written.

    `condition` is for a field; `values` are for an action, or the names of rules: none where nothing is expected.
    """

    name: str
    written: str
    line: int
    column: int
    condition: Condition | None = None
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """One test: the name under which it is told, its place, the sample, and what is expected.

    `rule` is the rule that it stands under, if it is one. `language`: it is for desks that speak it.
    """

    name: str
    file: str
    line: int
    column: int
    rule: str | None
    language: str | None
    mail: SampleMail
    path: Path | None
    given: Mapping[str, Given]
    expected: tuple[Expectation, ...]


class SampleReader(ConditionReader):
    """Reads the tests of a file, and notes what is wrong with them."""

    __slots__ = ()

    def tests(self, written: Iterable[SampleModel], at: At, *, rule: str) -> tuple[RuleTest, ...]:
        """The tests that stand at `at`, under this rule."""
        return tuple(self._test(one, (*at, number), rule, number) for number, one in enumerate(written))

    def _test(self, written: SampleModel, at: At, rule: str, number: int) -> RuleTest:
        place = self.file.problem(at, "")
        return RuleTest(
            name=f"{rule} [{number + 1}]",
            file=place.file,
            line=place.line,
            column=place.column,
            rule=rule,
            language=written.language,
            mail=written.mail,
            path=self._file(written.mail, (*at, "mail")),
            given=self._given(written.given, (*at, "given")),
            expected=self.expectations(written.expect, (*at, "expect")),
        )

    def saying(self, written: Mapping[str, Any], at: At, language: str) -> RuleTest:
        """One test of a vocabulary."""
        place = self.file.problem(at, "")
        expected = {name: value for name, value in written.items() if name != _SAYS}
        if not isinstance(written.get(_SAYS), str):
            self._refuse(at, f'expected what is said, like {_SAYS}: "it came late"')
        return RuleTest(
            name=f"{Path(self.file.name).name} [{int(at[-1]) + 1}]",
            file=place.file,
            line=place.line,
            column=place.column,
            rule=None,
            language=language,
            mail=SampleMail(body=str(written.get(_SAYS))),
            path=None,
            given={},
            expected=self.expectations(expected, at),
        )

    def _file(self, mail: SampleMail, at: At) -> Path | None:
        """The path of the mail as a file, which has to lie below the file that names it."""
        if mail.file is None:
            return None
        folder = Path(self.file.name).absolute().parent
        if beside := mail.model_fields_set - {"file", "mailbox", "received", "authenticated"}:
            self._refuse(
                (*at, "file"), f"expected a file or the parts of a mail, not both ({', '.join(sorted(beside))})"
            )
        path = folder / mail.file
        if not path.resolve().is_relative_to(folder.resolve()):
            self._refuse((*at, "file"), f'found "{mail.file}", expected a file below {folder.name}/')
        return path

    def _given(self, written: Mapping[str, Any], at: At) -> Mapping[str, Given]:
        return {
            name: self._stated(name, value, (*at, name)) for name, value in written.items() if self._may_be(name, at)
        }

    def _may_be(self, name: str, at: At) -> bool:
        """Whether a field may be stated: what the mail itself shows is read from it."""
        known = tuple(
            field
            for field in (*self.fields, *(f"{family}.…" for family in self.fields.families))
            if _besides_the_mail(field)
        )
        if self.fields.find(name) is None:
            self._unknown((*at, name), name, known, "field")
        elif not _besides_the_mail(name):
            self._refuse((*at, name), f"is read from the mail; expected one of {', '.join(known)}", key=True)
        else:
            return True
        return False

    def _stated(self, name: str, written: Any, at: At) -> Given:
        field = self.fields.find(name)
        if field is None:
            raise AssertionError("unknown names were sorted out before")
        if written is None:
            return Given(field.kind, ())
        kind = SPAN if field.kind.within and isinstance(written, list) else field.kind
        return Given(field.kind, self.values(kind, written, at), isinstance(written, list))

    def expectations(self, written: Mapping[str, Any], at: At) -> tuple[Expectation, ...]:
        """What is expected, in the order of the file."""
        return tuple(self._expectation(name, value, (*at, name)) for name, value in written.items())

    def _expectation(self, name: str, written: Any, at: At) -> Expectation:
        place = self.file.problem(at, "", key=True)
        nothing = written is None or written == _NOTHING
        condition, values = None, ()
        if name in (RULE, NOT_RULE):
            values = self.values(_RULE_NAME, written, at)
        elif name in ACTIONS and name not in self.fields:
            values = () if nothing else self.values(ACTIONS[name].kind, written, at)
        elif name in (*_COMBINED, SCHEDULE) or self.fields.find(name):
            is_field = self.fields.find(name) is not None
            condition = Exists(name, wanted=False) if nothing and is_field else self._entry(name, written, at)
        else:
            self._unknown(at, name, (*self.fields, *ACTIONS, RULE, NOT_RULE, SCHEDULE), "field or action")
        return Expectation(
            name=name,
            written=_shown(written),
            line=place.line,
            column=place.column,
            condition=condition,
            values=values,
        )

    def _unknown(self, at: At, name: str, known: tuple[str, ...], what: str) -> None:
        hint = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
        self._refuse(at, f"no such {what}{hint}", key=True)


def vocabulary_tests(file: YamlFile, *, language: str, known: Known) -> tuple[RuleTest, ...]:
    """The tests of a vocabulary: what somebody `says`, and what is read from it; ConfigurationError as for rules."""
    written = file.data.get(TESTS, [])
    if not isinstance(written, list) or not all(isinstance(one, dict) and len(one) > 1 for one in written):
        found = 'expected a list like [{says: "it came late", type: late_delivery}]'
        raise ConfigurationError([file.problem((TESTS,), f"{TESTS}: {found}", key=True)])
    reader = SampleReader(file, MAIL, known)
    tests = tuple(reader.saying(one, (TESTS, number), language) for number, one in enumerate(written))
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return tests


def _besides_the_mail(field: str) -> bool:
    family, dot, _ = field.partition(".")
    return field == "event" or (bool(dot) and family not in _SHOWN_BY_MAIL)


def unknown_rules(tests: Iterable[RuleTest], names: Iterable[str]) -> Iterable[Problem]:
    """The expectations that name rules which do not exist."""
    known = tuple(names)
    there = frozenset(known)
    for test in tests:
        for expected in test.expected:
            for name in expected.values if expected.name in (RULE, NOT_RULE) else ():
                if name not in there:
                    message = f"found {described(name)}, expected the name of a rule{did_you_mean(str(name), known)}"
                    yield Problem(test.file, expected.line, expected.column, f"{expected.name}: {message}")


def _rule_name(written: object, _known: object) -> str:
    if isinstance(written, str) and written:
        return written
    raise ValueError("expected the name of a rule")


_RULE_NAME = Kind(("is",), _rule_name, {"type": "string"})


def _shown(written: object) -> str:
    match written:
        case None:
            return _NOTHING
        case bool():
            return str(written).lower()
        case list():
            return ", ".join(map(_shown, written))
        case dict():
            return ", ".join(f"{key} {_shown(value)}" for key, value in written.items())
    return str(written)
