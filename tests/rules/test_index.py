"""The index: whatever the rules are, the desk decides as if it had tried each of them."""

from hypothesis import given, settings

from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Facts, Not
from mailbot.core.rules.engine import consider, evaluate
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.index import RuleIndex, needed
from mailbot.core.rules.rule import Rule
from tests.rules.books import CONDITIONS, FACTS, rules


@given(rules(), FACTS)
@settings(max_examples=600, deadline=None)
def test_the_desk_and_the_explanation_decide_alike(book: list[Rule], facts: Facts) -> None:
    quick, full = consider(RuleIndex(book), facts), evaluate(book, facts)
    assert quick.decisions == full.decisions
    assert quick.rules == tuple(rule for rule in full.rules if rule.matched)
    assert quick.tried == full.tried


@given(CONDITIONS, FACTS)
@settings(max_examples=600, deadline=None)
def test_a_condition_has_one_truth_with_and_without_reasons(condition: Condition, facts: Facts) -> None:
    assert condition.truth(facts) is condition.check(facts).truth


def asks(field: str, operator: str, *operands: object) -> Compare:
    return Compare(field, MAIL[field].kind, operator, operands)


def test_a_condition_needs_the_rarest_of_what_it_cannot_do_without() -> None:
    court, billing, danger = (
        asks("mentions", "mentions", "court"),
        asks("type", "is", "billing"),
        asks("safety", "is", True),
    )
    keys = [
        need and sorted(need.keys, key=str)
        for need in map(
            needed,
            (
                All((danger, billing, court)),
                All((danger, billing)),
                AnyOf((danger, billing)),
                AnyOf((danger, Not(billing))),
                Not(court),
                asks("words", "ge", 5),
                All(()),
                AnyOf(()),
            ),
        )
    ]
    assert keys == [
        [("mentions", "court")],
        [("type", "billing")],
        [("safety", True), ("type", "billing")],
        *(None, None, None, None),
        [],
    ]


def test_of_many_rules_only_those_are_tried_that_can_match() -> None:
    book = [
        Rule(name=f"{n}", file="r", line=n, when=asks("sender_domain", "is", f"d{n}.example"), then=(("tag", "x"),))
        for n in range(1000)
    ]
    candidates = RuleIndex(book).candidates({"sender_domain": "D7.example"})
    assert [rule.name for rule in candidates] == ["7"]
