"""To which case a mail belongs: clues are weighed, and only our own random ids stand without a known sender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.case import Author


class Clue(StrEnum):
    """Why a mail may belong to a case."""

    REPLY_ADDRESS = "reply_address"
    OUR_MESSAGE_ID = "our_message_id"
    THEIR_MESSAGE_ID = "their_message_id"
    CASE_NUMBER = "case_number"


# A single clue of ours outweighs any number of the others, which a stranger can copy or guess.
SCORES: Mapping[Clue, int] = {
    Clue.REPLY_ADDRESS: 100,
    Clue.OUR_MESSAGE_ID: 90,
    Clue.THEIR_MESSAGE_ID: 30,
    Clue.CASE_NUMBER: 20,
}
OURS = frozenset({Clue.REPLY_ADDRESS, Clue.OUR_MESSAGE_ID})


@dataclass(frozen=True, slots=True)
class Sign:
    """One clue found in a mail: which case it points to, and the words that point there."""

    clue: Clue
    case_id: int
    value: str


@dataclass(frozen=True, slots=True)
class Match:
    """The case a mail belongs to and in what role its sender writes; or the case it only looks like.

    `case_id` is None for a new complaint; then `suspected_id` names the case that the weaker signs point to.
    """

    case_id: int | None = None
    role: Author | None = None
    suspected_id: int | None = None
    score: int = 0
    signs: tuple[Sign, ...] = ()


NOT_MATCHED = Match()


def match(signs: Sequence[Sign], parties: Mapping[int, Mapping[str, Author]], sender: str) -> Match:
    """Weigh the signs; `parties` gives for each case its people by casefolded address, `sender` is such an address.

    A stranger with one of our ids is a third party to that case. A stranger with weaker signs opens a new case that is
    linked to the suspected one. Later signs win over earlier ones of the same weight: they are nearer to the reply.
    """
    totals: dict[int, int] = {}
    for sign in signs:
        totals[sign.case_id] = totals.get(sign.case_id, 0) + SCORES[sign.clue]
    suspected: int | None = None
    last_seen = {sign.case_id: position for position, sign in enumerate(signs)}
    for case_id in sorted(totals, key=lambda c: (totals[c], last_seen[c]), reverse=True):
        role = parties.get(case_id, {}).get(sender)
        if role is not None or any(s.clue in OURS for s in signs if s.case_id == case_id):
            return Match(case_id, role or Author.THIRD_PARTY, None, totals[case_id], tuple(signs))
        suspected = suspected or case_id
    return Match(None, None, suspected, totals.get(suspected, 0) if suspected else 0, tuple(signs))
