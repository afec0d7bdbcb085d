"""What customers hear between the acknowledgement and the answer, by the clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.case import Case
from mailbot.core.channels import Channel, Preference
from mailbot.core.errors import ConfigurationError
from mailbot.store.due import DueWork
from mailbot.workflows.daily_list import plan_daily_list
from mailbot.workflows.due import do_due_work
from tests.desk import DeskDriver, Sent, mail
from tests.workflows.conftest import DeskWith

KATE, MARI = "kate@mail.example", "mari@acme.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUTING = """
rules:
  - {rule: all, then: {assign_team: logistics}}
  - {rule: urgent, when: {text: urgently}, then: {priority: urgent}}
  - {rule: held, when: {text: solicitor}, then: {hold: true}}
  - {rule: long, when: {text: long case}, then: {sla: long}}
"""
SLA = """
slas:
  standard:
    default: true
    pause: waiting
    clocks:
      first_answer: {within: 2 business days, by_priority: {urgent: 4 business hours}}
      next_answer: 2 business days
  long: {clocks: {first_answer: 10 business days}}
"""
STAGES = """
apart: 1 business day
stages:
  looking_into: {after: 1 business day, unless: {tags: quiet}}
  delay: {before: 4 business hours, extend: 2 business days, times: 2, unless: {severity: critical}}
