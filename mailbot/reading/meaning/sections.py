"""How strongly a text says what each section of a vocabulary stands for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter

from mailbot.reading.vocabulary import Hit

_WEIGHT = attrgetter("weight")
DENIED = "not "
"""Goes before the name of a section whose phrases are denied: «nobody was hurt»."""


def section_scores(hits: Sequence[Hit]) -> dict[str, float]:
    """The sum of weights by section, each word of the text counted for the heaviest phrase only."""
    by_section: Mapping[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_section[f"{DENIED}{hit.section}" if hit.negated else hit.section].append(hit)
    return {section: _sum(found) for section, found in by_section.items()}


def _sum(hits: Sequence[Hit]) -> float:
    if len(hits) == 1:
        return hits[0].weight
    total, covered = 0.0, set[int]()
    for hit in sorted(hits, key=_WEIGHT, reverse=True):
        place = range(hit.start, hit.end)
        if covered.isdisjoint(place):
            total += hit.weight
            covered.update(place)
    return total
