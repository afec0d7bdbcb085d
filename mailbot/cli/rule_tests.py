"""`mailbot rules test`: the tests that stand in the rules, or what the rules make of a mail of yours."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, config_or_sample
from mailbot.cli.output import print_json, safe
from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.spelling import did_you_mean

if TYPE_CHECKING:
    from mailbot.settings.rule_samples import RuleTest
    from mailbot.workflows.rule_tests import Verdict


def try_rules(
    names: Annotated[list[str] | None, typer.Argument(help="Rules or files; all tests without them.")] = None,
    mail: Annotated[list[Path] | None, typer.Option(help="Show what the rules make of this mail (.eml).")] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Run the tests of the rules and try every template; exit 1 when one fails, 2 when they cannot be loaded."""
    from mailbot import log
    from mailbot.workflows.rule_tests import run_tests
    from mailbot.workflows.runtime import load_behaviour, shelf_of

    log.configure("error")
    began = time.monotonic()
    try:
        loaded = config_or_sample(config)
        behaviour = load_behaviour(loaded, shelf=shelf_of(loaded, writable=False))
    except ConfigurationError as error:
        if not json:
            raise
        print_json({"problems": list(error.problems)})
        raise typer.Exit(2) from None
    with closing(behaviour.readers):
        if mail:
            from mailbot.cli.trial import show_trials

            raise typer.Exit(show_trials(behaviour, loaded, mail, now=datetime.now(UTC), json=json))
        tests = _chosen(behaviour.rule_book.tests, names or ())
        verdicts = run_tests(loaded, behaviour.rule_book, behaviour.readers, tests)
    wrong = () if names else behaviour.templates.check()
    seconds = round(time.monotonic() - began, 1)
    if junit_file:
        from mailbot.cli.junit import junit

        _write(junit_file, junit(verdicts, wrong))
    if json:
        print_json(_object(verdicts, wrong, seconds))
    else:
        _show(verdicts, wrong, seconds)
    raise typer.Exit(1 if wrong or any(verdict.differences for verdict in verdicts) else 0)


def _chosen(tests: "Sequence[RuleTest]", names: Sequence[str]) -> "Sequence[RuleTest]":
    """The tests under these rules or in these files; wrong usage where a name says nothing."""
    known = dict.fromkeys(name for test in tests for name in _called(test))
    for name in names:
        if name not in known:
            raise typer.BadParameter(
                f'found "{name}", expected a rule or a file that has tests{did_you_mean(name, known)}'
            )
    return tests if not names else [test for test in tests if set(names) & set(_called(test))]


def _called(test: "RuleTest") -> Iterable[str]:
    return filter(None, (test.rule, test.file, Path(test.file).name, test.name))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error


def _object(verdicts: "Sequence[Verdict]", wrong: Sequence[Problem], seconds: float) -> Mapping[str, object]:
    return {
        **_counts(verdicts),
        "seconds": seconds,
        "templates": list(wrong),
        "tests": [
            {
                "test": verdict.test.name,
                "rule": verdict.test.rule,
                "file": verdict.test.file,
                "line": verdict.test.line,
                "passed": verdict.passed,
                "skipped": verdict.skipped,
                "differences": [asdict(difference) for difference in verdict.differences],
            }
            for verdict in verdicts
        ],
    }


def _counts(verdicts: "Sequence[Verdict]") -> Mapping[str, int]:
    return {
        "passed": sum(verdict.passed for verdict in verdicts),
        "failed": sum(bool(verdict.differences) for verdict in verdicts),
        "skipped": sum(verdict.skipped is not None for verdict in verdicts),
    }


def _show(verdicts: "Sequence[Verdict]", wrong: Sequence[Problem], seconds: float) -> None:
    for verdict in verdicts:
        if verdict.differences:
            _show_failure(verdict)
    for problem in wrong:
        typer.echo(safe(f"✗ template {problem}\n"))
    counts = [f"{count} {what}" for what, count in _counts(verdicts).items() if count or what == "passed"]
    bad = [f"{len(wrong)} mistake{'s'[: len(wrong) > 1]} in templates"] if wrong else []
    typer.echo(f"{', '.join([*counts, *bad])} in {seconds} s")


def _show_failure(verdict: "Verdict") -> None:
    test = verdict.test
    typer.echo(safe(f"✗ {test.name}  {test.file}:{test.line}"))
    for found in verdict.differences:
        typer.echo(safe(f"    {found.what}, line {found.line}:\n      - {found.expected}\n      + {found.got}"))
        for reason in found.why:
            typer.echo(safe(f"          {reason}"))
    typer.echo("")
