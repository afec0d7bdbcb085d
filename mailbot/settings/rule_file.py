"""One file of rules: what each is called, when it matches, what it decides, and the examples that test it."""

from typing import Annotated, Any

from pydantic import Field

from mailbot.core.errors import ConfigurationError
from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.conditions import fields_in
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.looked_up import informed
from mailbot.core.rules.rule import Rule
from mailbot.core.rules.values import Known
from mailbot.core.spelling import did_you_mean
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.rule_samples import RuleTest, SampleModel, SampleReader, Text
from mailbot.settings.yaml_model import NOT_EMPTY, Model, path_of, validate
from mailbot.yaml_file import At, YamlFile

_EVENT = "event"


class RuleModel(Model):
    """One rule. Without `when` it matches every mail; with `shadow` it is only watched, and decides nothing."""

    rule: Text
    when: dict[str, Any] = Field(default_factory=dict)
    then: Annotated[dict[str, Any], NOT_EMPTY]
    tests: tuple[SampleModel, ...] = ()
    shadow: bool = False


class RulesModel(Model):
    """The rules of one file, in the order in which they are tried."""

    rules: tuple[RuleModel, ...]


def read_rules(file: YamlFile, *, called: str, known: Known) -> tuple[tuple[Rule, ...], tuple[RuleTest, ...]]:
    """The file's rules, which name it as `called`, and their tests; ConfigurationError with every mistake in it."""
    model = validate(file, RulesModel)
    reader = _RuleReader(file, informed(MAIL, known.looked_up), known)
    rules = tuple(reader.rule(rule, called, number) for number, rule in enumerate(model.rules))
    samples = SampleReader(file, reader.fields, known, reader.problems)
    tests = tuple(
        test
        for number, rule in enumerate(model.rules)
        for test in samples.tests(rule.tests, ("rules", number, "tests"), rule=rule.rule)
    )
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return rules, tests


class _RuleReader(ConditionReader):
    """Reads rules: their conditions, and what they decide."""

    __slots__ = ()

    def rule(self, model: RuleModel, file: str, number: int) -> Rule:
        """The rule at this place in the file."""
        at: At = ("rules", number)
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

    def _unknown(self, at: At, name: str, known: tuple[str, ...], what: str) -> None:
        hint = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
        self.problems.append(self.file.problem(at, f"{path_of(at)}: no such {what}{hint}", key=True))
