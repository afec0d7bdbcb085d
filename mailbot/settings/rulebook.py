"""Everything under rules/ as one frozen object with a version: rules, vocabularies, suggestions and follow-up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, PlainValidator

from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.follow_ups import CASE, FollowUp, FollowUpPolicy
from mailbot.core.message import Remedy
from mailbot.core.rules.conditions import AnyOf
from mailbot.core.rules.engine import Rule
from mailbot.core.rules.values import Known
from mailbot.core.team import Team
from mailbot.reading.vocabulary import Vocabulary
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.rule_file import read_rules
from mailbot.settings.vocabulary_file import read_vocabulary
from mailbot.settings.yaml_model import NOT_EMPTY, Model, validate
from mailbot.yaml_file import YamlFile, read_yaml, shown

COMPENSATION, FOLLOW_UP = "compensation.yaml", "follow_up.yaml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """What the desk does at one time. `version` changes with every character of `files` (name → text).

    `suggestions` maps each policy of compensation.yaml to the remedies that it proposes, in order.
    """

    version: str
    files: Mapping[str, str] = field(repr=False)
    rules: tuple[Rule, ...]
    vocabularies: Mapping[str, Vocabulary] = field(repr=False)
    follow_up: FollowUpPolicy
    suggestions: Mapping[str, tuple[str, ...]]


def _some_remedy(remedy: Remedy) -> Remedy:
    if remedy is Remedy.NONE:
        raise ValueError("expected a remedy: a policy without any needs no name")
    return remedy


class ProposalModel(Model):
    """One remedy of a policy."""

    remedy: Annotated[Remedy, AfterValidator(_some_remedy)]


class PolicyModel(Model):
    """What is proposed to the agent, best first."""

    remedies: Annotated[tuple[ProposalModel, ...], NOT_EMPTY]


class CompensationModel(Model):
    """The policies that rules `suggest`."""

    policies: dict[str, PolicyModel]


class StepModel(Model):
    """One question to the customer."""

    after: Annotated[Span, PlainValidator(lambda written: Span.parse(str(written)), json_schema_input_type=str)]
    unless: dict[str, Any] = Field(default_factory=dict)


def _one_at_most(steps: tuple[StepModel, ...]) -> tuple[StepModel, ...]:
    if len(steps) > 1:
        raise ValueError("expected one question, or none")
    return steps


class FollowUpModel(Model):
    """What follows a resolution: one question, or none."""

    follow_up: Annotated[tuple[StepModel, ...], AfterValidator(_one_at_most)]


def load_rule_book(folder: Path, *, team: Team, languages: tuple[str, ...]) -> RuleBook:
    """The rule book in this folder; ConfigurationError with every mistake in every file."""
    loader = _Loader(folder)
    suggestions = loader.optional(COMPENSATION, _suggestions) or {}
    known = Known(team, languages, loader.policy_names())
    follow_up = loader.optional(FOLLOW_UP, partial(_follow_up, known=known)) or FollowUpPolicy()
    rules = [
        rule
        for name in loader.rule_files()
        for rule in loader.part(name, partial(read_rules, called=f"{folder.name}/{name}", known=known)) or ()
    ]
    loader.refuse_doubles(rules)
    vocabularies = {
        code: vocabulary
        for code in languages
        if (vocabulary := loader.part(f"vocabulary/{code}.yaml", partial(read_vocabulary, language=code)))
    }
    if loader.problems:
        raise ConfigurationError(loader.problems)
    texts = {name: file.text for name, file in sorted(loader.files.items())}
    return RuleBook(
        version=_version(texts),
        files=texts,
        rules=tuple(rules),
        vocabularies=vocabularies,
        follow_up=follow_up,
        suggestions=suggestions,
    )


class _Loader:
    """Reads the files of a folder one by one, and goes on after a mistake."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, YamlFile] = {}
        self.problems: list[Problem] = []

    def part(self, name: str, read: Callable[[YamlFile], T]) -> T | None:
        """What `read` makes of a file; None when it holds a mistake."""
        try:
            self.files[name] = read_yaml(self.folder / name)
            return read(self.files[name])
        except ConfigurationError as error:
            self.problems += error.problems
            return None

    def optional(self, name: str, read: Callable[[YamlFile], T]) -> T | None:
        """The same for a file that need not be there."""
        return self.part(name, read) if (self.folder / name).exists() else None

    def rule_files(self) -> list[str]:
        """The names of the files with rules, in the order in which they are read."""
        names = sorted(path.name for path in self.folder.glob("[!.]*.y*ml"))
        for name in names:
            if not name.endswith(".yaml"):
                self.problems.append(Problem(shown(self.folder / name), 1, 1, "expected a name that ends in .yaml"))
        return [name for name in names if name.endswith(".yaml") and name not in {COMPENSATION, FOLLOW_UP}]

    def policy_names(self) -> tuple[str, ...]:
        """What compensation.yaml calls its policies, even when something else is wrong with it."""
        policies = self.files[COMPENSATION].data.get("policies") if COMPENSATION in self.files else None
        return tuple(policies) if isinstance(policies, dict) else ()

    def refuse_doubles(self, rules: Iterable[Rule]) -> None:
        """Rules are referred to by name, so a name stands for one rule."""
        first: dict[str, Rule] = {}
        for rule in rules:
            earlier = first.setdefault(rule.name, rule)
            if earlier is not rule:
                where = f"{earlier.file}:{earlier.line}"
                name = shown(self.folder / Path(rule.file).name)
                self.problems.append(Problem(name, rule.line, 1, f'the rule "{rule.name}" is at {where} already'))


def _suggestions(file: YamlFile) -> Mapping[str, tuple[str, ...]]:
    policies = validate(file, CompensationModel).policies
    return {name: tuple(str(p.remedy) for p in policy.remedies) for name, policy in policies.items()}


def _follow_up(file: YamlFile, known: Known) -> FollowUpPolicy:
    model = validate(file, FollowUpModel)
    reader = ConditionReader(file, CASE, known)
    steps = tuple(
        # A condition without parts always holds; what is left out when nothing is said is nothing.
        FollowUp(step.after, reader.condition(step.unless, ("follow_up", n, "unless")) if step.unless else AnyOf(()))
        for n, step in enumerate(model.follow_up)
    )
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return FollowUpPolicy(steps)


def _version(texts: Mapping[str, str]) -> str:
    digest = sha256()
    for name, text in texts.items():
        digest.update(f"{name}\0{len(text)}\0{text}".encode())
    return digest.hexdigest()[:12]
