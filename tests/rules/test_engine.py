"""A set of rules on one mail: order, overriding, stopping, and the trace that explains it."""

from mailbot.core.rules.conditions import All, Compare, Condition, Exists
from mailbot.core.rules.engine import Rule, evaluate
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.trace import RuleDecision

ALWAYS = All(())
NEVER = Exists("type", wanted=True)


def rule(name: str, when: Condition = ALWAYS, **then: object) -> Rule:
    pairs = [(key, one) for key, value in then.items() for one in (value if isinstance(value, list) else [value])]
    return Rule(name=name, file="rules/r.yaml", line=3, when=when, then=tuple(pairs))


def test_every_rule_that_matches_is_applied_in_order() -> None:
    trace = evaluate([rule("a", assign_team="x"), rule("b", NEVER, priority="low"), rule("c", priority="high")], {})
    assert [(d.action, d.value, d.rule) for d in trace.decisions] == [
        ("assign_team", "x", "a"),
        ("priority", "high", "c"),
    ]
    assert [(r.name, r.matched) for r in trace.rules] == [("a", True), ("b", False), ("c", True)]


def test_a_later_rule_overrides_and_the_trace_says_so() -> None:
    trace = evaluate([rule("a", priority="low"), rule("b", priority="high"), rule("c", priority="urgent")], {})
    assert [(d.rule, d.overridden_by) for d in trace.decisions] == [("a", "b"), ("b", "c"), ("c", None)]
    assert trace.effective == (RuleDecision(action="priority", value="urgent", rule="c"),)


def test_tags_add_up() -> None:
    trace = evaluate([rule("a", tag=["x", "y"]), rule("b", tag="z")], {})
    assert [d.value for d in trace.effective] == ["x", "y", "z"]


def test_stop_ends_and_the_rules_after_it_are_traced_as_not_tried() -> None:
    trace = evaluate([rule("a", tag="x", stop=True), rule("b", tag="y")], {})
    assert [d.value for d in trace.decisions if d.action == "tag"] == ["x"]
    assert (trace.rules[1].matched, trace.rules[1].because) == (False, ("not tried: stopped by “a”",))


def test_stop_false_does_not_stop() -> None:
    assert len(evaluate([rule("a", stop=False), rule("b", tag="y")], {}).effective) == 2


def test_what_cannot_be_said_does_not_match() -> None:
    unknown = Compare("order_number", MAIL["order_number"].kind, "is", ("A-1",))
    trace = evaluate([rule("a", unknown, tag="x")], {"order_number": None})
    assert trace.decisions == ()
    assert trace.rules[0].because == ("order_number is unknown",)


def test_a_rule_without_conditions_says_so() -> None:
    assert evaluate([rule("a", tag="x")], {}).rules[0].because == ("no condition",)
