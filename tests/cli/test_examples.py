"""The rules worked out in docs/examples: each desk is right as a whole, and its page says what its rules do."""

import re
import shutil
from pathlib import Path

import pytest

from mailbot.cli.init import init
from mailbot.settings.config_file import load_config
from mailbot.settings.rulebook import RuleBook, load_rule_book
from tests.cli.conftest import Mailbot
from tests.desk import ROOT

EXAMPLES = sorted(path.parent for path in (ROOT / "docs" / "examples").glob("*/config.yaml"))
EVERY_EXAMPLE = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)

_STATEMENT = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)


def laid_out(example: Path, folder: Path) -> Path:
    """The example over what `mailbot init` writes, as its page says."""
    init(folder)
    shutil.copytree(example, folder, dirs_exist_ok=True)
    return folder / "config.yaml"


def book_of(example: Path, folder: Path) -> RuleBook:
    config = load_config(laid_out(example, folder), environ={}, resolve_secrets=False)
    return load_rule_book(
        config.rules,
        team=config.team,
        languages=config.organisation.languages,
        contacts=config.contacts,
        looked_up=config.columns,
    )


def statements(example: Path) -> list[tuple[str, str, str]]:
    return _STATEMENT.findall((example / "README.md").read_text(encoding="utf-8"))


@EVERY_EXAMPLE
def test_an_example_is_right_and_its_tests_pass(example: Path, here: Path, mailbot: Mailbot) -> None:
    laid_out(example, here)
    checked = mailbot("rules", "check", "--strict")
    assert checked.code == 0, checked.out + checked.err
    tested = mailbot("rules", "test", "--json")
    assert tested.code == 0, tested.out + tested.err
    assert tested.json["skipped"] == 0


@EVERY_EXAMPLE
def test_every_rule_of_an_example_has_a_test_that_names_what_it_decides(example: Path, tmp_path: Path) -> None:
    book = book_of(example, tmp_path)
    for rule in book.rules:
        expected = {one.name for test in book.tests if test.rule == rule.name for one in test.expected}
        assert expected & {"rule", *(action for action, _ in rule.then)}, rule.name


@EVERY_EXAMPLE
def test_the_page_of_an_example_names_every_rule_and_no_other(example: Path, tmp_path: Path) -> None:
    book = book_of(example, tmp_path)
    found = statements(example)
    named = [name for _, _, rules in found for name in re.findall(r"“([^”]+)”", rules)]
    assert [int(number) for number, _, _ in found] == [*range(1, len(found) + 1)]
    assert 20 <= len(found) <= 25
    assert set(named) == {rule.name for rule in book.rules}


@EVERY_EXAMPLE
def test_the_page_of_an_example_names_every_policy_and_sla(example: Path, tmp_path: Path) -> None:
    book = book_of(example, tmp_path)
    named = {name for _, _, rules in statements(example) for name in re.findall(r"`([^`]+)`", rules)}
    shipped = {path.stem for path in (ROOT / "rules" / "clocks").glob("*.yaml")}
    slas = {name for name in book.slas.by_name if name.partition("/")[0] not in shipped}
    assert {*book.policies, *slas} <= named


def test_the_examples_are_tested_in_all_five_languages(tmp_path: Path) -> None:
    books = [book_of(example, tmp_path / example.name) for example in EXAMPLES]
    assert {test.language for book in books for test in book.tests} >= {"et", "sl", "ru", "fa"}
    assert len(EXAMPLES) == 3
