"""What a shop system is told of offers: how it is signed, what its answer means, and who hears if it is not told."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from mailbot.core import actions as a
from mailbot.core.case import Case
from mailbot.core.notices import notice
from mailbot.core.notifications import agents_of
from mailbot.core.offers import Offer, Step
from mailbot.core.server import Secret
from mailbot.core.situation import Situation

HOOK = "hook"
"""The kind of due work by which a shop system is told."""
FAILED = "hook_failed"
"""What alerts, notices and the timeline say of a shop system that was not told."""
_KNOWN_ALREADY = 409
_COME_AGAIN = frozenset({408, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where offers are reported, and which of their steps; a secret that was not to be resolved is None."""

    url: str
    secret: Secret | None
    steps: frozenset[Step]


class Verdict(Enum):
    """What an answer of the shop system means."""

    TOLD = auto()
    AGAIN = auto()
    REFUSED = auto()


def verdict(status: int) -> Verdict:
    """What an HTTP status means: whoever has known it already, by its key, has been told as well."""
    if 200 <= status < 300 or status == _KNOWN_ALREADY:
        return Verdict.TOLD
    return Verdict.AGAIN if status >= 500 or status in _COME_AGAIN else Verdict.REFUSED


def signature(secret: Secret, timestamp: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 of timestamp, dot and body, in hexadecimal digits."""
    return f"v1={hmac.new(secret.reveal().encode(), timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def not_told(case: Case, offer: Offer | None, step: Step, why: str, situation: Situation) -> Iterable[a.Action]:
    """The agents of the case hear that a step has not reached the shop system, which now waits for them."""
    yield a.Note(event=FAILED, detail=f"{offer.number if offer else ''} {step}".strip(), reason=why)
    for member in agents_of(case, situation):
        yield a.Send(letter=notice(case, situation, member, FAILED, offer=offer, detail=why), reason=FAILED)
