"""Regulators' clocks from the mail that opens a case to the last answer, with what regulators want it to say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.case import Case
from mailbot.core.errors import ConfigurationError
from tests.desk import DeskDriver, Sent, mail
from tests.workflows.conftest import DeskWith

LANGUAGES = ("en", "et", "sl", "ru", "fa")
PROOF = "mx.acme.example; dmarc=pass header.from="
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SITE = "https://www.financial-ombudsman.org.uk"
ROUTING = """
rules:
  - {rule: all, then: {assign_team: logistics, sla: uk-fca-disp}}
  - {rule: payments, when: {text: transfer}, then: {sla: uk-fca-disp/payments}}
  - {rule: bureau, when: {text: bureau}, then: {sla: us-cfpb}}
  - {rule: ours, when: {text: no regulator}, then: {sla: ours}}
"""
SLA = "slas: {ours: {clocks: {resolution: 9 business days}}}\n"
Open = Callable[..., DeskDriver]


@pytest.fixture
def desk(desk_with: DeskWith) -> Open:
    """A desk with the shipped profiles; it is Monday noon, and its hours are 9 to 17."""

    def opened(profile: str | None = None, sla: str = SLA) -> DeskDriver:
        own = {"clocks/own": profile} if profile is not None else {}
        return desk_with({"routing": ROUTING, "sla": sla, **own}, also=["clocks"])

    return opened


def complain(
    desk: DeskDriver, body: str = "I am very angry: the fee on my account is wrong.", **headers: str
) -> list[Sent]:
    head = {"from_": "Kate Lee <kate@mail.example>", "to": "support@acme.example", "subject": "Fee"}
    desk.arrive(mail(body, **{"message_id": f"<{len(body)}@mail.example>", **head, **headers}))
    return desk.sent()


def to(sent: list[Sent], recipient: str = "mari@acme.example") -> Sent:
    return next(one for one in sent if one.row.recipient == recipient)


def kinds(sent: list[Sent]) -> list[str]:
    return [one.row.kind for one in sent]


def answer(desk: DeskDriver, notification: Sent, text: str) -> list[Sent]:
    reply = {"from_": "mari@acme.example", "to": notification.reply_address, "subject": "Re: Fee"}
    ids = {"message_id": f"<{abs(hash(text))}@acme.example>"}
    desk.arrive(mail(text, authentication_results=f"{PROOF}acme.example", **reply, **ids))
    return desk.sent()


def only(desk: DeskDriver) -> Case:
    (case,) = desk.cases()
    return case


def due(desk: DeskDriver) -> dict[str, str]:
    """The deadlines that are still to be met, in UTC to the minute: Tallinn is two hours ahead."""
    return {d.kind: d.due_at.strftime("%m-%dT%H:%M") for d in only(desk).deadlines if d.is_running}


def happened(desk: DeskDriver, event: str) -> list[str]:
    return [line["detail"] for line in desk.timeline(only(desk)) if line["event"] == event]


# Clocks


def test_a_case_has_the_clocks_of_the_rules_and_its_customer_is_told_the_last_day(desk: Open) -> None:
    driver = desk()
    sent = complain(driver)
    assert due(driver) == {
        "update": "11-16T10:00",
        "summary_resolution": "11-05T15:00",
        "final_response": "12-28T15:00",
    }
    assert "our final answer in writing by Monday, 28 December 2026." in to(sent, "kate@mail.example").text
    assert "Lõplik vastus: esmaspäev, 28. detsember 2026 17:00" in to(sent).text
    assert "final_response 2026-12-28T15:00+00:00: 8 weeks, end of day (uk-fca-disp)" in happened(driver, "deadline")


def test_payments_have_less_time(desk: Open) -> None:
    driver = desk()
    sent = complain(driver, "I am very angry: my transfer has not arrived.")
    assert due(driver)["final_response"] == "11-23T15:00"
    assert "by Monday, 23 November 2026." in to(sent, "kate@mail.example").text


def test_a_mail_of_sunday_night_counts_from_sunday_and_one_minute_later_from_monday(desk: Open) -> None:
    driver = desk()
    driver.now = datetime(2026, 11, 1, 21, 59, tzinfo=UTC)
    complain(driver)
    assert due(driver)["summary_resolution"] == "11-04T15:00"
    assert due(driver)["final_response"] == "12-27T21:59", "a Sunday has no closing hour, so its last minute"


def test_a_case_without_a_regulator_is_promised_no_day_and_its_answers_are_nobodys_business(desk: Open) -> None:
    driver = desk()
    sent = complain(driver, "I am very angry. There is no regulator for this.")
    assert "final answer in writing" not in to(sent, "kate@mail.example").text
    resolved = answer(driver, to(sent), "#resolve\n\nHere it is.")
    assert kinds(resolved) == ["resolution", "receipt"]
    assert SITE not in resolved[0].text


def test_the_early_resolution_is_a_chance_that_passes_without_an_alarm(desk: Open) -> None:
    driver = desk()
    complain(driver)
    driver.now = datetime(2026, 11, 5, 14, 59, tzinfo=UTC)
    driver.wait(timedelta(0))
    driver.sent()
    driver.wait(timedelta(minutes=1))
    assert driver.sent() == []
    assert "summary_resolution" not in due(driver)
    assert "summary_resolution dropped: has passed" in happened(driver, "deadline")
    assert happened(driver, "escalated") == []


def test_a_desk_that_was_down_for_weeks_tells_once_what_was_missed_and_nothing_of_the_chance(desk: Open) -> None:
    driver = desk()
    complain(driver)
    driver.wait(70 * DAY)
    sent = driver.sent()
    assert len(sent) == len({one.row.recipient for one in sent})
    assert only(driver).priority == "urgent"
    assert [line.split(" ")[0] for line in happened(driver, "escalated")] == ["update", "final_response"]
    driver.wait(DAY)
    assert driver.sent() == []


def test_an_early_resolution_meets_its_clock(desk: Open) -> None:
    driver = desk()
    answer(driver, to(complain(driver)), "#resolve\n\nWe uphold your complaint and have refunded the fee.")
    assert "summary_resolution met: resolution" in happened(driver, "deadline")
    assert due(driver) == {}


# The holding response


def test_without_a_holding_response_the_agents_are_warned_three_business_days_before(desk: Open) -> None:
    driver = desk()
    sent = complain(driver, "I am very angry: my transfer has not arrived.")
    driver.now = datetime(2026, 11, 6, 10, 0, tzinfo=UTC)
    answer(driver, to(sent), "We are looking for it.")
    driver.now = datetime(2026, 11, 18, 14, 59, tzinfo=UTC)
    driver.wait(timedelta(0))
    driver.sent()
    driver.wait(timedelta(minutes=1))
    warned = to(driver.sent())
    assert "Tähtaeg läheneb" in str(warned.mail["Subject"])
    assert happened(driver, "warned")[-1] == "final_response 2026-11-23T15:00+00:00"


def test_a_holding_response_gives_until_the_end_of_the_35th_business_day_once(desk: Open) -> None:
    driver = desk()
    note = to(complain(driver, "I am very angry: my transfer has not arrived."))
    driver.now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert kinds(answer(driver, note, "#prolong")) == ["receipt"], "only in a mail that says so"
    sent = answer(driver, note, "#prolong final_response\n\nThe bank abroad is silent. You hear from us in December.")
    assert kinds(sent) == ["answer", "receipt"]
    last = driver.runtime.desk.calendar.add_business_days(datetime(2026, 11, 2, 15, 0, tzinfo=UTC), 35)
    assert due(driver)["final_response"] == last.strftime("%m-%dT%H:%M")
    assert kinds(answer(driver, note, "#prolong\n\nAnd again.")) == ["receipt"]


# The last answer


def test_a_last_answer_that_decides_nothing_is_held_with_what_is_missing_and_sent_on_demand(desk: Open) -> None:
    driver = desk()
    note = to(complain(driver))
    held = answer(driver, note, "#resolve\n\nWe are sorry for the trouble.")
    assert kinds(held) == ["receipt"]
    text = held[0].text
    assert "- kas rahuldate kaebuse või lükkate selle tagasi või mida pakute" in text
    assert "ombudsmani poole" not in text, "the referral says so"
    assert "#send" in text
    assert only(driver).state == "new"
    sent = answer(driver, note, "#resolve\n#send\n\nWe are sorry for the trouble.")
    assert kinds(sent) == ["resolution", "receipt"]
    assert only(driver).state == "resolved"
    assert happened(driver, "missing_parts") == ["offer_or_rejection"]


def test_a_last_answer_that_decides_goes_out_with_the_referral(desk: Open) -> None:
    driver = desk()
    sent = answer(
        driver, to(complain(driver)), "#resolve\n\nWe do not uphold your complaint: the fee is in the tariff."
    )
    assert kinds(sent) == ["resolution", "receipt"]
    words = " ".join(sent[0].text.split())
    assert "six months from the date of this mail" in words
    assert SITE in sent[0].text
    assert SITE in sent[0].html
    assert words.index("We do not uphold") < words.index("six months") < words.index("Kind regards")
    assert happened(driver, "missing_parts") == []


def test_an_offer_in_the_same_mail_decides_as_well(desk: Open) -> None:
    driver = desk()
    note = to(complain(driver))
    sent = answer(driver, note, "#offer refund 10 EUR\n#resolve\n\nThe fee was wrong.")
    assert kinds(sent)[0] == "resolution", sent[0].text
    assert SITE in sent[0].text


def test_a_silent_resolution_is_held_and_a_note_is_not(desk: Open) -> None:
    driver = desk()
    note = to(complain(driver))
    assert kinds(answer(driver, note, "#resolve")) == ["receipt"]
    assert only(driver).state == "new"
    answer(driver, note, "#note\n\nShe called. Nothing is decided yet.")
    assert happened(driver, "missing_parts") == []
    assert kinds(answer(driver, note, "We are on it.")) == ["answer"], "only a last answer has to say it all"


def test_a_last_answer_that_went_past_the_desk_has_no_referral_and_the_timeline_says_so(desk: Open) -> None:
    driver = desk()
    note = to(complain(driver))
    head = {"from_": "mari@acme.example", "to": "kate@mail.example", "cc": note.reply_address, "subject": "Re: Fee"}
    text = "#resolve\n\nWe reject your complaint."
    driver.arrive(mail(text, message_id="<past@acme.example>", authentication_results=f"{PROOF}acme.example", **head))
    assert only(driver).state == "resolved"
    assert happened(driver, "missing_parts") == ["ombudsman, six_months, waiver, leaflet"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_are_promised_the_day_and_referred_in_their_own_language(desk: Open, language: str) -> None:
    body, promise, decision, referral = {
        "en": ("The fee is wrong and I am very angry about it.", "in writing by Monday, 28 December 2026.",
               "We reject your complaint.", "You have six months"),
        "et": ("Arve on vale ja ma olen väga pahane, see on kaebus.", "kirjalikult ja selle tähtaeg on esmaspäev, 28.",
               "Lükkame kaebuse tagasi.", "aega kuus kuud"),
        "sl": ("Račun je napačen in zelo sem jezen, to je pritožba.", "prejeli pisno, rok zanj je ponedeljek, 28.",
               "Vašo pritožbo zavračamo.", "šest mesecev časa"),
        "ru": ("Счёт неверный, я очень недоволен, это жалоба.", "его срок — понедельник, 28 декабря 2026 г.",
               "Мы отклоняем Вашу жалобу.", "шесть месяцев с даты"),
        "fa": ("صورت‌حساب اشتباه است و خیلی ناراحت هستم، این یک شکایت است.", "تا روز دوشنبه ۷ دی ۱۴۰۵ به‌صورت کتبی",
               "شکایت شما را نمی پذیریم.", "شش ماه فرصت دارید"),
    }[language]  # fmt: skip
    driver = desk()
    sent = complain(driver, body)
    assert only(driver).language == language
    assert promise in " ".join(to(sent, "kate@mail.example").text.split())
    resolved = answer(driver, to(sent), f"#resolve\n\n{decision}")
    assert kinds(resolved)[0] == "resolution", resolved[0].text
    assert referral in " ".join(resolved[0].text.split())


def test_the_bureau_wants_to_read_what_was_done_and_what_will_be(desk: Open) -> None:
    driver = desk()
    note = to(complain(driver, "I am very angry, and the bureau knows of it."))
    assert due(driver) == {"response": "11-17T15:00", "final_response": "01-01T21:59"}
    held = answer(driver, note, "#resolve\n\nIt is all in order.")
    assert "mida olete kaebuse lahendamiseks teinud" in held[0].text
    sent = answer(driver, note, "#resolve\n\nWe have corrected the balance. Nothing further is needed.")
    assert kinds(sent) == ["resolution", "receipt"]


# Profiles of one's own


OWN = """
name: own
source: Our own charter
clocks: {first_answer: 1 business day, last: {within: 1 week, until: resolution}}
acknowledge: {written_answer_by: last}
final_response:
  parts: {thanks: {phrases: {en: [thank you]}}}
  referral: {et: Pöörduge ombudsmani poole.}
