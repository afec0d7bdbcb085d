"""Commands that put right what belongs together: `merge`, `split`, `move`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, open_desk

if TYPE_CHECKING:
    from mailbot.core.case import Case
    from mailbot.store.database import Transaction
    from mailbot.workflows.repair import Repair
    from mailbot.workflows.runtime import Runtime

_BY = "admin"
_WRONG = {
    "same_case": "these are one case already",
    "waits_for_approval": "an offer of the case still waits for approval: approve, deny or withdraw it first",
    "no_message": "the case has no such message that somebody else has sent",
    "only_message": "nothing of the customer's would be left in the case; `mailbot merge` joins two cases",
}

Number = Annotated[str, typer.Argument(help="The case's number, like AP-10234.")]
Into = Annotated[str, typer.Argument(metavar="INTO", help="The number of the case in which it goes on.")]
MessageId = Annotated[
    str | None, typer.Argument(metavar="[MESSAGE-ID]", help="The message; else the customer's latest.")
]


@dataclass(frozen=True, slots=True)
class _Desk:
    """A desk in the midst of one transaction."""

    tx: "Transaction"
    runtime: "Runtime"

    def case(self, written: str) -> "Case":
        """The case with this number; ends the command where there is none."""
        from mailbot.workflows.repair import case_named

        return case_named(self.tx, self.runtime, written) or _end(
            f"there is no case {written}; `mailbot cases` lists them"
        )

    def repair(self, case: "Case", repair: "Repair") -> "Case":
        """The case in which what was repaired is now; ends the command where it cannot be done."""
        from mailbot.core.commands.order import Refused
        from mailbot.workflows.repair import repaired_by_hand

        try:
            return repaired_by_hand(self.tx, self.runtime, case, repair, datetime.now(UTC))
        except Refused as refused:
            _end(f"{case.number}: {_WRONG[refused.problem]}")


def merge(number: Number, into: Into, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Let a case go on in another one; its number and its addresses lead there from now on."""
    from mailbot.core.actions import Merge

    with _desk(config) as desk:
        source, target = desk.case(number), desk.case(into)
        desk.repair(source, Merge(into=target, by=_BY))
    typer.echo(f"{source.number} goes on in {target.number}")


def split(number: Number, message_id: MessageId = None, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Let a message of a case begin a case of its own."""
    from mailbot.core.actions import Split

    with _desk(config) as desk:
        source = desk.case(number)
        begun = desk.repair(source, Split(message=_bare(message_id), by=_BY))
    typer.echo(f"a message of {source.number} is now the case {begun.number}")


def move(number: Number, into: Into, message_id: MessageId = None, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Let a message of a case belong to another one."""
    from mailbot.core.actions import MoveMessage

    with _desk(config) as desk:
        source, target = desk.case(number), desk.case(into)
        desk.repair(source, MoveMessage(into=target, message=_bare(message_id), by=_BY))
    typer.echo(f"a message of {source.number} now belongs to {target.number}")


@contextmanager
def _desk(config: Path) -> Iterator[_Desk]:
    from mailbot import log

    log.configure("error")
    with closing(open_desk(config, secrets=False)) as runtime, runtime.database.begin() as tx:
        yield _Desk(tx, runtime)


def _bare(message_id: str | None) -> str | None:
    return message_id.strip().removeprefix("<").removesuffix(">") if message_id else None


def _end(problem: str) -> NoReturn:
    typer.echo(problem, err=True)
    raise typer.Exit(2)
