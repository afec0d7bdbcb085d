"""The headers of a forwarded mail, value by value, as mail programs write them into the text above it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from mailbot.reading.mime.headers import decoded
from mailbot.reading.words import clients
from mailbot.reading.words.phrases import tokens


class Role(StrEnum):
    """What a line of a header block says."""

    FROM = "from"
    SUBJECT = "subject"
    TO = "to"
    SENT = "sent"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Field:
    """One header of the block: its role, its label as it was written, and its value on one line."""

    role: Role
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The headers in lines `first` to `end`; line `end` is the first that no longer belongs to them."""

    fields: tuple[Field, ...]
    first: int
    end: int

    @property
    def roles(self) -> frozenset[Role]:
        """What the block says, unknown labels left out."""
        return frozenset(field.role for field in self.fields if field.role is not Role.UNKNOWN)

    def value(self, role: Role) -> str | None:
        """The first value with that role, None if there is none."""
        return next((field.value for field in self.fields if field.role is role), None)

    @property
    def sender(self) -> str | None:
        """The value of the «from» line; where no label is known, of the first unknown one, rather with an address."""
        senders = [field for field in self.fields if field.role is Role.FROM]
        if senders:
            return next((f.value for f in senders if not _TECHNICAL.fullmatch(f.label)), senders[0].value)
        unknown = [f.value for f in self.fields if f.role is Role.UNKNOWN and not _TECHNICAL.fullmatch(f.label)]
        return next((value for value in unknown if "@" in value), unknown[0] if unknown else None)


_LONGEST_LINE = 2000
_LONGEST_BLOCK = 80
_LONGEST_LABEL = 40
_COLON = re.compile("[:：]")
_SHAPE = re.compile(r"[^\W\d_][\w.'’/()-]*(?: [\w.'’/()-]+){0,2}")
_TECHNICAL = re.compile(
    r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+|Received|Sender|Organi[sz]ation|Lines|Newsgroups|Keywords"
)
_DIRECTION = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_BOLD = re.compile(r"^\*{1,2}|\*{1,2}$")
_QUOTE = re.compile(r"(?:[ \t]?>)+ ?")
_SECTIONS = {
    Role.OTHER: ("headers.other",),
    Role.SENT: ("headers.sent",),
    Role.TO: ("headers.to", "headers.cc"),
    Role.SUBJECT: ("headers.subject",),
    Role.FROM: ("headers.from",),
}


def field_of(line: str) -> Field | None:
    """The header in `line`, whatever marks stand around it, or None; the role is unknown if its label is."""
    if line.find(":", 0, 100) < 0 and line.find("：", 0, 100) < 0:
        return None
    shown = _DIRECTION.sub("", line[:_LONGEST_LINE]).replace("\xa0", " ")
    bare = shown.lstrip("> \t|*_")
    colon = _COLON.search(bare, 0, 60)
    if not colon or bare.startswith("//", colon.end()):
        return None
    label, value = " ".join(bare[: colon.start()].strip(" \t*_").split()), bare[colon.end() :].strip(" \t|\r")
    if "*" in shown[: len(shown) - len(bare)]:
        value = _BOLD.sub("", value).strip()
    role = role_of(label)
    if role is None and not (len(label) <= _LONGEST_LABEL and _SHAPE.fullmatch(label)):
        return None
    return Field(role or Role.UNKNOWN, label, decoded(value) if "=?" in value else " ".join(value.split()))


def role_of(label: str) -> Role | None:
    """What a label means in any language, None if it is unknown."""
    return _roles().get("".join(tokens(label)))


def block_at(lines: Sequence[str], start: int) -> HeaderBlock | None:
    """The header block that begins in line `start`; None if no known header or fewer than three unknown ones do."""
    block = _Walk(lines, start).block()
    return block if block and (block.roles or len(block.fields) >= 3) else None


def block_in_line(line: str, at: int) -> HeaderBlock | None:
    """The header block that some programs write into line `at` alone («From: Mari <…>To: Acme <…>Subject: Lamp»)."""
    parts = list(_capitalised().finditer(line[:_LONGEST_LINE]))
    if len(parts) < 3:
        return None
    ends = [*(part.start() for part in parts[1:]), len(line)]
    fields: list[Field] = []
    for part, end in zip(parts, ends, strict=True):
        role = role_of(part[1]) or Role.OTHER
        fields.append(Field(role, part[1], line[part.end() : end].strip()))
        if role is Role.SUBJECT and len(fields) > 2:
            fields[-1] = Field(role, part[1], line[part.end() :].strip())
            break
    return HeaderBlock(tuple(fields), at, at + 1)


