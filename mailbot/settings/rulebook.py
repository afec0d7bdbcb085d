"""Everything under rules/ as one frozen object with a version: rules, vocabularies, policies and follow-up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from mailbot.core.closing import NO_CLOSING, ClosingPolicy
from mailbot.core.compensation import Policy
from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.follow_ups import FollowUpPolicy
from mailbot.core.limits import NO_LIMITS, Limits
from mailbot.core.lookup import Column
from mailbot.core.problem import KnownProblem
from mailbot.core.recurrence import NO_CLUSTERS, PRODUCT, ClusterKind, ClusterPolicy
from mailbot.core.rules.conditions import AnyOf, fields_in
from mailbot.core.rules.field import Fields
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.incoming import Incoming
from mailbot.core.rules.index import RuleIndex
from mailbot.core.rules.listing import Listing
from mailbot.core.rules.looked_up import informed
from mailbot.core.rules.rule import Rule
from mailbot.core.rules.values import Known
from mailbot.core.sla import NO_SLAS, Sla, Slas
from mailbot.core.stages import NO_STAGES, Stages
from mailbot.core.team import Team
from mailbot.reading.vocabularies import Vocabularies, Written
from mailbot.settings.closing_file import read_closing
from mailbot.settings.clusters_file import read_clusters
from mailbot.settings.compensation_file import NO_COMPENSATION, read_compensation
from mailbot.settings.follow_up_file import read_follow_up
from mailbot.settings.list_file import read_list
from mailbot.settings.problems_file import read_problems
from mailbot.settings.profile_file import names_of_profile, read_profile
from mailbot.settings.rule_file import read_rules
from mailbot.settings.rule_samples import RuleTest, unknown_rules, vocabulary_tests
from mailbot.settings.schedules_file import read_schedules
from mailbot.settings.sla_file import read_slas
from mailbot.settings.stages_file import read_stages
from mailbot.settings.vocabulary_file import put_by, read_vocabulary, taken
from mailbot.shelf import NO_SHELF, Shelf
from mailbot.yaml_file import YamlFile, read_yaml, shown

CLUSTERS = "clusters.yaml"
CLOSING = "closing.yaml"
COMPENSATION, FOLLOW_UP, PROBLEMS = "compensation.yaml", "follow_up.yaml", "problems.yaml"
SCHEDULES, SLA = "schedules.yaml", "sla.yaml"
STAGES = "stages.yaml"
CLOCKS = "clocks"
_NO_RULES = frozenset({CLOSING, CLUSTERS, COMPENSATION, FOLLOW_UP, PROBLEMS, SCHEDULES, SLA, STAGES})
_MOST_RULES = 10_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """What the desk does at one time. `version` changes with every character of `files` (name → text).

    `policies` are those of compensation.yaml by name, `limits` what holds for all of them; `problems` says of each
    problem of problems.yaml what it is;
    `fields` are what its rules may ask about, and `asks` names what its rules and policies do ask about.
    """

    version: str
    files: Mapping[str, str] = field(repr=False)
    rules: tuple[Rule, ...]
    index: RuleIndex = field(repr=False, compare=False)
    vocabularies: Vocabularies = field(repr=False)
    follow_up: FollowUpPolicy
    policies: Mapping[str, Policy]
    problems: Mapping[str, KnownProblem]
    slas: Slas = NO_SLAS
    stages: Stages = NO_STAGES
    closing: ClosingPolicy = NO_CLOSING
    limits: Limits = NO_LIMITS
    clusters: ClusterPolicy = NO_CLUSTERS
    fields: Fields[Incoming] = field(default_factory=lambda: MAIL, repr=False, compare=False)
    asks: frozenset[str] = frozenset()
    tests: tuple[RuleTest, ...] = field(default=(), repr=False, compare=False)


def load_rule_book(
    folder: Path,
    *,
    team: Team,
    languages: tuple[str, ...],
    acknowledgements: tuple[str, ...] | None = None,
    details: tuple[str, ...] | None = None,
    contacts: Mapping[str, str] = {},
    looked_up: tuple[Column, ...] = (),
    like: RuleBook | None = None,
    shelf: Shelf = NO_SHELF,
) -> RuleBook:
    """The rule book in this folder; ConfigurationError with every mistake in every file.

    `acknowledgements` and `details` are the names that the templates have words for; without them any name is taken.
    `looked_up` are the columns of the look-ups.
    `like`: another book, whose vocabularies are taken over where the file is the same; they take longest to read.
    `shelf`: where they are put by for the next time.
    """
    loader = _Loader(folder, shelf)
    problems = loader.optional(PROBLEMS, partial(read_problems, team=team))
    known = Known(
        team,
        languages,
        acknowledgements=acknowledgements,
        details=details,
        problems=loader.names_in(PROBLEMS, "problems"),
        contacts=contacts,
        listing=loader.listing,
        looked_up=looked_up,
    )
    schedules = loader.optional(SCHEDULES, partial(read_schedules, known=known))
    named = dict.fromkeys(loader.names_in(SCHEDULES, "schedules") or (), AnyOf(()))
    known = replace(known, schedules=named if schedules is None else schedules)
    slas = loader.optional(SLA, partial(read_slas, known=known)) or NO_SLAS
    slas, profiled = loader.with_profiles(slas, known)
    known = replace(known, slas=(*(loader.names_in(SLA, "slas") or ()), *profiled))
    compensation = loader.optional(COMPENSATION, partial(read_compensation, known=known)) or NO_COMPENSATION
    known = replace(known, suggestions=loader.names_in(COMPENSATION, "policies") or ())
    clusters = loader.optional(CLUSTERS, read_clusters) or NO_CLUSTERS
    follow_up = loader.optional(FOLLOW_UP, partial(read_follow_up, known=known)) or FollowUpPolicy()
    closing = loader.optional(CLOSING, partial(read_closing, known=known)) or NO_CLOSING
    stages = loader.optional(STAGES, partial(read_stages, known=known)) or NO_STAGES
    read = [
        loader.part(name, partial(read_rules, called=f"{folder.name}/{name}", known=known)) or ((), ())
        for name in loader.rule_files()
    ]
    rules = [rule for found, _ in read for rule in found]
    tests = tuple(test for _, found in read for test in found)
    loader.refuse_doubles(rules)
    loader.refuse_too_many(rules)
    if not loader.problems:  # else the rule that is meant may stand in a file that could not be read
        loader.problems += unknown_rules(tests, [rule.name for rule in rules])
    vocabularies = {code: written for code in languages if (written := loader.vocabulary(code, like))}
    tests += tuple(test for code in vocabularies for test in loader.vocabulary_tests(code, like, known))
    if loader.problems:
        raise ConfigurationError(loader.problems)
    texts = loader.texts()
    return RuleBook(
        version=_version(texts),
        files=texts,
        rules=tuple(rules),
        index=RuleIndex(rules),
        vocabularies=Vocabularies(vocabularies),
        follow_up=follow_up,
        policies=compensation.policies,
        problems=problems or {},
        slas=slas,
        stages=stages,
        closing=closing,
        limits=compensation.limits,
        clusters=clusters,
        fields=informed(MAIL, looked_up),
        asks=_asked(rules, compensation.policies) | _asked_by(clusters),
        tests=tests,
    )


class _Loader:
    """Reads the files of a folder one by one, and goes on after a mistake."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self.folder, self.shelf = folder, shelf
        self.files: dict[str, YamlFile] = {}
        self.lists: dict[str, tuple[Listing, str]] = {}
        self.taken_over: dict[str, str] = {}
        self.problems: list[Problem] = []

    def vocabulary(self, code: str, like: RuleBook | None) -> Written | None:
        """That of a language: the one of `like`, if its file is the same."""
        name = f"vocabulary/{code}.yaml"
        if like and code in like.vocabularies and _is_text(self.folder / name, like.files.get(name)):
            self.taken_over[name] = like.files[name]
            return like.vocabularies.written[code]
        if file := taken(self.folder / name, code, self.shelf):
            self.files[name] = file
            return Written(code, file.text, shelf=self.shelf)
        made = self.part(name, partial(read_vocabulary, language=code, hold=not self.shelf.writable))
        return put_by(self.files[name], made, self.shelf) if made else None

    def vocabulary_tests(self, code: str, like: RuleBook | None, known: Known) -> tuple[RuleTest, ...]:
        """The tests in it."""
        name = f"vocabulary/{code}.yaml"
        if like and name in self.taken_over:
            return tuple(test for test in like.tests if test.rule is None and test.language == code)
        return self.part(name, partial(vocabulary_tests, language=code, known=known)) or ()

    def part(self, name: str, read: Callable[[YamlFile], T]) -> T | None:
        """What `read` makes of a file; None when it holds a mistake."""
        try:
            if name not in self.files:
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
        return [name for name in self._files_in(self.folder) if name not in _NO_RULES]

    def _files_in(self, folder: Path) -> list[str]:
        names = sorted(path.relative_to(self.folder).as_posix() for path in folder.glob("[!.]*.y*ml"))
        for name in names:
            if not name.endswith(".yaml"):
                self.problems.append(Problem(shown(self.folder / name), 1, 1, "expected a name that ends in .yaml"))
        return [name for name in names if name.endswith(".yaml")]

    def with_profiles(self, slas: Slas, known: Known) -> tuple[Slas, tuple[str, ...]]:
        """The SLAs with those of the profiles in `clocks/`, and what rules may call these."""
        found: dict[str, Sla] = {}
        named: list[str] = []
        for name in self._files_in(self.folder / CLOCKS):
            read = self.part(name, partial(read_profile, known=known)) or ()
            found |= {sla.name: sla for sla in read}
            named += names_of_profile(self.files[name]) if name in self.files else ()
        self._refuse_taken(named)
        return replace(slas, by_name={**slas.by_name, **found}), tuple(named)

    def _refuse_taken(self, named: Iterable[str]) -> None:
        """An SLA is chosen by its name, so a name stands for one."""
        for name in set(named).intersection(self.names_in(SLA, "slas") or ()):
            message = f'the SLA "{name}" is in {CLOCKS}/ already'
            self.problems.append(self.files[SLA].problem(("slas", name), message, key=True))

    def names_in(self, name: str, key: str) -> tuple[str, ...] | None:
        """The names that a file defines under a key, even when something is wrong with it; None without the file."""
        if name not in self.files:
            return None
        named = self.files[name].data.get(key)
        return tuple(named) if isinstance(named, dict) else ()

    def listing(self, name: str) -> Listing:
        """The list in a file, which is read once; UnexpectedValue says why there is none."""
        if name not in self.lists:
            self.lists[name] = read_list(self.folder, name)
        return self.lists[name][0]

    def texts(self) -> Mapping[str, str]:
        """The text of everything that was read, by name."""
        lists = {name: text for name, (_, text) in self.lists.items()}
        read = {name: file.text for name, file in self.files.items()}
        return dict(sorted((read | lists | self.taken_over).items()))

    def refuse_too_many(self, rules: Sequence[Rule]) -> None:
        """Nobody writes so many by hand: a list in a file says the same."""
        if len(rules) > _MOST_RULES:
            rule = rules[_MOST_RULES]
            message = f"more than {_MOST_RULES} rules: expected lists in files ({{in: lists/….txt}}) instead"
            self.problems.append(Problem(shown(self.folder / Path(rule.file).name), rule.line, 1, message))

    def refuse_doubles(self, rules: Iterable[Rule]) -> None:
        """Rules are referred to by name, so a name stands for one rule."""
        first: dict[str, Rule] = {}
        for rule in rules:
            earlier = first.setdefault(rule.name, rule)
            if earlier is not rule:
                where = f"{earlier.file}:{earlier.line}"
                name = shown(self.folder / Path(rule.file).name)
                self.problems.append(Problem(name, rule.line, 1, f'the rule "{rule.name}" is at {where} already'))


def _asked(rules: Iterable[Rule], policies: Mapping[str, Policy]) -> frozenset[str]:
    by_rules = (name for rule in rules for name in fields_in(rule.when))
    return frozenset(by_rules).union(*(option.asks for policy in policies.values() for option in policy.options))


def _asked_by(clusters: ClusterPolicy) -> frozenset[str]:
    """What has to be looked up for cases to be found by it."""
    return frozenset({PRODUCT} if ClusterKind.PRODUCT in clusters.clusters else ())


def _is_text(path: Path, text: str | None) -> bool:
    try:
        return text is not None and path.read_bytes().decode("utf-8-sig") == text
    except (OSError, UnicodeDecodeError):
        return False


def _version(texts: Mapping[str, str]) -> str:
    digest = sha256()
    for name, text in texts.items():
        digest.update(f"{name}\0{len(text)}\0{text}".encode())
    return digest.hexdigest()[:12]
