"""Missing details and closing by the clock: what is asked, repeated, learnt from replies, and ends by itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.case import Case, State
from mailbot.core.errors import ConfigurationError
from tests.desk import DeskDriver, Sent, mail
from tests.workflows.conftest import DeskWith

KATE = "Kate Lee <kate@mail.example>"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUTING = """
rules:
  - {rule: all, then: {assign_team: logistics}}
  - {rule: ask, when: {is_complaint: true}, then: {ask_for: [order_number, amount, phone, photo, delivery_date]}}
  - {rule: number, when: {text: number only}, then: {ask_for: order_number}}
"""
NUMBER = "rules: [{rule: ask, then: {assign_team: logistics, ask_for: order_number}}]\n"
CLOSING = """
details: {wait: false, remind_after: 3 business days, close_after: 7 business days}
close: {after: 14 days, unless: {threat: legal}, by: [{when: {type: billing}, after: 5 days}]}
reopen: [{when: {type: defective_goods}, within: 60 days}]
"""
WAITING = CLOSING.replace("wait: false", "wait: true")
REMINDED = CLOSING.replace("wait: false, remind_after: 3 b", "wait: reminded, remind_after: 1 b")
SLA = "slas: {s: {default: true, pause: waiting, clocks: {first_answer: 2 business days}}}\n"
LATE = "My parcel came five days late and nobody told me anything."
Open = Callable[..., DeskDriver]


@pytest.fixture
def desk(desk_with: DeskWith) -> Open:
    """A desk with a closing.yaml of its own; it is Monday noon, and its hours are 9 to 17."""

    def opened(closing: str = CLOSING, routing: str = NUMBER, sla: str = "slas: {}\n") -> DeskDriver:
        return desk_with({"routing": routing, "closing": closing, "sla": sla})

    return opened


def write(driver: DeskDriver, text: str, sent: Sequence[Sent] = (), *, by: str = KATE, **headers: str) -> list[Sent]:
    """Somebody writes; with `sent`, in answer to the last of these mails that they got."""
    address = re.sub(r".*<|>.*", "", by)
    got = next((one for one in reversed(sent) if one.row.recipient == address), None)
    head = {"to": "support@acme.example", "subject": "Late", "message_id": f"<{driver._uid}@sender.example>"}
    if got:
        head |= {"to": got.reply_address, "in_reply_to": str(got.mail["Message-ID"]), "subject": "Re: Late"}
        head["references"] = head["in_reply_to"]
    if by.endswith("acme.example"):
        head["authentication_results"] = "mx.acme.example; dmarc=pass header.from=acme.example"
    driver.arrive(mail(text, **{"from_": by, **head, **headers}))
    return driver.sent()


def only(driver: DeskDriver) -> Case:
    (case,) = driver.cases()
    return case


def kinds(sent: list[Sent]) -> list[str]:
    return [one.row.kind.value for one in sent]


def happened(driver: DeskDriver, event: str) -> list[str]:
    return [line["detail"] for line in driver.timeline(driver.cases()[0]) if line["event"] == event]


def days(driver: DeskDriver, count: int) -> list[Sent]:
    """So many days pass, and all that falls due is done in time, as for a desk that is up."""
    end = driver.now + count * DAY
    while driver.now < end:
        with driver.runtime.database.read() as tx:
            due_at = tx.due.next_due()
        driver.wait(min(max(due_at or end, driver.now), end) - driver.now or HOUR)
    return driver.sent()


# The reminder and the closing


def test_who_does_not_answer_is_reminded_once_and_then_the_case_closes(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    assert only(driver).asked == ("order_number",)
    assert kinds(sent).count("acknowledgement") == 1
    assert [k for k in kinds(days(driver, 2)) if k in ("reminder", "closing")] == []
    (reminder,) = [one for one in days(driver, 2) if one.row.kind == "reminder"]
    assert reminder.row.recipient == "kate@mail.example"
    assert "- your order number" in reminder.text
    assert "by Wednesday, 11 November 2026" in reminder.text, "the seventh business day"
    assert reminder.mail["In-Reply-To"] == "<0@sender.example>"
    assert reminder.mail["Auto-Submitted"] == "auto-generated"
    assert [k for k in kinds(days(driver, 5)) if k in ("reminder", "closing")] == []
    assert only(driver).state is State.NEW
    (closing,) = [one for one in days(driver, 2) if one.row.kind == "closing"]
    assert "simply reply to this mail" in closing.text
    assert only(driver).state is State.CLOSED
    assert days(driver, 9) == []


def test_who_was_promised_an_answer_is_reminded_and_the_case_not_closed_on_them(desk: Open) -> None:
    driver = desk(sla=SLA)
    assert "our answer by" in write(driver, LATE)[0].text
    (reminder,) = [one for one in days(driver, 20) if one.row.kind in ("reminder", "closing")]
    assert (reminder.row.kind, "we will close" in reminder.text) == ("reminder", False)
    assert only(driver).state is State.NEW


def test_nor_where_nobody_is_reminded(desk: Open) -> None:
    driver = desk("details: {close_after: 7 business days}\n", sla=SLA)
    write(driver, LATE)
    assert "closing" not in kinds(days(driver, 20))
    assert happened(driver, "closing") == ["not sent: the customer was promised an answer"]


def test_a_case_that_waits_closes_as_well(desk: Open) -> None:
    driver = desk(WAITING, sla=SLA)
    write(driver, LATE)
    assert kinds(days(driver, 20)) == ["reminder", "closing"]
    assert only(driver).state is State.CLOSED


def test_a_reply_opens_such_a_case_again_and_is_no_verdict(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    sent += days(driver, 11)
    assert only(driver).state is State.CLOSED
    sent = write(driver, "Sorry, I was away. Great that you ask! It is A-10293.", sent)
    assert (only(driver).state, only(driver).order_number, only(driver).asked) == (State.NEW, "A-10293", ())
    assert happened(driver, "survey") == []
    assert kinds(sent) == ["notification", "notification"]
    assert [k for k in kinds(days(driver, 20)) if k in ("reminder", "closing")] == []


def test_thanks_alone_leave_it_closed(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    sent += days(driver, 11)
    write(driver, "Thank you!", sent)
    assert only(driver).state is State.CLOSED


@pytest.mark.parametrize("text", ["#take", "We are looking into it.", "#note I have called her.\n"])
def test_once_an_agent_has_written_nothing_is_reminded_or_closed(desk: Open, text: str) -> None:
    driver = desk()
    sent = write(driver, LATE)
    sent += days(driver, 1)
    write(driver, text, sent, by="mari@acme.example")
    assert [k for k in kinds(days(driver, 20)) if k in ("reminder", "closing")] == []
    assert only(driver).state is not State.CLOSED


def test_an_agents_answer_on_the_day_of_the_closing_is_the_last_word(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    sent += days(driver, 9)
    driver.wait(19 * HOUR)
    assert only(driver).state is State.NEW
    sent = write(driver, "Here it is.", sent + driver.sent(), by="mari@acme.example")
    assert "closing" not in kinds(days(driver, 5))


@pytest.mark.parametrize(
    "text",
    ["The toaster exploded in my hands and I was burnt.", "I will take you to court, my lawyer will write to you."],
)
def test_danger_and_threats_are_left_to_people(desk: Open, text: str) -> None:
    driver = desk()
    write(driver, text)
    assert only(driver).asked == ("order_number",)
    assert [k for k in kinds(days(driver, 20)) if k in ("reminder", "closing")] == []
    assert only(driver).state is not State.CLOSED


def test_without_the_file_nothing_of_it_happens(desk: Open) -> None:
    driver = desk(closing="{}\n")
    write(driver, LATE)
    assert only(driver).asked == ("order_number",)
    assert days(driver, 20) == []


def test_nobody_is_reminded_at_night_nor_twice(desk: Open) -> None:
    driver = desk()
    write(driver, LATE)
    sent = days(driver, 12)
    ours = [one for one in sent if one.row.kind in ("reminder", "closing")]
    assert kinds(ours) == ["reminder", "closing"]
    for one in ours:
        assert driver.runtime.desk.calendar.is_open(one.row.queued_at)


def test_after_three_weeks_of_outage_nobody_is_blamed_for_silence(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    driver.wait(21 * DAY)
    assert [k for k in kinds(driver.sent()) if k in ("reminder", "closing")] == []
    assert happened(driver, "reminder") == ["not sent: too late: it was due on 2026-11-05"]
    assert days(driver, 20) == []
    assert only(driver).state is State.NEW
    write(driver, "It is A-10293.", sent)
    assert only(driver).order_number == "A-10293"


def test_after_an_outage_of_days_mail_is_read_before_anybody_is_reminded(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    driver.wait(5 * DAY)
    assert [k for k in kinds(driver.sent()) if k == "reminder"] == []
    write(driver, "It is A-10293.", sent)
    assert days(driver, 20) == []
    assert only(driver).state is State.NEW


def test_a_clock_that_jumps_a_year_ahead_and_back_sends_nothing(desk: Open) -> None:
    driver = desk()
    write(driver, LATE)
    driver.now -= HOUR
    assert days(driver, 1) == []
    driver.wait(365 * DAY)
    assert kinds(driver.sent()) == []
    driver.now -= 365 * DAY
    assert days(driver, 20) == []
    assert only(driver).state is State.NEW


def test_a_case_that_was_merged_is_neither_reminded_of_nor_closed_twice(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    write(driver, "My other parcel is broken.", by="Tom <tom@mail.example>", subject="Broken")
    _, second = driver.cases()
    write(driver, f"#merge {second.number}", sent, by="mari@acme.example")
    assert "kate@mail.example" not in [one.row.recipient for one in days(driver, 20)]


# Waiting for details


def test_with_wait_the_clocks_stand_still_until_the_customer_writes_and_no_day_is_promised(desk: Open) -> None:
    driver = desk(WAITING, sla=SLA)
    sent = write(driver, LATE)
    assert only(driver).state is State.WAITING
    assert kinds(sent) == ["acknowledgement", "notification", "notification"], "the agents see it at once"
    assert "our answer by" not in sent[0].text
    assert only(driver).next_due_at is None
    driver.wait(DAY)
    write(driver, "I do not have it any more.", sent)
    assert only(driver).state is State.NEW
    assert only(driver).next_due_at is not None
    assert only(driver).asked == ("order_number",), "it is still missing, and not asked again"
    assert [k for k in kinds(days(driver, 20)) if k in ("reminder", "closing")] == []


def test_with_wait_an_agent_who_takes_the_case_lets_its_clocks_go_on(desk: Open) -> None:
    driver = desk(WAITING, sla=SLA)
    sent = write(driver, LATE)
    write(driver, "#take", sent, by="mari@acme.example")
    assert only(driver).state is State.OPEN
    assert only(driver).next_due_at is not None


def test_a_case_that_waited_through_an_outage_comes_back_to_the_agents(desk: Open) -> None:
    driver = desk(WAITING, sla=SLA)
    write(driver, LATE)
    driver.wait(21 * DAY)
    assert only(driver).state is State.NEW
    assert set(kinds(driver.sent())) == {"notification"}


def test_mail_in_somebodys_name_proves_nothing_while_its_case_waits(desk: Open) -> None:
    driver = desk(WAITING, sla=SLA)
    write(driver, LATE, subject="Buy at http://evil.example")
    sent = write(driver, LATE, subject="Buy at http://evil.example now")
    assert "evil" not in sent[0].raw.decode()
    assert "evil" not in "".join(
        one.raw.decode() for one in days(driver, 5) if one.row.recipient == "kate@mail.example"
    )


# Waiting from the reminder on


def test_the_promised_day_waits_from_the_reminder_on_and_the_case_closes(desk: Open) -> None:
    driver = desk(REMINDED, sla=SLA)
    assert "our answer by Wednesday, 4 November" in write(driver, LATE)[0].text
    assert (only(driver).state, only(driver).promised_at) == (State.NEW, driver.now + 2 * DAY)
    (reminder,) = days(driver, 1)
    text = " ".join(reminder.text.split())
    assert "our answer by Wednesday, 4 November 2026. Until you write, we have to let it wait" in text
    assert (only(driver).state, only(driver).promised_at, only(driver).next_due_at) == (State.WAITING, None, None)
    assert kinds(days(driver, 20)) == ["closing"]
    assert only(driver).state is State.CLOSED


def test_what_was_left_of_the_time_runs_from_the_customers_mail_on(desk: Open) -> None:
    driver = desk(REMINDED, sla=SLA)
    sent = write(driver, LATE)
    sent += days(driver, 3)
    write(driver, "I do not have it any more.", sent)
    assert only(driver).state is State.NEW
    assert only(driver).promised_at == driver.now + DAY
    assert [k for k in kinds(days(driver, 20)) if k in ("reminder", "closing")] == []


def test_who_writes_after_the_closing_is_promised_an_answer_anew(desk: Open) -> None:
    driver = desk(REMINDED, sla=SLA)
    sent = write(driver, LATE)
    sent += days(driver, 14)
    assert only(driver).state is State.CLOSED
    write(driver, "It was A-10293.", sent)
    assert only(driver).state is State.NEW
    assert only(driver).promised_at == driver.now + 2 * DAY == only(driver).next_due_at


@pytest.mark.parametrize(
    "sla",
    [
        SLA.replace("pause: waiting, ", ""),
        SLA.replace("2 business days", "{within: 2 business days, by_priority: {normal: 4 business hours}}"),
    ],
    ids=["its clock never pauses", "it comes before the reminder"],
)
def test_a_promise_that_may_not_wait_is_no_reason_to_close(desk: Open, sla: str) -> None:
    driver = desk(REMINDED, sla=sla)
    write(driver, LATE)
    (reminder,) = [one for one in days(driver, 20) if one.row.kind in ("reminder", "closing")]
    assert "let it wait" not in reminder.text
    assert only(driver).state is State.NEW
    assert only(driver).promised_at is not None


# What a reply brings

FIRST: Mapping[str, str] = {
    "en": "Hello, I want to make a complaint about my order.",
    "et": "Tere! Soovin esitada kaebuse oma tellimuse kohta.",
    "sl": "Pozdravljeni, z vami nisem zadovoljna in vlagam pritožbo.",
    "ru": "Здравствуйте! Хочу подать жалобу по своему заказу.",
    "fa": "سلام، می‌خواهم دربارهٔ سفارشم شکایت کنم.",
}
REPLIES: Mapping[str, str] = {
    "en": "The order is A-10293 and I paid 49.90 EUR. My phone is +372 5555 0123. The parcel came five days late.",
    "et": "Tellimus A-10293, maksin 49,90 eurot. Telefon +372 5555 0123. Pakk hilines viis päeva.",
    "sl": "Naročilo A-10293, plačala sem 49,90 EUR, telefon +372 5555 0123. Paket je zamujal pet dni, prepozno je.",
    "ru": "Заказ A-10293, заплатил 49,90 евро, телефон +372 5555 0123. Посылка пришла на пять дней позже.",
    "fa": "سفارش A-10293 است و ۴۹٫۹۰ یورو پرداخت کردم. تلفن ‎+372 5555 0123. بسته پنج روز دیر رسید.",
}


@pytest.mark.parametrize("language", FIRST)
def test_a_reply_fills_in_what_was_missing_in_every_language(desk: Open, language: str) -> None:
    driver = desk(routing=ROUTING.replace("when: {is_complaint: true}, ", ""))
    sent = write(driver, FIRST[language], subject=" ")
    before = only(driver)
    assert (before.language, before.type, before.order_number, before.amount) == (language, "other", None, None)
    assert before.asked == ("order_number", "amount", "phone", "photo", "delivery_date")
    driver.wait(HOUR)
    write(driver, REPLIES[language], sent)
    case = only(driver)
    assert case.order_number == "A-10293"
    assert (f"{case.amount:.2f}", case.currency) == ("49.90", "EUR")
    assert case.phone == "+372 5555 0123"
    assert case.type == "late_delivery"
    assert case.asked == ("photo",), "an agent reads what cannot be seen"


@pytest.mark.parametrize(
    ("reply", "number"),
    [
        ("A-10293", "A-10293"),
        ("It is 10293.", "10293"),
        ("10293, and I was born on 12.03.1988", "10293"),
        ("See on 10293", "10293"),
        ("۱۰۲۹۳", "10293"),
        ("Номер 10293", "10293"),
        ("Št. 10293, hvala", "10293"),
        ("It cost 49.90 EUR in 2026", None),
        ("Either 10293 or 10294", None),
        ("It is on page 12", None),
        ("You can call +372 5555 0123", None),
    ],
)
def test_a_bare_number_is_taken_for_the_one_that_was_asked_for(desk: Open, reply: str, number: str | None) -> None:
    driver = desk()
    sent = write(driver, LATE)
    write(driver, f"{reply}\n\n> Your case number is {only(driver).number}, order 77777.", sent)
    assert only(driver).order_number == number


@pytest.mark.parametrize(
    ("reply", "phone"),
    [
        ("041 234 567", "041 234 567"),
        ("Звоните 8 912 345-67-89", "8 912 345-67-89"),
        ("۰۹۱۲۳۴۵۶۷۸۹", "09123456789"),
        ("Helistage 5555 0123", "5555 0123"),
        ("order 10293", None),
    ],
)
def test_a_phone_number_without_its_country_counts_where_one_was_asked_for(
    desk: Open, reply: str, phone: str | None
) -> None:
    driver = desk(routing=NUMBER.replace("order_number", "[order_number, phone]"))
    sent = write(driver, LATE)
    write(driver, reply, sent)
    assert only(driver).phone == phone


def test_what_is_known_is_never_overwritten(desk: Open) -> None:
    driver = desk()
    sent = write(driver, "My order A-10293 is late, I paid 10 EUR.")
    write(driver, "By the way, order B-20000 cost 99 EUR.", sent)
    assert (only(driver).order_number, int(only(driver).amount or 0)) == ("A-10293", 10)


def test_the_type_that_an_agent_has_set_stays(desk: Open) -> None:
    driver = desk()
    sent = write(driver, FIRST["en"])
    write(driver, "#type other", sent, by="mari@acme.example")
    write(driver, REPLIES["en"], sent)
    assert only(driver).type == "other"


# Resolved cases


def test_a_resolved_case_closes_after_its_silence_without_a_word(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    write(driver, "#resolve\n\nHere it is.", sent, by="mari@acme.example")
    assert days(driver, 13) == []
    assert only(driver).state is State.RESOLVED
    assert days(driver, 2) == []
    assert only(driver).state is State.CLOSED
    assert happened(driver, "state")[-1] == "closed: silent for 14 days"


@pytest.mark.parametrize(
    ("text", "after", "state"),
    [
        ("You charged my card twice for the bill.", 6, State.CLOSED),
        (LATE, 6, State.RESOLVED),
        ("I will take you to court, my lawyer will write to you.", 40, State.RESOLVED),
    ],
)
def test_conditions_choose_the_silence(desk: Open, text: str, after: int, state: State) -> None:
    driver = desk()
    sent = write(driver, text)
    write(driver, "#resolve\n\nHere it is.", sent, by="mari@acme.example")
    days(driver, after)
    assert only(driver).state is state


THANKS = {"en": "Thank you!", "et": "Aitäh!", "sl": "Hvala lepa!", "ru": "Спасибо большое!", "fa": "سپاسگزارم"}


@pytest.mark.parametrize("language", THANKS)
def test_thanks_alone_do_not_open_a_resolved_case_but_the_silence_begins_anew(desk: Open, language: str) -> None:
    driver = desk()
    sent = write(driver, FIRST[language], subject=" ")
    sent += write(driver, "#resolve\n\n...", sent, by="mari@acme.example")
    days(driver, 10)
    write(driver, THANKS[language], sent)
    assert only(driver).state is State.RESOLVED
    days(driver, 10)
    assert only(driver).state is State.RESOLVED
    days(driver, 5)
    assert only(driver).state is State.CLOSED


def test_a_case_that_was_opened_again_is_not_closed(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    sent += write(driver, "#resolve\n\nHere it is.", sent, by="mari@acme.example")
    days(driver, 10)
    write(driver, "It is still not here!", sent)
    assert only(driver).state is State.OPEN
    days(driver, 30)
    assert only(driver).state is State.OPEN


def test_after_an_outage_a_resolved_case_closes_only_when_the_mail_has_been_read(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    sent += write(driver, "#resolve\n\nHere it is.", sent, by="mari@acme.example")
    driver.wait(21 * DAY)
    assert only(driver).state is State.RESOLVED
    write(driver, "It is still not here!", sent)
    days(driver, 5)
    assert only(driver).state is State.OPEN


# Closed cases


@pytest.mark.parametrize(("text", "after", "count"), [("It is broken.", 50, 1), (LATE, 50, 2), (LATE, 20, 1)])
def test_the_window_for_opening_again_depends_on_the_case(desk: Open, text: str, after: int, count: int) -> None:
    driver = desk()
    sent = write(driver, text)
    sent += write(driver, "#close", sent, by="mari@acme.example")
    driver.wait(after * DAY)
    driver.sent()
    fresh = write(driver, "It is still not right!", sent)
    assert len(driver.cases()) == count
    if count == 2:
        assert driver.record(driver.cases()[1])["links"] == [{"number": driver.cases()[0].number, "kind": "suspected"}]
        told = [one.text for one in fresh if one.row.kind == "notification"]
        assert all(driver.cases()[0].number in text for text in told)


def test_the_case_that_a_new_one_is_linked_to_is_shown_whatever_address_wrote(desk: Open) -> None:
    driver = desk()
    sent = write(driver, LATE)
    sent += write(driver, "#add kate@work.example\n#close", sent, by="mari@acme.example")
    driver.wait(50 * DAY)
    driver.sent()
    acknowledged = next(one for one in sent if one.row.recipient == "kate@mail.example")
    to = {"to": acknowledged.reply_address, "in_reply_to": str(acknowledged.mail["Message-ID"])}
    fresh = write(driver, "It is still not right!", by="kate@work.example", **to)
    assert len(driver.cases()) == 2
    told = [one.text for one in fresh if one.row.kind == "notification"]
    assert all(driver.cases()[0].number in text for text in told)


# Mistakes


@pytest.mark.parametrize(
    ("closing", "said"),
    [
        ("details: {wait: true, remind_after: 3 days}", "details.wait: expected close_after as well"),
        ("details: {wait: false}", "details: expected remind_after, close_after or both"),
        ("details: {remind_after: 7 days, close_after: 3 days}", "expected more than remind_after (7 days)"),
        ("details: {remind_after: 0 days}", "expected some time"),
        ("details: {remind: 3 days}", 'unknown key "details.remind", did you mean "remind_after"?'),
        ("close: {unless: {threat: legal}}", "close: expected after, or by"),
        ("close: {after: 14 days, by: [{when: {typ: billing}, after: 5 days}]}", "close.by[0].when.typ: no such field"),
        ("reopen: [{when: {type: biling}, within: 30 days}]", "reopen[0].when.type"),
        ("reopen: [{when: {type: billing}, within: 900 business days}]", "at most 500 business days"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(desk: Open, closing: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        desk(f"\n{closing}\n")
    assert any(said in problem.message for problem in raised.value.problems), raised.value.problems
    assert all(problem.line == 2 and problem.file.endswith("closing.yaml") for problem in raised.value.problems)


# Whatever happens

STEPS = {
    "complains": "It is still not here! When will you send it?",
    "thanks": "Thank you!",
    "names": "It is A-10293.",
    "answers": "We are looking for it.",
    "resolves": "#resolve\n\nHere it is.",
    "takes": "#take",
}
BY_AGENTS = ("answers", "resolves", "takes")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([*STEPS, "day", "week", "outage", "night"]), max_size=9),
    st.sampled_from([(WAITING, SLA), (REMINDED, SLA), (CLOSING, "slas: {}\n")]),
)
def test_no_case_closes_while_a_customer_waits_for_an_answer(
    desk: Open, steps: list[str], book: tuple[str, str]
) -> None:
    driver = desk(book[0], sla=book[1])
    sent = write(driver, LATE)
    owed = False
    for step in steps:
        if step in STEPS:
            sent += write(driver, STEPS[step], sent, by="mari@acme.example" if step in BY_AGENTS else KATE)
            owed = (owed or step in ("complains", "names")) and step not in ("answers", "resolves")
        else:
            driver.wait({"outage": 21 * DAY, "night": 12 * HOUR}.get(step, HOUR))
            sent += [*driver.sent(), *days(driver, {"day": 1, "week": 7}.get(step, 0))]
        states = {case.state for case in driver.cases()}
        assert not (owed and states == {State.CLOSED}), steps
    ours = [one for one in sent if one.row.kind in ("reminder", "closing")]
    assert len(kinds(ours)) == len(set(kinds(ours)))
    assert all(driver.runtime.desk.calendar.is_open(one.row.queued_at) for one in ours)
