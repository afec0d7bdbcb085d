"""What rules decide, from the mail that arrives to the mails that leave."""

import re
import shutil
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.runtime import Runtime
from tests.desk import ROOT, DeskDriver, Sent, close_own, mail, own_behaviour, write_config

LATE = {"from_": "Kate Lee <kate@mail.example>", "to": "support@acme.example", "subject": "Late"}
BODY = "My parcel A-10293 came five days late. I paid 40.00 EUR for it."
LANGUAGES = ("en", "et")
PROOF = "mx.acme.example; dmarc=pass header.from="
Open = Callable[..., DeskDriver]


def _rules(then: str, when: str = "{}") -> str:
    return f"rules:\n  - rule: the rule\n    when: {when}\n    then: {then}\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Open]:
    """A desk with rules of its own; `files` are others in its folder."""
    running: list[Runtime] = []

    def opened(rules: str, files: dict[str, str] | None = None, config: str = "") -> DeskDriver:
        shutil.copytree(ROOT / "templates", tmp_path / "templates")
        (tmp_path / "rules").mkdir()
        shutil.copytree(ROOT / "rules" / "vocabulary", tmp_path / "rules" / "vocabulary")
        shutil.copy(ROOT / "rules" / "compensation.yaml", tmp_path / "rules")
        (tmp_path / "rules" / "routing.yaml").write_text(rules, encoding="utf-8")
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        path = write_config(tmp_path)
        text = re.sub(rf"{ROOT}/(rules|templates)", r"\1", path.read_text()).replace("team:\n", f"{config}team:\n", 1)
        text = text.replace("[en, et, sl, ru, fa]", f"[{', '.join(LANGUAGES)}]")
        path.write_text(re.sub(r"authority: \{refund: 20 EUR.*?\}", "authority: {voucher: 20 EUR}", text, count=1))
        loaded = load_config(path, environ={})
        behaviour = own_behaviour(loaded)
        running.append(Runtime(loaded, Database.open(f"sqlite:///{tmp_path}/mailbot.db"), behaviour))
        return DeskDriver(running[-1])

    yield opened
    for runtime in running:
        close_own(runtime)


def arrive(desk: DeskDriver, body: str = BODY, **headers: str) -> list[Sent]:
    desk.arrive(mail(body, **{"message_id": "<1@mail.example>", **LATE, **headers}))
    return desk.sent()


def answer(desk: DeskDriver, notification: Sent, text: str, member: str = "mari@acme.example") -> list[Sent]:
    reply = {"from_": member, "to": notification.reply_address, "message_id": f"<{len(text)}@acme.example>"}
    desk.arrive(mail(text, subject="Re: Late", authentication_results=f"{PROOF}acme.example", **reply))
    return desk.sent()


def of_kind(sent: list[Sent], kind: str) -> list[Sent]:
    return [one for one in sent if one.row.kind == kind]


# The acknowledgement


def test_without_a_word_about_it_everybody_gets_the_acknowledgement(desk: Open) -> None:
    assert len(of_kind(arrive(desk(_rules("{tag: x}"))), "acknowledgement")) == 1


def test_off_sends_none_and_the_timeline_says_why(desk: Open) -> None:
    driver = desk(_rules("{acknowledge: off}"))
    assert [one.row.kind for one in arrive(driver)] == ["notification"]
    (case,) = driver.cases()
    assert {"event": "acknowledge", "detail": "off: rule “the rule”"} in driver.timeline(case)


def test_an_acknowledgement_of_ones_own_is_used_in_the_language_of_the_customer(desk: Open) -> None:
    own = {
        f"templates/{language}/ack_christmas.md": f"Subject: {{{{ 'Merry {language}' | tagged(case_number) }}}}\n\n"
        "{% for detail in missing %}\n- {{ words.ask[detail] }}\n{% endfor %}\n"
        for language in LANGUAGES
    }
    driver = desk(_rules("{acknowledge: ack_christmas, ask_for: photo}"), own)
    (sent,) = of_kind(arrive(driver, "Minu pakk hilines viis päeva, tellimus A-10293."), "acknowledgement")
    assert sent.mail["Subject"] == "Merry et [AP-10001]"
    assert sent.text.strip() == "- üks või kaks fotot, millelt on näha viga või saadud toode"


def test_an_own_acknowledgement_that_one_language_lacks_is_named(desk: Open) -> None:
    with pytest.raises(ConfigurationError, match=r"et/ack_x\.md:1:1: this template is missing"):
        desk(_rules("{acknowledge: ack_x}"), {"templates/en/ack_x.md": "Subject: x\n\ny\n"})


# What is asked for


