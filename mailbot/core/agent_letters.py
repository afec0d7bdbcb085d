"""What members are asked before a mail in their name counts, and what they tell one another."""

from mailbot.core.case import Case
from mailbot.core.events import AgentUnproven, Received
from mailbot.core.letter_parts import language_of, latest_from_customer
from mailbot.core.letters import Block, Letter, LetterKind, Ltr, Purpose
from mailbot.core.offer_lines import promise_lines
from mailbot.core.situation import Situation
from mailbot.core.team import Member

_EXCERPT = 600


def challenge(event: AgentUnproven, situation: Situation) -> Letter:
    """The question to a member's address in the config whether a mail in the member's name is theirs."""
    return challenge_of(event.mail, event.member, event.reason, situation)


def challenge_of(mail: Received, member: Member, reason: str, situation: Situation) -> Letter:
    """The same for a mail that is held for this reason."""
    return Letter(
        kind=LetterKind.CHALLENGE,
        to=member.mailbox,
        language=language_of(member, situation),
        held_id=mail.ledger_id,
        values={
            "sender": Ltr(mail.sender.address),
            "original_subject": mail.reading.message.subject,
            "excerpt": Block(mail.reading.reply_text[:_EXCERPT]),
            "reason": reason,
        },
    )


def asked_again(member: Member, held_id: int, situation: Situation) -> Letter:
    """The same question once more, to a member whose reply did not say yes or no."""
    return Letter(
        kind=LetterKind.CHALLENGE,
        to=member.mailbox,
        language=language_of(member, situation),
        held_id=held_id,
        values={"sender": None, "original_subject": "", "excerpt": Block(""), "reason": "unclear"},
    )


def between_us(case: Case, situation: Situation, *, to: Member, from_: Member, code: str, words: Block) -> Letter:
    """What one member says to another about a case; the customer never sees it, nor a plain reply to it."""
    latest = latest_from_customer(situation.messages)
    return Letter(
        kind=LetterKind.COLLEAGUE,
        to=to.mailbox,
        language=language_of(to, situation),
        author=from_.name,
        member=to.address,
        purpose=Purpose.COLLEAGUE,
        about=from_.address,
        values={
            "code": code,
            "colleague": from_.name,
            "words_said": words,
            "customer": case.customer.name or case.customer.address,
            "original_subject": case.subject,
            "complaint": Block(latest.text) if latest else None,
            "type": case.type.value,
            "state": case.state.value,
            "offered": promise_lines(situation.offers, situation),
        },
    )
