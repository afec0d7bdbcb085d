"""All that can be said of a rule book that loads, beyond its form."""

from collections.abc import Iterable

from mailbot.core.errors import Problem
from mailbot.settings.approvals_review import lacking_approvals
from mailbot.settings.config import Config
from mailbot.settings.rule_review import review_rules
from mailbot.settings.rulebook import RuleBook
from mailbot.settings.unused_names import unused_names


def review(config: Config, book: RuleBook, acknowledgements: Iterable[str]) -> tuple[Problem, ...]:
    """Warnings, by file and line: nothing is wrong with the form, but something does nothing, or cannot be done."""
    return tuple(
        sorted(
            (
                *review_rules(config, book),
                *unused_names(config, book, acknowledgements),
                *lacking_approvals(config, book),
            )
        )
    )
