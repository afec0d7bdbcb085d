"""The rules that ship and those in the manual, by the tools that admins have: tests hold, and each does something."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.cli.init import init
from mailbot.settings.config_file import load_config
from mailbot.settings.rule_review import review_rules
from mailbot.workflows.rule_tests import run_tests
from mailbot.workflows.runtime import Behaviour, load_behaviour
from tests.test_docs import RULES, _merged, blocks


def examples() -> Iterator[tuple[str, str]]:
    for block in blocks(RULES, "yaml"):
        name = block.splitlines()[0].removeprefix("# ")
        if name.startswith(("rules/", "config.yaml")):
            yield name, block


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk as `mailbot init` leaves it, with the lists and the settings of the manual."""
    folder = tmp_path_factory.mktemp("desk")
    init(folder)
    for listed in blocks(RULES, "text"):
        if (head := listed.splitlines()[0]).startswith("# rules/"):
            (folder / "rules" / "lists").mkdir(exist_ok=True)
            (folder / head.removeprefix("# ")).write_text(listed, encoding="utf-8")
    for name, block in examples():
        if name == "config.yaml" or name.endswith(("schedules.yaml", "problems.yaml", "compensation.yaml", "sla.yaml")):
            add(folder / name, block)
    return folder


def add(file: Path, block: str) -> None:
    """An example beside what stands in a file already; that of rules replaces it."""
    written: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader) if file.exists() else {}
    written |= _merged(written, yaml.load(block, Loader=yaml.CSafeLoader))
    file.write_text(json.dumps(written, ensure_ascii=False, default=str), encoding="utf-8")


@pytest.fixture(scope="module")
def shipped(desk: Path) -> Iterator[Behaviour]:
    behaviour = load_behaviour(load_config(desk / "config.yaml", environ={}, resolve_secrets=False))
    with closing(behaviour.readers):
        yield behaviour


def test_the_tests_of_the_shipped_rules_hold_in_every_language(desk: Path, shipped: Behaviour) -> None:
    config = load_config(desk / "config.yaml", environ={}, resolve_secrets=False)
    verdicts = run_tests(config, shipped.rule_book, shipped.readers)
    assert [str(problem) for verdict in verdicts for problem in verdict.problems] == []
    assert {verdict.test.language for verdict in verdicts} >= set(config.organisation.languages) - {"en"}
    assert all(verdict.passed for verdict in verdicts)


OF_RULES = [
    pytest.param(block, id=f"{number} {name}") for number, (name, block) in enumerate(examples()) if "\nrules:" in block
]


@pytest.mark.parametrize("block", OF_RULES)
def test_the_rules_of_the_manual_pass_their_tests_and_do_something(desk: Path, shipped: Behaviour, block: str) -> None:
    file = desk / "rules" / "zz_example.yaml"
    file.write_text(block, encoding="utf-8")
    config = load_config(desk / "config.yaml", environ={}, resolve_secrets=False)
    try:
        book = load_behaviour(config, like=shipped).rule_book
    finally:
        file.unlink()
    own = [test for test in book.tests if test.file.endswith(file.name)]
    verdicts = run_tests(config, book, shipped.readers, own)
    assert [str(problem) for verdict in verdicts for problem in verdict.problems] == []
    assert ("tests:" in block) is bool(own)
    alone = replace(
        book,
        rules=tuple(rule for rule in book.rules if rule.file.endswith(file.name)),
        files={file.name: block},
    )
    assert review_rules(config, alone) == ()