"""
EVENINGS = "schedules: {evenings: {time: 18:00-20:00}}\n"
Open = Callable[..., DeskDriver]


@pytest.fixture
def desk(desk_with: DeskWith) -> Open:
    """A desk with stages of its own; it is Monday noon, and its hours are 9 to 17."""

    def opened(stages: str | None = STAGES, *, sla: str = SLA, schedules: str = "") -> DeskDriver:
        files = {"routing": ROUTING, "sla": sla, "stages": stages or "", "schedules": schedules}
        return desk_with({name: text for name, text in files.items() if text})

    return opened


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in UTC: Tallinn is two hours ahead. The 2nd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def complain(driver: DeskDriver, body: str = "My parcel A-10293 is late. I am angry.", **headers: str) -> list[Sent]:
    head = {"from_": f"Kate Lee <{KATE}>", "to": "support@acme.example", "subject": "Late"}
    driver.arrive(mail(body, **{"message_id": f"<{abs(hash(body))}@mail.example>", **head, **headers}))
    return driver.sent()


def answer(driver: DeskDriver, sent: list[Sent], text: str) -> list[Sent]:
    note = next(one for one in sent if one.row.recipient == MARI)
    proof = "mx.acme.example; dmarc=pass header.from=acme.example"
    head = {"from_": MARI, "to": note.reply_address, "subject": "Re: Late", "authentication_results": proof}
    driver.arrive(mail(text, message_id=f"<{abs(hash((text, driver.now)))}@acme.example>", **head))
    return driver.sent()


def reply(driver: DeskDriver, sent: list[Sent], body: str) -> list[Sent]:
    to = next(one.reply_address for one in reversed(sent) if one.row.recipient == KATE)
    return complain(driver, body, to=to, message_id=f"<{abs(hash((body, driver.now)))}@mail.example>")


def run(driver: DeskDriver, until: datetime) -> list[tuple[str, str]]:
    """A daemon that looks every quarter of an hour; what the customer has got, and when."""
    heard: list[tuple[str, str]] = []
    while driver.now < until:
        driver.wait(timedelta(minutes=15))
        heard += [(f"{driver.now:%d %H:%M}", one.row.kind.value) for one in driver.sent() if one.row.recipient == KATE]
    return heard


def woken(driver: DeskDriver, moment: datetime) -> list[Sent]:
    """A daemon that was down until this moment; what the customer gets."""
    driver.now = moment
    while do_due_work(driver.runtime, driver.now):
        pass
    return [one for one in driver.sent() if one.row.recipient == KATE]


def only(driver: DeskDriver) -> Case:
    (case,) = driver.cases()
    return case


def happened(driver: DeskDriver, *events: str) -> list[str]:
    return [f"{line['event']} {line['detail']}" for line in driver.timeline(only(driver)) if line["event"] in events]


# The way of a promise


def test_without_the_file_nobody_hears_anything_and_the_promise_is_kept_in_mind(desk: Open) -> None:
    driver = desk(None)
    complain(driver)
    assert only(driver).promised_at == at(4, 10)
    assert driver.record(only(driver))["promised_at"] == "2026-11-04T10:00:00+00:00"
    assert run(driver, at(6, 15)) == []


def test_the_notice_leaves_before_the_promised_day_with_a_new_one_twice_at_most(desk: Open) -> None:
    driver = desk()
    complain(driver)
    assert run(driver, at(20, 15)) == [("03 14:00", "delay"), ("05 10:00", "delay")]
    assert happened(driver, "promised") == [
        "promised 2026-11-04T10:00+00:00: acknowledgement",
        "promised 2026-11-05T14:00+00:00: delay",
        "promised 2026-11-09T10:00+00:00: delay",
    ]
    assert only(driver).deadline("first_answer").due_at == at(4, 10), "the organisation still sees what is late"  # type: ignore[union-attr]


def test_the_notice_says_both_days_in_the_thread_of_the_customer(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    (notice,) = woken(driver, at(3, 14))
    text = " ".join(notice.text.split())
    assert "We wanted you to have our answer by Wednesday, 4 November 2026." in text
    assert "You will now have our answer by Thursday, 5 November 2026." in text
    assert notice.mail["In-Reply-To"] == sent[0].mail["In-Reply-To"]
    assert notice.mail["Auto-Submitted"] == "auto-generated"
    assert "Mari" not in notice.mail.as_string()


def test_looking_into_gives_way_to_a_notice_that_is_near(desk: Open) -> None:
    driver = desk()
    complain(driver)
    assert run(driver, at(3, 11)) == []
    assert "looking_into not sent: the promised day is near" in happened(driver, "looking_into")[0]
    assert run(driver, at(4, 8)) == [("03 14:00", "delay")]


def test_who_has_a_long_time_to_wait_hears_that_somebody_is_at_it(desk: Open) -> None:
    driver = desk()
    complain(driver, "This is a long case and I am angry: my parcel is late.")
    (mail_,) = woken(driver, at(3, 10))
    assert (mail_.row.kind.value, "answer by Monday, 16 November 2026" in " ".join(mail_.text.split())) == (
        "stage",
        True,
    )
    assert run(driver, at(13, 9)) == []
    assert only(driver).promised_at == at(16, 10)
    assert run(driver, at(16, 15)) == [("13 14:00", "delay")]


def test_an_answer_ends_it(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    answer(driver, sent, "We are looking for it.")
    assert only(driver).promised_at is None
    assert run(driver, at(10, 15)) == []


def test_an_answer_by_hand_ends_it_too(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    note = next(one for one in sent if one.row.recipient == MARI)
    proof = "mx.acme.example; dmarc=pass header.from=acme.example"
    copy = {"from_": MARI, "to": KATE, "cc": note.reply_address, "subject": "Re: Late", "authentication_results": proof}
    driver.arrive(mail("Dear Kate, we have found it.", message_id="<hand@acme.example>", **copy))
    assert only(driver).promised_at is None
    assert run(driver, at(10, 15)) == []


def test_the_next_answer_is_promised_too(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    sent += answer(driver, sent, "We are looking for it.")
    driver.now = at(9, 10)
    reply(driver, sent, "And, where is it now? I am still waiting.")
    assert only(driver).promised_at == at(11, 10)
    assert run(driver, at(11, 9)) == [("10 14:00", "delay")], "though this very message is unanswered"


def test_a_short_promise_is_looked_at_halfway_and_the_acknowledgement_does_not_stand_in_its_way(desk: Open) -> None:
    driver = desk()
    complain(driver, "My parcel is late and I need it urgently. I am angry.")
    assert only(driver).promised_at == at(2, 14)
    assert run(driver, at(2, 15)) == [("02 12:00", "delay")]


# Withheld


def test_a_second_mail_is_read_by_an_agent_first(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    driver.wait(HOUR)
    sent += reply(driver, sent, "One more thing: the box was wet.")
    assert run(driver, at(4, 8)) == []
    assert "delay not sent: the customer has written again, and nobody has seen to it" in happened(driver, "delay")
    answer(driver, sent, "#priority high")
    assert run(driver, at(4, 10)) == [("04 09:00", "delay")], "somebody has looked now"


def test_a_second_mail_that_an_agent_has_read_withholds_nothing(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    driver.wait(HOUR)
    sent += reply(driver, sent, "One more thing: the box was wet.")
    driver.wait(HOUR)
    answer(driver, sent, "#note I have seen it.")
    assert run(driver, at(4, 8)) == [("03 14:00", "delay")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("My solicitor will write. My parcel is late, I am angry.", "on hold: held"),
        ("When are you open on Saturdays?", "no complaint"),
    ],
)
def test_some_cases_get_nothing(desk: Open, body: str, why: str) -> None:
    driver = desk()
    complain(driver, body)
    assert run(driver, at(6, 10)) == []
    assert why == "no complaint" or f"looking_into not sent: {why}" in happened(driver, "looking_into")


def test_a_case_that_waits_for_the_customer_or_is_settled_gets_nothing(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    answer(driver, sent, "#wait 2026-12-01")
    assert run(driver, at(6, 10)) == []
    assert "delay not sent: the case waits for the customer" in happened(driver, "delay")
    answer(driver, sent, "#close")
    assert only(driver).promised_at is None


def test_what_the_file_leaves_out_is_left_out(desk: Open) -> None:
    driver = desk(STAGES.replace("{severity: critical}", "{type: late_delivery}"))
    complain(driver)
    assert run(driver, at(6, 10)) == []
    assert "delay not sent: left out by stages.yaml" in happened(driver, "delay")


def test_who_would_rather_be_phoned_is_phoned(desk: Open) -> None:
    driver = desk()
    complain(driver)
    with driver.runtime.database.begin() as tx:
        tx.presence.prefer(KATE, Preference(Channel.PHONE, "+372 5555 0123"))
    driver.now = at(3, 14)
    while do_due_work(driver.runtime, driver.now):
        pass
    sent = driver.sent()
    assert {(one.row.kind.value, one.row.recipient) for one in sent} == {
        ("notice", MARI),
        ("notice", "ana@acme.example"),
    }
    assert "See klient ootab meie vastust" in sent[0].text
    assert "+372 5555 0123" in sent[0].text
    assert run(driver, at(13, 15)) == []


def test_an_address_that_mail_does_not_reach_has_been_promised_nothing(desk: Open) -> None:
    driver = desk()
    with driver.runtime.database.begin() as tx:
        tx.people.not_reached(KATE, "5.1.1", driver.now)
    complain(driver)
    assert only(driver).promised_at is None
    assert run(driver, at(6, 10)) == []


def test_another_automatic_mail_puts_the_word_off(desk: Open) -> None:
    driver = desk(STAGES.replace("after: 1 business day", "after: 1 business hour"))
    complain(driver, "This is a long case and I am angry: my parcel is late.")
    assert run(driver, at(5, 10)) == [("03 10:00", "stage")], "a business day after the acknowledgement"


def test_mails_leave_in_the_hours_that_the_file_names(desk: Open) -> None:
    driver = desk(f"quiet: {{outside: evenings}}\n{STAGES}", schedules=EVENINGS)
    complain(driver, "This is a long case and I am angry: my parcel is late.")
    assert run(driver, at(4, 10)) == [("03 16:00", "stage")]


# Outages and clocks that jump


def test_after_three_weeks_there_is_one_apology_for_the_day_that_has_passed(desk: Open) -> None:
    driver = desk()
    complain(driver)
    (notice,) = woken(driver, at(23, 10))
    text = " ".join(notice.text.split())
    assert "You should have had our answer by Wednesday, 4 November 2026. You did not get it" in text
    assert "You will now have our answer by Wednesday, 25 November 2026." in text
    assert "looking_into not sent: too late" in happened(driver, "looking_into")
    assert woken(driver, at(23, 11)) == []


def test_after_three_weeks_a_settled_case_hears_nothing(desk: Open) -> None:
    driver = desk()
    answer(driver, complain(driver), "#close")
    assert woken(driver, at(23, 10)) == []


def test_a_desk_that_wakes_by_night_waits_for_the_morning(desk: Open) -> None:
    driver = desk()
    complain(driver)
    assert woken(driver, at(22, 1)) == []
    assert run(driver, at(23, 9)) == [("23 07:00", "delay")]


def test_a_clock_that_jumps_back_repeats_nothing(desk: Open) -> None:
    driver = desk()
    complain(driver)
    assert len(woken(driver, at(3, 14))) == 1
    assert woken(driver, at(3, 13)) == []
    assert run(driver, at(5, 9)) == []


def test_a_clock_that_jumps_a_year_ahead_apologises_for_nothing(desk: Open) -> None:
    driver = desk()
    complain(driver)
    assert woken(driver, at(3, 14) + 365 * DAY) == []
    assert happened(driver, "delay", "looking_into") == ["looking_into not sent: too late", "delay not sent: too late"]
    assert woken(driver, at(3, 14)) == []


def test_work_that_is_done_twice_sends_once(desk: Open) -> None:
    driver = desk()
    complain(driver)
    assert len(woken(driver, at(3, 14))) == 1
    with driver.runtime.database.begin() as tx:
        rows = tx.due.of_case(only(driver).id)
        for row in rows:
            again = f"{row.key} again"
            tx.due.add(
                DueWork(key=again, kind=row.kind, case_id=row.case_id, due_at=row.due_at, data=row.data), driver.now
            )
    assert woken(driver, at(3, 14, 5)) == []
    assert run(driver, at(10, 15)) == [("05 10:05", "delay")], "the second of the new promise"


# The file


def test_a_notice_that_would_be_due_again_at_once_is_refused(desk: Open) -> None:
    message = r'stages.yaml:5:\d+: stages.delay.extend: found "4 business hours", expected longer than before'
    with pytest.raises(ConfigurationError, match=message):
        desk(STAGES.replace("extend: 2 business days", "extend: 4 business hours"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("apart: 1 business day", "apart: a day", 'apart: found "a day", expected a span'),
        (
            "apart: 1 business day",
            "quiet: {outside: evening}",
            r'quiet.outside: found "evening", expected one of business, ',
        ),
        ("times: 2", "times: 0", "stages.delay.times: "),
        ("tags: quiet", "tag: quiet", "stages.looking_into.unless.tag: no such field, did you mean"),
        ("looking_into:", "looking_in:", 'unknown key "stages.looking_in"'),
    ],
)
def test_a_mistake_is_named_with_its_place(desk: Open, old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        desk(STAGES.replace(old, new), schedules=EVENINGS)


# Words

SAID = {
    "en": ("My parcel came five days late and I am very angry about it.", "Thursday, 5 November 2026."),
    "et": ("Minu pakk hilines viis päeva ja ma olen väga pahane.", "uus tähtaeg on neljapäev, 5. november 2026."),
    "sl": ("Moj paket je prišel pet dni prepozno in zelo sem jezen.", "odgovor je četrtek, 5. november 2026."),
    "ru": ("Моя посылка опоздала на пять дней, я очень недоволен.", "ответа — четверг, 5 ноября 2026 г."),
    "fa": ("بسته من پنج روز دیر رسید و خیلی ناراحت هستم.", "۱۴ آبان ۱۴۰۵ پاسخ ما را دریافت می‌کنید."),
}


@pytest.mark.parametrize("language", SAID)
def test_customers_hear_of_the_delay_in_their_own_words(desk: Open, language: str) -> None:
    driver = desk()
    body, said = SAID[language]
    complain(driver, body)
    (notice,) = woken(driver, at(3, 14))
    assert said in " ".join(notice.text.replace("*", "").split())


CORRECTIVE = {
    "en": "So that it does not happen again, this is what we have done: Saturdays too.",
    "et": "Mida oleme teinud, et see ei korduks: Saturdays too.",
    "sl": "Da se to ne bi ponovilo, smo ukrepali takole: Saturdays too.",
    "ru": "Чтобы это не повторилось, мы сделали вот что: Saturdays too.",
    "fa": "برای آنکه این اتفاق دوباره نیفتد، چنین کرده‌ایم: \u2068Saturdays too.\u2069",
}


@pytest.mark.parametrize("language", SAID)
def test_the_resolution_says_what_was_done(desk: Open, language: str) -> None:
    driver = desk()
    sent = complain(driver, SAID[language][0])
    resolved = answer(driver, sent, "#corrective Saturdays too.\n#resolve\n\nHere it is.")
    assert CORRECTIVE[language] in " ".join(next(one for one in resolved if one.row.recipient == KATE).text.split())


def test_a_resolution_without_a_corrective_says_nothing_of_it(desk: Open) -> None:
    driver = desk()
    resolved = answer(driver, complain(driver), "#resolve\n\nHere it is.")
    assert "happen again" not in next(one for one in resolved if one.row.recipient == KATE).text


# The daily list


def test_the_list_of_the_morning_begins_with_what_is_due_before_the_next(desk: Open) -> None:
    driver = desk(None)
    complain(driver, "My parcel A-1 is late. I am angry.")
    driver.now = at(3, 10)
    complain(driver, "My parcel A-2 is late. I am angry.", from_="eve@mail.example", subject="Later")
    driver.now = at(4, 7)
    with driver.runtime.database.begin() as tx:
        plan_daily_list(tx, driver.runtime, at(4, 7))
    sent = [one for one in woken_all(driver, at(5, 7)) if one.row.kind.value == "daily_list"]
    text = next(one.text for one in sent if one.row.recipient == "ana@acme.example")
    first, second = (line for line in text.splitlines() if "AP-1000" in line)
    assert ("AP-10002" in first, "rok je danes: četrtek, 5. november 2026" in text) == (True, True)
    assert "AP-10001" in second


def woken_all(driver: DeskDriver, moment: datetime) -> list[Sent]:
    driver.now = moment
    while do_due_work(driver.runtime, driver.now):
        pass
    return driver.sent()
