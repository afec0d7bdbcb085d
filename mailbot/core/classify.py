"""Which event a mail is: who wrote it, how that is proven, and to which case it belongs (decisions 1 to 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.agent_commands import is_allowed_without_proof
from mailbot.core.case import Author, Case, State
from mailbot.core.events import (
    AgentUnproven,
    AgentWrote,
    BounceArrived,
    ComplaintArrived,
    CustomerWrote,
    Event,
    MachineWrote,
    Received,
    Returned,
    ThirdPartyWrote,
)
from mailbot.core.message import Address, Command, MailKind, Reading, Survey
from mailbot.core.team import Member

_MACHINES = frozenset({MailKind.AUTO_REPLY, MailKind.BOUNCE, MailKind.LIST, MailKind.LOOP})


@dataclass(frozen=True, slots=True)
class Bearer:
    """The token that a mail carries: to which member it was issued, and for which case."""

    member: Member
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWords:
    """What an agent's mail says: its commands, and the words that would go to the customer."""

    commands: tuple[Command, ...]
    text: str
    html: str | None
    survivors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail with all that was looked up about it. `case` is the one that `mail.match` names, `suspected` likewise."""

    mail: Received
    case: Case | None
    suspected: Case | None
    sender: Member | None
    bearer: Bearer | None
    words: AgentWords
    survey: Survey
    only_thanks: bool
    returned: tuple[Returned, ...] = ()
    confirmed: bool = False


def correspondent(reading: Reading) -> Address:
    """Who is to be answered: From; Reply-To if it is of the same domain; the visitor in whose name a web form wrote.

    The empty address where the mail names nobody.
    """
    message = reading.message
    from_ = message.from_ or Address("", "")
    if reading.form_sender is not None:
        return reading.form_sender
    reply_to = next((a for a in message.reply_to if "@" in a.address), None)
    if reply_to is None:
        return from_
    return Address(from_.name or reply_to.name, reply_to.address) if reply_to.domain == from_.domain else from_


def classify(arrival: Arrival, *, now: datetime, reopen_window: timedelta) -> Event | None:
    """The event; None where a machine wrote about no case of ours: nothing happens, and nobody is answered."""
    mail, case = arrival.mail, arrival.case
    if mail.reading.kind in _MACHINES:
        case = case or (arrival.bearer.case if arrival.bearer else None)
        if case is None:
            return None
        is_report = mail.reading.kind is MailKind.BOUNCE
        return BounceArrived(mail, case, arrival.returned) if is_report else MachineWrote(mail, case)
    if arrival.sender or arrival.bearer:
        return _from_the_team(arrival, now=now, reopen_window=reopen_window)
    return _from_outside(arrival, now=now, reopen_window=reopen_window)


def _from_the_team(arrival: Arrival, *, now: datetime, reopen_window: timedelta) -> Event:
    bearer, sender, mail = arrival.bearer, arrival.sender, arrival.mail
    if bearer and (sender is None or bearer.member.address == sender.address):
        if sender is not None:
            return _agent_wrote(arrival, bearer.case, sender, proven=True)
        return _with_a_members_token(arrival, bearer, now=now, reopen_window=reopen_window)
    if sender is None:
        raise AssertionError("neither the sender nor the token is the team's")
    if arrival.confirmed:
        case = bearer.case if bearer else arrival.case
        return _agent_wrote(arrival, case, sender, proven=True) if case else ComplaintArrived(mail)
    if mail.authenticated and arrival.case:
        event = _agent_wrote(arrival, arrival.case, sender, proven=False)
        if is_allowed_without_proof(event):
            return event
    return AgentUnproven(mail=mail, case=arrival.case, member=sender, reason="no_token")


def _with_a_members_token(arrival: Arrival, bearer: Bearer, *, now: datetime, reopen_window: timedelta) -> Event:
    """Somebody outside answers a notification: it was passed on to them, or its token was stolen."""
    mail = arrival.mail
    if mail.match.case_id == bearer.case.id and mail.match.role is Author.CUSTOMER:
        return _from_outside(arrival, now=now, reopen_window=reopen_window)
    if arrival.confirmed:
        return ThirdPartyWrote(mail, bearer.case)
    return AgentUnproven(mail=mail, case=bearer.case, member=bearer.member, reason="foreign_address")


def _agent_wrote(arrival: Arrival, case: Case, member: Member, *, proven: bool) -> AgentWrote:
    words = arrival.words
    return AgentWrote(
        mail=arrival.mail,
        case=case,
        member=member,
        proven=proven,
        commands=words.commands,
        text=words.text,
        html=words.html,
        survivors=words.survivors,
    )


def _from_outside(arrival: Arrival, *, now: datetime, reopen_window: timedelta) -> Event:
    mail, case = arrival.mail, arrival.case
    if case is None:
        return ComplaintArrived(mail, arrival.suspected)
    if mail.match.role is Author.THIRD_PARTY:
        return ThirdPartyWrote(mail, case)
    if case.state is State.CLOSED and case.closed_at and now - case.closed_at > reopen_window:
        return ComplaintArrived(mail, case)
    return CustomerWrote(mail, case, arrival.survey, arrival.only_thanks)
