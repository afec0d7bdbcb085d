"""The question after a resolution and what follows from the answer, by the clock: mails, calls, thanks, apologies."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.case import Case
from mailbot.core.channels import Channel, Preference
from mailbot.core.letters import LetterKind
from mailbot.store.database import Database
from tests.desk import DeskDriver, Sent
from tests.security.play import KATE, Play, address
from tests.workflows.conftest import DeskWith

DAY = timedelta(days=1)
KATE_ADDRESS, MARI, ANA = "kate.bell@mail.example", "mari@acme.example", "ana@acme.example"
ROUTING = "rules: [{rule: all, then: {assign_team: logistics, severity: normal}}]\n"
SLA = """
slas:
  standard: {default: true, clocks: {first_answer: 2 business days, next_answer: 2 business days}}
"""
UNLESS = "unless: {any: [{threat: legal}, {safety: true}, {tags: hush}]}"
PLAIN = f"follow_up: [{{after: 3 business days, {UNLESS}}}]\n"
REMINDING = f"follow_up: [{{after: 3 business days, remind: 3 business days, {UNLESS}}}]\n"
SELDOM = PLAIN + "at_most_every: 30 days\n"
REVIEWING = PLAIN + 'review: {from: 4, link: "https://reviews.example/acme?new", after: 1 business day}\n'
LINK = re.compile(r'href="(mailto:[^"]+)"')
Open = Callable[..., Play]

COMPLAINTS = {
    "en": "My order A-10293 came five days late, I had paid for next-day delivery. Please refund the fee.",
    "et": "Minu tellimus A-10293 jõudis kohale viis päeva hiljem, kuigi maksin kiire tarne eest. Palun raha tagasi",
    "sl": "Moje naročilo A-10293 je prišlo pet dni prepozno, čeprav sem plačal hitro dostavo. Vrnite mi denar.",
    "ru": "Мой заказ A-10293 пришёл на пять дней позже, хотя я заплатила за срочную доставку. Верните деньги.",
    "fa": "سفارش من با شمارهٔ A-10293 پنج روز دیر رسید، با اینکه هزینهٔ ارسال فوری را داده بودم. پول را پس بدهید.",
}
THANKED = {"en": "glad", "et": "hea meel", "sl": "Veseli", "ru": "рады", "fa": "خوشحالیم"}
SORRY = {"en": "sorry", "et": "vabandust", "sl": "Opravičujemo", "ru": "извинения", "fa": "عذر"}


@pytest.fixture
def desk(desk_with: DeskWith) -> Open:
    """A desk with a follow-up of its own; it is Monday noon, and its hours are 9 to 17."""

    def opened(follow_up: str = PLAIN, *, subaddressing: bool = True) -> Play:
        rules = {"routing": ROUTING, "sla": SLA, "follow_up": follow_up}
        return Play(desk_with(rules, subaddressing=subaddressing))

    return opened


def case(play: Play, number: int = 0) -> Case:
    return play.desk.cases()[number]


def wait(play: Play, days: float) -> list[Sent]:
    """What is sent while so many days pass, all at once at their end."""
    play.desk.wait(days * DAY)
    play.fresh = play.desk.sent()
    play.sent += play.fresh
    return play.fresh


def resolve(play: Play, *commands: str, number: int = 0) -> None:
    notification = [
        m for m in play.mails(LetterKind.NOTIFICATION, MARI) if case(play, number).number in m.mail["Subject"]
    ]
    play.desk.now += timedelta(minutes=1)
    text = "\n".join((*commands, "#resolve"))
    play.write(f"{text}\n\nIt is settled.", by=f"Mari Tamm <{MARI}>", **play.thread(notification[0]))
    assert case(play, number).state == "resolved"


def resolved(play: Play, *commands: str) -> Play:
    play.complain()
    resolve(play, *commands)
    return play


def asked(play: Play, *commands: str) -> Sent:
    """The question, three business days after the resolution."""
    resolved(play, *commands)
    (question,) = [m for m in wait(play, 3) if m.row.kind is LetterKind.FOLLOW_UP]
    return question


def reply(play: Play, question: Sent, text: str, **headers: str) -> list[tuple[str, str]]:
    play.write(text, by=KATE, **play.thread(question) | headers)
    return play.kinds()


def press(play: Play, question: Sent, label: str) -> list[tuple[str, str]]:
    """Open the mailto link behind a number, or behind the way out, and send what the mail program shows."""
    links = [urlsplit(found.replace("&amp;", "&")) for found in LINK.findall(question.html)]
    queries = [parse_qs(link.query) for link in links]
    (link, query) = next(
        (x, q) for x, q in zip(links, queries, strict=True) if q["body"][0] == label or label in q["subject"][0]
    )
    play.write(query["body"][0], by=KATE, to=unquote(link.path), subject=query["subject"][0])
    return play.kinds()


def notes(play: Play, event: str, number: int = 0) -> list[str]:
    return [line["detail"] for line in play.desk.timeline(case(play, number)) if line["event"] == event]


def mails(play: Play, kind: LetterKind) -> int:
    return len(play.mails(kind))


# The question


def test_the_question_offers_five_answers_and_a_way_out(desk: Open) -> None:
    question = asked(desk())
    links = [urlsplit(found.replace("&amp;", "&")) for found in LINK.findall(question.html)]
    assert [parse_qs(link.query)["body"][0][:1] for link in links] == ["1", "2", "3", "4", "5", "["]
    assert {unquote(link.path) for link in links} == {address(question.reply_address)}


@pytest.mark.parametrize("subaddressing", [True, False])
def test_a_link_finds_its_case_with_and_without_subaddresses(desk: Open, subaddressing: bool) -> None:
    play = desk(subaddressing=subaddressing)
    press(play, asked(play), "5")
    assert len(play.desk.cases()) == 1
    assert notes(play, "survey") == ["5 satisfied"]


@pytest.mark.parametrize(
    "body", ["5", "5\n", "۵", "5\n\n-- \nKate Bell", "5\n\nSent from my iPhone", "  5  ", ":-)", "😀"]
)
def test_a_digit_or_a_smile_is_read_whatever_a_mail_program_puts_below_it(desk: Open, body: str) -> None:
    play = desk()
    reply(play, asked(play), body)
    assert notes(play, "survey")[0].endswith("satisfied")
    assert "dissatisfied" not in notes(play, "survey")[0]


def test_who_is_silent_is_reminded_once(desk: Open) -> None:
    play = desk(REMINDING)
    first = asked(play)
    (second,) = wait(play, 5)
    assert second.row.kind is LetterKind.FOLLOW_UP
    assert "only this once more" in second.text
    assert "only this once more" not in first.text
    assert wait(play, 60) == []


@pytest.mark.parametrize("text", ["Thank you!", "4", "Where is my money?"])
def test_who_answers_is_not_reminded(desk: Open, text: str) -> None:
    play = desk(REMINDING)
    reply(play, asked(play), text)
    wait(play, 30)
    assert mails(play, LetterKind.FOLLOW_UP) == 1


def test_of_several_questions_the_first_that_applies_is_put(desk: Open) -> None:
    play = desk("follow_up: [{after: 9 business days, when: {type: billing}}, {after: 1 business day}]\n")
    resolved(play)
    assert [m.row.kind for m in wait(play, 1)] == [LetterKind.FOLLOW_UP]


@pytest.mark.parametrize(("offer", "questions"), [("none", 0), ("offered", 1), ("fulfilled", 0)])
def test_what_became_of_the_offer_can_decide(desk: Open, offer: str, questions: int) -> None:
    play = desk(f"follow_up: [{{after: 1 business day, when: {{offer: {offer}}}}}]\n")
    resolved(play, "#offer refund 15 EUR")
    wait(play, 2)
    assert mails(play, LetterKind.FOLLOW_UP) == questions


def test_a_member_calls_instead_where_the_file_says_so(desk: Open) -> None:
    play = desk("follow_up: [{after: 1 business day, remind: 1 business day, instead: call}]\n")
    resolved(play)
    assert {(m.row.kind.value, m.row.recipient) for m in wait(play, 1)} == {("notice", MARI)}
    assert wait(play, 30) == []


def test_who_prefers_the_phone_is_called(desk: Open) -> None:
    play = resolved(desk(REMINDING))
    with play.desk.runtime.database.begin() as tx:
        tx.presence.prefer(KATE_ADDRESS, Preference(Channel.PHONE, "+372 5555 0123"))
    sent = wait(play, 3)
    assert {m.row.kind for m in sent} == {LetterKind.NOTICE}
    assert any("+372 5555 0123" in m.text for m in sent)


def test_a_customer_is_asked_once_in_thirty_days_over_all_cases(desk: Open) -> None:
    play = desk(SELDOM)
    asked(play)
    play.complain("My invoice A-777 is wrong, you charged me twice.", subject="Charged twice")
    resolve(play, number=1)
    wait(play, 5)
    assert mails(play, LetterKind.FOLLOW_UP) == 1
    assert "at most every 30 days" in notes(play, "follow_up", 1)[0]
    play.complain("My order A-888 has not arrived.", subject="Nothing came")
    wait(play, 25)
    resolve(play, number=2)
    wait(play, 5)
    assert mails(play, LetterKind.FOLLOW_UP) == 2


def test_other_cases_leave_out_what_the_resolution_did_not_settle(desk: Open) -> None:
    play = resolved(desk(), "#tag hush")
    assert wait(play, 10) == []


def test_a_case_that_has_turned_grave_meanwhile_is_left_out_and_the_timeline_says_so(desk: Open) -> None:
    play = resolved(desk())
    play.write("#tag hush", by=f"Mari Tamm <{MARI}>", **play.thread(play.notification()))
    wait(play, 10)
    assert not mails(play, LetterKind.FOLLOW_UP)
    assert notes(play, "follow_up") == ["not sent: follow_up.yaml says so"]


# Faults


def test_three_days_of_outage_delay_the_question_three_weeks_leave_it_out(desk: Open) -> None:
    play = resolved(desk())
    wait(play, 7)
    assert mails(play, LetterKind.FOLLOW_UP) == 1
    play.complain("My order A-888 has not arrived.", subject="Nothing came")
    resolve(play, number=1)
    assert wait(play, 3 + 21) == []
    assert "more than 14 days ago" in notes(play, "follow_up", 1)[0]


def test_a_reminder_is_left_out_after_three_weeks(desk: Open) -> None:
    play = desk(REMINDING)
    asked(play)
    assert wait(play, 30) == []
    assert "more than 14 days ago" in notes(play, "follow_up")[-1]


def test_a_desk_that_comes_up_at_night_asks_in_the_morning(desk: Open) -> None:
    play = resolved(desk())
    assert wait(play, 3.5) == []
    (question,) = wait(play, 0.5)
    assert question.row.kind is LetterKind.FOLLOW_UP


def test_a_clock_that_jumps_by_a_year_asks_nobody_and_back_again_everything_is_as_before(desk: Open) -> None:
    play = resolved(desk())
    play.desk.now -= timedelta(hours=1)
    assert wait(play, 3) == []
    assert [m.row.kind for m in wait(play, 1 / 24)] == [LetterKind.FOLLOW_UP]
    assert wait(play, 365) == []


# The answer


@pytest.mark.parametrize("language", COMPLAINTS)
def test_who_is_content_is_thanked_once_in_their_language_and_the_case_is_closed(desk: Open, language: str) -> None:
    play = desk()
    play.complain(COMPLAINTS[language])
    resolve(play, "#corrective Samedi aussi")
    (question,) = wait(play, 3)
    assert ("thanks", KATE_ADDRESS) in press(play, question, "5")
    text = play.mails(LetterKind.THANKS)[0]
    assert (THANKED[language] in text.text, "Samedi aussi" in text.text) == (True, True)
    assert (text.mail["Auto-Submitted"], case(play).state) == ("auto-replied", "closed")
    assert not any(kind in ("thanks", "apology") for kind, _ in press(play, question, "4"))


@pytest.mark.parametrize("language", COMPLAINTS)
def test_for_whom_it_is_not_settled_gets_an_apology_with_a_day_in_their_language(desk: Open, language: str) -> None:
    play = desk()
    play.complain(COMPLAINTS[language])
    resolve(play)
    (question,) = wait(play, 3)
    kinds = press(play, question, "1")
    assert {("apology", KATE_ADDRESS), ("notification", MARI), ("notification", ANA)} <= set(kinds)
    (apology,) = play.mails(LetterKind.APOLOGY)
    assert SORRY[language] in apology.text
    assert re.search("9|۱۸", apology.text)
    grave = case(play)
    assert (grave.state, grave.severity, grave.priority) == ("open", "high", "high")


def test_a_middling_mark_closes_the_case_and_the_leads_see_it(desk: Open) -> None:
    play = desk()
    question = asked(play)
    play.fresh = []
    kinds = press(play, question, "3")
    assert {("thanks", KATE_ADDRESS), ("notification", ANA)} <= set(kinds)
    assert "We take the matter as settled" in play.mails(LetterKind.THANKS)[0].text
    assert case(play).state == "closed"


def test_a_mark_with_a_question_is_no_end(desk: Open) -> None:
    play = desk()
    kinds = reply(play, asked(play), "5\nBut one thing: to which address do I return the old one?")
    assert not any(kind == "thanks" for kind, _ in kinds)
    assert case(play).state != "closed"


def test_thanks_alone_sends_and_opens_nothing(desk: Open) -> None:
    play = desk()
    kinds = reply(play, asked(play), "Thank you!")
    assert {kind for kind, _ in kinds} == {"notification"}
    assert case(play).state == "resolved"


def test_words_of_somebody_content_whom_nobody_has_asked_close_nothing(desk: Open) -> None:
    play = resolved(desk())
    (resolution,) = play.mails(LetterKind.RESOLUTION)
    kinds = reply(play, resolution, "It arrived today, and I am very happy with how you handled it.")
    assert (case(play).state, {kind for kind, _ in kinds}) == ("resolved", {"notification"})


def test_a_machine_that_answers_every_mail_gets_one(desk: Open) -> None:
    play = desk()
    question = asked(play)
    for _ in range(5):
        reply(play, question, "5. Very satisfied.")
        reply(play, question, "1. Not solved, I am very dissatisfied.")
    assert mails(play, LetterKind.APOLOGY) + mails(play, LetterKind.THANKS) == 1


def test_a_case_that_is_settled_again_may_be_apologised_for_again(desk: Open) -> None:
    play = desk()
    press(play, asked(play), "1")
    resolve(play)
    (question,) = [m for m in wait(play, 5) if m.row.kind is LetterKind.FOLLOW_UP]
    press(play, question, "2")
    assert mails(play, LetterKind.APOLOGY) == 2
    assert case(play).severity == "critical"


def test_nothing_is_sent_on_hold(desk: Open) -> None:
    play = resolved(desk())
    with play.desk.runtime.database.begin() as tx:
        tx.cases.save(replace(case(play), on_hold="a lawyer writes"))
    wait(play, 5)
    assert notes(play, "follow_up") == ["not sent: on hold: a lawyer writes"]
    reply(play, play.mails(LetterKind.RESOLUTION)[0], "1. Nothing is solved.")
    assert not mails(play, LetterKind.FOLLOW_UP) + mails(play, LetterKind.APOLOGY)


@pytest.mark.parametrize("switch", ["thanks: false", "apology: false"])
def test_both_answers_can_be_switched_off(desk: Open, switch: str) -> None:
    play = desk(PLAIN + switch + "\n")
    press(play, asked(play), "5" if switch.startswith("thanks") else "1")
    assert not mails(play, LetterKind.THANKS) + mails(play, LetterKind.APOLOGY)
    assert case(play).state == ("resolved" if switch.startswith("thanks") else "open")


# No more questions


@pytest.mark.parametrize("language", COMPLAINTS)
def test_the_way_out_is_taken_in_silence_and_holds_for_later_cases(desk: Open, language: str) -> None:
    play = desk()
    play.complain(COMPLAINTS[language])
    resolve(play)
    (question,) = wait(play, 3)
    assert press(play, question, "[stop]") == []
    assert case(play).state == "resolved"
    assert notes(play, "surveyed")[-1].startswith(f"{KATE_ADDRESS} stopped")
    play.complain("My invoice A-777 is wrong, you charged me twice.", subject="Charged twice")
    resolve(play, number=1)
    wait(play, 5)
    assert mails(play, LetterKind.FOLLOW_UP) == 1
    assert notes(play, "follow_up", 1) == ["not sent: the customer wants no questions"]


def test_what_else_stands_in_such_a_mail_is_read(desk: Open) -> None:
    play = desk()
    question = asked(play)
    kinds = reply(play, question, "My money has still not come, nothing is solved.", subject="Re: parcel [stop]")
    assert ("notification", MARI) in kinds
    assert case(play).state == "open"


def test_a_complaint_with_the_word_in_its_subject_stops_nothing(desk: Open) -> None:
    play = desk()
    play.complain(subject="[stop] charging me for parcels that are late")
    resolve(play)
    (question,) = wait(play, 3)
    reply(play, question, "5")
    assert notes(play, "survey") == ["5 satisfied"]
    assert not any("stopped" in line for line in notes(play, "surveyed"))


def test_a_preference_for_the_phone_does_not_undo_it(database: Database) -> None:
    with database.begin() as tx:
        tx.presence.prefer(KATE_ADDRESS, Preference(no_surveys=True, asked_at=datetime(2026, 11, 2, tzinfo=UTC)))
        assert tx.presence.preference(KATE_ADDRESS).no_surveys


# The invitation


@pytest.mark.parametrize(("mark", "invited"), [("5", 1), ("4", 1), ("3", 0), ("1", 0)])
def test_only_a_good_mark_brings_an_invitation(desk: Open, mark: str, invited: int) -> None:
    play = desk(REVIEWING)
    press(play, asked(play), mark)
    sent = [m for m in wait(play, 4) if m.row.kind is LetterKind.REVIEW]
    assert len(sent) == invited
    assert all('href="https://reviews.example/acme?new"' in m.html for m in sent)


def test_a_customer_is_invited_once_ever(desk: Open) -> None:
    play = desk(REVIEWING)
    press(play, asked(play), "5")
    wait(play, 4)
    wait(play, 400)
    play.complain("My invoice A-777 is wrong, you charged me twice.", subject="Charged twice")
    resolve(play, number=1)
    (question,) = [m for m in wait(play, 7) if m.row.kind is LetterKind.FOLLOW_UP]
    press(play, question, "5")
    wait(play, 10)
    assert (mails(play, LetterKind.REVIEW), mails(play, LetterKind.THANKS)) == (1, 2)


def test_nobody_is_invited_who_has_another_case_open(desk: Open) -> None:
    play = desk(REVIEWING)
    press(play, asked(play), "5")
    play.complain("My invoice A-777 is wrong, you charged me twice.", subject="Charged twice")
    wait(play, 5)
    assert not mails(play, LetterKind.REVIEW)
    assert notes(play, "review") == ["not sent: not all is settled"]


def test_an_invitation_is_left_out_after_an_outage_and_after_the_way_out(desk: Open) -> None:
    play = desk(REVIEWING)
    question = asked(play)
    press(play, question, "5")
    wait(play, 40)
    assert not mails(play, LetterKind.REVIEW)
    assert "more than 14 days ago" in notes(play, "review")[0]


# Whatever happens


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["1", "3", "5", "stop", "thanks", "wait", "week"]), max_size=8))
def test_of_one_resolution_a_customer_gets_one_question_one_reminder_and_one_answer(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    database = Database.open(f"sqlite:///{folder}/mailbot.db")
    play = Play(DeskDriver.open(folder, database))
    resolved(play)
    texts = {"thanks": "Thank you!", "stop": ""}
    for step in steps:
        if step in ("wait", "week"):
            wait(play, 1 if step == "wait" else 7)
            continue
        subject = {"subject": "Re: parcel [stop]"} if step == "stop" else {}
        reply(play, play.mails(LetterKind.RESOLUTION)[0], texts.get(step, step), **subject)
    wait(play, 10)
    assert mails(play, LetterKind.FOLLOW_UP) <= 1
    assert mails(play, LetterKind.APOLOGY) + mails(play, LetterKind.THANKS) <= 1
    database.close()
