"""`mailbot rules test`: what stands under `tests:` is run as the desk treats mail, and differences are told."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Mailbot

RULES = """\
rules:
  - rule: all to quality
    then: {assign_team: quality, tag: [seen, all]}
    tests:
"""
LATER = """\
  - rule: parcels
    when: {type: late_delivery}
    then: {assign_team: logistics, priority: urgent, hold: someone has to look}
  - rule: watched
    shadow: true
    when: {type: billing}
    then: {tag: money}
    tests:
      - mail: {body: "You charged me twice, the invoice is wrong."}
        expect: {rule: watched, tag: [all, seen, money]}
  - rule: old friends
    when: {customer.cases: {ge: 3}, customer.last_case: {lt: 6 months}}
    then: {tag: friend}
  - rule: many at once
    when: {customer.complaints: {within: 30 days, ge: 2}}
    then: {tag: often}
  - rule: a reply that waits
    when: {event: reply, case.age: {gt: 2 business days}, not: {case.tags: vip}}
    then: {priority: high}
  - rule: at night
    when: {time: 22:00 – 06:00}
    then: {tag: night}
  - rule: a photo for the shop
    when: {attachments.names: {contains: .jpg}, header.X-Shop: {ge: 5}, to: shop@acme.example, authenticated: true}
    then: {note: shop}
