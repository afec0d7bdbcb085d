"""The mark that a customer gives: the one that is meant among those that an answer names."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from mailbot.reading.survey.marks import Mark, Sure, mark_named, marks_in
from mailbot.reading.survey.pieces import Kind
from mailbot.reading.survey.said import Said
from mailbot.reading.survey.scales import BEST
from mailbot.reading.survey.words import mark_words
from mailbot.reading.vocabulary import Hit

_SECTION = "ratings."


@dataclass(frozen=True, slots=True)
class Given:
    """A mark, and what it says as a share of the best one; a mark on another scale is no `rating`.

    `sure`: by its scale, its place or its neighbours.
    """

    rating: int | None
    share: float
    sure: bool


def given(text: str, language: str, hits: Sequence[Hit]) -> Given | None:
    """The mark in `text` (own_words), where `hits` of a vocabulary were found; None if none is given."""
    said = Said.of(text, mark_words(language))
    marks = [*marks_in(said), *(_named(said, hit) for hit in hits if _names_a_mark(hit))]
    chosen = _meant(sorted(marks, key=lambda mark: mark.begins))
    if chosen is None:
        end = _end_of_scale(said)
        return Given(end, _share(end, BEST), sure=True) if end else None
    in_range = chosen.best == BEST and 1 <= chosen.value <= BEST
    sure = chosen.sure >= Sure.FIRST
    return Given(chosen.value if in_range else None, _share(chosen.value, chosen.best), sure)


def _share(value: int, best: int) -> float:
    """From 0 to 1; the worst of five marks is 1, that of other scales 0."""
    return max(0.0, (value - 1) / (BEST - 1)) if best == BEST else value / best


def _names_a_mark(hit: Hit) -> bool:
    return hit.section.startswith(_SECTION) and not hit.negated


def _named(said: Said, hit: Hit) -> Mark:
    return mark_named(said, int(hit.section.removeprefix(_SECTION)), hit.begins, hit.ends)


def _meant(marks: Sequence[Mark]) -> Mark | None:
    """What counts in the end; else the surest mark; of several as sure, the first, unless each is for a part."""
    meant = [mark for mark in marks if not mark.unreal] or marks
    if final := [mark for mark in meant if mark.sums_up]:
        return final[-1]
    parts = {mark.value for mark in meant if mark.part}
    if not meant or len(parts) > 1:
        return None
    surest = max(mark.sure for mark in meant)
    best = [mark for mark in meant if mark.sure is surest]
    return best[0] if surest >= Sure.FIRST or len({mark.value for mark in best}) == 1 else best[-1]


def _end_of_scale(said: Said) -> int | None:
    """The end of the scale that the first words of an answer are, by the words of the question."""
    first = takewhile(lambda piece: piece.kind < Kind.PAUSE, said.pieces[said.opens :])
    words = " ".join(piece.word for piece in first)
    return next((value for value, forms in said.words.alone.items() if words in forms), None)
