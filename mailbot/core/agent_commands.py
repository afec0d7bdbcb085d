"""What an agent's mail does: its commands and its words, carried out together or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mailbot.core import actions as a
from mailbot.core.agent_letters import between_us, challenge_of
from mailbot.core.case import Author, Case, Direction, State
from mailbot.core.changes import fold, fold_offers, fold_problems
from mailbot.core.commands.order import Order, Refused, is_for_colleagues
from mailbot.core.commands.table import COMMANDS
from mailbot.core.customer_letters import answer
from mailbot.core.events import AgentWrote, Audience
from mailbot.core.filing import keep
from mailbot.core.final_responses import MISSING, lacking
from mailbot.core.letter_parts import language_of
from mailbot.core.letters import Block, Letter, Purpose
from mailbot.core.meanwhile import answered_meanwhile, happened_since
from mailbot.core.offers import Offer, Step
from mailbot.core.receipts import Done, Wrong, receipt
from mailbot.core.regulation import Part
from mailbot.core.situation import Situation

_WITHOUT_PROOF = frozenset({"note", "status", "help"})
_ANSWERED = frozenset({"help", "status", "send"})


@dataclass(frozen=True, slots=True)
class _Mail:
    """An agent's mail with what its commands order: the case and its offers as they would be."""

    event: AgentWrote
    situation: Situation
    ordered: tuple[a.Action, ...]
    wrong: tuple[Wrong, ...]
    case: Case
    offers: tuple[Offer, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(command.name for command in self.event.commands)

    @property
    def by(self) -> str:
        return self.event.member.address

    @property
    def made(self) -> tuple[Offer, ...]:
        """The offers that the mail makes or asks for, as they stand after it."""
        moves = (x for x in self.ordered if isinstance(x, a.MoveOffer) and x.step in _MADE and x.offer.by == self.by)
        return tuple({move.offer.number: move.offer for move in moves}.values())

    @property
    def waits(self) -> bool:
        """Whether its words wait for an approval, together with what they promise."""
        return any(offer.waits for offer in self.made)

    @property
    def lacks(self) -> tuple[Part, ...]:
        """What a regulator wants of a last answer and its words do not say, if it is one."""
        if "resolve" not in self.names or self.is_note:
            return ()
        event, referred = self.event, self.event.to is Audience.DESK
        return lacking(event.text, event.case, self.situation, offers=bool(self.made), referred=referred)

    @property
    def is_note(self) -> bool:
        """Whether its words are for colleagues only."""
        return is_for_colleagues(self.event)

    @property
    def is_relayed(self) -> bool:
        """Whether the desk sends something to the customer for it."""
        speaks = bool(self.event.text or self.made or self.names & {"resolve", "draft"})
        return speaks and not self.is_note and not self.waits and self.event.to is Audience.DESK


_MADE = (Step.PROPOSED, Step.OFFERED)


def is_allowed_without_proof(event: AgentWrote) -> bool:
    """Whether a member may do this by DMARC alone (decision 1): note, ask for status or help, speak to colleagues,
    or let the desk know of an answer that the customer has got already."""
    names = {command.name for command in event.commands}
    if event.to is not Audience.DESK:
        return names <= _WITHOUT_PROOF
    return bool(names) and names <= _WITHOUT_PROOF and (not event.text or "note" in names)


def agent_wrote(event: AgentWrote, situation: Situation) -> Iterable[a.Action]:
    """Carry out the commands and relay the words; where anything is wrong, do nothing and say so."""
    mail = _tried(event, situation)
    if mail.wrong:
        return _refuse(mail, wrong=mail.wrong)
    held = _held(mail)
    if held:
        return _refuse(mail, held=held)
    if not event.vouched and needs_vouching(mail.ordered, event, situation):
        reason = "needs_confirmation"
        return (
            a.Hold(member=mail.by, reason=reason),
            a.Send(letter=challenge_of(event.mail, event.member, reason, situation)),
        )
    return _accept(mail)


def needs_vouching(ordered: Iterable[a.Action], event: AgentWrote, situation: Situation) -> bool:
    """Whether so much money is moved that a token alone, which may have leaked, does not do."""
    limit = situation.desk.confirm_above.get(event.case.mailbox)
    for action in ordered:
        if isinstance(action, a.KeepProblem) and action.step == "approved":
            return True
        if isinstance(action, a.MoveOffer) and action.by == event.member.address:
            if action.step is Step.APPROVED:
                return True
            sum_ = action.offer.amount
            if action.step in _MADE and sum_ and limit and (sum_.currency != limit.currency or limit < sum_):
                return True
    return False


def _tried(event: AgentWrote, situation: Situation) -> _Mail:
    """What the commands would do, one after the other, and what is wrong with those that cannot be carried out."""
    actions: list[a.Action] = []
    wrong: list[Wrong] = []
    case, offers, known = event.case, situation.offers, situation
    for command in event.commands:
        order = Order(event, known, command, case, offers)
        try:
            done = _carry_out(order)
        except Refused as refused:
            wrong.append(Wrong(f"#{command.name} {order.argument}".strip(), refused.problem, refused.suggestion))
            continue
        actions += done
        case = fold(case, done, now=situation.now) or case
        offers = fold_offers(offers, done)
        known = replace(known, problems=fold_problems(known.problems, done))
    return _Mail(event, situation, tuple(actions), tuple(wrong), case, offers)


def _carry_out(order: Order) -> tuple[a.Action, ...]:
    if order.command.error:
        problem, _, suggestion = order.command.error.partition(":")
        raise Refused(problem, suggestion or None)
    carry_out = COMMANDS.get(order.command.name)
    if carry_out is None:
        raise Refused("unknown_command")
    return tuple(carry_out(order))


def _held(mail: _Mail) -> str | None:
    """Why the words cannot go out as they are, if they cannot."""
    event = mail.event
    if not event.text and not event.commands:
        return "nothing_left"
    if not (mail.is_relayed or mail.waits):
        return None
    if event.survivors:
        return "internal_lines"
    if not event.case.customer.address:
        return "no_address"
    if "send" in mail.names:
        return None
    return "answered_meanwhile" if answered_meanwhile(event, mail.situation) else MISSING if mail.lacks else None


def _accept(mail: _Mail) -> Iterable[a.Action]:
    event = mail.event
    relayed = _relayed(mail)
    actions: list[a.Action] = [*_filed(mail, relayed), *mail.ordered]
    if mail.lacks:
        actions.append(a.Note(event=MISSING, detail=", ".join(part.name for part in mail.lacks), by=mail.by))
    answered = relayed or (event.to is Audience.CUSTOMER and event.text)
    if answered and event.case.assignee is None and not any(isinstance(x, a.AssignAgent) for x in actions):
        actions.append(a.AssignAgent(address=mail.by, reason="answered first", by=mail.by))
    if answered and event.case.on_hold:
        actions.append(a.PutOnHold(why=None, reason="answered", by=mail.by))
    if relayed:
        actions.append(a.Send(letter=relayed, by=mail.by))
    actions += _passed_on(mail)
    if event.commands or happened_since(event, mail.situation):
        actions.append(a.Send(letter=_receipt(mail, actions, relayed)))
    return actions


def _relayed(mail: _Mail) -> Letter | None:
    if not mail.is_relayed:
        return None
    return answer(
        mail.event,
        mail.situation,
        resolves="resolve" in mail.names,
        copies="nocc" not in mail.names,
        offers=mail.made,
        draft="draft" in mail.names,
        corrective=mail.case.corrective,
    )


def _filed(mail: _Mail, relayed: Letter | None) -> Iterable[a.Action]:
    event = mail.event
    if mail.is_note or mail.waits:
        yield keep(event.mail, Direction.NOTE, Author.AGENT, text=_note_text(event))
    elif event.text or relayed:
        yield keep(event.mail, Direction.OUT, Author.AGENT, text=event.text)
    else:
        yield keep(event.mail, Direction.NOTE, Author.AGENT)
    answered = relayed or (event.to is Audience.CUSTOMER and event.text)
    rests = mail.case.state in (State.RESOLVED, State.CLOSED, State.WAITING)
    if answered and not rests:
        yield a.SetState(state=State.WAITING, reason="answered", by=mail.by)


def _note_text(event: AgentWrote) -> str:
    notes = [" ".join(command.arguments) for command in event.commands if command.name == "note"]
    return "\n\n".join(text for text in (*notes, event.text) if text)


def _passed_on(mail: _Mail) -> Iterable[a.Action]:
    """A word to the colleague with whom the member is speaking."""
    event = mail.event
    if mail.names & {"approve", "deny"}:
        return  # the agent hears the verdict, with these words
    if event.purpose is not Purpose.CASE and event.about and event.text:
        words = Block(event.text, event.html)
        letter = between_us(mail.case, mail.situation, to=event.about, from_=event.member, code="answers", words=words)
        yield a.Send(letter=letter, by=mail.by)


def _receipt(mail: _Mail, actions: list[a.Action], relayed: Letter | None) -> Letter:
    event, situation = mail.event, mail.situation
    case = fold(event.case, actions, now=situation.now) or event.case
    told_elsewhere = _ANSWERED | ({"draft", "offer"} if mail.made else set())
    done = tuple(Done(c.name, " ".join(c.arguments) or None) for c in event.commands if c.name not in told_elsewhere)
    return receipt(
        event,
        case,
        situation,
        done=done,
        relayed=relayed,
        made=mail.made,
        since=happened_since(event, situation),
        status="status" in mail.names,
        help_wanted="help" in mail.names,
        proposals=bool({"cause", "status"} & mail.names),
    )


def _refuse(mail: _Mail, *, wrong: tuple[Wrong, ...] = (), held: str | None = None) -> Iterable[a.Action]:
    event, situation = mail.event, mail.situation
    problem = held or ", ".join(line.problem for line in wrong)
    yield keep(event.mail, Direction.NOTE, Author.AGENT, reason=f"nothing carried out: {problem}")
    since = happened_since(event, situation) if held == "answered_meanwhile" else ()
    language = language_of(event.member, situation)
    missing = tuple(part.in_words(language) for part in mail.lacks) if held == MISSING else ()
    yield a.Send(letter=receipt(event, event.case, situation, wrong=wrong, held=held, since=since, missing=missing))
