"""Which event a mail is: who wrote it, how that is proven, and to which case it belongs (decisions 1 to 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.agent_commands import is_allowed_without_proof
from mailbot.core.case import Author, Case, State
from mailbot.core.events import (
    AgentAlone,
    AgentUnproven,
    AgentWrote,
    Audience,
    BounceArrived,
    ComplaintArrived,
    CustomerWrote,
    MachineWrote,
    MailEvent,
    OnBehalf,
    Received,
    Returned,
    ThirdPartyWrote,
)
from mailbot.core.letters import Purpose
from mailbot.core.message import Address, Command, Consent, MailKind, Reading, Survey
from mailbot.core.team import Member
from mailbot.core.threads import OURS

_ALLOWED_ALONE = frozenset({"help", "status", "log"})
_MACHINES = frozenset({MailKind.AUTO_REPLY, MailKind.BOUNCE, MailKind.LIST, MailKind.LOOP})


@dataclass(frozen=True, slots=True)
class Bearer:
    """The token that a mail carries: to which member it was issued, for which case, and what for."""

    member: Member
    case: Case
    purpose: Purpose = Purpose.CASE
    about: Member | None = None


@dataclass(frozen=True, slots=True)
class Behalf:
    """A complaint that a member brings: the customer's mail as it would have been, and how it came."""

    mail: Received
    logged: OnBehalf


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWords:
    """What an agent's mail says: its commands, and the words that would go to the customer."""

    commands: tuple[Command, ...]
    text: str
    html: str | None
    survivors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail with all that was looked up about it. `case` is the one that `mail.match` names, `suspected` likewise.

    `consent` is what it says to an offer; `to` whom it has reached besides us; `seen_at` when the mail of ours left
    that it answers, `answered` the Message-ID of the mail that this one was about; `behalf` what a member brings.
    """

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
    consent: Consent = Consent.UNCLEAR
    to: Audience = Audience.DESK
    seen_at: datetime | None = None
    answered: str | None = None
    behalf: Behalf | None = None


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


def classify(arrival: Arrival, *, now: datetime, reopen_window: timedelta) -> MailEvent | None:
    """The event; None where a machine wrote about no case of ours: nothing happens, and nobody is answered."""
    mail, case = arrival.mail, arrival.case
    if mail.reading.kind in _MACHINES:
        case = _of_a_machine(arrival)
        if case is None:
            return None
        is_report = mail.reading.kind is MailKind.BOUNCE
        if is_report:
            return BounceArrived(mail, case, arrival.returned)
        return MachineWrote(mail, case, arrival.sender if _is_theirs(arrival) else None)
    if arrival.sender or arrival.bearer:
        return _from_the_team(arrival, now=now, reopen_window=reopen_window)
    return _from_outside(arrival, now=now, reopen_window=reopen_window)


def _of_a_machine(arrival: Arrival) -> Case | None:
    """The case that a machine wrote about. A member's address alone, which anybody can write, is party to none."""
    match, case = arrival.mail.match, arrival.case or (arrival.bearer.case if arrival.bearer else None)
    has_our_id = arrival.bearer or any(sign.clue in OURS for sign in match.signs if sign.case_id == match.case_id)
    return case if has_our_id or arrival.sender is None or arrival.mail.authenticated else None


def _is_theirs(arrival: Arrival) -> bool:
    """Whether a mail in a member's name is that member's, by its token or by the word of the receiving server.

    A token may have leaked: where that server says that the address is forged, it proves nothing by itself.
    """
    bearer, sender = arrival.bearer, arrival.sender
    has_token = bearer is not None and sender is not None and bearer.member.address == sender.address
    return (has_token and not arrival.mail.denied) or arrival.mail.authenticated


