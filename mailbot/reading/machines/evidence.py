"""What speaks for a person or a machine as the writer of a mail, gathered once for all who judge."""

import re
from dataclasses import dataclass
from email.message import Message as MimeMessage
from functools import cached_property

from mailbot.core.message import Message
from mailbot.reading.machines import voice
from mailbot.reading.mime.headers import Headers, first
from mailbot.reading.mime.parse import Parsed
from mailbot.reading.words import clients
from mailbot.reading.words.phrases import Phrases, tokens
from mailbot.reading.words.telltales import leading, plain

_MOST_LINES = 150
_LONGEST_LINE = 1000
_LONGEST_OPENING = 4000
_JOINT = re.compile(r"[._+-]")
_END_OF_NAME = re.compile(r"[\d._+=-]|$")
_GOES_ON = re.compile(r"_[^\W\d_]")
_RULES = frozenset({"---", "___", "===", "***"})
_NOWHERE = frozenset({"<>", "<mailer-daemon>", "mailer-daemon"})


def _prefixed(*sections: str, always: str) -> re.Pattern[str]:
    prefixes = "|".join(filter(None, (always, clients.any_of(*sections) if clients.words(*sections) else "")))
    return re.compile(rf"\s*(?:\[[^\]]{{0,80}}\]\s*)?(?:{prefixes})(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]", re.IGNORECASE)


_REPLY = _prefixed("reply_prefixes", always="re|aw|sv|vs|antw|odp|ref|r|回复|答复|回覆")
_FORWARD = _prefixed("forward_prefixes", always="fwd?|wg|tr|rv|转发|轉寄")
_WROTE = Phrases("wrote")
_FROM_LINE = re.compile(
    rf"[\s*>]{{0,20}}(?:{clients.any_of('headers.from')})\s{{0,5}}:[\s*]{{0,20}}\S.{{0,200}}@", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A mail as judges see it. `opening`: its new words, at most some thousand letters; `quotes`: it repeats a mail."""

    message: Message
    headers: Headers
    root: MimeMessage
    ours: frozenset[str]
    subject: str
    opening: str
    quotes: bool

    @classmethod
    def of(cls, parsed: Parsed, ours: frozenset[str]) -> "Evidence":
        """The evidence in a mail; `ours` are our addresses, casefolded."""
        opening, quotes = _opening(parsed.message.text)
        return cls(
            message=parsed.message,
            headers=parsed.headers,
            root=parsed.root,
            ours=ours,
            subject=plain(parsed.message.subject[:500]),
            opening=plain(opening),
            quotes=quotes,
        )

    @cached_property
    def sender(self) -> str:
        """The casefolded address in From; empty if there is none."""
        return self.message.from_.key if self.message.from_ else ""

    @cached_property
    def local_part(self) -> str:
        """What stands before the @ of the sender."""
        return self.sender.partition("@")[0]

    @cached_property
    def bears_a_persons_name(self) -> bool:
        """Whether the sender's name is of two or more words, none of which is an office's or a program's."""
        return voice.is_a_persons_name(self.message.from_.name if self.message.from_ else "")

    @cached_property
    def voice(self) -> int:
        """How many signs a person speaks: of himself, of a matter, with a question, a name, a quotation."""
        spoken = voice.signs(self.opening, self.message.text)
        return spoken + self.bears_a_persons_name + 2 * (self.answers and self.quotes)

    @cached_property
    def writes_to_us(self) -> bool:
        """Whether one of our addresses is among its recipients."""
        return any(address.key in self.ours for address in (*self.message.to, *self.message.cc))

    @cached_property
    def answers(self) -> bool:
        """Whether it claims to answer a mail."""
        return bool(_REPLY.match(self.message.subject) or self.message.references)

    @cached_property
    def says_re(self) -> bool:
        """Whether its subject is that of an answer or of a forwarded mail."""
        return bool(_REPLY.match(self.message.subject) or _FORWARD.match(self.message.subject))

    @property
    def forwards(self) -> bool:
        """Whether its subject is that of a forwarded mail."""
        return bool(_FORWARD.match(self.message.subject))

    @property
    def is_plainly_an_answer(self) -> bool:
        """Whether a person's mail program made it: it answers, and repeats what it answers."""
        return self.answers and self.quotes and not leading(self.subject, "automatic_subjects")

    @cached_property
    def auto_submitted(self) -> str:
        """The keyword of Auto-Submitted without its parameters; empty for `no`, and for what a person wrote and a
        program passed on (RFC 3834 section 5)."""
        value = first(self.headers, "auto-submitted")
        keyword = re.split(r"[;(\s]", value.strip(), maxsplit=1)[0].casefold()
        return "" if keyword in ("no", "false", "auto-forwarded") else keyword

    @cached_property
    def list_identity(self) -> str:
        """The list's id without its description, casefolded (RFC 2919); empty if there is none."""
        return first(self.headers, "list-id").rpartition("<")[2].strip("<> ").casefold()

    @property
    def came_through_our_group(self) -> bool:
        """Whether the list is our own address: a desk whose address is a group gets every complaint through it."""
        return bool(self.list_identity) and self.list_identity in {key.replace("@", ".") for key in self.ours}

    @cached_property
    def returns_nowhere(self) -> bool:
        """Whether its envelope sender is empty, as that of reports is (RFC 5321 section 4.5.5)."""
        return first(self.headers, "return-path").replace(" ", "").casefold() in _NOWHERE


def _opening(text: str) -> tuple[str, bool]:
    """The new words at the beginning of `text`, and whether a quoted mail was met."""
    kept: list[str] = []
    quotes = False
    for line in text[: _LONGEST_OPENING * 4].split("\n", _MOST_LINES)[:_MOST_LINES]:
        short = line[:_LONGEST_LINE]
        if short.lstrip().startswith((">", "|>")):
            quotes = True
        elif _is_separator(short.strip()) or _introduces(short):
            quotes = True
            if any(words.strip() for words in kept):
                break
        else:
            kept.append(line)
    return "\n".join(kept)[:_LONGEST_OPENING], quotes


def _introduces(line: str) -> bool:
    """Whether an older mail begins below `line`: its sender is named, or who wrote it."""
    if line.rstrip().endswith((":", "：")) and _WROTE.found_in(tokens(line[-300:])):
        return True
    return "@" in line and _FROM_LINE.match(line) is not None


def _is_separator(line: str) -> bool:
    """Whether `line` is a rule as mail programs draw it above an older mail."""
    return len(line) > 6 and line[:3] in _RULES and line[-3:] in _RULES


def named_as(local_part: str, section: str) -> str | None:
    """The word of `section` that is the local part's first word, or a `no-reply` at its end; None if none is."""
    starts = [0, *(m.end() for m in _JOINT.finditer(local_part[:100]))] if section == "robots" else [0]
    for start in starts:
        rest = local_part[start:]
        phrase = leading(rest, section)
        if section == "machines" and phrase and _GOES_ON.match(rest, len(phrase)):
            return None
        if phrase and _END_OF_NAME.match(rest, len(phrase)) and (start == 0 or _ends_as_no_reply(rest, phrase)):
            return phrase
    return None


def _ends_as_no_reply(rest: str, phrase: str) -> bool:
    return phrase[:2] in ("no", "do") and rest[len(phrase) :].strip("0123456789._+=-") == ""