@cache
def _roles() -> dict[str, Role]:
    return {"".join(tokens(word)): role for role, names in _SECTIONS.items() for word in clients.words(*names)}


@cache
def _capitalised() -> re.Pattern[str]:
    words = clients.words("headers.from", "headers.to", "headers.sent", "headers.cc", "headers.subject")
    return re.compile("(" + "|".join(re.escape(word[:1].upper() + word[1:]) for word in words) + r")\s?:\s")


def unquoted(line: str) -> str:
    """`line` without all of its quote marks."""
    marks = _QUOTE.match(line)
    return line[marks.end() :] if marks else line


def is_quoted(line: str) -> bool:
    """Whether `line` begins with a quote mark."""
    return line.lstrip(" \t\u200e\u200f").startswith(">")


def quote_depth(line: str) -> int:
    """How many quote marks stand before the words of `line`."""
    marks = _QUOTE.match(line)
    return marks[0].count(">") if marks else 0


def is_blank(line: str) -> bool:
    """Whether nothing is to be seen in `line` but quote marks."""
    return not line.strip("> \t|\xa0\r*\u200b\u200e\u200f\ufeff")


class _Walk:
    """Goes down the lines of a block and collects its fields."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self.lines = lines
        self.start = start
        self.last = min(len(lines), start + _LONGEST_BLOCK)
        self.fields: list[Field] = []

    def block(self) -> HeaderBlock | None:
        at = self.start
        while at < self.last and (after := self._step(at)) is not None:
            at = after
        return HeaderBlock(tuple(self.fields), self.start, at) if self.fields else None

    def _step(self, at: int) -> int | None:
        """Take what stands in line `at`; the line to go on with, None if the block ended before."""
        if is_blank(self.lines[at]):
            return self._over_gap(at)
        field = field_of(self.lines[at])
        if field and self._belongs(field, at):
            self.fields.append(field)
        elif self.fields and self._continues(at):
            last = self.fields[-1]
            piece = " ".join(unquoted(self.lines[at][:_LONGEST_LINE]).strip(" \t*|\xa0").split())
            self.fields[-1] = Field(last.role, last.label, f"{last.value} {piece}".strip())
        else:
            return None
        return at + 1

    def _over_gap(self, at: int) -> int | None:
        """The line behind a gap of at most two empty lines, if a header that is still missing stands there."""
        after = next((i for i in range(at, min(at + 3, self.last)) if not is_blank(self.lines[i])), None)
        if after is None or all(field.role is Role.UNKNOWN for field in self.fields):
            return None
        field = field_of(self.lines[after])
        if field and field.role is not Role.UNKNOWN:
            return after if field.role is not Role.OTHER and self._is_missing(field.role) else None
        waits = not self.fields[-1].value and field is None
        return after if waits and self._known_follows(after + 1, gap=True) else None

    def _belongs(self, field: Field, at: int) -> bool:
        if field.role is Role.FROM:
            return all(known.role is not Role.FROM or known.label != field.label for known in self.fields)
        if field.role is not Role.UNKNOWN or _TECHNICAL.fullmatch(field.label):
            return True
        complete = {Role.FROM, Role.SUBJECT, Role.TO, Role.SENT} <= {f.role for f in self.fields}
        return self._known_follows(at + 1) or (bool(field.value) and not complete)

    def _is_missing(self, role: Role) -> bool:
        return all(field.role is not role for field in self.fields)

    def _known_follows(self, at: int, *, gap: bool = False) -> bool:
        """Whether one of the next lines, up to an empty one, has a header that is still missing."""
        for i in range(at, min(at + 3, self.last)):
            if is_blank(self.lines[i]):
                if gap:
                    continue
                return False
            field = field_of(self.lines[i])
            if field and field.role is not Role.UNKNOWN:
                return self._is_missing(field.role)
        return False

    def _continues(self, at: int) -> bool:
        """Whether line `at`, directly below a header, is the rest of its value."""
        last, line = self.fields[-1], unquoted(self.lines[at][:_LONGEST_LINE])
        if line[:1] in (" ", "\t") or self._known_follows(at + 1):
            return True
        if not last.value and last.role in (Role.FROM, Role.SUBJECT, Role.SENT):
            return True
        if last.role in (Role.FROM, Role.TO):
            return last.value.endswith((",", ";")) or line.startswith("<") or _is_addresses(line)
        return False


def _is_addresses(line: str) -> bool:
    """Whether `line` is made of mailboxes only, as the rest of a wrapped list of them is."""
    pieces = [piece for piece in re.split(r"[,;]", line) if piece.strip()]
    return bool(pieces) and all("@" in piece and piece.rstrip().endswith((">", ")", "]")) for piece in pieces)