def test_what_is_there_already_is_not_asked_for(desk: Open) -> None:
    driver = desk(_rules("{ask_for: [order_number, photo, serial_number]}"))
    (sent,) = of_kind(arrive(driver), "acknowledgement")
    assert "your order number" not in sent.text
    assert "a photo or two" in sent.text
    assert "the serial number of the product" in sent.text


def test_a_picture_that_is_attached_is_not_asked_for(desk: Open) -> None:
    driver = desk(_rules("{ask_for: photo}"))
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"], message["Message-ID"] = LATE["from_"], "Late", "<1@mail.example>"
    message.set_content(BODY)
    message.add_attachment(b"\xff\xd8\xff", maintype="image", subtype="jpeg", filename="cup.jpg")
    driver.arrive(message.as_bytes())
    (sent,) = of_kind(driver.sent(), "acknowledgement")
    assert "please send us" not in sent.text


def test_an_organisation_asks_for_what_only_it_knows(desk: Open) -> None:
    words = {
        f"templates/{language}/words.yaml": (ROOT / "templates" / language / "words.yaml")
        .read_text()
        .replace("  order_number: ", "  meter: the reading of the meter\n  order_number: ", 1)
        for language in LANGUAGES
    }
    driver = desk(_rules("{ask_for: meter}"), words)
    (sent,) = of_kind(arrive(driver), "acknowledgement")
    assert "- the reading of the meter" in sent.text


# Hold


def test_on_hold_nothing_goes_to_the_customer_until_an_agent_has_answered(desk: Open) -> None:
    driver = desk(_rules("{assign_team: logistics, hold: a lawyer writes}"))
    sent = arrive(driver)
    assert {one.row.kind for one in sent} == {"notification"}
    assert all("a lawyer writes" in one.text for one in sent)
    (case,) = driver.cases()
    assert case.on_hold == "a lawyer writes"
    to_mari = next(one for one in sent if one.row.recipient == "mari@acme.example")
    answer(driver, to_mari, "#note I have looked")
    assert driver.cases()[0].on_hold == "a lawyer writes"
    (relayed,) = of_kind(answer(driver, to_mari, "Dear Kate, we will look into it."), "answer")
    assert relayed.row.recipient == "kate@mail.example"
    assert driver.cases()[0].on_hold is None


def test_without_words_of_its_own_the_rule_is_the_reason(desk: Open) -> None:
    driver = desk(_rules("{hold: true}"))
    arrive(driver)
    assert driver.cases()[0].on_hold == "the rule"


def test_a_later_rule_may_lift_the_hold(desk: Open) -> None:
    later = "  - rule: not for Kate\n    when: {sender: kate@mail.example}\n    then: {hold: false}\n"
    driver = desk(_rules("{hold: true}") + later)
    assert of_kind(arrive(driver), "acknowledgement")


# Whom to tell


def test_those_who_are_to_hear_of_it_hear_of_it_once(desk: Open) -> None:
    driver = desk(
        _rules("{assign_agent: Mari, notify: [lead, quality, insurer, press@agency.example]}"),
        config="contacts: {insurer: claims@insurer.example}\n",
    )
    sent = arrive(driver)
    told = [one.row.recipient for one in of_kind(sent, "notification")]
    assert told == ["mari@acme.example", "ana@acme.example", "jaan@acme.example"]
    referrals = of_kind(sent, "referral")
    assert [one.row.recipient for one in referrals] == ["claims@insurer.example", "press@agency.example"]
    assert "My parcel A-10293 came five days late." in referrals[0].text


def test_a_mail_that_goes_outside_carries_no_key_and_its_answer_is_a_third_partys(desk: Open) -> None:
    driver = desk(_rules("{notify: claims@insurer.example}"))
    (referral,) = of_kind(arrive(driver), "referral")
    assert "[ref:" not in referral.text
    assert referral.mail["Reply-To"] is None
    driver.arrive(
        mail(
            "We will pay for it.",
            from_="claims@insurer.example",
            to="support@acme.example",
            subject=f"Re: {referral.mail['Subject']}",
            in_reply_to=str(referral.mail["Message-ID"]),
            message_id="<2@insurer.example>",
        )
    )
    (case,) = driver.cases()
    assert driver.record(case)["messages"][-1]["role"] == "third_party"


# Later mails


