"""What leaves unasked has budgets; over one the case is there all the same, and what must not be lost comes later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.core.case import State
from mailbot.core.letters import LetterKind
from mailbot.workflows.alert import alert
from mailbot.workflows.budgets import USED_UP
from tests.desk import Sent, mail
from tests.security.play import KATE, Play

HOUR = timedelta(hours=1)
WITHOUT_NUMBER = "My parcel came five days late, and nobody told me anything about it. Please refund the delivery fee."


def limited(play: Play, **budgets: int) -> None:
    """Restart the desk with these budgets."""
    config = play.desk.runtime.config
    play.desk.runtime.config = replace(config, budgets=replace(config.budgets, **budgets))


def after(play: Play, span: timedelta) -> list[Sent]:
    """What leaves while time goes by."""
    play.desk.wait(span)
    return play.desk.sent()


def kinds(mails: list[Sent], *wanted: LetterKind) -> list[str]:
    return [m.row.recipient for m in mails if m.row.kind in wanted]


def withheld(play: Play) -> list[str]:
    """What the timelines of all cases say of mail that was not sent."""
    cases = play.desk.cases()
    return [e["detail"] for case in cases for e in play.desk.timeline(case) if e["event"] == "withheld"]


def test_over_the_budget_the_case_is_there_the_agents_know_and_the_timeline_says_why(play: Play) -> None:
    limited(play, per_address_day=1)
    for number in range(3):
        play.complain(subject=f"Late {number}")
    assert len(play.mails(LetterKind.ACKNOWLEDGEMENT)) == 1
    assert len(play.desk.cases()) == 3
    assert len(play.mails(LetterKind.NOTIFICATION, "mari@acme.example")) == 3
    assert withheld(play) == ["acknowledgement: budgets.per_address_day"] * 2


def test_admins_are_warned_once_an_hour_however_many_mails_are_withheld(play: Play) -> None:
    limited(play, per_address_day=1)
    for number in range(4):
        play.complain(subject=f"Late {number}")
    (warning,) = [m for m in after(play, timedelta(0)) if m.row.kind is LetterKind.ALERT]
    assert warning.row.recipient == "ops@acme.example"
    assert "budgets.per_address_day" in warning.text
    assert "mailbot case AP-10002" in warning.text
    assert kinds(after(play, HOUR), LetterKind.ALERT) == []
    for number in range(4):
        play.complain(subject=f"Later {number}")
    assert kinds(after(play, timedelta(0)), LetterKind.ALERT) == ["ops@acme.example"]


def test_one_machine_with_many_addresses_behind_a_plus_is_one_address(play: Play) -> None:
    for number in range(7):
        play.complain(subject=f"Late {number}", by=f"kim+{number}@robots.example")
    assert len(play.mails(LetterKind.ACKNOWLEDGEMENT)) == 5


def test_the_letters_of_one_mail_take_room_from_one_another(play: Play) -> None:
    limited(play, per_case_hour=1)
    play.complain()
    assert [len(play.mails(kind)) for kind in (LetterKind.ACKNOWLEDGEMENT, LetterKind.NOTIFICATION)] == [1, 0]
    assert set(withheld(play)) == {"notification: budgets.per_case_hour"}


def test_a_sender_with_many_cases_does_not_use_up_what_others_need(play: Play) -> None:
    limited(play, per_sender_hour=4)
    for number in range(5):
        play.complain(subject=f"Late {number}", by="kim@robots.example")
    assert len(play.mails(LetterKind.NOTIFICATION)) == 4
    play.complain(by=KATE)
    assert len([m for m in play.fresh if m.row.kind is LetterKind.NOTIFICATION]) == 2


def test_the_brake_of_the_whole_desk_stops_all_but_what_people_write(play: Play) -> None:
    play.complain()
    limited(play, per_hour=len(play.sent))
    play.complain(by="jane@mail.example")
    assert play.fresh == []
    assert len(play.desk.cases()) == 2
    play.answer("Dear Kate, the fee is on its way to you.")
    assert play.kinds() == [("answer", "kate.bell@mail.example")]


@pytest.mark.parametrize("budget", ["per_address_day", "per_case_hour", "per_case_day", "per_desk_hour", "per_hour"])
def test_an_agents_answer_is_never_withheld(play: Play, budget: str) -> None:
    play.complain()
    limited(play, **{budget: 1})
    for number in range(3):
        play.answer(f"Dear Kate, here is news {number}.")
        assert ("answer", "kate.bell@mail.example") in play.kinds()


def test_a_notification_that_was_withheld_comes_once_when_there_is_room(play: Play) -> None:
    play.complain()
    limited(play, per_case_hour=len(play.sent))
    play.desk.wait(timedelta(minutes=1))
    play.write("The lamp is broken as well.", **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    play.write("And the shade is missing.", **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    assert play.fresh == []
    told = [m for m in after(play, HOUR) if m.row.recipient == "mari@acme.example"]
    assert [m.row.kind for m in told] == [LetterKind.NOTIFICATION]
    assert "The lamp is broken as well." in told[0].text
    assert "And the shade is missing." in told[0].text
    assert kinds(after(play, 4 * HOUR), LetterKind.NOTIFICATION) == []


def test_it_does_not_come_when_it_is_no_news_any_more(play: Play) -> None:
    play.complain()
    limited(play, per_case_hour=len(play.sent))
    play.write("The lamp is broken as well.", **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    play.answer("#resolve\n\nDear Kate, the fee is on its way to you.")
    assert play.desk.cases()[0].state is State.RESOLVED
    assert kinds(after(play, HOUR), LetterKind.NOTIFICATION) == []
    assert "mari@acme.example not told: no news any more" in [
        e["detail"] for e in play.desk.timeline(play.desk.cases()[0]) if e["event"] == "tell_later"
    ]


def test_without_room_for_three_days_it_is_given_up_and_the_timeline_says_so(play: Play) -> None:
    play.complain()
    limited(play, per_desk_hour=0)
    play.write("The lamp is broken as well.", **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    play.desk.wait(timedelta(hours=2))
    play.desk.wait(timedelta(days=3))
    given_up = [e["detail"] for e in play.desk.timeline(play.desk.cases()[0]) if e["event"] == "tell_later"]
    assert "mari@acme.example not told: budgets.per_desk_hour" in given_up


def _without_room(play: Play, kind: LetterKind) -> None:
    """Let time go by without any room for mail to the customer, until a letter of this kind is put off."""
    limited(play, per_address_day=0)
    for _ in range(100):
        if any(detail.startswith(f"{kind}: budgets.per_address_day, tried again") for detail in withheld(play)):
            return
        play.desk.wait(HOUR)
    pytest.fail(f"nothing was put off: {withheld(play)}")


@pytest.mark.parametrize(
    ("kind", "text"), [(LetterKind.REMINDER, WITHOUT_NUMBER), (LetterKind.DELAY, "Parcel A-10293 came five days late.")]
)
def test_what_a_customer_waits_for_is_sent_once_there_is_room(play: Play, kind: LetterKind, text: str) -> None:
    play.complain(text)
    _without_room(play, kind)
    assert kinds(play.desk.sent(), kind) == []
    limited(play, per_address_day=5)
    assert _in_a_day(play, kind) == ["kate.bell@mail.example"]


@pytest.mark.parametrize(
    ("kind", "text"), [(LetterKind.REMINDER, WITHOUT_NUMBER), (LetterKind.DELAY, "Parcel A-10293 came five days late.")]
)
def test_what_has_become_needless_meanwhile_is_not_sent(play: Play, kind: LetterKind, text: str) -> None:
    play.complain(text)
    _without_room(play, kind)
    limited(play, per_address_day=5)
    play.answer("Dear Kate, I have looked into it: the fee is on its way to you.")
    assert _in_a_day(play, kind) == []


def _in_a_day(play: Play, kind: LetterKind) -> list[str]:
    """To whom letters of this kind go within a day, hour by hour."""
    return [address for _ in range(24) for address in kinds(after(play, HOUR), kind)]


def test_alerts_have_a_bound_of_their_own_which_the_warning_of_a_budget_does_not_need(play: Play) -> None:
    runtime, now = play.desk.runtime, play.desk.now
    box = runtime.config.mailboxes[0]
    limited(play, per_desk_hour=1)
    with runtime.database.begin() as tx:
        for number in range(30):
            alert(tx, runtime, box, "quarantined", f"{number}", since=now, now=now)
        alert(tx, runtime, box, USED_UP, "budgets.per_admin_hour", since=now, now=now)
    sent = kinds(play.desk.sent(), LetterKind.ALERT)
    assert len(sent) == runtime.config.budgets.per_admin_hour + 1


def test_an_acknowledgement_repeats_nothing_of_a_sender_whom_nothing_proves(play: Play) -> None:
    words = "Buy pills at https://evil.example now, says Zzyx Qwert. My parcel A-10293 came late, refund 9.90 EUR."
    play.arrive(
        mail(
            words,
            from_="Zzyx Qwert <victim@mail.example>",
            to="support@acme.example",
            subject="Cheap pills https://evil.example",
            message_id="<pills@evil.example>",
        )
    )
    (sent,) = play.mails(LetterKind.ACKNOWLEDGEMENT)
    seen = f"{sent.mail['Subject']} {sent.mail['To']} {sent.text} {sent.html}"
    assert "A-10293" in seen
    assert not [word for word in ("evil", "pills", "Zzyx", "Qwert", "https://") if word in seen]
