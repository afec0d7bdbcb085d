"""A number of a text with what stands around it: the tokens before and behind it, and what they say of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mailbot.reading.figures.lexicon import Cue, Kind, Meaning
from mailbot.reading.figures.numerals import Number
from mailbot.reading.figures.tokens import Token

Side = Literal["before", "after"]

_SPACES = frozenset({"", " ", "  ", "\u200c", ". "})
_WHOLE = re.compile(r"[.,][-–—](?!\d)")
_SENTENCE_END = re.compile(r"[.!?؟;]\s|\n")
_EQUALS = re.compile(r"=\s*\S?$")
_MOST = 5
# How far from a sum a word may stand that says which one it is, and what it says there.
_SAY = {
    ("demand", "before"): (45, "demanded"),
    ("demand", "after"): (25, "asked"),
    ("total", "before"): (12, "total"),
    ("each", "before"): (8, "each"),
    ("each", "after"): (12, "each"),
}
_FARTHEST = max(distance for distance, _ in _SAY.values())


@dataclass(frozen=True, slots=True)
class Nearby:
    """A number that begins with token `place` of `pieces`, the tokens of `text`.

    Tokens before `used` belong to the price before it, which ends at `last`.
    """

    pieces: Sequence[Token]
    text: str
    number: Number
    place: int
    used: int
    last: int

    def meaning(self, place: int) -> Meaning | None:
        """What token `place` means; None where there is no such token."""
        return self.pieces[place].meaning if 0 <= place < len(self.pieces) else None

    def is_kind(self, place: int, kind: Kind) -> bool:
        """Whether token `place` means something of that kind."""
        meaning = self.meaning(place)
        return meaning is not None and meaning.kind is kind

    def touches(self, place: int) -> bool:
        """Whether nothing but space stands between token `place` and what is before it, or «.-» as in 12.- €."""
        before = self.number.ends if place == self.number.behind else self.pieces[place - 1].ends
        gap = self.text[before : self.pieces[place].begins]
        if gap == "-":  # 50-eurone, but not 2024-KR
            return self.text[before + 1].islower()
        return gap in _SPACES or (len(gap) <= 4 and bool(_WHOLE.match(gap)))

    @property
    def whole(self) -> bool:
        """Whether the number ends as a price without cents does: 12,- or 12.–"""
        return self.number.in_digits and bool(_WHOLE.match(self.text, self.number.ends))

    @property
    def written(self) -> str:
        """The number as it stands in the text."""
        return self.text[self.number.begins : self.number.ends]

    def cues(self, side: Side, reach: int) -> Iterator[tuple[int, Cue]]:
        """The telling words before or behind the number in its sentence, the nearest first, with their distance."""
        first = self.number.behind
        beside = self.pieces[max(0, self.place - _MOST) : self.place][::-1]
        for piece in beside if side == "before" else self.pieces[first : first + _MOST]:
            gap = (piece.ends, self.number.begins) if side == "before" else (self.number.ends, piece.begins)
            if gap[1] - gap[0] > reach or _SENTENCE_END.search(self.text, *gap):
                return
            if piece.cue:
                yield gap[1] - gap[0], piece.cue

    def roles(self) -> frozenset[str]:
        """What the words around the number say of it: `demanded`, by words behind it `asked`; `total`, `each`."""
        equals = _EQUALS.search(self.text, max(0, self.number.begins - 8), self.number.begins)
        found = {"total"} if equals else set()
        sides: tuple[Side, ...] = ("before", "after")
        for side in sides:
            for distance, cue in self.cues(side, _FARTHEST):
                said = (_SAY.get((role, side), (-1, "")) for role in cue.roles)
                found |= {name for reach, name in said if distance <= reach}
        return frozenset(found)