"""


@pytest.fixture
def book(small_desk: Path) -> Path:
    return small_desk / "rules" / "routing.yaml"


def tests(book: Path, *written: str) -> None:
    book.write_text(RULES + "".join(f"      - {one}\n" for one in written) + LATER, encoding="utf-8")


def found(mailbot: Mailbot, *arguments: str, code: int) -> dict[str, Any]:
    answer = mailbot("rules", "test", "--json", *arguments)
    assert answer.code == code, answer.err or answer.out
    return json.loads(answer.out)


def test_the_shipped_tests_hold_and_those_in_other_languages_are_skipped(mailbot: Mailbot, small_desk: Path) -> None:
    told = found(mailbot, code=0)
    assert told["failed"] == 0
    assert told["passed"] >= 6
    assert {test["skipped"] for test in told["tests"]} >= {None, "the desk does not speak et"}


LATE = '{subject: Late, body: "The parcel came five days late. Order A-10293, I paid 12 EUR."}'


def test_what_comes_as_expected_passes(mailbot: Mailbot, book: Path) -> None:
    tests(
        book,
        f"{{mail: {LATE}, expect: {{type: late_delivery, assign_team: logistics, order_number: A-10293}}}}",
        f"{{mail: {LATE}, expect: {{amount: 12.00 EUR, priority: urgent, suggest: nothing, severity: {{le: high}}}}}}",
        f"{{mail: {LATE}, expect: {{tag: all, hold: true, assign_agent: null, not_rule: [watched]}}}}",
        '{mail: {body: "What are your opening hours?"}, expect: {priority: low, order_number: nothing, hold: null}}',
        '{mail: {received: 2026-12-24 23:30}, expect: {rule: at night, date: 24 Dec, business_hours: false}}',
        '{mail: {to: shop@acme.example, attachments: [a.jpg], headers: {X-Shop: 7}, authenticated: true}, '
        "expect: {note: shop, attachments.types: image/jpeg}}",
        "{given: {customer.cases: 3, customer.last_case: 5 months}, expect: {rule: old friends, customer.known: true}}",
        "{given: {customer.cases: 3, customer.last_case: 7 months}, expect: {not_rule: old friends}}",
        "{given: {customer.complaints: [3 days, 29 days]}, expect: {rule: many at once}}",
        "{given: {customer.complaints: [3 days, 31 days]}, expect: {not_rule: many at once}}",
        "{given: {event: reply, case.age: 3 business days}, expect: {rule: a reply that waits, priority: high}}",
        "{given: {event: reply, case.age: 2 business days}, expect: {not_rule: a reply that waits, assign_team: null}}",
        "{given: {event: reply, case.age: 9 days, case.tags: [x, VIP]}, expect: {not_rule: a reply that waits}}",
    )  # fmt: skip
    told = found(mailbot, code=0)
    assert (told["passed"], told["failed"]) == (14, 0)


def test_each_difference_is_told_with_the_rule_that_decided_otherwise(mailbot: Mailbot, book: Path) -> None:
    tests(
        book,
        f"{{mail: {LATE}, expect: {{assign_team: quality, type: billing, rule: at night, tag: nothing}}}}",
        f"{{mail: {LATE}, expect: {{order_number: nothing, priority: null, not_rule: parcels}}}}",
    )
    first, second = (test["differences"] for test in found(mailbot, code=1)["tests"][:2])
    assert [(d["what"], d["expected"], d["got"], d["line"]) for d in first] == [
        ("assign_team", "quality", "logistics", 5),
        ("type", "billing", "late_delivery", 5),
        ("rule “at night”", "matched", "did not match", 5),
        ("tag", "nothing", "seen, all", 5),
    ]
    assert first[0]["why"] == [
        "quality by “all to quality” (rules/routing.yaml:2), overridden by “parcels”",
        "logistics by “parcels” (rules/routing.yaml:7)",
    ]
    assert "five days late" in first[1]["why"][0]
    assert first[2]["why"] == ["rules/routing.yaml:26", "time is 12:00:00, not within 22:00 – 06:00"]
    assert [(d["what"], d["got"]) for d in second] == [
        ("order_number", "A-10293"),
        ("priority", "urgent"),
        ("rule “parcels”", "matched"),
    ]


def test_a_vocabulary_has_tests_of_its_own(mailbot: Mailbot, small_desk: Path) -> None:
    file = small_desk / "rules" / "vocabulary" / "en.yaml"
    words = file.read_text("utf-8")
    file.write_text(
        f"{words}\ntests:\n  - {{says: 'It came five days late.', type: late_delivery, is_complaint: true}}\n"
        "  - {says: 'What are your hours?', is_complaint: true}\n",
        "utf-8",
    )
    told = found(mailbot, "en.yaml", code=1)
    assert (told["passed"], told["failed"]) == (1, 1)
    assert told["tests"][1]["test"] == "en.yaml [2]"
    assert [(d["what"], d["got"]) for d in told["tests"][1]["differences"]] == [("is_complaint", "false")]
    file.write_text(f"{words}\ntests:\n  - {{says: x, typ: billing}}\n  - {{type: billing, repeat: true}}\n", "utf-8")
    errors = mailbot("rules", "check").err
    assert 'tests[0].typ: no such field or action, did you mean "type"?' in errors
    assert 'tests[1]: expected what is said, like says: "it came late"' in errors


def test_people_read_the_failures_and_a_summary(mailbot: Mailbot, book: Path) -> None:
    tests(book, f"{{mail: {LATE}, expect: {{assign_team: quality}}}}")
    answer = mailbot("rules", "test")
    assert answer.code == 1
    assert (
        "✗ all to quality [1]  rules/routing.yaml:5\n    assign_team, line 5:\n      - quality\n      + logistics"
        in (answer.out)
    )
    assert "1 passed, 1 failed in " in answer.out.splitlines()[-1]


def test_a_name_chooses_tests_and_a_wrong_one_is_told(mailbot: Mailbot, book: Path) -> None:
    tests(book, f"{{mail: {LATE}, expect: {{assign_team: quality}}}}")
    assert found(mailbot, "watched", code=0)["passed"] == 1
    assert found(mailbot, "routing.yaml", code=1)["failed"] == 1
    answer = mailbot("rules", "test", "wached")
    assert answer.code == 2
    assert 'did you mean "watched"?' in " ".join(answer.err.replace("│", " ").split())


def test_a_mail_beside_the_rules_is_a_sample_too(mailbot: Mailbot, book: Path) -> None:
    (book.parent / "late.eml").write_text("From: Kate <kate@mail.example>\nSubject: Late\n\nIt came 3 days late.\n")
    tests(
        book,
        "{mail: {file: late.eml}, expect: {sender: kate@mail.example, rule: parcels}}",
        "{mail: {file: lost.eml}, expect: {rule: parcels}}",
    )
    good, bad = found(mailbot, code=1)["tests"][:2]
    assert good["passed"]
    assert bad["differences"][0]["got"] == "lost.eml cannot be read: No such file or directory"


def test_junit_holds_every_verdict_whatever_is_in_it(mailbot: Mailbot, book: Path, here: Path) -> None:
    tests(
        book,
        "{language: et, mail: {body: Tere}, expect: {priority: high}}",
        '{mail: {subject: "<&\\e\\"]]>"}, expect: {subject: "\\e<&"}}',
    )
    assert mailbot("rules", "test", "--junit", "out.xml").code == 1
    root = ElementTree.fromstring((here / "out.xml").read_text("utf-8"))
    rules, templates = root.findall("testsuite")
    assert rules.attrib == {"name": "rules/routing.yaml", "tests": "3", "failures": "1", "skipped": "1"}
    failure = rules.find("testcase/failure")
    assert failure is not None
    assert "expected �<&, got <&" in failure.attrib["message"]
    assert templates.attrib["failures"] == "0"


def test_a_template_that_cannot_be_written_fails_and_is_told_with_its_line(mailbot: Mailbot, small_desk: Path) -> None:
    file = small_desk / "templates" / "en" / "answer.md"
    file.write_text(file.read_text("utf-8") + "\n{{ agnet }}\n", "utf-8")
    answer = mailbot("rules", "test")
    assert answer.code == 1
    assert 'there is no value `agnet` in a mail of this kind, did you mean "agent"?' in answer.out
    assert "1 mistake in templates" in answer.out


def test_rules_that_cannot_be_loaded_are_no_failed_test(mailbot: Mailbot, book: Path) -> None:
    book.write_text("rules: [{rule: x, then: {tga: y}}]\n")
    answer = mailbot("rules", "test")
    assert (answer.code, answer.out) == (2, "")
    assert 'did you mean "tag"?' in answer.err
    (problem,) = found(mailbot, code=2)["problems"]
    assert problem["file"] == "rules/routing.yaml"


def test_a_mail_of_ones_own_is_shown_with_all_that_would_come_of_it(
    mailbot: Mailbot, small_desk: Path, here: Path
) -> None:
    (here / "k.eml").write_text(
        "From: Kate <kate@mail.example>\nSubject: Late\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n\n"
        "Order A-10293 came five days late. I go to court.\n"
    )
    answer = mailbot("rules", "test", "--mail", "k.eml")
    assert answer.code == 0
    assert "type:             late_delivery  “" in answer.out
    assert "→ assign_team: logistics (overridden by “goes to the authority, to court or to the press”)" in answer.out
    assert "✗ a lost parcel (rules/routing.yaml:" in answer.out
    assert "To: kate@mail.example\n  Subject: We have received your complaint" in answer.out
    assert "Order: A-10293" in answer.out
    told = found(mailbot, "--mail", "k.eml", code=0)
    assert {letter["kind"] for letter in told["letters"]} == {"acknowledgement", "notification"}
    assert mailbot("rules", "test", "--mail", "none.eml").code == 2
