"""Deadlines of a case, from the mail that opens it to the mails that warn of them."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.core.case import Case
from mailbot.core.errors import ConfigurationError
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.due import do_due_work
from mailbot.workflows.runtime import Runtime
from tests.desk import MONDAY_NOON, ROOT, DeskDriver, Sent, close_own, mail, own_behaviour, write_config

LANGUAGES = ("en", "et", "sl", "ru", "fa")
PROOF = "mx.acme.example; dmarc=pass header.from="
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUTING = """
rules:
  - {rule: all, then: {assign_team: logistics}}
  - {rule: gold, when: {text: gold}, then: {sla: gold}}
  - {rule: none, when: {text: no promise}, then: {sla: off}}
  - {rule: quiet, when: {text: quietly}, then: {acknowledge: off}}
  - {rule: later, when: {event: reply, text: lawyer}, then: {priority: urgent}}
  - {rule: promoted, when: {event: reply, text: gold}, then: {sla: gold}}
"""
SLA = """
slas:
  standard:
    default: true
    pause: waiting
    clocks:
      acknowledge: 1 business hour
      first_answer:
        within: 8 business hours
        by_priority: {urgent: 1 business hour}
        warn: 2 business hours before
        escalate:
          - {after: 0 minutes, to: lead, priority: high}
          - {after: 1 business day, to: [boss@elsewhere.example, Jaan], assign_team: quality, notify: false}
      next_answer: 4 business hours
      resolution: {within: 5 business days, warn: 1 business day before, escalate: [{after: 0 minutes, to: lead}]}
  gold:
    clocks:
      first_answer: 30 minutes
      authority: {within: 15 days, until: resolution, extendable: {once: 15 days, notice: true}}
