"""One file of rules: what each is called, when it matches, what it decides, and the examples that test it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from mailbot.core.errors import ConfigurationError
from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.conditions import fields_in
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.rule import Rule
from mailbot.core.rules.values import Known
from mailbot.core.spelling import did_you_mean
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.yaml_model import NOT_EMPTY, Model, path_of, validate
from mailbot.yaml_file import At, YamlFile

_EVENT = "event"
Text = Annotated[str, Field(min_length=1)]
Addresses = Annotated[tuple[str, ...], BeforeValidator(lambda x: tuple(x) if isinstance(x, list) else (x,))]


class SampleMail(Model):
    """A mail to try a rule on."""

    sender: Text = Field(alias="from")
    to: Addresses = ()
    cc: Addresses = ()
    subject: str = ""
    body: str = ""


class RuleTest(Model):
    """A sample, and what mailbot should make of it: fields and actions with their values.

    With a `language`, it is a test only for desks that speak it.
    """

    language: Text | None = None
    mail: SampleMail
    expect: Annotated[dict[str, Any], NOT_EMPTY]


class RuleModel(Model):
    """One rule. Without `when` it matches every mail; with `shadow` it is only watched, and decides nothing."""

    rule: Text
    when: dict[str, Any] = Field(default_factory=dict)
    then: Annotated[dict[str, Any], NOT_EMPTY]
    tests: tuple[RuleTest, ...] = ()
    shadow: bool = False


class RulesModel(Model):
    """The rules of one file, in the order in which they are tried."""

    rules: tuple[RuleModel, ...]


def read_rules(file: YamlFile, *, called: str, known: Known) -> tuple[Rule, ...]:
    """The file's rules, which name it as `called`; ConfigurationError with every mistake in it."""
    model = validate(file, RulesModel)
    reader = _RuleReader(file, MAIL, known)
    rules = tuple(reader.rule(rule, called, number) for number, rule in enumerate(model.rules))
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return rules


class _RuleReader(ConditionReader):
    """Reads rules: their conditions, and what they decide."""

    __slots__ = ()

    def rule(self, model: RuleModel, file: str, number: int) -> Rule:
        """The rule at this place in the file."""
        at: At = ("rules", number)
        for index, test in enumerate(model.tests):
            self._expectation(test, (*at, "tests", index, "expect"))
        when = self.condition(model.when, (*at, "when"))
        return Rule(
            name=model.rule,
            file=file,
            line=self.file.line(at),
            when=when,
            then=tuple(pair for key, value in model.then.items() for pair in self._action(key, value, (*at, "then"))),
            later=_EVENT in fields_in(when),
            shadow=model.shadow,
        )

    def _action(self, name: str, written: Any, then: At) -> tuple[tuple[str, Any], ...]:
        at = (*then, name)
        if name not in ACTIONS:
            self._unknown(at, name, tuple(ACTIONS), "action")
            return ()
        read = self.values if ACTIONS[name].several else lambda *written: (self.value(*written),)
        return tuple((name, value) for value in read(ACTIONS[name].kind, written, at))

    def _expectation(self, test: RuleTest, expect: At) -> None:
        kinds = {name: field.kind for name, field in MAIL.items()} | {a.name: a.kind for a in ACTIONS.values()}
        for name, written in test.expect.items():
            if name not in kinds:
                self._unknown((*expect, name), name, tuple(kinds), "field or action")
            elif written is not None:
                self.values(kinds[name], written, (*expect, name))

    def _unknown(self, at: At, name: str, known: tuple[str, ...], what: str) -> None:
        hint = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
        self.problems.append(self.file.problem(at, f"{path_of(at)}: no such {what}{hint}", key=True))
