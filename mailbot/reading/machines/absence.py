"""Automatic mail that no header marks: absence notes, confirmations of receipt, notices; known by its words alone."""

import re
from collections.abc import Iterator
from functools import cache

from mailbot.reading.machines.delivery_notice import mail_system
from mailbot.reading.machines.evidence import Evidence, named_as
from mailbot.reading.machines.headers import hints
from mailbot.reading.machines.voice import names_a_matter
from mailbot.reading.words import clients
from mailbot.reading.words.telltales import leading, plain, present, sections_in, titles

_ENOUGH = 2
_AUTOMATIC = ("automatic", "commands")
_CRON = "cron <"  # the address and the command follow: nobody writes so
_LONG = 1500
_SHORT = 600
_UNSPACED = "\u2e80"
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{3,60})[)\]]\s*$")
_TICKET = re.compile(r"#\s?\d|\[[^\]]*\d{2}[^\]]*\]|ticket|\bcase\b|request id")
_SENTENCE = re.compile(r"(?<=[.!])\s|[。！]")
_IS_OUT = re.compile(r"^(?:auto: ?)?[^:]{2,80} (?:is|will be) (?:out of|away from) (?:the )?office\b")


def automatic_words(evidence: Evidence) -> str | None:
    """The signs by which a mail without a telling header is automatic, or None: it takes two."""
    if evidence.is_plainly_an_answer:
        return None
    titled, told = list(_subject(evidence)), list(_text(evidence))
    if not told and sum(weight for _, weight in titled) < _ENOUGH and not _is_of_no_sender(evidence):
        return None  # a word in the subject may be anybody's
    signs = [*titled, *told, *((sign, 1) for sign in _surroundings(evidence))]
    if sum(weight for _, weight in signs) - _doubts(evidence, len(told)) < _ENOUGH:
        return None
    return ", ".join(sign for sign, _ in signs[:4])


def _subject(evidence: Evidence) -> Iterator[tuple[str, int]]:
    subject = evidence.subject
    if phrase := titles(subject, "automatic_subjects"):
        yield f"subject: {phrase}", _weight_of_title(phrase, _below(subject, phrase))
    elif phrase := leading(subject, "automatic_subjects"):
        yield f"subject: {phrase}", 1
    elif _IS_OUT.match(subject):
        yield "subject: is out of the office", 2
    elif (inside := _IN_BRACKETS.search(subject)) and titles(inside[1], "automatic_subjects"):
        yield f"subject: ({inside[1]})", 1 if evidence.says_re else 2
    elif is_out := next(iter(present(subject, "is_out")), None):
        yield f"subject: {is_out}", 2 if _ends_with_name(subject, is_out) else 0
    elif phrase := leading(subject, "notice_titles"):
        yield f"subject: {phrase}", _weight_of_notice(subject, phrase)
    elif titles(subject, "absent"):
        yield f"subject: {subject[:40]}", 1
    if phrase := leading(subject, "command_subjects"):
        yield f"subject: {phrase}", 2 if phrase == _CRON else 1
    named = leading(subject, "automatic_subjects", "notice_titles")  # and no title counts twice
    if (phrase := titles(subject, "receipt_subjects")) and not named and len(evidence.opening) < 1000:
        yield f"subject: {phrase}", 2 if _repeats_only_headers(evidence) else 1


def _weight_of_title(phrase: str, rest: str) -> int:
    """A prefix before the old subject is a program's; people write the same words as a whole subject, and politely."""
    if leading(phrase, "polite"):
        return 1
    return 3 if rest.lstrip().startswith(":") and len(rest) > 3 else 2


def _ends_with_name(subject: str, is_out: str) -> bool:
    """Whether it is a sentence about one person: a name of a few words, and nothing below the phrase."""
    before, _, after = subject.partition(is_out)
    return 0 < len(before.split()) < 6 and after.strip(" .!)") == "" and not before.startswith(("re:", "aw:"))


def _weight_of_notice(subject: str, phrase: str) -> int:
    """Titles that people use as well have to stand before the old subject, or before the number of a case."""
    rest = _below(subject, phrase)
    return 2 if (rest.lstrip().startswith(":") and len(rest) > 3) or _TICKET.search(rest) else 1


def _below(subject: str, phrase: str) -> str:
    """What stands in the subject after the phrase with which it begins."""
    return subject[subject.find(phrase) + len(phrase) :]