"""
PLAIN = "rules: [{rule: all, then: {assign_team: logistics}}]\n"
Open = Callable[..., DeskDriver]


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> Iterator[Open]:
    """A desk with SLAs of its own; it is Monday noon, and its hours are 9 to 17."""
    running: list[Runtime] = []

    def opened(sla: str = SLA, routing: str = ROUTING, schedules: str = "") -> DeskDriver:
        shutil.copytree(ROOT / "templates", tmp_path / "templates")
        shutil.copytree(ROOT / "rules" / "vocabulary", tmp_path / "rules" / "vocabulary")
        (tmp_path / "rules" / "routing.yaml").write_text(routing, encoding="utf-8")
        (tmp_path / "rules" / "sla.yaml").write_text(sla, encoding="utf-8")
        if schedules:
            (tmp_path / "rules" / "schedules.yaml").write_text(schedules, encoding="utf-8")
        path = write_config(tmp_path)
        text = re.sub(rf"{ROOT}/(rules|templates)", r"\1", path.read_text())
        path.write_text(text)
        loaded = load_config(path, environ={})
        running.append(Runtime(loaded, database, own_behaviour(loaded)))
        return DeskDriver(running[-1])

    yield opened
    for runtime in running:
        close_own(runtime)


def complain(desk: DeskDriver, body: str = "My parcel A-10293 is late.", **headers: str) -> list[Sent]:
    head = {"from_": "Kate Lee <kate@mail.example>", "to": "support@acme.example", "subject": "Late"}
    desk.arrive(mail(body, **{"message_id": f"<{len(body)}@mail.example>", **head, **headers}))
    return desk.sent()


def answer(desk: DeskDriver, notification: Sent, text: str, member: str = "mari@acme.example") -> list[Sent]:
    reply = {"from_": member, "to": notification.reply_address, "message_id": f"<{abs(hash(text))}@acme.example>"}
    desk.arrive(mail(text, subject="Re: Late", authentication_results=f"{PROOF}acme.example", **reply))
    return desk.sent()


def reply(desk: DeskDriver, sent: list[Sent], body: str) -> list[Sent]:
    to = next(one.reply_address for one in reversed(sent) if one.row.recipient == "kate@mail.example")
    return complain(desk, body, to=to, message_id=f"<{abs(hash(body))}@mail.example>")


def to(sent: list[Sent], recipient: str) -> Sent:
    return next(one for one in sent if one.row.recipient == recipient)


def heads(sent: list[Sent]) -> list[tuple[str, str]]:
    return sorted((one.row.recipient, str(one.mail["Subject"])) for one in sent)


def only(desk: DeskDriver) -> Case:
    (case,) = desk.cases()
    return case


def deadlines(desk: DeskDriver) -> dict[str, tuple[str, str | None]]:
    """By kind, in UTC to the minute: Tallinn is two hours ahead."""
    found = desk.record(only(desk))["deadlines"]
    return {d["kind"]: (d["due_at"][5:16], d["met_at"] and d["met_at"][5:16]) for d in found}


def happened(desk: DeskDriver, event: str) -> list[str]:
    return [line["detail"] for line in desk.timeline(only(desk)) if line["event"] == event]


# From the opening to the resolution


def test_a_case_has_its_deadlines_from_the_beginning_and_its_acknowledgement_promises_a_day(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    assert deadlines(driver) == {
        "acknowledge": ("11-02T11:00", "11-02T10:00"),
        "first_answer": ("11-03T10:00", None),
        "resolution": ("11-09T10:00", None),
    }
    assert "our answer by Tuesday, 3 November 2026." in to(sent, "kate@mail.example").text
    assert happened(driver, "sla") == ["standard: the default"]
    notified = to(sent, "mari@acme.example").text
    assert "Esimene vastus: teisipäev, 3. november 2026 12:00" in notified
    assert "kinnitus" not in notified, "what has been done needs no deadline"
    assert only(driver).next_due_at == datetime(2026, 11, 3, 10, tzinfo=UTC)


def test_an_answer_meets_the_first_deadline_stops_the_clock_and_a_reply_starts_it_again(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    driver.wait(HOUR)
    sent += answer(driver, to(sent, "mari@acme.example"), "We are looking for it.")
    assert deadlines(driver)["first_answer"] == ("11-03T10:00", "11-02T11:00")
    assert "resolution paused: waits for the customer" in happened(driver, "deadline")
    assert only(driver).next_due_at is None
    driver.wait(2 * DAY)
    assert driver.sent() == [], "nobody is warned while the customer is waited for"
    notified = to(reply(driver, sent, "And, have you found it?"), "mari@acme.example").text
    assert deadlines(driver)["next_answer"] == ("11-04T15:00", None)
    assert deadlines(driver)["resolution"] == ("11-11T10:00", None), "two days of eight hours"
    assert "Järgmine vastus" in notified
    assert "Lahendus" in notified


def test_a_resolution_meets_what_is_left_and_a_reopened_case_has_a_new_one(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    sent += answer(driver, to(sent, "mari@acme.example"), "#resolve\n\nHere it is.")
    assert [met for _, met in deadlines(driver).values()].count(None) == 0
    driver.wait(DAY)
    reply(driver, sent, "It is broken! Open the case again.")
    assert only(driver).state == "open"
    assert deadlines(driver)["resolution"] == ("11-10T10:00", None)


def test_a_case_that_is_closed_has_no_deadlines_to_be_warned_of(desk: Open) -> None:
    driver = desk()
    answer(driver, to(complain(driver), "mari@acme.example"), "#close")
    assert "first_answer dropped: closed" in happened(driver, "deadline")
    driver.wait(9 * DAY)
    assert driver.sent() == []


def test_an_acknowledgement_that_is_withheld_has_met_no_deadline(desk: Open) -> None:
    driver = desk()
    with driver.runtime.database.begin() as tx:
        tx.people.not_reached("kate@mail.example", "5.1.1", driver.now)
    assert [one.row.kind for one in complain(driver)] == ["notification", "notification"]
    assert deadlines(driver)["acknowledge"] == ("11-02T11:00", None)
    assert "acknowledge 2026-11-02T11:00+00:00: the acknowledgement was withheld" in happened(driver, "deadline")


def test_an_acknowledgement_that_no_rule_wants_is_owed_until_somebody_answers(desk: Open) -> None:
    driver = desk()
    sent = complain(driver, "My parcel is late. Please answer quietly.")
    assert deadlines(driver)["acknowledge"] == ("11-02T11:00", None)
    answer(driver, to(sent, "mari@acme.example"), "Here it is.")
    assert deadlines(driver)["acknowledge"] == ("11-02T11:00", "11-02T10:00")


def test_clocks_count_from_the_arrival_of_the_mail_not_from_our_looking(desk: Open) -> None:
    driver = desk()
    driver.now += DAY
    driver.arrive(
        mail("It is late.", from_="kate@mail.example", to="support@acme.example", subject="Late"),
        received_at=MONDAY_NOON,
    )
    assert deadlines(driver)["first_answer"] == ("11-03T10:00", None)
    acknowledged = to(driver.sent(), "kate@mail.example").text
    assert "our answer by" not in acknowledged, "what is over cannot be promised"


def test_a_rule_chooses_another_sla_or_none(desk: Open) -> None:
    driver = desk()
    complain(driver, "I am a gold customer and it is late.")
    assert deadlines(driver) == {"first_answer": ("11-02T10:30", None), "authority": ("11-17T10:00", None)}
    assert driver.record(only(driver))["sla"] == "gold"


def test_without_an_sla_nothing_is_promised(desk: Open) -> None:
    driver = desk()
    sent = complain(driver, "There is no promise you ever kept.")
    assert (deadlines(driver), only(driver).sla) == ({}, None)
    assert "We will write to you as soon as we know more." in to(sent, "kate@mail.example").text
    assert "Tähtajad" not in to(sent, "mari@acme.example").text


# Changes


def test_a_graver_priority_sets_the_deadline_anew_and_says_when_it_has_passed_already(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    driver.wait(3 * HOUR)
    assert driver.sent() == []
    sent = reply(driver, sent, "My lawyer will write to you.")
    said = "first_answer 2026-11-02T11:00+00:00: priority urgent; this has passed already"
    assert said in happened(driver, "deadline")
    driver.wait(timedelta(seconds=1))
    assert "möödas" in to(driver.sent(), "mari@acme.example").mail["Subject"]


def test_another_sla_on_a_later_mail_brings_its_own_deadlines_from_the_opening(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    driver.wait(timedelta(minutes=20))
    reply(driver, sent, "I am a gold customer, you know.")
    found = deadlines(driver)
    assert found["first_answer"] == ("11-02T10:30", None)
    assert found["authority"] == ("11-17T10:00", None)
    assert "resolution" not in found
    assert "first_answer 2026-11-02T10:30+00:00: sla gold" in happened(driver, "deadline")


def test_a_deadline_is_put_off_once_and_only_in_a_mail_that_tells_the_customer(desk: Open) -> None:
    driver = desk()
    note = to(complain(driver, "I am a gold customer and it is late."), "mari@acme.example")
    refused = answer(driver, note, "#prolong")
    assert "tuleb kliendile teada anda" in refused[0].text
    sent = answer(driver, note, "#prolong authority\n\nWe need more time, until the 2nd of December.")
    assert [one.row.kind for one in sent] == ["answer", "receipt"]
    assert deadlines(driver)["authority"] == ("12-02T10:00", None)
    again = answer(driver, note, "#prolong\n\nAnd more still.")
    assert [one.row.kind for one in again] == ["receipt"]
    assert "juba pikendatud" in again[0].text


# Warnings and steps


def test_a_warning_and_each_step_come_once_and_in_the_language_of_their_reader(desk: Open) -> None:
    driver = desk()
    complain(driver)
    driver.now = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    while do_due_work(driver.runtime, driver.now):
        pass
    assert heads(driver.sent()) == [
        ("ana@acme.example", "Rok se izteka: Late [AP-10001]"),
        ("mari@acme.example", "Tähtaeg läheneb: Late [AP-10001]"),
    ]
    driver.wait(timedelta(hours=2))
    sent = driver.sent()
    assert heads(sent) == [
        ("ana@acme.example", "Rok je potekel: Late [AP-10001]"),
        ("mari@acme.example", "Tähtaeg möödas: Late [AP-10001]"),
    ]
    assert "Prvi odgovor (rok je potekel): torek, 3. november 2026" in to(sent, "ana@acme.example").text
    assert only(driver).priority == "high"
    driver.wait(DAY - HOUR)
    assert driver.sent() == []
    driver.wait(HOUR)
    sent = driver.sent()
    assert [one.row.recipient for one in sent] == ["jaan@acme.example", "ana@acme.example", "boss@elsewhere.example"]
    assert only(driver).team == "quality"
    boss = to(sent, "boss@elsewhere.example")
    assert "First answer (overdue): Tuesday, 3 November 2026" in boss.text
    assert "[ref:" not in boss.text
    assert happened(driver, "escalated") == [
        "first_answer 2026-11-03T10:00+00:00: 0 minutes after",
        "first_answer 2026-11-03T10:00+00:00: 1 business day after",
    ]


def test_who_answers_in_time_is_not_warned(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    answer(driver, to(sent, "mari@acme.example"), "#priority high\n\nHere it is.")
    driver.wait(8 * DAY)
    assert driver.sent() == []


def test_a_desk_that_was_down_for_days_writes_one_mail_to_each_and_not_ten(desk: Open) -> None:
    driver = desk()
    complain(driver)
    driver.wait(6 * DAY)
    sent = driver.sent()
    recipients = [one.row.recipient for one in sent]
    assert sorted(recipients) == sorted(set(recipients))
    assert "Esimene vastus (tähtaeg möödas)" in to(sent, "mari@acme.example").text
    assert happened(driver, "escalated") == [
        "first_answer 2026-11-03T10:00+00:00: 0 minutes after, 1 business day after"
    ]
    assert happened(driver, "warned") == ["resolution 2026-11-09T10:00+00:00"]


def test_a_plain_reply_to_a_warning_is_the_answer(desk: Open) -> None:
    driver = desk()
    complain(driver)
    driver.wait(timedelta(hours=22))
    sent = answer(driver, to(driver.sent(), "mari@acme.example"), "Dear Kate, here it is.")
    assert [(one.row.kind, one.row.recipient) for one in sent] == [("answer", "kate@mail.example")]
    assert deadlines(driver)["first_answer"][1] == "11-03T08:00"


def test_the_desk_without_an_sla_file_goes_on_with_cases_that_have_deadlines(desk: Open, database: Database) -> None:
    driver = desk()
    sent = complain(driver)
    (driver.runtime.config.rules / "sla.yaml").unlink()
    (driver.runtime.config.rules / "routing.yaml").write_text(PLAIN)
    driver.runtime.replace_behaviour(own_behaviour(driver.runtime.config))
    driver.wait(2 * DAY)
    assert driver.sent() == []
    answer(driver, to(sent, "mari@acme.example"), "#resolve")
    assert only(driver).state == "resolved"


def test_hours_that_never_come_leave_a_case_without_the_deadline_and_say_so(desk: Open) -> None:
    sla = "slas: {s: {default: true, calendar: past, clocks: {first_answer: 2 hours, resolution: 1 day}}}\n"
    driver = desk(sla, PLAIN, "schedules: {past: {date: 2020-01-01 – 2020-01-31}}\n")
    assert len(complain(driver)) == 3
    assert deadlines(driver) == {}
    assert "first_answer none: the desk does not open within ten years after 2026-11-02" in happened(driver, "deadline")


def test_a_mistake_in_the_file_keeps_the_book_out_of_force(desk: Open) -> None:
    with pytest.raises(ConfigurationError, match=r"sla.yaml:1:37: slas.s.calendar: found \"past\", expected one of"):
        desk("slas: {s: {default: true, calendar: past, clocks: {first_answer: 2 hours}}}\n", PLAIN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_are_promised_a_day_in_their_own_words(desk: Open, language: str) -> None:
    words = {
        "en": ("My parcel came five days late and I am very angry about it.", "by Tuesday, 3 November 2026."),
        "et": ("Minu pakk hilines viis päeva ja ma olen väga pahane.", "tähtaeg on teisipäev, 3. november 2026."),
        "sl": ("Moj paket je prišel pet dni prepozno in zelo sem jezen.", "odgovor je torek, 3. november 2026."),
        "ru": ("Моя посылка опоздала на пять дней, я очень недоволен.", "ответа — вторник, 3 ноября 2026 г. Если"),
        "fa": ("بسته من پنج روز دیر رسید و خیلی ناراحت هستم.", "تا روز سه‌شنبه ۱۲ آبان ۱۴۰۵ پاسخ ما را دریافت می‌کنید."),
    }
    body, promise = words[language]
    assert promise in " ".join(to(complain(desk(), body), "kate@mail.example").text.split())
