"""`mailbot rules check` beyond form: what never matches, never counts, or is never used."""

from pathlib import Path

import pytest

from tests.cli.conftest import Mailbot

WARNINGS = {
    # one rule that never matches
    "  - rule: x\n    when: {type: billing, not: {type: billing}}\n    then: {tag: a}\n": [
        "4:12: this rule never matches: type cannot be billing and not billing"
    ],
    "  - rule: x\n    when: {amount: {gt: 500 EUR, lt: 100 EUR}}\n    then: {tag: a}\n": [
        "4:12: this rule never matches: amount cannot be more than 500.00 EUR and less than 100.00 EUR"
    ],
    "  - rule: x\n    when: {case.tags: vip}\n    then: {tag: a}\n": [
        "4:12: this rule never matches: case.tags is unknown on a mail that opens a case; "
        "expected `event: [reply, reopened]` beside it"
    ],
    "  - rule: x\n    when: {event: opened, case.age: {gt: 2 days}}\n    then: {tag: a}\n": [
        "4:27: this rule never matches: case.age is unknown on a mail that opens a case; "
        "expected `event: [reply, reopened]` beside it"
    ],
    "  - rule: x\n    when: {mailbox: suport}\n    then: {tag: a}\n": [
        '4:12: this rule never matches: expected a mailbox of config.yaml (support), did you mean "support"?'
    ],
    # and one that may
    "  - rule: x\n    when: {event: [opened, reply], case.tags: vip}\n    then: {tag: a}\n": [],
    "  - rule: x\n    when: {amount: {exists: false}, mailbox: SUPPORT}\n    then: {tag: a}\n": [],
    # stop
    "  - rule: x\n    then: {stop: true}\n  - rule: y\n    then: {tag: a}\n": [
        "5:5: this rule is never tried: “x” (rules/routing.yaml:3) stops wherever it would match"
    ],
    "  - rule: x\n    when: {type: [billing, other]}\n    then: {stop: true}\n"
    "  - rule: y\n    when: {type: wrong_item}\n    then: {stop: true}\n"
    "  - rule: z\n    when: {type: [wrong_item, billing], language: en}\n    then: {tag: a}\n": [
        "9:5: this rule is never tried: “x” (rules/routing.yaml:3) and “y” (rules/routing.yaml:6) stop wherever it "
        "would match"
    ],
    "  - rule: x\n    then: {stop: true}\n  - rule: y\n    when: {event: reply}\n    then: {tag: a}\n": [],
    "  - rule: x\n    when: {type: billing}\n    then: {stop: true}\n  - rule: y\n    then: {tag: a}\n": [],
    "  - rule: x\n    shadow: true\n    then: {stop: true}\n  - rule: y\n    then: {tag: a}\n": [],
    # contradictions, duplicates, no effect
    "  - rule: x\n    when: {type: billing, safety: true}\n    then: {priority: low, tag: a}\n"
    "  - rule: y\n    when: {type: [billing, other]}\n    then: {priority: high}\n": [
        "5:12: this never counts: “y” (rules/routing.yaml:6) always matches too, and decides priority: high"
    ],
    "  - rule: x\n    when: {type: billing, safety: true}\n    then: {priority: low, tag: a}\n"
    "  - rule: y\n    when: {type: [billing, other]}\n    then: {priority: high, tag: [a, b]}\n": [
        "3:5: this rule has no effect: “y” (rules/routing.yaml:6) always matches too, and decides all that it decides"
    ],
    "  - rule: x\n    when: {type: billing}\n    then: {tag: a, priority: low}\n"
    "  - rule: y\n    when: {type: billing}\n    then: {priority: low, tag: a}\n": [
        "6:5: this rule says the same as “x” (rules/routing.yaml:3): one of them is enough"
    ],
    "  - rule: x\n    then: {priority: low}\n  - rule: y\n    when: {type: billing}\n    then: {priority: high}\n": [],
    "  - rule: x\n    when: {type: billing}\n    then: {priority: low}\n"
    "  - rule: s\n    when: {safety: true}\n    then: {stop: true}\n"
    "  - rule: y\n    when: {type: billing}\n    then: {priority: high}\n": [],
    "  - rule: x\n    when: {type: billing}\n    then: {priority: low}\n"
    "  - rule: y\n    when: {event: reply, type: billing}\n    then: {priority: high}\n": [],
}  # fmt: skip


