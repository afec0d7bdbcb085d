"""Finds phrases of mail programs and servers in a whole text, by plain search, a quick pass each."""

import re
from functools import cache

from mailbot.reading import clients

_SPACE = re.compile(r"[\s\u200c\xa0]+")
_ALIKE = str.maketrans({
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "“": '"', "”": '"',
    "ي": "ی", "ى": "ی", "ك": "ک", "ё": "е", "：": ":",
})  # fmt: skip
_END_OF_SUBJECT = re.compile(r"\s*(?:$|[:([|!.\-])")
_BEFORE_SUBJECT = "[(*!.:-# \"'"


def plain(text: str) -> str:
    """`text` in the one spelling in which phrases are compared: casefolded, single spaces, straight apostrophes."""
    return _SPACE.sub(" ", text.translate(_ALIKE).casefold()).strip()


def present(text: str, *sections: str) -> tuple[str, ...]:
    """The phrases of the sections that stand in `text`, which is `plain`; each word is counted for one phrase only."""
    found: list[str] = []
    for phrase in _phrases(*sections):
        if phrase in text and (at := _place(text, phrase)) >= 0:
            found.append(phrase)
            text = f"{text[:at]}\n{text[at + len(phrase) :]}"
    return tuple(found)


def leading(subject: str, *sections: str) -> str | None:
    """The phrase with which `subject`, which is `plain`, begins, or None."""
    subject = subject.lstrip(_BEFORE_SUBJECT)
    return next((phrase for phrase in _phrases(*sections) if subject.startswith(phrase)), None)


def titles(subject: str, *sections: str) -> str | None:
    """The phrase that `subject` begins with as its whole or as a title before a colon, dash or bracket, or None."""
    subject = subject.lstrip(_BEFORE_SUBJECT)
    for phrase in _phrases(*sections):
        if subject.startswith(phrase) and _END_OF_SUBJECT.match(subject, len(phrase)):
            return phrase
    return None


@cache
def _phrases(*sections: str) -> tuple[str, ...]:
    each = {plain(word).lstrip(_BEFORE_SUBJECT) for word in clients.words(*sections)} - {""}
    return tuple(sorted(each, key=lambda phrase: (-len(phrase), phrase)))


def _place(text: str, phrase: str) -> int:
    """Where `phrase` begins in `text`, not inside a word (scripts without spaces excepted); -1 if nowhere."""
    at = text.find(phrase)
    while at > 0 and text[at - 1].isalnum() and phrase[0].isalnum() and phrase[0] < "\u0e00":
        at = text.find(phrase, at + 1)
    return at
