"""Offers from the agent's mail to the customer's hands: authority, approval, acceptance, fulfilment, and the ledger."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.core.letters import LetterKind
from mailbot.core.offers import Step
from mailbot.store.database import Database
from tests.desk import ROOT, DeskDriver, Sent
from tests.security.play import DMARC_PASS, KATE, Play

ANA, MARI_ADDRESS, KATE_ADDRESS = "Ana Novak <ana@acme.example>", "mari@acme.example", "kate.bell@mail.example"
OSKAR = {"name": "Oskar Lepp", "address": "oskar@acme.example", "role": "lead", "teams": ["quality"]}
PROBLEMS: Mapping[str, str] = yaml.load((ROOT / "templates/et/words.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)[
    "problem"
]
VOUCHED = {"authentication_results": DMARC_PASS}


@pytest.fixture
def play(tmp_path: Path, database: Database) -> Iterator[Play]:
    play = Play(DeskDriver.open(tmp_path, database))
    play.complain()
    yield play
    play.check_secrets()


def offers(play: Play) -> list[dict[str, Any]]:
    with play.desk.runtime.database.read() as tx:
        return [
            {"remedy": str(x.remedy), "amount": str(x.amount), "state": str(x.state), "approved_by": x.approved_by}
            for x in tx.offers.of_case(play.desk.cases()[0].id)
        ]


def steps(play: Play) -> list[Step]:
    with play.desk.runtime.database.read() as tx:
        return [line.step for line in tx.offers.lines()]


def latest(play: Play, kind: LetterKind, to: str) -> Sent:
    return play.mails(kind, to)[-1]


def lead_answers(play: Play, text: str, *, by: str = ANA, to: Sent | None = None, **headers: str) -> None:
    mail = to or latest(play, LetterKind.APPROVAL, by.partition("<")[2].rstrip(">"))
    play.write(text, by=by, **play.thread(mail) | VOUCHED | headers)


def receipt(play: Play, to: str = MARI_ADDRESS) -> str:
    return " ".join(latest(play, LetterKind.RECEIPT, to).text.split())


# Within the agent's own authority


def test_an_offer_within_authority_goes_out_at_once_and_states_sum_form_and_day(play: Play) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate, I am sorry.")
    assert play.kinds() == [("answer", KATE_ADDRESS), ("receipt", MARI_ADDRESS)]
    text = latest(play, LetterKind.ANSWER, KATE_ADDRESS).text
    assert "Dear Kate, I am sorry." in text
    assert "€15.00" in text
    assert "Monday, 9 November 2026" in text
    assert offers(play) == [{"remedy": "refund", "amount": "15.00 EUR", "state": "offered", "approved_by": ()}]
    assert play.desk.cases()[0].state == "waiting"


def test_an_offer_needs_no_words_of_the_agents(play: Play) -> None:
    play.answer("#offer voucher 15 EUR")
    assert "voucher for €15.00" in latest(play, LetterKind.ANSWER, KATE_ADDRESS).text


def test_a_proposal_is_offered_by_its_number(play: Play) -> None:
    play.answer("#offer 2")
    assert offers(play)[0]["remedy"] == "free_delivery"


def test_goodwill_that_waits_for_the_cause_is_offered_together_with_it(play: Play) -> None:
    play.answer("#cause the depot was closed\n#offer voucher 5 EUR")
    assert [offer["remedy"] for offer in offers(play)] == ["voucher"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("#offer 9", "no_such_proposal"),
        ("#offer refund", "needs_sum"),
        ("#offer horse 3 EUR", "unknown_value"),
        ("#offer apology 3 EUR", "no_sum_here"),
        ("#offer 3 5 EUR", "needs_cause"),
    ],
)
def test_an_offer_that_cannot_be_made_is_answered_with_what_is_wrong(play: Play, line: str, problem: str) -> None:
    play.answer(f"{line}\n\nDear Kate, it is yours.")
    assert PROBLEMS[problem] in receipt(play)
    assert not play.to_outsiders(play.fresh)
    assert not offers(play)


def test_the_same_offer_sent_twice_is_made_once(play: Play) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    assert len(offers(play)) == 1
    assert play.kinds() == [("receipt", MARI_ADDRESS)]


# Above it


def test_an_offer_above_authority_waits_and_the_customer_hears_nothing(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate, you get 60 euros.")
    assert play.kinds() == [("approval", "ana@acme.example"), ("receipt", MARI_ADDRESS)]
    assert offers(play)[0]["state"] == "proposed"
    request = latest(play, LetterKind.APPROVAL, "ana@acme.example")
    assert "60,00" in request.text
    assert "Dear Kate, you get 60 euros." in request.text


def test_an_approved_offer_goes_out_with_the_agents_words(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate, you get 60 euros.")
    lead_answers(play, "#approve")
    assert ("answer", KATE_ADDRESS) in play.kinds()
    assert ("notice", MARI_ADDRESS) in play.kinds()
    answer = latest(play, LetterKind.ANSWER, KATE_ADDRESS)
    assert "Dear Kate, you get 60 euros." in answer.text
    assert "Mari Tamm" in str(answer.mail["From"])
    assert offers(play)[0] | {"approved_by": ["ana@acme.example"]} == offers(play)[0] | {
        "approved_by": list(offers(play)[0]["approved_by"])
    }
    assert steps(play) == [Step.PROPOSED, Step.APPROVED, Step.OFFERED]


def test_with_another_sum_the_agents_words_stay_behind(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate, you get 60 euros.")
    lead_answers(play, "#approve 40 EUR")
    text = latest(play, LetterKind.ANSWER, KATE_ADDRESS).text
    assert "€40.00" in text
    assert "60" not in text
    assert offers(play)[0]["amount"] == "40.00 EUR"


def test_a_denied_offer_never_reaches_the_customer_and_the_agent_hears_why(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate, you get 60 euros.")
    lead_answers(play, "#deny the parcel cost 20")
    assert not play.to_outsiders(play.fresh)
    assert "the parcel cost 20" in latest(play, LetterKind.NOTICE, MARI_ADDRESS).text
    assert offers(play)[0]["state"] == "cancelled"


def test_a_second_approval_does_nothing_twice(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    lead_answers(play, "#approve")
    before = steps(play)
    lead_answers(play, "#approve")
    assert play.kinds() == [("receipt", "ana@acme.example")]
    assert steps(play) == before


def test_nobody_approves_their_own_offer(play: Play) -> None:
    play.write("#offer refund 900 EUR", by=ANA, **play.thread(play.notification("ana@acme.example")) | VOUCHED)
    assert not offers(play)  # nobody else may approve that much


def test_an_agent_cannot_approve(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    play.answer("#approve", **VOUCHED)
    assert offers(play)[0]["state"] == "proposed"


def test_a_plain_reply_to_a_request_for_approval_goes_to_the_agent_alone(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    lead_answers(play, "#note see me\n\nWhy so much?")
    assert play.kinds() == [("colleague", MARI_ADDRESS), ("receipt", "ana@acme.example")]
    assert "Why so much?" in latest(play, LetterKind.COLLEAGUE, MARI_ADDRESS).text
    assert offers(play)[0]["state"] == "proposed"


def test_an_approval_without_the_servers_word_is_held_until_the_lead_confirms_it(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    request = latest(play, LetterKind.APPROVAL, "ana@acme.example")
    row = play.write("#approve", by=ANA, **play.thread(request))
    assert row.disposition.value == "held"
    assert offers(play)[0]["state"] == "proposed"
    play.write("yes", by=ANA, **play.thread(latest(play, LetterKind.CHALLENGE, "ana@acme.example")))
    assert offers(play)[0]["state"] == "offered"


def test_a_disowned_approval_never_counts_and_the_leads_are_told(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    play.write("#approve", by=ANA, **play.thread(latest(play, LetterKind.APPROVAL, "ana@acme.example")))
    challenge = play.thread(latest(play, LetterKind.CHALLENGE, "ana@acme.example"))
    play.write("No, this is not mine!", by=ANA, **challenge)
    assert [kind for kind, _ in play.kinds()] == ["notice"]
    play.write("yes", by=ANA, **challenge)
    assert offers(play)[0]["state"] == "proposed"


def test_a_forged_approval_without_the_token_is_held(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    row = play.write("#approve", by=ANA, subject=f"Re: [{play.number}]", **VOUCHED)
    assert row.disposition.value == "held"
    assert offers(play)[0]["state"] == "proposed"


def test_leads_are_reminded_and_in_the_end_all_are_asked(tmp_path: Path, database: Database) -> None:
    colleague = OSKAR | {"authority": {"any": "500 EUR"}}
    play = Play(DeskDriver.open(tmp_path, database, colleagues=[colleague]))
    play.complain()
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    assert [to for kind, to in play.kinds() if kind == "approval"] == ["ana@acme.example"]
    asked = [_after(play, span) for span in (timedelta(hours=5), timedelta(days=2))]
    assert asked[0] == ["ana@acme.example"]
    assert sorted(asked[1]) == ["ana@acme.example", "oskar@acme.example"]


def _after(play: Play, span: timedelta) -> list[str]:
    play.desk.wait(span)
    fresh = play.desk.sent()
    play.sent += fresh
    return [mail.row.recipient for mail in fresh if mail.row.kind is LetterKind.APPROVAL]


# The customer answers


@pytest.mark.parametrize(
    ("words", "state"),
    [("Yes, that is fine with me.", "accepted"), ("No, thank you.", "declined"), ("When will it come?", "offered")],
)
def test_the_customers_plain_reply_accepts_declines_or_asks(play: Play, words: str, state: str) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    answer = latest(play, LetterKind.ANSWER, KATE_ADDRESS)
    play.write(words, by=KATE, **play.thread(answer))
    assert offers(play)[0]["state"] == state
    assert ("notification", MARI_ADDRESS) in play.kinds()


def test_an_agent_confirms_what_was_unclear(play: Play) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    play.answer("#accepted")
    assert offers(play)[0]["state"] == "accepted"


# The promise


def test_a_promise_reminds_before_its_day_and_on_it_until_it_is_kept(play: Play) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    told = []
    for day in range(9):
        play.desk.wait(timedelta(days=1))
        fresh = play.desk.sent()
        told += [(day, mail.row.recipient) for mail in fresh if mail.row.kind is LetterKind.NOTICE]
    assert told == [(3, MARI_ADDRESS), (6, MARI_ADDRESS), (6, "ana@acme.example")]


def test_a_kept_promise_reminds_nobody(play: Play) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    play.answer("#fulfilled")
    assert offers(play)[0]["state"] == "fulfilled"
    play.desk.wait(timedelta(days=20))
    assert not [mail for mail in play.desk.sent() if mail.row.kind is LetterKind.NOTICE]


def test_the_ledger_keeps_every_step(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    lead_answers(play, "#approve")
    play.write("Yes, please.", by=KATE, **play.thread(latest(play, LetterKind.ANSWER, KATE_ADDRESS)))
    play.answer("#fulfilled")
    assert steps(play) == [Step.PROPOSED, Step.APPROVED, Step.OFFERED, Step.ACCEPTED, Step.FULFILLED]
    with play.desk.runtime.database.read() as tx:
        assert [line.by for line in tx.offers.lines()] == [
            MARI_ADDRESS,
            "ana@acme.example",
            "ana@acme.example",
            KATE_ADDRESS,
            MARI_ADDRESS,
        ]


def test_what_an_approval_has_quoted_may_be_said_to_the_customer_again(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate,\nyou get sixty euros.")
    lead_answers(play, "#approve")
    play.desk.now += timedelta(minutes=1)
    play.answer("#send\n\nDear Kate,\nthe money is on its way.")
    assert ("answer", KATE_ADDRESS) in play.kinds()


def test_an_approved_answer_is_a_message_of_the_case_and_its_agent_has_the_case(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate, you get 60 euros.")
    lead_answers(play, "#approve")
    assert "out agent" in play.messages
    assert play.desk.cases()[0].assignee == MARI_ADDRESS


def test_a_denial_is_told_once_with_the_offer_and_all_that_the_lead_wrote(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    lead_answers(play, "#deny too much\n\nLet us talk tomorrow.\nAna")
    assert [kind for kind, to in play.kinds() if to == MARI_ADDRESS] == ["notice"]
    text = latest(play, LetterKind.NOTICE, MARI_ADDRESS).text
    assert "60,00" in text
    assert "too much" in text
    assert "Let us talk tomorrow." in text


@pytest.mark.parametrize("line", ["#note do not tell her\n#offer refund 15 EUR", "#offer refund 80 EUR\n#note ask Ana"])
def test_an_offer_in_a_mail_for_colleagues_is_refused_and_its_words_stay_inside(play: Play, line: str) -> None:
    play.answer(f"{line}\n\nShe is lying, but let us pay.")
    assert not offers(play)
    assert not play.to_outsiders(play.fresh)
    assert PROBLEMS["no_offer_here"] in receipt(play)


def test_the_notification_of_an_acceptance_shows_the_offer_as_accepted(play: Play) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    play.write("Yes, that is fine.", by=KATE, **play.thread(latest(play, LetterKind.ANSWER, KATE_ADDRESS)))
    states = yaml.load((ROOT / "templates/et/words.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)["offer"]
    text = latest(play, LetterKind.NOTIFICATION, MARI_ADDRESS).text
    assert states["accepted"] in text
    assert states["offered"] not in text


def test_a_promise_is_kept_in_mind_when_another_one_is_declined(play: Play) -> None:
    play.answer("#offer refund 15 EUR\n\nDear Kate.")
    play.answer("#offer voucher 10 EUR\n\nDear Kate.")
    play.answer("#declined 2")
    play.desk.wait(timedelta(days=6))
    reminders = [mail for mail in play.desk.sent() if mail.row.kind is LetterKind.NOTICE]
    assert reminders
    assert all("15,00" in mail.text for mail in reminders)


def test_nobody_approves_more_than_was_asked_for(play: Play) -> None:
    play.answer("#offer refund 60 EUR\n\nDear Kate.")
    lead_answers(play, "#approve 90 EUR")
    assert offers(play)[0] == {"remedy": "refund", "amount": "60.00 EUR", "state": "proposed", "approved_by": ()}
    assert not play.to_outsiders(play.fresh)


@pytest.mark.parametrize("lines", ["#resolve\n#offer refund 60 EUR", "#offer refund 60 EUR\n#resolve"])
def test_a_case_is_not_settled_by_an_offer_that_still_waits(play: Play, lines: str) -> None:
    play.answer(f"{lines}\n\nDear Kate.")
    assert play.kinds() == [("receipt", MARI_ADDRESS)]
    assert play.desk.cases()[0].state == "new"
    assert not offers(play)
