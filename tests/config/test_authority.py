"""The authority of members: by role and by person; and the check that whoever has to approve can."""

from pathlib import Path

import pytest

from mailbot.core.limits import Limits
from mailbot.core.money import Sums
from mailbot.core.team import Member
from mailbot.settings.approvals_review import lacking_approvals
from mailbot.settings.config import Config
from mailbot.settings.config_file import load_config
from mailbot.settings.rulebook import RuleBook
from mailbot.workflows.runtime import desk_of, load_rules

ROLES = "authority: {agent: {voucher: 20 EUR, any: 5 EUR}, lead: {any: 500 EUR, per_day: 2000 EUR}}\n"
LEADS = """\
  - {name: Ana Novak, address: ana@acme.example, role: lead, aliases: [a.novak@acme.example]}
  - {name: Eva Sepp, address: eva@acme.example, role: lead, authority: {any: [50 EUR, 60 USD], per_day: [1 EUR, 1 USD]}}
"""


def members(path: Path) -> dict[str, Member]:
    config = load_config(path, environ={}, resolve_secrets=False)
    return {member.name.split()[0]: member for member in config.team.members}


def sums(*written: str) -> Sums:
    return Sums.parse(written)


def test_who_has_nothing_of_the_own_has_what_the_role_has(desk) -> None:
    found = members(desk(("teams: [logistics]", "authority: {voucher: 30 EUR}"), more=LEADS + ROLES))
    assert found["Mari"].authority == {"voucher": sums("30 EUR"), "any": sums("5 EUR")}
    assert found["Ana"].authority == {"any": sums("500 EUR"), "per_day": sums("2000 EUR")}
    assert found["Eva"].authority == {"any": sums("50 EUR", "60 USD"), "per_day": sums("1 EUR", "1 USD")}


def test_without_a_word_nobody_may_grant_anything(desk) -> None:
    assert members(desk())["Mari"].authority == {}


def test_a_deputy_is_known_by_any_address(desk) -> None:
    more = LEADS.replace("Eva Sepp,", "Eva Sepp, deputy: A.Novak@acme.example,")
    assert members(desk(more=more))["Eva"].deputy == "A.Novak@acme.example"


def book_of(config: Config, compensation: str) -> RuleBook:
    """The rules of a desk that has nothing but this compensation.yaml."""
    (config.rules / "compensation.yaml").write_text(compensation)
    (config.rules / "vocabulary").mkdir()
    for language in config.organisation.languages:
        (config.rules / "vocabulary" / f"{language}.yaml").write_text("complaint: [late]\n")
    return load_rules(config, None)


def test_decisions_know_the_limits_of_the_file(desk) -> None:
    config = load_config(desk(), environ={}, resolve_secrets=False)
    book = book_of(config, "policies: {}\nlimits: {per_case: 60 EUR}\nbudgets: {logistics: 5 EUR}\n")
    assert desk_of(config, book).limits == Limits(per_case=sums("60 EUR"), budgets={"logistics": sums("5 EUR")})


@pytest.mark.parametrize(
    ("approval", "said"),
    [
        ("{above: 400 EUR, people: 1}", None),
        ("{above: 500 EUR}", "too few leads may approve refund of more than 500.00 EUR: found 0, expected 1"),
        ("{above: 40 EUR, people: 2}", None),
        ("{above: 60 EUR, people: 2}", "refund of more than 60.00 EUR: found 1, expected 2"),
        (
            "{above: [40 EUR, 40 USD], people: 2}",
            "too few leads may approve refund of more than 40.00 USD: found 1, expected 2",
        ),
        ("{people: 2}", None),
        ("{people: 3}", "too few leads may approve refund: found 2, expected 3"),
    ],
)
def test_an_approval_that_nobody_can_give_is_told_where_it_stands(desk, approval: str, said: str | None) -> None:
    config = load_config(desk(more=LEADS + ROLES), environ={}, resolve_secrets=False)
    book = book_of(config, f"policies: {{p: {{remedies: [{{remedy: refund, approval: {approval}}}]}}}}\n")
    told = [str(problem) for problem in lacking_approvals(config, book)]
    assert len(told) == (said is not None)
    assert all(line.startswith("rules/compensation.yaml:1:44: ") and said in line for line in told if said)
