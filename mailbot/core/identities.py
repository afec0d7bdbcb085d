"""Which numbers and reply addresses lost cases had, as the mail that is left shows: customers hold on to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Writer(IntEnum):
    """Who wrote a mail, the most credible last."""

    CUSTOMER = 0
    TEAM = 1
    DESK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one mail shows: the case number of its subject, the random id of its reply address, what it refers to.

    `opens`: it may have begun a case, since it continues nothing.
    """

    message_id: str | None
    references: tuple[str, ...]
    subject: str
    number: int | None
    token: str | None
    writer: Writer
    opens: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """What a case was called before it was lost; `token` is None where it is not known."""

    number: int
    token: str | None


GAP = 1000
"""So many numbers are left out behind the highest one that can have been given out."""


def identities(sightings: Sequence[Sighting]) -> Mapping[str, Identity]:
    """The identity of each lost case by the Message-ID of its first mail.

    Sightings are in the order of arrival, and those of cases that are not lost have no number. Our own mail is believed
    before the team's and the customers'; no number and no random id is given twice.
    """
    found: dict[str, Identity] = {}
    taken: set[int] = set()
    firsts = [one for one in sightings if one.opens and one.message_id and one.writer is Writer.CUSTOMER]
    by_id = {one.message_id: one for one in firsts if one.message_id}
    for sighting in sorted(sightings, key=lambda one: -one.writer):  # stable: the earlier before the later
        if sighting.number is None:
            continue
        first = _first_of(sighting, by_id, firsts, found)
        if first and (first in found) is (sighting.number in taken):
            found[first] = _joined(found.get(first), sighting)
            taken.add(sighting.number)
    return _unique(found)


def numbers_from(sightings: Iterable[Sighting], *, last: int, missing: int) -> int:
    """Above which number new cases are numbered: behind every one that may stand in a mail, and a gap.

    A number in somebody else's mail counts for nothing: it may be made up.
    """
    ours = (one.number for one in sightings if one.number is not None and one.writer is Writer.DESK)
    return max([last + missing, *ours]) + GAP


def _first_of(
    sighting: Sighting, by_id: Mapping[str, Sighting], firsts: Sequence[Sighting], found: Mapping[str, Identity]
) -> str | None:
    """The first mail of the case in which a mail was written: it refers to it or, a member's, bears its subject."""
    for reference in sighting.references:
        if reference in by_id:
            return reference
    if sighting.writer is not Writer.TEAM:
        return None
    alike = (one.message_id for one in firsts if one.subject and one.subject in sighting.subject)
    fitting = [id for id in alike if id and (id not in found or found[id].number == sighting.number)]
    return fitting[0] if len(fitting) == 1 else None


def _joined(known: Identity | None, sighting: Sighting) -> Identity:
    """What is known of a case, and what one more mail adds; a member's reply address is another one than the case's."""
    token = None if sighting.writer is Writer.TEAM else sighting.token
    if known is None:
        return Identity(sighting.number or 0, token)
    return known if known.token or known.number != sighting.number else Identity(known.number, token)


def _unique(found: Mapping[str, Identity]) -> Mapping[str, Identity]:
    tokens: set[str] = set()
    unique: dict[str, Identity] = {}
    for id, identity in found.items():
        free = identity.token is not None and identity.token not in tokens
        unique[id] = identity if free else Identity(identity.number, None)
        tokens |= {identity.token} if identity.token else set()
    return unique
