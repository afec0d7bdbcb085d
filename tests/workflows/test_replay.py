"""Past cases are explained by the book of their time, tried by other rules, and watched by rules in shadow."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailbot.core.case import Case
from mailbot.workflows.explain import explain
from mailbot.workflows.replay import Comparison, replay
from mailbot.workflows.runtime import Runtime, discard, load_behaviour
from mailbot.workflows.shadow import watched
from tests.desk import MONDAY_NOON, mail
from tests.workflows.edited import Edited

SINCE = MONDAY_NOON - timedelta(days=1)
REGULARS = """\
rules:
  - {rule: a regular, when: {customer.cases: {ge: 1}}, then: {tag: regular}}
  - {rule: blue things, when: {text: blue}, then: {assign_team: quality, priority: high}}
  - {rule: it goes on, when: {event: [reply, reopened], text: furious}, then: {priority: urgent}}
"""
WITHOUT = "rules:\n  - {rule: a regular, when: {customer.cases: {ge: 1}}, then: {tag: regular}}\n"


def edit(desk: Edited, text: str, name: str = "rules/zz.yaml") -> None:
    desk.write(text, name)
    desk.wait()


def arrive(desk: Edited, text: str, *, by: str = "kate", **headers: str) -> Case:
    """The case of a mail of this customer."""
    desk.driver.now += timedelta(minutes=1)
    sent = {"from_": f"{by}@mail.example", "to": "support@acme.example", "subject": "?"} | headers
    row = desk.driver.arrive(mail(text, **sent))
    with desk.runtime.database.read() as tx:
        case = tx.cases.get(row.case_id or 0)
    assert case is not None
    return case


def answer(desk: Edited, case: Case, text: str, *, by: str = "kate") -> None:
    arrive(desk, text, by=by, to=f"support+{case.token}@acme.example", subject=f"Re: [{case.number}]")


def explained(desk: Edited, wanted: str) -> list[Mapping[str, Any]]:
    """What the rules said of each mail."""
    with desk.runtime.database.read() as tx:
        found: Any = explain(tx, desk.runtime, wanted)
    rulings: list[Mapping[str, Any]] = found["cases"][0]["rulings"]
    return rulings


def replayed(desk: Edited) -> Comparison:
    """By the rules that are on disk now, whatever the desk goes by."""
    runtime = on_disk(desk)
    try:
        return replay(runtime, SINCE)
    finally:
        discard(runtime.behaviour, like=desk.runtime.behaviour)


def on_disk(desk: Edited) -> Runtime:
    """A desk that goes by what is on disk now."""
    now = desk.runtime
    return Runtime(now.config, now.database, load_behaviour(now.config, like=now.behaviour))


# Explain


def test_a_decision_is_explained_by_the_book_of_its_time_with_every_rule(desk: Edited) -> None:
    edit(desk, REGULARS)
    then, case = desk.version, arrive(desk, "The blue vase is broken.")
    edit(desk, WITHOUT)
    (ruling,) = explained(desk, case.number)
    rules = {rule["name"]: rule for rule in ruling["rules"]}
    assert (ruling["rule_book"], ruling["complete"], ruling["event"]) == (then, True, "opened")
    assert (rules["blue things"]["matched"], rules["blue things"]["because"]) == (True, ("text contains 'blue'",))
    assert rules["a regular"]["because"] == ("customer.cases is 0, not at least 1",)
    assert rules["it goes on"]["because"] == (
        "event is opened, not reply or reopened",
        "text does not contain 'furious'",
    )
    decided = {(d["action"], d["value"]) for d in ruling["decisions"] if not d["overridden_by"]}
    assert {("assign_team", "quality"), ("priority", "high")} <= decided


def test_what_was_known_then_explains_not_what_is_known_now(desk: Edited) -> None:
    edit(desk, REGULARS)
    first = arrive(desk, "The blue vase is broken.")
    second = arrive(desk, "The green vase is broken.")
    said = [
        {rule["name"]: rule["matched"] for rule in explained(desk, case.number)[0]["rules"]}["a regular"]
        for case in (first, second)
    ]
    assert said == [False, True]


def test_later_mails_are_explained_too(desk: Edited) -> None:
    edit(desk, REGULARS)
    case = arrive(desk, "The blue vase is broken.")
    answer(desk, case, "I am furious!")
    opened, reply = explained(desk, case.number)
    assert (opened["event"], reply["event"]) == ("opened", "reply")
    assert [rule["name"] for rule in reply["rules"] if rule["matched"]] == ["it goes on"]


def test_a_case_whose_book_speaks_of_nobody_we_know_is_explained_by_its_notes(desk: Edited) -> None:
    edit(desk, REGULARS)
    case = arrive(desk, "The blue vase is broken.")
    members = tuple(replace(member, teams=("logistics",)) for member in desk.runtime.config.team.members)
    config = replace(desk.runtime.config, team=replace(desk.runtime.config.team, members=members))
    edit(desk, WITHOUT)
    (desk.folder / "rules/zz.yaml").write_text(WITHOUT)
    runtime = Runtime(config, desk.runtime.database, desk.runtime.behaviour)
    with runtime.database.read() as tx:
        found: Any = explain(tx, runtime, case.number)
    (ruling,) = found["cases"][0]["rulings"]
    assert not ruling["complete"]
    assert "blue things" in [rule["name"] for rule in ruling["rules"]]


# Replay


def test_a_replay_by_the_same_rules_changes_nothing(desk: Edited) -> None:
    edit(desk, REGULARS)
    case = arrive(desk, "The blue vase is broken, I want 30 EUR back.")
    arrive(desk, "My parcel is late again.", by="kate")
    answer(desk, case, "I am furious!")
    found = replayed(desk)
    assert (found.cases, found.mails, found.changed, found.unrecorded) == (2, 3, 0, 0), found.listed


def test_a_replay_tells_what_new_rules_would_decide(desk: Edited) -> None:
    edit(desk, WITHOUT)
    blue = arrive(desk, "The blue vase is broken. I want it repaired.", by="ann")
    case = arrive(desk, "My parcel A-10293 is late.")
    answer(desk, case, "I am furious!")
    before = desk.runtime.behaviour
    (desk.folder / "rules/zz.yaml").write_text(REGULARS.replace("a regular", "a good customer"))
    found = replayed(desk)
    assert found.newly == {"blue things": 1, "it goes on": 1}
    assert found.decisions["priority"] == {("normal", "high"): 1, ("–", "urgent"): 1}
    listed = {(changed.number, changed.event): changed for changed in found.listed}
    assert listed[blue.number, "opened"].newly == ("blue things",)
    assert listed[case.number, "reply"].decisions == {"priority": ("–", "urgent")}
    assert desk.runtime.behaviour is before, "nothing came into force"
    with desk.runtime.database.read() as tx:
        assert next(term.version for term in tx.books.terms()) == desk.version


def test_rules_that_no_longer_match_are_told_by_name(desk: Edited) -> None:
    edit(desk, REGULARS)
    case = arrive(desk, "The blue vase is broken.")
    (desk.folder / "rules/zz.yaml").unlink()
    found = replayed(desk)
    assert found.no_longer == {"blue things": 1}
    assert [changed.number for changed in found.listed] == [case.number]
    assert found.listed[0].decisions["priority"] == ("high", "normal")


def test_customers_are_taken_as_they_were_then(desk: Edited) -> None:
    arrive(desk, "It is late.")
    arrive(desk, "It is late.", by="ann")
    second = arrive(desk, "It is late again.")
    (desk.folder / "rules/zz.yaml").write_text(WITHOUT)
    found = replayed(desk)
    assert [changed.number for changed in found.listed] == [second.number]


def test_another_vocabulary_reads_past_mails_otherwise(desk: Edited) -> None:
    arrive(desk, "My frobnicator 48213 is broken.")
    file = desk.folder / "rules/vocabulary/en.yaml"
    text = file.read_text()
    (desk.folder / "rules/zz.yaml").write_text(
        "rules:\n  - {rule: numbered, when: {order_number: '48213'}, then: {tag: numbered}}\n"
    )
    file.write_text(text.replace("\n  order: [", "\n  order: [frobnicator, ", 1))
    assert replayed(desk).newly["numbered"] == 1


def test_an_agents_correction_counts_more_than_what_was_read(desk: Edited) -> None:
    case = arrive(desk, "It is not what I wanted.")
    notification = next(s for s in desk.driver.sent() if s.row.kind == "notification")
    desk.driver.arrive(
        mail(
            "#type billing\n#note\n",
            from_=notification.row.recipient,
            to=notification.reply_address,
            subject=f"Re: {notification.mail['Subject']}",
            in_reply_to=str(notification.mail["Message-ID"]),
            references=str(notification.mail["Message-ID"]),
        )
    )
    with desk.runtime.database.read() as tx:
        corrected = tx.cases.get(case.id)
    assert corrected is not None
    assert case.type is not corrected.type
    (desk.folder / "rules/zz.yaml").write_text("rules:\n  - {rule: bills, when: {type: billing}, then: {tag: bill}}\n")
    assert replayed(desk).newly["bills"] == 1


def test_ten_times_as_many_cases_are_worked_through_in_portions(desk: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbot.workflows.shadow._PORTION", 3)
    monkeypatch.setattr("mailbot.workflows.replay._AT_ONCE", 2)
    for number in range(8):
        arrive(desk, f"The blue vase {number} is broken.", by=f"kate{number}")
    (desk.folder / "rules/zz.yaml").write_text(REGULARS)
    done: list[int] = []
    runtime = on_disk(desk)
    found = replay(runtime, SINCE, progress=done.append)
    assert (found.cases, found.changed, found.newly["blue things"]) == (8, 8, 8)
    assert len(done) == 4


# Shadow

SHADOW = """\
rules:
  - {rule: try quality, shadow: true, when: {text: blue}, then: {assign_team: quality, tag: tried}}
  - {rule: try urgent, shadow: true, when: {text: vase}, then: {priority: urgent}}
  - {rule: try nothing new, shadow: true, when: {text: vase}, then: {priority: low}}
  - {rule: a vase, when: {text: vase}, then: {priority: low}}
