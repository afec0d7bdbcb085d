"""What people write to a complaint desk, in words of their own: what others have written, parts of sentences put
together, and slips of the pen.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_CORPUS = Path(__file__).parents[1] / "corpus"
_KINDS = ("billing", "defective_goods", "late_delivery", "non_delivery", "poor_service", "wrong_item")
_FILES = (*_KINDS, "trades_1", "trades_2")
# What makes a complaint more than an ordinary one; a letter put together of many would have it always.
_GRAVE = {"threat", "severity", "safety", "repeat"}
# Pieces of a story are log-normally many: half of all stories have fewer, one in twenty four times as many. Seven are
# some two hundred words.
USUAL_PIECES = 7
_SPREAD, _MOST_PIECES = 0.85, 300
_LONGEST_PARAGRAPH = 6
_MOST_THINGS = 7
_ANSWERS = 5
# Of a hundred.
_PASSAGES, _SLIPS, _SIGNATURES, _NOTICES = 65, 2, 40, 25
_SHORTEST_SLIP = 4


@cache
def passages(language: str) -> dict[str, list[str]]:
    """What people wrote about each kind of complaint, as the corpus has it."""
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for file in sorted((_CORPUS / language).glob("*.yaml")):
        if file.stem.startswith(_FILES):
            for mail in yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)["mails"]:
                if mail.get("type") in found and not _GRAVE & mail.keys():
                    found[mail["type"]].append(" ".join(mail["text"].split()))
    return found


@dataclass(frozen=True, slots=True)
class Story:
    """What one person has to say, in the `phrases` of one language."""

    dice: random.Random
    language: str
    phrases: dict[str, Any]
    order: str
    usual: int = USUAL_PIECES

    def complaint(self, name: str) -> str:
        """A letter with a complaint, what happened, and what is wanted; half have more than usual."""
        count = min(int(self.dice.lognormvariate(math.log(self.usual), _SPREAD)) + 1, _MOST_PIECES)
        own = list(passages(self.language)[self.dice.choice(_KINDS)])
        self.dice.shuffle(own)
        told = [own.pop() if own and self._happens(_PASSAGES) else self._sentence() for _ in range(count)]
        body = [self._choice("complaints"), *told, self._choice("wishes")]
        return self._letter([" ".join(part) for part in self._paragraphs(body)], name)

    def question(self, name: str) -> str:
        """A short letter with a question."""
        return self._letter([self.filled(self.phrases["question"])], name)

    def answer(self, name: str) -> str:
        """Some sentences more, as they stand above a quotation."""
        return " ".join(self._sentence() for _ in range(self.dice.randint(1, _ANSWERS))) + f"\n\n{name}\n"

    def filled(self, phrase: str) -> str:
        """The phrase with numbers, sums and times in it."""
        return phrase.format(
            order=self.order,
            amount=f"{self.dice.randrange(5, 300)},{self.dice.randrange(100):02} EUR",
            days=self.dice.randrange(3, 30),
            day=self.dice.randrange(4, 21),
            hour=self.dice.randrange(8, 20),
            minutes=self.dice.randrange(11, 59),
            house=self.dice.randrange(2, 99),
            years=self.dice.randrange(5, 20),
            things=", ".join(self.dice.sample(self.phrases["things"], self.dice.randint(2, _MOST_THINGS))),
        )

    def _letter(self, paragraphs: list[str], name: str) -> str:
        body = "\n\n".join(self._mistyped(paragraph) for paragraph in paragraphs)
        end = f"{self._choice('closings')}\n{name}\n"
        if self._happens(_SIGNATURES):
            end += "\n-- \n" + self.filled(self.phrases["signature"].replace("{name}", name)) + "\n"
        if self._happens(_NOTICES):
            end += f"\n{self.phrases['notice']}\n"
        return f"{self._choice('greetings')},\n\n{body}\n\n{end}"

    def _sentence(self) -> str:
        match self.dice.choices(("event", "opinion", "detail", "list"), (70, 15, 10, 5))[0]:
            case "event":
                return f"{self._choice('when')} {self._choice('events')}{self._choice('outcomes')}."
            case "opinion":
                return str(self.phrases["opinion"]).format(self._choice("opinions"), self._choice("reasons"))
            case "detail":
                return self._choice("details")
            case _:
                return self.filled(self.phrases["listed"])

    def _paragraphs(self, sentences: list[str]) -> Iterator[list[str]]:
        start = 0
        while start < len(sentences):
            size = self.dice.randint(1, _LONGEST_PARAGRAPH)
            yield sentences[start : start + size]
            start += size

    def _choice(self, name: str) -> str:
        return self.filled(self.dice.choice(self.phrases[name]))

    def _mistyped(self, text: str) -> str:
        """The text with two letters of a word exchanged here and there."""
        return " ".join(
            self._slipped(word) if word.isalpha() and len(word) >= _SHORTEST_SLIP and self._happens(_SLIPS) else word
            for word in text.split(" ")
        )

    def _slipped(self, word: str) -> str:
        at = self.dice.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def _happens(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent
