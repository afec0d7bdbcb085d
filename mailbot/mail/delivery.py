"""What became of one mail to one recipient, and how a server's answer is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto


class Outcome(Enum):
    """What the next step depends on."""

    SENT = auto()  # the server has taken it over
    REFUSED = auto()  # never for this recipient or this content
    LATER = auto()  # certainly not taken over; try again
    UNCERTAIN = auto()  # the line broke after the last byte and before the answer


class Stage(Enum):
    """How far a mail came."""

    CONNECTION = auto()
    SENDER = auto()
    RECIPIENT = auto()
    CONTENT = auto()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail to one recipient; `raw` are the final bytes.

    `may_leave` is asked just before DATA whether the mail is still ours to send; it may take its time.
    """

    sender: str
    recipient: str
    raw: bytes
    may_leave: Callable[[], bool] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The outcome, the server's code and words. `ours`: the trouble is with our log-in, our address or the line, and
    the next mail will fare alike. `too_large`: it would pass if it were smaller. `content`: refused for what is in it.
    `status`: the enhanced status code with which a recipient was refused (RFC 3463), if the server gave one.
    `kept_back`: `may_leave` said no, so it was not tried.
    """

    outcome: Outcome
    code: int | None = None
    text: str = ""
    ours: bool = False
    too_large: bool = False
    content: bool = False
    status: str = ""
    kept_back: bool = False


# 503: our dialogue was out of order; the others: our log-in does not suffice (RFC 4954 section 6).
_OUR_CODES = frozenset({503, 530, 534, 535, 538})
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_OURS_ENHANCED = frozenset(
    {
        "5.1.7",  # our address: its form (RFC 3463 section 3.2)
        "5.1.8",  # our address: its domain; Exchange: our account is suspected of spam
        "5.4.5",  # Gmail: our quota of the day
        "5.7.8",  # credentials not valid (RFC 4954)
        "5.7.9",  # a stronger way to log in is wanted
        "5.7.57",  # Exchange: not logged in
        "5.7.60",  # Exchange: this account may not send as this address
    }
)
_RELAY = re.compile(r"\brelay", re.IGNORECASE)


def judge_answer(stage: Stage, code: int, text: str) -> Delivery:
    """Read a negative answer (RFC 5321 section 4.2, RFC 3463): temporary or for good, and whom it concerns."""
    found = _ENHANCED.search(text)
    enhanced = found[1] if found else ""
    too_large = enhanced == "5.3.4" or (code == 552 and not enhanced.startswith(("5.2.", "5.7.")))
    if code < 500:
        return Delivery(outcome=Outcome.LATER, code=code, text=text, ours=stage in {Stage.CONNECTION, Stage.SENDER})
    if too_large and stage is not Stage.CONNECTION:
        return Delivery(outcome=Outcome.REFUSED, code=code, text=text, too_large=True)
    if _is_about_us(stage, code, enhanced, text):
        why = "the server does not accept our log-in or our sender address"
        return Delivery(outcome=Outcome.LATER, code=code, text=f"{why}: {text}", ours=True)
    status = enhanced if stage is Stage.RECIPIENT else ""
    return Delivery(outcome=Outcome.REFUSED, code=code, text=text, content=stage is Stage.CONTENT, status=status)


def _is_about_us(stage: Stage, code: int, enhanced: str, text: str) -> bool:
    """Our own provider's server never relays for strangers: «relay denied» means that it does not know us."""
    return (
        stage in {Stage.CONNECTION, Stage.SENDER}
        or code in _OUR_CODES
        or enhanced in _OURS_ENHANCED
        or (stage is Stage.RECIPIENT and _RELAY.search(text) is not None)
    )
