"""Facts of orders and customers on their way: from the source to rules, agents, policies and the customer."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.explain import explain
from mailbot.workflows.runtime import Runtime
from tests.desk import ROOT, DeskDriver, Sent, close_own, mail, own_behaviour, write_config
from tests.servers.web import Web, hang

LATE = {"from_": "Kate Lee <kate@mail.example>", "to": "support@acme.example", "subject": "Late"}
BODY = "My parcel came five days late. It is order A-10293."
LANGUAGES = ("en", "et")
PROOF = {"authentication_results": "mx.acme.example; dmarc=pass header.from=mail.example"}
ORDERS = (
    "number;total;currency;status;delivered_on;days_late;mail\nA-10293;240,00;EUR;lost;2026-10-30;5;kate@mail.example\n"
)
LOOKUPS = """\
lookups:
  order:
    csv: orders.csv
    key: number
    owner: mail
    columns:
      total: {kind: money, currency: currency, show: true, label: {en: Order total, et: Tellimuse summa}}
      status: {kind: text, customer: true, show: true}
      delivered_on: date
      days_late: number
"""
Open = Callable[..., DeskDriver]


def over_http(web: Web, *, timeout: str = "0.3 s") -> str:
    return (
        f'lookups:\n  order:\n    http: {{url: "{web.url}/orders/{{order_number}}"}}\n    timeout: {timeout}\n'
        "    columns: {status: text, total: money}\n"
    )


def rules(*rules: str) -> str:
    return "rules:\n" + "".join(
        f"  - rule: r{number}\n    when: {when}\n    then: {{tag: t{number}}}\n" for number, when in enumerate(rules)
    )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Open]:
    """A desk with look-ups and rules of its own; `files` are others in its folder."""
    running: list[Runtime] = []

    def opened(book: str, lookups: str = LOOKUPS, files: dict[str, str] | None = None) -> DeskDriver:
        shutil.copytree(ROOT / "templates", tmp_path / "templates")
        (tmp_path / "rules").mkdir()
        shutil.copytree(ROOT / "rules" / "vocabulary", tmp_path / "rules" / "vocabulary")
        (tmp_path / "rules" / "routing.yaml").write_text(book, encoding="utf-8")
        (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        path = write_config(tmp_path)
        text = re.sub(rf"{ROOT}/(rules|templates)", r"\1", path.read_text()).replace("team:\n", f"{lookups}team:\n", 1)
        path.write_text(text.replace("[en, et, sl, ru, fa]", f"[{', '.join(LANGUAGES)}]"))
        loaded = load_config(path, environ={})
        running.append(Runtime(loaded, Database.open(f"sqlite:///{tmp_path}/mailbot.db"), own_behaviour(loaded)))
        return DeskDriver(running[-1])

    yield opened
    for runtime in running:
        close_own(runtime)


def arrive(desk: DeskDriver, body: str = BODY, **headers: str) -> list[Sent]:
    desk.arrive(mail(body, **{"message_id": f"<{len(body)}@mail.example>", **LATE, **headers}))
    return desk.sent()


def of_kind(sent: list[Sent], kind: str) -> list[Sent]:
    return [one for one in sent if one.row.kind == kind]


def tags(desk: DeskDriver) -> set[str]:
    (case,) = desk.cases()
    return set(case.tags)


def noted(desk: DeskDriver) -> list[str]:
    return [entry["detail"] for entry in desk.timeline(desk.cases()[0]) if entry["event"] == "looked_up"]


# Rules


def test_rules_compare_what_was_looked_up(desk: Open) -> None:
    driver = desk(
        rules(
            "{order.total: {gt: 100 EUR}}",
            "{order.status: lost}",
            "{order.delivered_on: {within: 14 days}}",
            "{order.days_late: {ge: 5}}",
            "{order.total: {gt: 300 EUR}}",
            "{order.delivered_on: {older_than: 14 days}}",
            "{order.total: {gt: 100 USD}}",
        )
    )
    arrive(driver)
    assert tags(driver) == {"t0", "t1", "t2", "t3"}
    assert noted(driver) == ["order A-10293: found"]


def test_an_order_that_the_source_does_not_have_matches_nothing(desk: Open) -> None:
    driver = desk(
        rules("{order.total: {gt: 1 EUR}}", "{not: {order.total: {gt: 1 EUR}}}", "{order.total: {exists: false}}")
    )
    arrive(driver, "My parcel came five days late. It is order B-99999.")
    assert tags(driver) == {"t2"}
    assert noted(driver) == ["order B-99999: not found"]


def test_a_mail_without_a_key_asks_nobody(desk: Open, web: Web) -> None:
    driver = desk(rules("{order.status: lost}"), over_http(web))
    arrive(driver, "My parcel came five days late.")
    assert (web.paths, noted(driver)) == ([], [])


def test_what_nobody_asks_for_is_not_looked_up(desk: Open, web: Web) -> None:
    driver = desk(rules("{type: billing}"), over_http(web))
    arrive(driver)
    assert web.paths == []


def test_machines_are_not_looked_up(desk: Open, web: Web) -> None:
    driver = desk(rules("{order.status: lost}"), over_http(web))
    arrive(driver, "I am away. Order A-10293.", auto_submitted="auto-replied")
    assert web.paths == []


def test_a_field_that_no_look_up_fills_is_named(desk: Open) -> None:
    with pytest.raises(
        ConfigurationError, match=r'routing.yaml:3:12: .*order.totl: no such field, did you mean "order.total"'
    ):
        desk(rules("{order.totl: {gt: 1 EUR}}"))


def test_a_prefix_that_no_look_up_has_is_named_with_what_can_be_done(desk: Open) -> None:
    with pytest.raises(ConfigurationError, match=r"no such field; a look-up of this name in config.yaml can fill it"):
        desk(rules("{invoice.paid_by_us_already: true}"))


# What fails


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (hang, "no answer within 0.3 s"),
        (lambda request: request.give("oh", 500), "answers 500 Internal Server Error"),
        (lambda request: request.give("<html>"), 'answers with something that is no JSON: "<html>"'),
        (lambda request: request.give('{"total": 5}'), 'has no column "status"; it has total'),
    ],
)
def test_a_source_that_fails_is_a_missing_value_with_its_reason(desk: Open, web: Web, answer, said: str) -> None:
    web.answer = answer
    driver = desk(
        rules("{order.status: lost}", "{not: {order.status: lost}}", "{order.status: {exists: false}}"), over_http(web)
    )
    sent = arrive(driver)
    assert tags(driver) == {"t2"}
    assert len(of_kind(sent, "acknowledgement")) == 1
    (line,) = noted(driver)
    assert line.startswith("order.status, order.total unknown: order: ")
    assert said in line
    with driver.runtime.database.read() as tx:
        found = explain(tx, driver.runtime, driver.cases()[0].number)
    assert found is not None
    because = found["cases"][0]["rules"][0]["because"]  # type: ignore[index]
    assert because[0].startswith("order.status is unknown: order: ")
    assert said in because[0]


def test_a_source_that_hangs_does_not_hold_the_database(desk: Open, web: Web) -> None:
    web.answer = hang
    driver = desk(rules("{order.status: lost}"), over_http(web, timeout="2 s"))
    thread = threading.Thread(target=arrive, args=(driver,))
    thread.start()
    while not web.paths:
        time.sleep(0.01)
    began = time.monotonic()
    with driver.runtime.database.begin() as tx:
        tx.people.not_reached("x@y.example", "5.1.1", driver.now)
    assert time.monotonic() - began < 1
    assert thread.is_alive()
    thread.join()
    assert len(driver.cases()) == 1


def test_after_five_failures_mail_does_not_wait_any_more(desk: Open, web: Web) -> None:
    web.answer = hang
    driver = desk(rules("{order.status: lost}"), over_http(web, timeout="0.1 s"))
    for number in range(7):
        arrive(driver, f"{'very ' * number}late: order A-1029{number}")
    assert len(web.paths) == 5
    web.says('{"status": "lost", "total": 5}')
    driver.now += timedelta(minutes=2)
    arrive(driver, "Order A-10277 is late")
    assert len(web.paths) == 6
    assert "t0" in driver.cases()[-1].tags


def test_admins_hear_once_of_a_source_that_fails_for_long(desk: Open, web: Web) -> None:
    web.says("", 500)
    driver = desk(rules("{order.status: lost}"), over_http(web))
    alerts = []
    for number in range(4):
        alerts += of_kind(arrive(driver, f"{'very ' * number}late: order A-1029{number}"), "alert")
        driver.now += timedelta(minutes=3)
    (alert,) = alerts
    assert "A source of order or customer data does not answer" in alert.mail["Subject"]
    assert "order: answers 500 Internal Server Error" in alert.text


# Agents and customers


def test_agents_are_shown_the_columns_that_say_so_in_their_language(desk: Open) -> None:
    driver = desk("rules:\n  - rule: r\n    then: {assign_team: logistics}\n")
    notifications = {one.row.recipient: one.text for one in of_kind(arrive(driver), "notification")}
    assert "Andmed meie süsteemidest" in notifications["mari@acme.example"]
    assert "Tellimuse summa: 240,00" in notifications["mari@acme.example"]
    assert "Order total: €240.00" in notifications["ana@acme.example"]
    assert "status: lost" in notifications["ana@acme.example"]
    assert "delivered on" not in notifications["ana@acme.example"]


def test_what_could_not_be_had_is_shown_as_that(desk: Open) -> None:
    driver = desk(rules("{type: billing}"), LOOKUPS.replace("orders.csv", "gone.csv"))
    (sent, *_) = of_kind(arrive(driver), "notification")
    assert "Order total: it could not be looked up this time" in sent.text


STATUS = "{% if looked_up.order.status %}{{ looked_up.order.status }}{% else %}none{% endif %}"
OWN = {f"templates/{language}/ack_own.md": f"Subject: x\n\nstatus {STATUS}\n" for language in LANGUAGES}
ACKNOWLEDGED = "rules:\n  - rule: r\n    then: {acknowledge: ack_own}\n"


def test_customers_are_told_what_is_theirs_if_they_are_proven(desk: Open) -> None:
    (sent,) = of_kind(arrive(desk(ACKNOWLEDGED, files=OWN), **PROOF), "acknowledgement")
    assert sent.text.strip() == "status lost"


@pytest.mark.parametrize("headers", [{}, {**PROOF, "from_": "Eve <eve@mail.example>"}])
def test_others_are_told_nothing_by_naming_an_order(desk: Open, headers: dict[str, str]) -> None:
    (sent,) = of_kind(arrive(desk(ACKNOWLEDGED, files=OWN), **headers), "acknowledgement")
    assert sent.text.strip() == "status none"


def test_a_template_that_asks_for_a_column_customers_may_not_see_is_refused(desk: Open) -> None:
    files = {name: text.replace("status", "total") for name, text in OWN.items()}
    driver = desk(ACKNOWLEDGED, files=files)
    (problem, *_) = driver.runtime.behaviour.templates.check()
    assert "ack_own.md:3:1" in str(problem)
    assert "total" in str(problem)


COMPENSATION = {
    "rules/compensation.yaml": """\