"""
LAST = "  - {rule: last, shadow: true, when: {text: vase}, then: {priority: urgent}}\n"


def test_rules_in_shadow_change_nothing_and_tell_what_they_would_have_changed(desk: Edited) -> None:
    edit(desk, SHADOW)
    blue, green = arrive(desk, "The blue vase is late."), arrive(desk, "The green vase is late.", by="ann")
    assert blue.team == green.team == "logistics"
    assert "tried" not in blue.tags
    found = {rule.rule: rule for rule in watched(desk.runtime.database, SINCE)}
    quality = found["try quality"]
    assert (quality.matched, dict(quality.cases)) == (
        1,
        {blue.number: ("assign_team: logistics → quality", "tag: – → tried")},
    )
    assert quality.changes == {("assign_team", "logistics", "quality"): 1, ("tag", "–", "tried"): 1}
    assert (found["try urgent"].matched, found["try urgent"].changes) == (2, {}), "a later rule decides anyway"
    assert (found["try nothing new"].matched, found["try nothing new"].changes) == (2, {})


def test_a_rule_in_shadow_that_comes_last_would_have_decided(desk: Edited) -> None:
    edit(desk, SHADOW + LAST)
    case = arrive(desk, "The green vase is late.")
    found = {rule.rule: rule for rule in watched(desk.runtime.database, SINCE)}
    assert found["last"].cases == {case.number: ("priority: low → urgent",)}
    assert watched(desk.runtime.database, desk.driver.now + timedelta(hours=1)) == []


def test_a_shadow_rule_shows_in_the_explanation(desk: Edited) -> None:
    edit(desk, SHADOW)
    case = arrive(desk, "The blue vase is late.")
    (ruling,) = explained(desk, case.number)
    shadows = {rule["name"] for rule in ruling["rules"] if rule["shadow"] and rule["matched"]}
    assert shadows == {"try quality", "try urgent", "try nothing new"}