def _from_the_team(arrival: Arrival, *, now: datetime, reopen_window: timedelta) -> MailEvent:
    bearer, sender, mail = arrival.bearer, arrival.sender, arrival.mail
    if arrival.behalf:
        return _on_behalf(arrival, arrival.behalf)
    if sender is None:
        if bearer is None:
            raise AssertionError("neither the sender nor the token is the team's")
        return _with_a_members_token(arrival, bearer, now=now, reopen_window=reopen_window)
    if bearer and bearer.member.address == sender.address:
        if mail.denied and not arrival.confirmed:
            return AgentUnproven(mail=mail, case=bearer.case, member=sender, reason="denied")
        return _agent_wrote(arrival, bearer.case, sender, proven=True, bearer=bearer)
    if arrival.confirmed:
        return _confirmed(arrival, sender)
    return _by_the_servers_word(arrival, sender) or AgentUnproven(
        mail=mail, case=arrival.case, member=sender, reason="no_token"
    )


def _confirmed(arrival: Arrival, sender: Member) -> MailEvent:
    bearer = arrival.bearer
    case = bearer.case if bearer else arrival.case
    if case:
        return _agent_wrote(arrival, case, sender, proven=True, bearer=bearer)
    return _alone(arrival, sender) if arrival.words.commands else ComplaintArrived(arrival.mail)


def _by_the_servers_word(arrival: Arrival, sender: Member) -> MailEvent | None:
    """What a member may do for whom the receiving server vouches, and no token does; None: nothing of what is asked."""
    if not arrival.mail.authenticated:
        return None
    if arrival.case:
        event = _agent_wrote(arrival, arrival.case, sender, proven=False)
        return event if is_allowed_without_proof(event) else None
    names = {command.name for command in arrival.words.commands}
    return _alone(arrival, sender) if names and names <= _ALLOWED_ALONE else None


def _on_behalf(arrival: Arrival, behalf: Behalf) -> MailEvent:
    """A member logs or passes on a complaint: the token, the server's word or the member's own must prove it."""
    member = behalf.logged.member
    if _is_theirs(arrival) or arrival.confirmed:
        return ComplaintArrived(behalf.mail, logged=behalf.logged)
    return AgentUnproven(mail=arrival.mail, case=None, member=member, reason="no_token")


def _alone(arrival: Arrival, member: Member) -> AgentAlone:
    words = arrival.words
    return AgentAlone(mail=arrival.mail, member=member, commands=words.commands, text=words.text)


def _with_a_members_token(arrival: Arrival, bearer: Bearer, *, now: datetime, reopen_window: timedelta) -> MailEvent:
    """Somebody outside answers a notification: it was passed on to them, or its token was stolen."""
    mail = arrival.mail
    if mail.match.case_id == bearer.case.id and mail.match.role is Author.CUSTOMER:
        return _from_outside(arrival, now=now, reopen_window=reopen_window)
    if arrival.confirmed:
        return ThirdPartyWrote(mail, bearer.case)
    return AgentUnproven(mail=mail, case=bearer.case, member=bearer.member, reason="foreign_address")


def _agent_wrote(
    arrival: Arrival, case: Case, member: Member, *, proven: bool, bearer: Bearer | None = None
) -> AgentWrote:
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
        vouched=arrival.mail.authenticated or arrival.confirmed,
        purpose=bearer.purpose if bearer else Purpose.CASE,
        about=bearer.about if bearer else None,
        to=arrival.to,
        seen_at=arrival.seen_at,
        answered=arrival.answered,
    )


def _from_outside(arrival: Arrival, *, now: datetime, reopen_window: timedelta) -> MailEvent:
    mail, case = arrival.mail, arrival.case
    if case is None:
        return ComplaintArrived(mail, arrival.suspected)
    if mail.match.role is Author.THIRD_PARTY:
        return ThirdPartyWrote(mail, case)
    if case.state is State.CLOSED and case.closed_at and now - case.closed_at > reopen_window:
        return ComplaintArrived(mail, case)
    return CustomerWrote(mail, case, arrival.survey, arrival.only_thanks, arrival.consent)
