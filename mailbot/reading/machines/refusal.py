"""Refusals by gateways, filters and portals: one sentence that says of a mail to somebody that it was not delivered."""

import re
from collections.abc import Iterator
from itertools import pairwise

from mailbot.reading.machines.evidence import Evidence, named_as
from mailbot.reading.machines.failed_addresses import ADDRESS
from mailbot.reading.machines.report_text import said
from mailbot.reading.words.telltales import plain, present

_OPENING = 1500
_MOST_SENTENCES = 12
_SENTENCE = re.compile(r"(?<=[.!?])\s|[。！？]")
_NUMBER = re.compile(r"(?<![\w.@-])\+?\d(?:[ ./-]?\d){5,18}(?![\w@])")
_SPOKEN = 2


def refusal(evidence: Evidence) -> str | None:
    """Why a mail whose sender nobody can answer says that somebody was not reached, or None."""
    sender = _gateway(evidence)
    if sender is None or evidence.voice >= _SPOKEN or (evidence.says_re and not evidence.returns_nowhere):
        return None
    words = plain(said(evidence.message.text)[:_OPENING])
    if not present(words, "refusals", "undelivered"):
        return None
    told = next((sign for sentence in _sentences(words) if (sign := _refused(sentence, evidence))), None)
    return f"{sender}, and in the text: {told}" if told else None


def _gateway(evidence: Evidence) -> str | None:
    """What shows that no person sends it: an empty envelope sender, or the name of a program."""
    if evidence.returns_nowhere:
        return "Return-Path: <>"
    named = any(named_as(evidence.local_part, section) for section in ("gateways", "robots", "machines"))
    return f"From: {evidence.sender}" if named and not evidence.bears_a_persons_name else None


def _sentences(words: str) -> Iterator[str]:
    """The sentences, and a short one together with the next: some name the address in a sentence of its own."""
    each = _SENTENCE.split(words, _MOST_SENTENCES)[:_MOST_SENTENCES]
    yield from each
    yield from (f"{one} {other}" for one, other in pairwise(each) if len(one) < 80)


def _refused(sentence: str, evidence: Evidence) -> str | None:
    """The refusal in a sentence about a mail that names whom it did not reach."""
    refused = present(sentence, "refusals", "undelivered")
    if not refused or not present(sentence, "mail_words") or present(sentence, "undecided"):
        return None
    others = (a for a in ADDRESS.findall(sentence) if a not in evidence.ours and a != evidence.sender)
    numbered = _NUMBER.search(sentence) and present(sentence, "numbered")
    return refused[0] if next(others, None) or numbered else None
