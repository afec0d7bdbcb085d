"""What members are told that no mail of theirs has asked for."""

from collections.abc import Iterable

from mailbot.core.case import Case
from mailbot.core.events import SendFailed
from mailbot.core.letter_parts import language_of, ltr, name_of, phone_of
from mailbot.core.letters import Block, Letter, LetterKind, Ltr, Purpose
from mailbot.core.notifications import agents_of
from mailbot.core.offer_lines import promise_line
from mailbot.core.offers import Offer
from mailbot.core.situation import Situation
from mailbot.core.spending import Repeated
from mailbot.core.team import Member


def notice(
    case: Case,
    situation: Situation,
    member: Member,
    what: str,
    *,
    offer: Offer | None = None,
    detail: str = "",
    colleague: Member | None = None,
    repeated: Repeated | None = None,
) -> Letter:
    """A member hears what has happened to a case; a plain reply goes to the `colleague` who did it, if one did."""
    return Letter(
        kind=LetterKind.NOTICE,
        to=member.mailbox,
        language=language_of(member, situation),
        member=member.address,
        purpose=Purpose.COLLEAGUE if colleague else Purpose.CASE,
        about=colleague.address if colleague else None,
        values=_NO_NOTICE
        | {
            "what": what,
            "detail": Block(detail),
            "original_subject": case.subject,
            "customer": case.customer.name or case.customer.address,
            "colleague": colleague.name if colleague else None,
            "repeated": repeated,
            "offer": promise_line(offer, situation) if offer else None,
            "phone": ltr(phone_of(case, situation)),
        },
    )


_NO_NOTICE: dict[str, object] = {
    "recipient": None,
    "customer": None,
    "colleague": None,
    "repeated": None,
    "offer": None,
    "phone": None,
}


def notices(event: SendFailed, situation: Situation) -> tuple[Letter, ...]:
    """What the agents of a case hear when a mail of ours did not arrive."""
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=member.mailbox,
            language=language_of(member, situation),
            member=member.address,
            values=_NO_NOTICE
            | {
                "what": event.what,
                "detail": Block(event.error),
                "recipient": Ltr(event.recipient),
                "original_subject": event.case.subject,
            },
        )
        for member in agents_of(event.case, situation)
    )


def not_mine(case: Case | None, member: str, situation: Situation) -> tuple[Letter, ...]:
    """What the leads hear when somebody has written in a member's name."""
    name = name_of(member, situation) or member
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=lead.mailbox,
            language=language_of(lead, situation),
            member=lead.address if case else None,
            values=_NO_NOTICE
            | {"what": "not_mine", "detail": Block(name), "original_subject": case.subject if case else ""},
        )
        for lead in situation.team.leads
    )


def junk_list(lines: Iterable[str], situation: Situation) -> tuple[Letter, ...]:
    """What the leads hear of the junk folder: one line a mail."""
    return to_the_leads("junk", lines, situation)


def to_the_leads(what: str, lines: Iterable[str], situation: Situation) -> tuple[Letter, ...]:
    """A list for every lead; `what` is the code that the template puts into words."""
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=lead.mailbox,
            language=language_of(lead, situation),
            values=_NO_NOTICE | {"what": what, "detail": Block("\n".join(lines)), "original_subject": ""},
        )
        for lead in situation.team.leads
    )