variants:
  quick: {clocks: {last: {within: 2 days, until: resolution}}, holding: {clock: last, once: 1 day, warn: 1 hour before}}
"""


def test_a_profile_of_ones_own_is_a_file(desk: Open) -> None:
    slas = desk(OWN).runtime.desk.slas.by_name
    assert [clock.kind for clock in slas["own/quick"].clocks] == ["first_answer", "last"]
    last = slas["own/quick"].clock("last")
    assert last is not None
    assert last.extension is not None
    assert (str(last.extension.by), last.extension.notice, str(last.warn.before)) == ("1 day", True, "1 hour")  # type: ignore[union-attr]
    profile = slas["own"].profile
    assert profile is not None
    assert profile.referral_in("fa") == "Pöörduge ombudsmani poole.", "the first one where the language is missing"
    assert [part.in_words("en") for part in profile.lacking("No.", "en", offers=False)] == ["thanks"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: own", "name: other", r'own.yaml:2:7: name: found "other", expected the name of the file, own'),
        ("source: Our own charter\n", "", r'own.yaml:2:1: missing key "source"'),
        (
            "written_answer_by: last",
            "written_answer_by: lsat",
            r'found "lsat", expected one of .*, did you mean "last"',
        ),
        ("clock: last,", "clock: fast,", r'own.yaml:.*variants.quick.holding.clock: found "fast", expected one of'),
        ("1 week", "1 week, end of year", r"own.yaml:.*expected"),
        ("1 week", "3 business hours end of day", r'expected days, business days or weeks before "end of day"'),
        ("{en: [thank you]}", "{english: [thank you]}", r"expected the code of a language, like en"),
        ("{en: [thank you]}", "{}", r"expected at least one entry"),
        ("first_answer: 1", "frist_answer: 1", r'no such clock, did you mean "first_answer"'),
        ("variants:", "variant:", r'unknown key "variant"'),
    ],
)
def test_a_mistake_in_a_profile_is_named_by_file_and_line(desk: Open, old: str, new: str, message: str) -> None:
    assert OWN.count(old) == 1
    with pytest.raises(ConfigurationError, match=message):
        desk(OWN.replace(old, new))


def test_one_name_stands_for_one_sla(desk: Open) -> None:
    with pytest.raises(ConfigurationError, match=r'sla.yaml:1:8: the SLA "us-cfpb" is in clocks/ already'):
        desk(sla="slas: {us-cfpb: {clocks: {resolution: 9 days}}, ours: {clocks: {resolution: 9 days}}}\n")
