"""A set of rules on one mail: order, overriding, stopping, and the trace that explains it."""

from dataclasses import replace

from mailbot.core.rules.conditions import All, Compare, Condition, Exists
from mailbot.core.rules.engine import Rule, consider, evaluate
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.index import RuleIndex
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


def test_a_shadow_rule_is_traced_and_decides_nothing() -> None:
    watched = replace(rule("b", priority="urgent", stop=True), shadow=True)
    trace = evaluate([rule("a", priority="low"), watched, rule("c", tag="x")], {})
    assert [(r.name, r.matched, r.shadow) for r in trace.rules] == [
        ("a", True, False),
        ("b", True, True),
        ("c", True, False),
    ]
    assert [(d.rule, d.shadow) for d in trace.decisions] == [("a", False), ("b", True), ("b", True), ("c", False)]
    assert [(d.action, d.value) for d in trace.effective] == [("priority", "low"), ("tag", "x")]
    assert [r.name for r in trace.matched] == ["a", "c"]


def test_a_rule_is_tried_on_later_mails_only_if_it_asks_for_the_event() -> None:
    reply = {"event": "reply"}
    asking = Rule(
        name="b", file="r", line=1, when=Compare("event", MAIL["event"].kind, "is", ("reply",)), then=(), later=True
    )
    trace = evaluate([rule("a", tag="x"), asking], reply)
    assert [(r.name, r.matched) for r in trace.rules] == [("a", False), ("b", True)]
    assert trace.rules[0].because == ("not tried: only mails that open a case",)
    assert trace.tried == 1
    assert consider(RuleIndex([rule("a", tag="x"), asking]), reply).tried == 1


def test_a_thousand_decisions_about_one_matter_are_settled_in_one_go() -> None:
    trace = evaluate([rule(str(n), priority="low") for n in range(1000)], {})
    assert len(trace.effective) == 1
    assert trace.decisions[0].overridden_by == "1"
