"""Which rule book is in force, and whether what is on disk is: for the doctor, and for `status`."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.settings.config import Config
from mailbot.store.books import Refusal, Term
from mailbot.store.database import Transaction
from mailbot.workflows.book_files import digest_of, read_files, version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What a desk goes by. `refused`: what is on disk now, if that was not let into force.

    `started_before_edit`: when the desk started, if config.yaml was edited since.
    """

    term: Term | None
    on_disk: str
    refused: Refusal | None
    started_before_edit: datetime | None

    @property
    def awaits(self) -> bool:
        """Whether what is on disk is good or untried, and not in force yet."""
        return self.term is not None and self.term.version != self.on_disk and self.refused is None


def in_force(tx: Transaction, config: Config) -> InForce:
    """What the database and the files tell about it."""
    on_disk, refused = version_of(read_files(config)), tx.books.refused()
    started = tx.books.started_with(str(config.path))
    edited = started is not None and started[0] != digest_of(config.path)
    return InForce(
        term=tx.books.in_force(),
        on_disk=on_disk,
        refused=refused if refused and refused.version == on_disk else None,
        started_before_edit=started[1] if started and edited else None,
    )
