"""Rules on mails that continue a case, and what they know of the customer and the case."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.rules.engine import evaluate
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.recorded import Recalled
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.runtime import Runtime
from tests.desk import ROOT, DeskDriver, Sent, close_own, mail, own_behaviour, write_config

Open = Callable[..., DeskDriver]
KATE = {"from_": "Kate Lee <kate@mail.example>", "to": "support@acme.example", "subject": "My parcel"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Open]:
    """A desk with the shipped rules and others in a file behind them."""
    running: list[Runtime] = []

    def opened(rules: str = "") -> DeskDriver:
        shutil.copytree(ROOT / "rules", tmp_path / "rules")
        if rules:
            (tmp_path / "rules" / "zz-own.yaml").write_text(f"rules:\n{rules}", encoding="utf-8")
        path = write_config(tmp_path)
        path.write_text(path.read_text().replace(f"{ROOT}/rules", "rules"))
        config = load_config(path, environ={})
        running.append(Runtime(config, Database.open(f"sqlite:///{tmp_path}/mailbot.db"), own_behaviour(config)))
        return DeskDriver(running[-1])

    yield opened
    for runtime in running:
        close_own(runtime)


def write(desk: DeskDriver, text: str, to: Sent | None = None, **headers: str) -> list[Sent]:
    address = {"to": to.reply_address, "in_reply_to": str(to.mail["Message-ID"])} if to else {}
    desk.arrive(mail(text, **(KATE | address | {"message_id": make_msgid(domain="mail.example")} | headers)))
    return desk.sent()


def complain(desk: DeskDriver) -> Sent:
    """Kate complains; the acknowledgement, which she can answer."""
    return next(one for one in write(desk, "My parcel A-10293 is five days late.") if one.row.kind == "acknowledgement")


def told(sent: list[Sent]) -> set[str]:
    return {one.row.recipient for one in sent if one.row.kind == "notification"}


def of_rules(desk: DeskDriver, case: int = 0) -> list[Any]:
    with desk.runtime.database.read() as tx:
        return [entry for entry in tx.cases.timeline(desk.cases()[case].id) if entry.event == "rules"]


def test_a_threat_that_comes_only_in_a_reply_reaches_the_lead_once(desk: Open) -> None:
    driver = desk("  - rule: one person\n    then: {assign_agent: jaan@acme.example}\n")
    letter = complain(driver)
    assert told(write(driver, "Any news of my parcel? It is still late.", letter)) == {"jaan@acme.example"}
    assert (driver.cases()[0].priority, driver.cases()[0].tags) == ("normal", ())
    sent = write(driver, "The parcel is late, nobody answers. My lawyer will take you to court.", letter)
    assert told(sent) == {"jaan@acme.example", "ana@acme.example"}
    assert (driver.cases()[0].priority, driver.cases()[0].tags) == ("urgent", ("threat",))
    assert of_rules(driver)[-1].detail == "1 of 2 matched: a threat that comes only in a later mail"
    write(driver, "The parcel is late. See you in court, says my lawyer.", letter)
    assert of_rules(driver)[-1].detail == "0 of 2 matched"


def test_a_rule_on_replies_knows_the_case_and_moves_it(desk: Open) -> None:
    driver = desk(
        "  - rule: waited for too long\n"
        "    when: {event: reply, case.age: {ge: 2 days}, case.team: logistics, case.state: new, words: {lt: 20}}\n"
        "    then: {assign_team: quality, priority: high}\n"
    )
    letter = complain(driver)
    driver.wait(timedelta(days=1))
    write(driver, "Where is it?", letter)
    assert driver.cases()[0].team == "logistics"
    driver.wait(timedelta(days=1))
    driver.sent()  # the deadline of the first answer has passed too, and the members of the old team are told
    assert told(write(driver, "Where is it now?", letter)) == {"jaan@acme.example", "ana@acme.example"}
    assert (driver.cases()[0].team, driver.cases()[0].priority) == ("quality", "high")
    assert "waited for too long" in driver.timeline(driver.cases()[0])[-4]["detail"]


def test_a_rule_that_does_not_ask_for_the_event_is_not_tried_on_replies(desk: Open) -> None:
    driver = desk("  - rule: court\n    when: {mentions: court}\n    then: {tag: court}\n")
    letter = complain(driver)
    write(driver, "I think of a court.", letter)
    assert driver.cases()[0].tags == ()
    write(driver, "Is there a court for late parcels?")
    assert "court" in driver.cases()[1].tags


def test_the_next_case_knows_how_the_customer_rated_the_last(desk: Open) -> None:
    driver = desk(
        "  - rule: was not content last time\n"
        "    when: {customer.rating: {le: 2}, customer.cases: {within: 30 days, ge: 1}}\n"
        "    then: {tag: unhappy}\n"
    )
    complain(driver)
    notification = next(n for n in _sent_to_agents(driver) if n.row.recipient == "mari@acme.example")
    proof = "mx.acme.example; dmarc=pass header.from=acme.example"
    agent = {"from_": "mari@acme.example", "to": notification.reply_address, "message_id": "<a1@acme.example>"}
    driver.arrive(mail("#resolve\nIt is on its way.", subject="Re: x", authentication_results=proof, **agent))
    answer = next(one for one in driver.sent() if one.row.recipient == "kate@mail.example")
    write(driver, "2", answer)
    assert _survey(driver).items() >= {"rating": 2, "sentiment": "dissatisfied"}.items()
    driver.wait(timedelta(days=29))
    write(driver, "Another parcel is late, B-20300.")
    assert "unhappy" in driver.cases()[1].tags
    assert of_rules(driver, 1)[0].data["facts"]["customer.rating"] == 2


def _sent_to_agents(driver: DeskDriver) -> list[Sent]:
    with driver.runtime.database.read() as tx:
        return [Sent(row, tx.outbox.raw(row)) for row in tx.outbox.list() if row.kind == "notification"]


def _survey(driver: DeskDriver) -> dict[str, object]:
    with driver.runtime.database.read() as tx:
        timeline = tx.cases.timeline(driver.cases()[0].id)
    return next(dict(entry.data) for entry in timeline if entry.event == "survey")


def test_a_shadow_rule_stands_in_the_timeline_and_changes_nothing(desk: Open) -> None:
    driver = desk(
        "  - rule: watched\n    when: {type: late_delivery}\n    then: {assign_team: billing}\n    shadow: true\n"
    )
    complain(driver)
    assert driver.cases()[0].team == "logistics"
    note = of_rules(driver)[0]
    assert "watched" not in note.detail
    assert [(rule["name"], rule["matched"]) for rule in note.data["rules"] if rule["shadow"]] == [("watched", True)]
    assert all("watched" not in one.text for one in _sent_to_agents(driver))


def test_what_stands_in_the_timeline_explains_the_decision_again(desk: Open) -> None:
    driver = desk()
    complain(driver)
    note = of_rules(driver)[0]
    book = driver.runtime.behaviour.rule_book
    facts = Recalled(note.data["facts"], MAIL, driver.runtime.desk.calendar, {})
    matched = [rule.name for rule in evaluate(book.rules, facts).rules if rule.matched]
    assert matched == [rule["name"] for rule in note.data["rules"] if not rule["shadow"]]
    assert "five days late" not in str(note.data)


def test_a_header_of_a_real_mail_can_be_asked_for(desk: Open) -> None:
    driver = desk(
        "  - rule: h\n    when: {header.x-spam-score: {ge: 5}, to: support@acme.example}\n    then: {tag: spam}\n"
    )
    write(driver, "Late parcel A-10293", x_spam_score="7.5 (BAYES)")
    assert "spam" in driver.cases()[0].tags
