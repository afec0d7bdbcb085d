"""What the template of a letter may print besides what was decided: the desk, the case, and where an answer goes."""

from collections.abc import Mapping
from typing import cast

from mailbot.core.case import Case
from mailbot.core.letters import TO_CUSTOMERS, Block, CommandAddress, Letter, LetterKind, Ltr
from mailbot.core.message import Address, Attachment
from mailbot.mail.merge import Keys
from mailbot.mail.passed_on import passed_on
from mailbot.settings.config import Config, Mailbox


def letter_values(
    config: Config, mailbox: Mailbox, case: Case | None, letter: Letter, token: str | None
) -> dict[str, object]:
    """All that the template of a letter may print; `token` is what its reader's answer is known by."""
    return {**common_values(config, mailbox, case, letter), **keys(mailbox, case, letter, token)}


def common_values(config: Config, mailbox: Mailbox, case: Case | None, letter: Letter) -> dict[str, object]:
    """The same but for the keys of its reader."""
    return {
        **letter.values,
        "organisation": config.organisation.name,
        "desk": mailbox.display_name,
        "case_number": Ltr(case.number) if case else None,
    }


def keys(mailbox: Mailbox, case: Case | None, letter: Letter, token: str | None) -> Keys:
    """The values in which the token of the letter's reader stands."""
    if letter.kind is LetterKind.FOLLOW_UP:
        return {"answer_to": _answer_to(mailbox, case, token) if case else None}
    if letter.kind in TO_CUSTOMERS:
        return {}
    return {
        "ref": Ltr(f"[ref:{token}]") if token else None,
        "mail_to": mail_to(mailbox, token) if token else None,
    }


def _answer_to(mailbox: Mailbox, case: Case, token: str | None) -> CommandAddress:
    """Where a customer's ready-made answer goes: the token is in the address, where it can be; the number always."""
    address = subaddress(mailbox, token).address if token and mailbox.subaddressing else mailbox.address
    return CommandAddress(Ltr(address), Ltr(f"[{case.number}]"))


def mail_to(mailbox: Mailbox, token: str) -> CommandAddress:
    """Where a ready-made command goes: the token is in the address, or else in the subject."""
    if mailbox.subaddressing:
        return CommandAddress(Ltr(subaddress(mailbox, token).address), Ltr(""))
    return CommandAddress(Ltr(mailbox.address), Ltr(f"[ref:{token}]"))


def subaddress(mailbox: Mailbox, token: str) -> Address:
    """The mailbox's address with the token in it, at which an answer is known by it."""
    local, _, domain = mailbox.address.rpartition("@")
    return Address(mailbox.display_name, f"{local}+{token}@{domain}")


def made_harmless(
    config: Config, attachments: tuple[Attachment, ...], values: dict[str, object]
) -> tuple[tuple[Attachment, ...], dict[str, object]]:
    """The customer's files as the config lets them pass, and the values of a letter that lists them so."""
    policy, listed = config.executables, cast("tuple[Attachment, ...]", values["attachments"])
    shown, left_out = passed_on(listed, policy)
    return passed_on(attachments, policy)[0], {**values, "attachments": shown, "left_out": left_out}


def own_words(values: Mapping[str, object]) -> str:
    """What a letter to members shows of the words that customers may read."""
    # A third party's words are no less internal than ours.
    theirs = () if values.get("news") == "third_party" else ("complaint",)
    named = ("excerpt", "draft", "answer", *theirs)
    return "\n".join(block.text for name in named if isinstance(block := values.get(name), Block))