def _text(evidence: Evidence) -> Iterator[tuple[str, int]]:
    opening = _without_quotations(evidence.opening)[:_LONG]
    spoken = sections_in(opening, "absence", "absent", *_AUTOMATIC)
    away = _away(opening) if spoken else _has_left(opening)
    automatic = [phrase for name in _AUTOMATIC if name in spoken for phrase in present(opening, name)[:3]]
    if (away or automatic) and (thanks := leading(_without_greeting(opening), "thanks_for_mail")):
        away = [*away, thanks]
    itself = automatic and leading(opening, "automatic", "automatic_subjects")
    if itself and not present(opening, "undelivered"):  # a report under a person's name is passed on
        yield "text: begins with it", 1
    yield from ((f"text: {phrase}", 1) for phrase in (*away, *automatic))


def _away(opening: str) -> list[str]:
    """The phrases of absence, and how such a note goes on: when its writer will read, whom to turn to."""
    found = list(present(opening, "absence")[:3])
    weak = [] if found else list(present(opening, "absent")[:1])
    if (found or weak) and len(opening) < _SHORT:
        returning = present(opening, "returning")[:1]
        weak += returning if not found or len(found) == 1 else ()
    if (found or weak) and _names_a_stand_in(opening):
        weak.append("whom to turn to")
    return found + weak + _has_left(opening)


def _has_left(opening: str) -> list[str]:
    """The sentence by which a short note says that its writer has left, and where to write; both are whole."""
    sentences = [part.strip(" .!。") for part in _SENTENCE.split(opening[:_SHORT], 8)] if len(opening) < _SHORT else []
    left = next((one for one in sentences if one == leading(one, "has_left")), None)
    elsewhere = any(("@" in one) and present(one, "direct_to", "turn_to") for one in sentences)
    return [left, "where to write"] if left and elsewhere else []


def _without_greeting(opening: str) -> str:
    """What stands below a greeting: `hello kate, thank you` and the like."""
    head, comma, _ = opening[:60].partition(",")
    return opening[len(head) + len(comma) :].lstrip() if comma and leading(head, "greetings") else opening


def _is_of_no_sender(evidence: Evidence) -> bool:
    """Whether it is a word or two that no server wants to have back."""
    return evidence.returns_nowhere and len(evidence.opening) < _SHORT


def _repeats_only_headers(evidence: Evidence) -> bool:
    """Whether a short text lists a mail's recipient, subject or time but no sender, as receipts do."""
    lines = evidence.message.text[:2000].split("\n")[:40]
    labels = {plain(line[:60].partition(":")[0]).strip(" *") for line in lines if ":" in line[:60]}
    parts = ("headers.to", "headers.subject", "headers.sent")
    named = sum(any(label in _words(part) for label in labels) for part in parts)
    return named >= 2 and not any(label in _words("headers.from") for label in labels)


@cache
def _words(section: str) -> frozenset[str]:
    return frozenset(map(plain, clients.words(section)))


def _names_a_stand_in(opening: str) -> bool:
    """Whether a short text says whom to turn to in urgent cases, as absence notes do."""
    if len(opening) >= _SHORT or not present(opening, "urgent"):
        return False
    return "@" in opening or bool(present(opening, "turn_to"))


def _surroundings(evidence: Evidence) -> Iterator[str]:
    yield from list(hints(evidence.headers))[:2]
    if evidence.returns_nowhere:
        yield "Return-Path: <>"
    if present(evidence.opening, "reply_above"):
        yield "text: a line to answer above"
    if system := mail_system(evidence):
        yield system
    elif named_as(evidence.local_part, "roles") and (evidence.answers or _TICKET.search(evidence.subject)):
        yield f"From: {evidence.sender}, an answer"


def _doubts(evidence: Evidence, told: int) -> int:
    """How much speaks for a person: a question, a quoted mail, many words, a mention that leads to another matter."""
    opening = evidence.opening
    asks = any(mark in opening for mark in "?؟？")
    mentions = told < 2 and _contrasts(opening)
    complains = told < 3 and names_a_matter(opening)
    about_it = not told and bool(present(opening, "speaks_of_machines"))
    return about_it + asks + evidence.quotes + (len(opening) > _LONG) + mentions + complains


def _contrasts(opening: str) -> bool:
    """Whether it goes on with a `but`: as a whole word, or anywhere in scripts without spaces."""
    words = {word.strip(".,;:!()") for word in opening.split()}
    return any(word in words or (word > _UNSPACED and word in opening) for word in _words("contrasts"))


def _without_quotations(text: str) -> str:
    """`text` without what stands in quotation marks: there somebody repeats what a machine wrote."""
    return re.sub(r'["«„][^"»]{3,300}["»]', " ", text)
