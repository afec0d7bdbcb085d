"""The bench of letters."""

from bench.letters import as_lines, measure
from mailbot.mail.templates import Templates


def test_every_letter_and_each_part_of_it_is_measured_and_nobody_is_watched_afterwards() -> None:
    render = Templates.render
    found = measure(slices=1, mails_a_slice=8)
    costs = {part.name: part.cost for part in found.parts}
    assert found.a_mail > 0
    assert 0 < costs["its bytes"] < costs["its words"] + costs["its bytes"] < costs["a letter"]
    assert len(list(as_lines(found))) == len(costs) + 2
    assert Templates.render is render