def test_what_rules_decide_about_a_reply_is_done_to_the_case_that_there_is(desk: Open) -> None:
    reply = (
        "  - rule: a threat in a reply\n    when: {event: reply, threat: legal}\n"
        "    then: {severity: critical, tag: threat, notify: lead, note: call Ana, hold: a lawsuit, acknowledge: off}\n"
        "  - rule: a low reply\n    when: {event: reply, text: thanks}\n    then: {severity: low}\n"
    )
    driver = desk(_rules("{assign_agent: Mari, priority: high}") + reply)
    sent = arrive(driver)
    answered = of_kind(answer(driver, of_kind(sent, "notification")[0], "We will see."), "answer")[0]
    said = {"in_reply_to": str(answered.mail["Message-ID"]), "to": answered.reply_address}
    told = arrive(driver, "No. I will sue you and see you in court.", **said | {"message_id": "<2@mail.example>"})
    (case,) = driver.cases()
    assert (case.severity, case.priority, case.tags) == ("critical", "urgent", ("threat",))
    assert (case.advice, case.on_hold) == (("call Ana",), "a lawsuit")
    assert [one.row.recipient for one in told] == ["mari@acme.example", "ana@acme.example"]
    assert "call Ana" in told[0].text
    arrive(driver, "No, thanks.", **said | {"message_id": "<3@mail.example>"})
    (case,) = driver.cases()
    assert (case.severity, case.priority) == ("low", "urgent")


# What stays with the case


def test_problem_advice_and_type_stay_with_the_case_and_show_in_the_notification(desk: Open) -> None:
    driver = desk(
        _rules("{type: billing, link_problem: storm, note: [call first, be quick], severity: high}"),
        {"rules/problems.yaml": "problems: {storm: depots closed in January}\n"},
    )
    sent = arrive(driver)
    (case,) = driver.cases()
    assert (case.type, case.problem, case.advice) == ("billing", "storm", ("call first", "be quick"))
    assert case.priority == "high"
    text = of_kind(sent, "notification")[0].text
    assert "storm (depots closed in January)" in text
    assert "call first" in text
    assert "be quick" in text
    with driver.runtime.database.read() as tx:
        assert tx.cases.find(problem="storm") == (case,)
        assert tx.cases.find(problem="thaw") == ()


def test_every_mistake_in_a_name_is_named_with_its_place(desk: Open) -> None:
    wrong = (
        "{acknowledge: acknowledgment, ask_for: [photos], notify: logistcs, link_problem: strom, suggest: late-parcl}"
    )
    with pytest.raises(ConfigurationError) as caught:
        desk(_rules(wrong), {"rules/problems.yaml": "problems: {storm: x}\n"})
    said = [str(problem).partition(": rules[0].then.")[2] for problem in caught.value.problems]
    assert [one.partition(":")[0] for one in said] == ["acknowledge", "ask_for[0]", "notify", "link_problem", "suggest"]
    hints = ["acknowledgement", "photo", "logistics", "storm", "late-parcel"]
    assert [hint for hint, one in zip(hints, said, strict=True) if f'did you mean "{hint}"?' not in one] == []


# Proposals

_POLICY = """
policies:
  help:
    remedies:
      - {remedy: voucher, amount: 10 EUR}
      - {remedy: apology}
      - {remedy: refund, amount: 50 % of disputed, entitlement: true, law: § 1, within: 2 years}
"""


def test_the_proposal_is_numbered_by_law_first_and_goodwill_waits_for_the_cause(desk: Open) -> None:
    leads = "authority: {lead: {any: 500 EUR}}\n"
    driver = desk(_rules("{assign_agent: Mari, suggest: help}"), {"rules/compensation.yaml": _POLICY}, leads)
    (told,) = of_kind(arrive(driver), "notification")
    offered = [line for line in told.text.splitlines() if re.match(r"- \d\.", line)]
    assert [line[:5] for line in offered] == ["- 1. ", "- 3. "]
    assert "20,00\u00a0€" in offered[0]
    assert "§ 1" in offered[0]
    assert "Ana Novak" in offered[0]
    assert "#cause" in told.text
    (receipt,) = of_kind(answer(driver, told, "#cause The depot was closed"), "receipt")
    now = [line for line in receipt.text.splitlines() if re.match(r"- \d\.", line)]
    assert [line[:5] for line in now] == ["- 1. ", "- 2. ", "- 3. "]
    assert "10,00\u00a0€" in now[1]
    assert "Võite selle ise otsustada." in now[1]
    assert driver.cases()[0].cause == "The depot was closed"


def test_a_policy_that_is_gone_proposes_nothing(desk: Open) -> None:
    driver = desk(_rules("{assign_agent: Mari, suggest: help}"), {"rules/compensation.yaml": _POLICY})
    (told,) = of_kind(arrive(driver), "notification")
    (driver.runtime.config.rules / "compensation.yaml").write_text("policies: {}\n")
    (driver.runtime.config.rules / "routing.yaml").write_text("rules: []\n")
    driver.runtime.replace_behaviour(own_behaviour(driver.runtime.config))
    (receipt,) = of_kind(answer(driver, told, "#status"), "receipt")
    assert "§ 1" not in receipt.text
