"""Remedies that nobody can have approved: more leads are wanted than have the authority."""

from collections.abc import Iterator

from mailbot.core.authority import able_leads
from mailbot.core.compensation import Option, Policy
from mailbot.core.errors import Problem
from mailbot.core.money import Money, Sums
from mailbot.settings.config import Config
from mailbot.settings.rulebook import COMPENSATION, RuleBook
from mailbot.yaml_file import YamlFile, parse_yaml, shown


def lacking_approvals(config: Config, book: RuleBook) -> tuple[Problem, ...]:
    """Each remedy at its place for which too few leads of the config may approve."""
    if COMPENSATION not in book.files:
        return ()
    file = parse_yaml(shown(config.rules / COMPENSATION), book.files[COMPENSATION].encode())
    return tuple(problem for name, policy in book.policies.items() for problem in _lacking(config, file, name, policy))


def _lacking(config: Config, file: YamlFile, name: str, policy: Policy) -> Iterator[Problem]:
    for number, option in enumerate(policy.options):
        if option.approval is None:
            continue
        wanted = option.approval.people
        for sum_ in _sums(option):
            able = able_leads(option, config.team, above=sum_)
            if len(able) < wanted:
                above = f" of more than {sum_}" if sum_ else ""
                message = f"too few leads may approve {option.kind}{above}: found {len(able)}, expected {wanted}"
                yield file.problem(("policies", name, "remedies", number, "approval"), message, key=True)


def _sums(option: Option) -> tuple[Money | None, ...]:
    """Above which sums approval is wanted; None: of any."""
    above: Sums | None = option.approval.above if option.approval else None
    return above.written if above else (None,)
