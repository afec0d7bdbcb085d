"""An answer divided into clauses, each as its plain words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.reading.consent.words import plain

_WRAPPED = re.compile(r"(?m)^(.{45,})\n(?=[^\WA-ZА-ЯЁ])")
"""The end of a full line, where the next one goes on with a small letter."""
_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*|\d+(?:[.,:]\d+)*)"
    r"|(?P<emblem>[👍👎👌✅✔❌☑🆗🤝💯🙅🚫]|(?<!\S)\+1?(?!\S))"
    r"|(?P<asked>[?؟])"
    r"|(?P<stop>[.!…\n])"
    r"|(?P<pause>[,،;؛:()–—/]|(?<=\s)-(?=\s))"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """Plain words; the number of their sentence, and whether that is a question."""

    words: tuple[str, ...]
    sentence: int
    asked: bool


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of an answer, in their order."""
    sentences = _sentences(plain(_WRAPPED.sub(r"\1 ", text)))
    return tuple(Clause(words, number, asked) for number, (clauses, asked) in enumerate(sentences) for words in clauses)


def _sentences(text: str) -> Iterator[tuple[list[tuple[str, ...]], bool]]:
    """The clauses of each sentence, and whether it is a question."""
    clauses: list[list[str]] = [[]]
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "word" | "emblem":
                clauses[-1].append(token[0])
            case "pause":
                clauses.append([])
            case ended:
                yield _said(clauses), ended == "asked"
                clauses = [[]]
    yield _said(clauses), False


def _said(clauses: list[list[str]]) -> list[tuple[str, ...]]:
    return [tuple(words) for words in clauses if words]
