"""What a reader is told besides the bytes, and the one error that reading raises."""

from dataclasses import dataclass

from mailbot.core.errors import PermanentError


class UnreadableMail(PermanentError):
    """Nothing could be read out of a mail; a person has to look at its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known besides the bytes: the mailbox's language, the customer's last one, our addresses (casefolded)."""

    default_language: str
    known_language: str | None = None
    our_addresses: frozenset[str] = frozenset()
