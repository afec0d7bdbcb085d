"""Who of the team is meant by an address."""

from dataclasses import replace

from mailbot.core.team import Member, Role, Team

MARI = Member(name="Mari Tamm", address="Mari@acme.example", role=Role.AGENT, aliases=(" mari@home.example",))
ANA = Member(name="Ana Novak", address="ana@acme.example", role=Role.LEAD)


def test_a_member_is_known_by_each_address_however_it_is_written() -> None:
    team = Team((MARI, ANA))
    assert team.by_address(" MARI@acme.example ") is MARI
    assert team.by_address("mari@Home.example") is MARI
    assert team.by_address("eva@shop.example") is None


def test_of_two_members_with_one_address_the_first_is_meant() -> None:
    other = replace(ANA, aliases=("mari@acme.example",))
    assert Team((MARI, other)).by_address("mari@acme.example") is MARI
    assert Team((other, MARI)).by_address("mari@acme.example") is other


def test_teams_of_the_same_members_are_equal_and_a_change_is_known_by_its_own() -> None:
    assert Team((MARI, ANA)) == Team((MARI, ANA))
    assert replace(Team((MARI,)), members=(ANA,)).by_address("ana@acme.example") is ANA
