"""What a mail is about, by words and weights; each value with the words that decided it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from mailbot.core.message import Assessment, ComplaintType, Remedy, Severity, Threat
from mailbot.reading.money import Sum, sums
from mailbot.reading.order_number import Found, order_number
from mailbot.reading.vocabulary import Hit, Vocabulary

LARGE_AMOUNT: Mapping[str, Decimal] = {
    "EUR": Decimal(200), "USD": Decimal(220), "GBP": Decimal(170), "RUB": Decimal(20_000), "IRR": Decimal(120_000_000),
    "SEK": Decimal(2_200), "NOK": Decimal(2_300), "DKK": Decimal(1_500), "CHF": Decimal(200), "PLN": Decimal(850),
}  # fmt: skip
"""From these sums on a complaint is of high severity."""
_THREATS = (Threat.LEGAL, Threat.AUTHORITY, Threat.PRESS_SOCIAL)
_LIMIT = 10_000
_LONGEST_SUBJECT = 1_000
_NEAR = 60
_DIGIT = re.compile(r"\d")

_Sections = Mapping[str, Sequence[Hit]]


def assess(text: str, subject: str, vocabulary: Vocabulary, *, quoted: str = "") -> Assessment:
    """The assessment of a mail by its new text and subject; numbers are looked for in `quoted` too."""
    said = f"{subject[:_LONGEST_SUBJECT]}\n\n{text[:_LIMIT]}"
    hits = vocabulary.find(said)
    sections = _by_section(hits)
    evidence: dict[str, tuple[str, ...]] = {}
    is_complaint = _is_complaint(sections, evidence)
    number = order_number(said, hits) or _number_in(
        quoted[:_LIMIT] if quoted.strip() != text.strip() else "", vocabulary
    )
    if number:
        evidence["order_number"] = (number.words,)
    money = _sum(said, hits)
    if money:
        evidence["amount"] = (money.words,)
    basis = Assessment(
        is_complaint=is_complaint,
        order_number=number.number if number else None,
        amount=money.amount if money else None,
        currency=money.currency if money else None,
        evidence=evidence,
    )
    if not is_complaint:
        return basis
    threat = next((t for t in _THREATS if _decides(sections, f"threats.{t}", "threat", evidence)), Threat.NONE)
    safety = _decides(sections, "safety", "safety", evidence)
    repeat = _decides(sections, "repeat", "repeat", evidence)
    severe = bool(threat is not Threat.NONE or repeat or _large(money))
    return replace(
        basis,
        type=_type(sections, evidence),
        demanded_remedy=_remedy(sections, evidence),
        severity=_severity(sections, evidence, safety=safety, severe=severe),
        threat=threat,
        safety=safety,
        repeat=repeat,
    )


def _number_in(quoted: str, vocabulary: Vocabulary) -> Found | None:
    """The order number that only the old mail names."""
    return order_number(quoted, vocabulary.find(quoted)) if _DIGIT.search(quoted) else None


def _by_section(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    sections: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        if not hit.negated:
            sections[hit.section].append(hit)
    return sections


def _score(sections: _Sections, section: str) -> float:
    """The sum of weights, each word of the text counted for its heaviest phrase only."""
    total, covered = 0.0, set[int]()
    for hit in sorted(sections.get(section, ()), key=lambda h: -h.weight):
        place = set(range(hit.start, hit.end))
        if not place & covered:
            total += hit.weight
            covered |= place
    return total


def _words(sections: _Sections, section: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.words for hit in sections.get(section, ())))


def _is_complaint(sections: _Sections, evidence: dict[str, tuple[str, ...]]) -> bool:
    reasons = [s for s in sections if s in ("complaint", "repeat", "safety") or s.startswith(("types.", "threats."))]
    weight = sum(_score(sections, s) for s in reasons) + 0.5 * sum(
        _score(sections, s) for s in sections if s.startswith("remedies.")
    )
    if weight >= 1 and weight > _score(sections, "not_complaint"):
        evidence["is_complaint"] = tuple(w for s in reasons for w in _words(sections, s))
        return True
    if against := _words(sections, "not_complaint"):
        evidence["is_complaint"] = against
    return False


def _type(sections: _Sections, evidence: dict[str, tuple[str, ...]]) -> ComplaintType:
    named = [t for t in ComplaintType if t is not ComplaintType.OTHER]
    scores = {t: _score(sections, f"types.{t}") for t in named}
    best = max(named, key=lambda t: scores[t])
    if scores[best] <= 0:
        return ComplaintType.OTHER
    evidence["type"] = _words(sections, f"types.{best}")
    return best


def _remedy(sections: _Sections, evidence: dict[str, tuple[str, ...]]) -> Remedy:
    """The customer's first choice; an apology only if nothing else is asked for."""
    asked = [r for r in Remedy if sections.get(f"remedies.{r}") and r is not Remedy.NONE]
    if not asked:
        return Remedy.NONE
    others = [r for r in asked if r is not Remedy.APOLOGY] or asked
    chosen = min(others, key=lambda r: sections[f"remedies.{r}"][0].start)
    evidence["demanded_remedy"] = _words(sections, f"remedies.{chosen}")
    return chosen


def _decides(sections: _Sections, section: str, value: str, evidence: dict[str, tuple[str, ...]]) -> bool:
    if _score(sections, section) < 1:
        return False
    evidence[value] = _words(sections, section)
    return True


def _severity(sections: _Sections, evidence: dict[str, tuple[str, ...]], *, safety: bool, severe: bool) -> Severity:
    if safety:
        return Severity.CRITICAL
    if _decides(sections, "severity.high", "severity", evidence) or severe:
        return Severity.HIGH
    if _decides(sections, "severity.low", "severity", evidence):
        return Severity.LOW
    return Severity.NORMAL


def _large(money: Sum | None) -> bool:
    return money is not None and money.amount >= LARGE_AMOUNT.get(money.currency, Decimal("Infinity"))


def _sum(text: str, hits: Sequence[Hit]) -> Sum | None:
    """The sum demanded, else the one in dispute, else the first one named."""
    found = sums(text)
    for section in ("remedies.", "types.billing"):
        marks = [hit for hit in hits if hit.section.startswith(section) and not hit.negated]
        for item in found:
            if any(hit.begins - _NEAR <= item.begins <= hit.ends + _NEAR for hit in marks):
                return item
    return found[0] if found else None
