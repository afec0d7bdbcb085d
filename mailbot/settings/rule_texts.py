"""The rules in the texts of a book, by name: to compare two books without judging either."""

from collections.abc import Mapping

from mailbot.core.errors import ConfigurationError
from mailbot.yaml_file import parse_yaml


def rules_in(files: Mapping[str, str]) -> Mapping[str, object]:
    """What each rule says, as plain data by its name; a file that is no file of rules has none."""
    return {name: rule for file, text in files.items() if _may_hold_rules(file) for name, rule in _rules(file, text)}


def _may_hold_rules(file: str) -> bool:
    return file.startswith("rules/") and file.count("/") == 1 and file.endswith(".yaml")


def _rules(file: str, text: str) -> list[tuple[str, object]]:
    try:
        written = parse_yaml(file, text.encode()).data.get("rules")
    except ConfigurationError:
        return []
    rules = written if isinstance(written, list) else []
    return [(str(rule["rule"]), rule) for rule in rules if isinstance(rule, dict) and "rule" in rule]
