"""problems.yaml: both ways to write a problem, and every mistake with its place."""

from collections.abc import Mapping

import pytest

from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError
from mailbot.core.problem import KnownProblem
from mailbot.core.team import Member, Role, Team
from mailbot.settings.problems_file import read_problems
from mailbot.yaml_file import parse_yaml

TEAM = Team((Member(name="Ana Novak", address="ana@acme.example", role=Role.LEAD),))


def read(text: str) -> Mapping[str, KnownProblem]:
    return read_problems(parse_yaml("problems.yaml", text.encode()), TEAM)


def test_a_few_words_are_enough() -> None:
    assert read("problems: {storm: depots closed}") == {"storm": KnownProblem(what="depots closed")}


def test_all_can_be_said() -> None:
    written = "{what: x, owner: ana@acme.example, due: 10 business days, customers: false, check_after: 2 days}"
    assert read(f"problems: {{depot: {written}}}")["depot"] == KnownProblem(
        what="x",
        owner="ana@acme.example",
        due=Span(10, "business days"),
        customers=False,
        check_after=Span(2, "days"),
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("5", "problems.a: found 5, expected what the problem is, in words, or `what` and the rest"),
        ('""', 'problems.a: found "", expected what the problem is, in words, or `what` and the rest'),
        ("{owner: ana@acme.example}", 'missing key "what" in problems.a'),
        ("{what: x, own: y}", 'unknown key "problems.a.own", did you mean "owner"?'),
        ("{what: x, owner: anna@acme.example}", 'found "anna@acme.example", expected the address of a member'),
        ("{what: x, due: soon}", 'problems.a.due: found "soon", expected a span like "3 business days"'),
        ("{what: x, customers: maybe}", 'problems.a.customers: found "maybe", expected true or false'),
    ],
)
def test_a_mistake_is_named_with_its_line(written: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(f"problems:\n  a: {written}\n")
    (problem,) = caught.value.problems
    assert problem.line == 2
    assert said in problem.message


def test_a_name_is_any_word() -> None:
    assert list(read("problems: {winter-storm-2026: x, ladu: y}")) == ["winter-storm-2026", "ladu"]
