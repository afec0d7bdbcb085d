"""The hash chain over a case's timeline: what stands in it cannot be changed, added, moved or cut off unnoticed.

An entry's payload (who, what in words, data) is covered by a salted hash, so that payload and salt can be erased and
the chain still holds. What is nobody's secret (the kind of event, when, by which rule) stays, and is covered as it is.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

SALT_BYTES = 16
"""Enough that nobody finds an erased payload by guessing it."""
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
START = "0" * 64
"""What stands for the previous hash at the first entry."""


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries a chain has, and the hash of the last of them."""

    length: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry as its chain sees it. Hashes and salt in hexadecimal digits; an erased entry has no salt."""

    position: int
    facts: str
    payload: str
    salt: str | None
    payload_hash: str
    chain_hash: str

    @property
    def erased(self) -> bool:
        """Whether nobody can know any more what the entry said."""
        return self.salt is None


def canonical(data: object) -> str:
    """Plain data as the one JSON text of which a hash is taken: keys sorted, no spaces, no escapes beyond JSON's."""
    return _CANONICAL.encode(data)


def facts(case_id: int, position: int, *, event: str, at: datetime, rule: str | None, rule_book: str | None) -> str:
    """What stays of an entry for ever, as canonical JSON; the moment in UTC."""
    moment = at.astimezone(UTC).isoformat()
    return canonical([case_id, position, event, moment, rule, rule_book])


def payload(*, by: str, detail: str, data: object) -> str:
    """What can be erased of an entry, as canonical JSON; `data` is plain."""
    return canonical([by, detail, data])


NOTHING = payload(by="", detail="", data={})
"""The payload of an entry that is erased."""


def payload_hash(salt: str, payload: str) -> str:
    """SHA-256 over the bytes of the salt and the payload in UTF-8."""
    return sha256(bytes.fromhex(salt) + payload.encode()).hexdigest()


def chain_hash(previous: str, payload_hash: str, facts: str) -> str:
    """SHA-256 over three lines in UTF-8, no line break at the end: the previous hash, the payload's, the facts."""
    return sha256(f"{previous}\n{payload_hash}\n{facts}".encode()).hexdigest()


def link(head: Head, facts: str, payload: str, salt: str) -> Link:
    """The next entry of a chain."""
    hashed = payload_hash(salt, payload)
    return Link(
        position=head.length + 1,
        facts=facts,
        payload=payload,
        salt=salt,
        payload_hash=hashed,
        chain_hash=chain_hash(head.hash, hashed, facts),
    )


def gaps(links: Iterable[Link], head: Head) -> Iterator[str]:
    """What does not fit in a chain that ends with `head`, in words; the first place only, since all after it shifts."""
    end = Head()
    for found in links:
        wrong = _wrong(found, end)
        if wrong:
            yield f"entry {found.position} {wrong}"
            return
        end = Head(found.position, found.chain_hash)
    if end != head:
        yield (
            f"ends with entry {end.length}, but {head.length} were written"
            if end.length != head.length
            else (f"ends with another entry {end.length} than the one that was written")
        )


def _wrong(found: Link, before: Head) -> str | None:
    if found.position != before.length + 1:
        return f"follows entry {before.length}"
    if found.chain_hash != chain_hash(before.hash, found.payload_hash, found.facts):
        return "does not follow from what stands before it"
    if found.erased:
        return None if found.payload == NOTHING else "says something, though it counts as erased"
    if found.payload_hash != payload_hash(found.salt or "", found.payload):
        return "does not say what was written"
    return None
