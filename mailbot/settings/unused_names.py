"""Names that an admin has defined and nothing refers to: policies, schedules, lists, acknowledgements, teams."""

from collections.abc import Iterable, Iterator

from mailbot.core.errors import ConfigurationError, Problem
from mailbot.settings.config import Config
from mailbot.settings.rulebook import COMPENSATION, SCHEDULES, RuleBook
from mailbot.yaml_file import YamlFile, parse_yaml, read_yaml, shown


def unused_names(config: Config, book: RuleBook, acknowledgements: Iterable[str]) -> tuple[Problem, ...]:
    """Each name at its definition; `acknowledgements` are the templates that rules may choose."""
    return (
        *_unread_lists(config, book),
        *_unused(config, book, COMPENSATION, "policies", "no rule suggests this policy"),
        *_unused(config, book, SCHEDULES, "schedules", "nothing asks for this schedule"),
        *_unchosen(config, book, acknowledgements),
        *_idle_teams(config, book),
    )


def _unread_lists(config: Config, book: RuleBook) -> Iterator[Problem]:
    for path in sorted(config.rules.rglob("*.txt")):
        name = path.relative_to(config.rules).as_posix()
        if name not in book.files and not any(part.startswith(".") for part in path.parts):
            yield Problem(shown(path), 1, 1, f"no rule asks for this list; expected {{in: {name}}} somewhere")


def _unused(config: Config, book: RuleBook, file: str, key: str, message: str) -> Iterator[Problem]:
    if file not in book.files:
        return
    read = parse_yaml(shown(config.rules / file), book.files[file].encode())
    written, words = read.data.get(key), _words(book, besides=file)
    for name in written if isinstance(written, dict) else ():
        if name not in words:
            yield read.problem((key, name), f"{message}: {name}", key=True)


def _unchosen(config: Config, book: RuleBook, acknowledgements: Iterable[str]) -> Iterator[Problem]:
    chosen = {value for rule in book.rules for action, value in rule.then if action == "acknowledge"}
    for name in acknowledgements:
        if name not in chosen and name != "acknowledgement":
            path = config.templates / config.organisation.languages[0] / f"{name}.md"
            yield Problem(shown(path), 1, 1, f"no rule chooses this acknowledgement: {name}")


def _idle_teams(config: Config, book: RuleBook) -> Iterator[Problem]:
    words = _words(book)
    for team in config.team.team_names:
        if team not in words:
            message = f"no rule gives the team {team} anything; expected `assign_team: {team}` somewhere"
            yield _place(config, team, message)


def _place(config: Config, team: str, message: str) -> Problem:
    """Where config.yaml first names the team."""
    try:
        file: YamlFile = read_yaml(config.path)
    except ConfigurationError:
        return Problem(shown(config.path), 1, 1, message)
    members = file.data["team"]
    places = ((number, member["teams"].index(team)) for number, member in enumerate(members) if team in member["teams"])
    member, place = next(places)
    return file.problem(("team", member, "teams", place), message)


def _words(book: RuleBook, *, besides: str = "") -> frozenset[str]:
    """Every text that stands in a file as a value, whatever it may refer to: what is in none is certainly unused."""
    files = (file for file in book.files if file != besides and "/" not in file and file.endswith(".yaml"))
    return frozenset(word for file in files for word in _texts(parse_yaml(file, book.files[file].encode()).data))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.values()]
    for one in value if isinstance(value, list) else ():
        yield from _texts(one)
    if isinstance(value, str):
        yield value