def warnings(mailbot: Mailbot, folder: Path) -> list[str]:
    answer = mailbot("rules", "check", "--json")
    assert answer.code == 0, answer.err
    told = [f"{w['line']}:{w['column']}: {w['message']}" for w in answer.json["warnings"]]
    assert [warning["file"] for warning in answer.json["warnings"]] == ["rules/routing.yaml"] * len(told)
    return told


@pytest.mark.parametrize(("rules", "said"), WARNINGS.items())
def test_what_is_certain_is_said_and_nothing_else(
    mailbot: Mailbot, small_desk: Path, rules: str, said: list[str]
) -> None:
    (small_desk / "rules" / "compensation.yaml").unlink()
    names = "logistics, quality, billing, service"
    (small_desk / "rules" / "routing.yaml").write_text(f"rules:\n  - {{rule: all, then: {{tag: [{names}]}}}}\n{rules}")
    assert warnings(mailbot, small_desk) == said


def test_names_that_nothing_refers_to_are_told_where_they_stand(mailbot: Mailbot, small_desk: Path) -> None:
    (small_desk / "rules" / "lists").mkdir()
    for name in ("used", "unused"):
        (small_desk / "rules" / "lists" / f"{name}.txt").write_text("a.example\n")
    (small_desk / "rules" / "schedules.yaml").write_text(
        "schedules:\n  night: {time: 22:00 – 06:00}\n  day: {time: 06:00 – 22:00}\n"
    )
    (small_desk / "rules" / "compensation.yaml").write_text(
        "policies:\n  late: {remedies: [{remedy: apology}]}\n  never: {remedies: [{remedy: apology}]}\n"
    )
    (small_desk / "rules" / "routing.yaml").write_text(
        "rules:\n  - rule: x\n    when: {schedule: night, sender_domain: {in: lists/used.txt}}\n"
        "    then: {assign_team: quality, suggest: late, notify: [logistics, billing]}\n"
    )
    (small_desk / "templates" / "en" / "ack_x.md").write_text("Subject: x\n\nx\n")
    answer = mailbot("rules", "check")
    assert answer.out.splitlines()[:-1] == [
        "warning: config.yaml:15:88: no rule gives the team service anything; expected `assign_team: service` "
        "somewhere",
        "warning: rules/compensation.yaml:3:3: no rule suggests this policy: never",
        "warning: rules/lists/unused.txt:1:1: no rule asks for this list; expected {in: lists/unused.txt} somewhere",
        "warning: rules/schedules.yaml:3:3: nothing asks for this schedule: day",
        "warning: templates/en/ack_x.md:1:1: no rule chooses this acknowledgement: ack_x",
    ]
    assert (answer.code, mailbot("rules", "check", "--strict").code) == (0, 1)
    told = [line for line in mailbot("check", "--no-probe").out.splitlines() if line.startswith("WARN  rules:")]
    assert len(told) == 5
    assert told[1] == "WARN  rules: rules/compensation.yaml:3:3: no rule suggests this policy: never"


def test_the_shipped_rules_have_no_warnings(mailbot: Mailbot, here: Path) -> None:
    mailbot("init")
    assert mailbot("rules", "check", "--strict").code == 0


def test_a_template_with_a_mistake_is_a_mistake_in_the_rules_too(mailbot: Mailbot, small_desk: Path) -> None:
    file = small_desk / "templates" / "en" / "answer.md"
    file.write_text(file.read_text("utf-8") + "\n{{ agnet }}\n", "utf-8")
    answer = mailbot("rules", "check")
    assert answer.code == 2
    assert 'answer.md:17:1: there is no value `agnet` in a mail of this kind, did you mean "agent"?' in answer.err


def test_the_doctor_tells_of_tests_that_fail(mailbot: Mailbot, small_desk: Path) -> None:
    (small_desk / "rules" / "routing.yaml").write_text(
        "rules:\n  - rule: x\n    then: {tag: a}\n    tests: [{expect: {tag: b}}]\n"
    )
    answer = mailbot("check", "--no-probe")
    assert answer.code == 2
    assert "FAIL  rule tests: rules/routing.yaml:4:23: test of “x [1]”: tag: expected b, got a (a by “x”" in answer.out
