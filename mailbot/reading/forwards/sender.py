"""The sender of an old mail as mail programs write them into the text of a new one."""

import html
import re

from mailbot.core.message import Address
from mailbot.reading.words import clients

_LONGEST = 1000
_BARE = r"[^\s<>()\[\]{}\",;:|*]{1,100}@[^\s<>()\[\]{}\",;:|*@]{1,255}"
_BARE_ADDRESS = re.compile(_BARE)
_BRACKETED = re.compile(rf"[<(\[]\s*(?:mailto:|smtp:)?\s*({_BARE})", re.IGNORECASE)
_MAILTO = re.compile(rf"mailto:({_BARE})", re.IGNORECASE)
_COMMENT = re.compile(r"[>\])]?\s*\(([^()@]{1,100})\)")
_LEFTOVER = ' \t<>()[]*"“”„»«|;,:'
# In «On Monday, 1 May 2026 at 10:05 AM, Mari Maasikas» the name stands behind the last number or comma.
_BEFORE_NAME = re.compile(r"[,;:]|(?<!\w)\d[^\s,]*(?:\s+(?:[AaPp]\.?\s?[Mm]\.?)(?!\w))?|\)")


def written_sender(value: str) -> Address | None:
    """The mailbox in the value of a «from» line; its address is empty if only a name stands there."""
    value = _author(html.unescape(value[:_LONGEST])).strip()
    found = _BRACKETED.search(value) or _MAILTO.search(value) or _BARE_ADDRESS.search(value)
    if found is None:
        name = _plain_name(value.split("<")[0]) or _plain_name(value)  # behind it may stand an address of Exchange
        return Address(name, "") if name else None
    address = found[found.lastindex or 0].strip(".'")
    return Address(_name_beside(value, found, address), address)


def introduced_sender(line: str) -> Address | None:
    """The mailbox in a line that introduces a quote («On …, Mari Maasikas <mari@kodu.example> wrote:»)."""
    line = html.unescape(line[:_LONGEST])
    found = _BRACKETED.search(line) or _BARE_ADDRESS.search(line)
    if found is None:
        return None
    before = _BEFORE_NAME.split(line[: found.start()])[-1]
    address = found[found.lastindex or 0].strip(".'")
    return Address(_different(_plain_name(_without_verbs(before)), address), address)


def _name_beside(value: str, found: re.Match[str], address: str) -> str:
    name = _plain_name(value[: found.start()])
    comment = _COMMENT.match(value, found.end())
    if not name and comment:
        name = _plain_name(comment[1])
    return _different(name, address)


def _different(name: str, address: str) -> str:
    """`name`, unless it only repeats the address."""
    return "" if name.casefold().strip("'") == address.casefold() else name


def _plain_name(text: str) -> str:
    name = " ".join(text.replace('\\"', '"').split()).strip(_LEFTOVER)
    name = name.removesuffix("mailto:").strip(_LEFTOVER)
    if len(name) > 1 and name[0] in "'‘" and name[-1] in "'’":
        name = name[1:-1].strip(_LEFTOVER)
    return name


def _author(value: str) -> str:
    """Outlook's «Office [mailto:office@…] on behalf of Mari»: who wrote it, with an address wherever it stands."""
    words = clients.words("on_behalf")
    found = words and re.search(rf"(?<!\w){clients.any_of('on_behalf')}(?!\w)", value, re.IGNORECASE)
    if not found or not value[found.end() :].strip(_LEFTOVER):
        return value
    sender, author = value[: found.start()], value[found.end() :].strip(" ;,")
    address = _BARE_ADDRESS.search(sender)
    return author if "@" in author or not address else f"{author} <{address[0].removeprefix('mailto:')}>"


def _without_verbs(text: str) -> str:
    """`text` without the verb that some languages put before the name («schrieb Mari»)."""
    words = text.strip().split(" ")
    verbs = frozenset(word for phrase in clients.words("wrote") for word in phrase.split())
    while words and words[0].casefold() in verbs:
        words = words[1:]
    return " ".join(words)
