"""Senders whose mail is kept, and of whom nobody hears: addresses and whole domains."""

from dataclasses import dataclass

from mailbot.core.message import Address


@dataclass(frozen=True, slots=True)
class Blocked:
    """The entries of `blocked`, casefolded: `eve@evil.example`, or `evil.example` with all domains below it."""

    entries: frozenset[str] = frozenset()

    def entry_for(self, address: Address) -> str | None:
        """The entry under which an address falls, whatever detail stands behind a + in it; None if under none."""
        if not self.entries:
            return None
        labels = address.domain.split(".")
        domains = (".".join(labels[n:]) for n in range(len(labels)))
        names = (address.key, address.bare_key, *domains) if address.domain else ()
        return next((name for name in names if name in self.entries), None)