policies:
  late:
    remedies:
      - {remedy: voucher, amount: 10 % of order, before_cause: true, when: {order.delivered_on: {within: 30 days}}}
      - {remedy: compensation, per_day: 2 EUR, at_most: 50 EUR, before_cause: true}
      - {remedy: discount, amount: 5 EUR, before_cause: true, when: {order.status: delivered}}
"""
}
SUGGESTED = "rules:\n  - rule: r\n    then: {suggest: late}\n"


def test_policies_work_with_what_was_looked_up(desk: Open) -> None:
    (sent, *_) = of_kind(arrive(desk(SUGGESTED, files=COMPENSATION)), "notification")
    assert "voucher, €24.00" in sent.text
    assert "compensation, €10.00" in sent.text
    assert "discount" not in sent.text


def test_a_later_mail_is_decided_on_what_the_case_knows(desk: Open) -> None:
    driver = desk(SUGGESTED, files=COMPENSATION)
    (notification, *_) = of_kind(arrive(driver), "notification")
    Path(driver.runtime.config.path.parent, "orders.csv").unlink()
    proof = {"authentication_results": "mx.acme.example; dmarc=pass header.from=acme.example"}
    reply = mail("#cause the depot", from_=notification.row.recipient, to=notification.reply_address, **proof)
    driver.arrive(reply)
    (receipt,) = of_kind(driver.sent(), "receipt")
    assert "voucher, €24.00" not in receipt.text
    assert len(noted(driver)) == 2


def test_a_reply_that_names_no_order_is_looked_up_by_the_order_of_its_case(desk: Open, web: Web) -> None:
    web.says('{"status": "lost", "total": 5}')
    driver = desk(rules("{order.status: found, event: reply}", "{order.status: lost}"), over_http(web))
    (acknowledgement,) = of_kind(arrive(driver), "acknowledgement")
    web.says('{"status": "found", "total": 5}')
    driver.now += timedelta(minutes=20)
    reply = {**LATE, "to": acknowledgement.reply_address, "message_id": "<2@mail.example>"}
    driver.arrive(mail("And now?", **reply))
    assert web.paths == ["/orders/A-10293", "/orders/A-10293"]
    assert tags(driver) == {"t1", "t0"}
