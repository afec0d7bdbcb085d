"""What was said in an answer, clause by clause: the neighbours of each piece."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.reading.survey.pieces import Kind, Piece, pieces_of
from mailbot.reading.survey.words import Forms, MarkWords

_LONGEST_CLAUSE = 8


@dataclass(frozen=True, slots=True)
class Said:
    """The pieces of an answer, and the words of its language. `opens`: the number of the piece that divides nothing."""

    pieces: Sequence[Piece] = field(repr=False)
    words: MarkWords = field(repr=False)
    opens: int

    @classmethod
    def of(cls, text: str, words: MarkWords) -> "Said":
        """What is said in `text` (own_words)."""
        pieces = pieces_of(text, words)
        opens = next((at for at, piece in enumerate(pieces) if piece.kind < Kind.PAUSE), len(pieces))
        return cls(pieces, words, opens)

    def before(self, at: int) -> Sequence[Piece]:
        """The last pieces before this one, in the same clause."""
        first = at
        while first > max(0, at - _LONGEST_CLAUSE) and self.pieces[first - 1].kind < Kind.PAUSE:
            first -= 1
        return self.pieces[first:at]

    def behind(self, at: int) -> Sequence[Piece]:
        """The first two pieces from this one on, in the same clause."""
        following = self.pieces[at : at + 2]
        divided = next((n for n, piece in enumerate(following) if piece.kind >= Kind.PAUSE), len(following))
        return following[:divided]

    def is_number(self, at: int) -> bool:
        """Whether there is such a piece, and it says a number."""
        return at < len(self.pieces) and self.pieces[at].kind is Kind.NUMBER


def any_of(pieces: Sequence[Piece], forms: Forms) -> bool:
    """Whether one of the pieces is one of these words."""
    return any(piece.word in forms for piece in pieces)
