"""The recipients that a report names only in words: each address is ranked by its place in the lines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from mailbot.core.message import FailedRecipient
from mailbot.reading.machines.report_text import said
from mailbot.reading.machines.status_code import code_in, is_permanent
from mailbot.reading.words.telltales import leading, plain, present

ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_START = re.compile(r"[\s<>\"'(*\-•·|>:,;\d.)]{0,40}(?:<?mailto:|smtp[:=;]|\[smtp:|rfc822;)?[<'\"\[]?$", re.IGNORECASE)
_LABEL = re.compile(
    r"^[^@]{0,80}?([^@:=;<>(]{2,60})[:=;]?[\s<\"'(\[]*(?:<?mailto:|smtp[:=;]|rfc822;)?[<'\"\[]?$", re.IGNORECASE
)
_CODE = re.compile(r"(?<![\d.])(?:[45]\d\d[ \-]|#?[45]\.[0-7]\.\d)")
_OWN_LINE = re.compile(
    r"\s*(?:from|sender|reply-to|message-id|return-path|mail from|от|von|de|da|reporting|contact|received)\b",
    re.IGNORECASE,
)
_OFFICES = frozenset({
    "postmaster", "mailer-daemon", "abuse", "hostmaster", "mail-daemon", "noc", "admin", "administrator", "root",
    "helpdesk", "support", "webmaster", "help", "info", "itsupport", "servicedesk",
})  # fmt: skip
_NARROW = str.maketrans("（）：；＜＞，。＠", "():;<>,.@")
_MOST_LINES = 400
_MOST = 200
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Named:
    """An address in a report's words; the lower `rank`, the surer that it is the one not reached."""

    address: str
    rank: int
    line: int


def failed_in(text: str, *, not_these: frozenset[str], sent_to: frozenset[str]) -> tuple[FailedRecipient, ...]:
    """Those that `text` says were not reached. `not_these`: the parties; `sent_to`: the old mail's To."""
    own = said(text).translate(_NARROW)
    lines = own.split("\n")[:_MOST_LINES]
    found = [name for name in islice(_named(lines), _MOST) if name.address.casefold() not in not_these]
    chosen = _surest(found, sent_to)
    delayed = _is_delay(own)
    return tuple(_recipient(name, lines, chosen, delayed=delayed) for name in chosen)


def told_of(text: str, addresses: Iterable[str]) -> tuple[FailedRecipient, ...]:
    """What a report's words say about addresses that are known already."""
    lines = said(text).split("\n")[:_MOST_LINES]
    folded = [line.casefold() for line in lines]
    names = [Named(address, 0, _first_place(folded, address.casefold())) for address in addresses]
    delayed = _is_delay("\n".join(lines))
    return tuple(_recipient(name, lines, names, delayed=delayed) for name in names[:_MOST])


def _first_place(lines: list[str], key: str) -> int:
    return next((number for number, line in enumerate(lines) if key in line), 0)


def is_office(address: str) -> bool:
    """Whether an address is one that reports name as that of somebody to ask."""
    return address.casefold().partition("@")[0] in _OFFICES


def _surest(found: list[Named], sent_to: frozenset[str]) -> list[Named]:
    """The best-ranked ones; offices that a report tells to ask for help are none, unless the old mail went to them."""
    candidates = [n for n in found if not is_office(n.address) or n.address.casefold() in sent_to] or found
    confirmed = [name for name in candidates if name.address.casefold() in sent_to]
    best = min((name.rank for name in candidates), default=0)
    if confirmed and best > 1:
        return _each_once(confirmed)
    return _each_once(name for name in candidates if name.rank == best)


def _each_once(names: Iterable[Named]) -> list[Named]:
    found: dict[str, Named] = {}
    for name in names:
        found.setdefault(name.address.casefold(), name)
    return list(found.values())


def _named(lines: list[str]) -> Iterator[Named]:
    for number, line in enumerate(lines):
        if "@" not in line or _OWN_LINE.match(line):
            continue
        for match in ADDRESS.finditer(line[:2000]):
            address = match[0].strip(".'`").removeprefix("mailto:")
            if "@" in address and not address.startswith("@"):
                yield Named(address, _rank(lines, number, line[: match.start()], line), number)


def _rank(lines: list[str], number: int, before: str, line: str) -> int:
    if _START.fullmatch(before):
        return 1
    label = _LABEL.match(before[-140:])
    if label and _is_label(label[1]):
        return 1
    if _CODE.search(line[:1000]) or present(plain(line[:1000]), "troubles"):
        return 2
    near = plain(" ".join(other[:300] for other in lines[max(0, number - _NEAR) : number + 3]))
    return 3 if present(near, "undelivered", "delayed", "troubles") or _CODE.search(near) else 4


def _is_label(text: str) -> bool:
    words = plain(text)
    phrase = leading(words, "recipient_labels")
    return phrase is not None and len(words) - len(phrase) < 3


def _is_delay(text: str) -> bool:
    words = plain(text[:4000])
    return bool(present(words, "delayed")) and not present(words, "final_words")


def _is_final(lines: list[str]) -> bool:
    """Whether the server says that it has given up."""
    return bool(present(plain("\n".join(lines)[:4000]), "final_words", "undelivered"))


def _recipient(name: Named, lines: list[str], all_named: list[Named], *, delayed: bool) -> FailedRecipient:
    """With the code that stands nearest below the address, before the next one; of a lone address any in the report."""
    end = min((other.line for other in all_named if other.line > name.line), default=name.line + 25)
    status = code_in("\n".join(line[:1000] for line in lines[name.line : end]))
    if not status and len(all_named) == 1:
        status = code_in("\n".join(line[:1000] for line in lines))
    late = delayed or (status.startswith("4") and not _is_final(lines))
    action = "delayed" if late and not status.startswith("5") else "failed"
    status = status if status[:1] in ("4", "5") else ("4.0.0" if delayed else "5.0.0")
    return FailedRecipient(name.address, action, status, is_permanent(action))
