"""What a mail is about: the words of the vocabulary and what the model has learnt, weighed in one place.

The model is told which sections of the vocabulary were found, so a phrase counts as much as it has proved to be worth,
in whatever language it is. Each value carries the words that decided it, and is doubted where the weights are close.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mailbot.core.message import Assessment, ComplaintType, Remedy, Severity, Threat
from mailbot.reading.inflection import Word, words_of
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.classifier import Classifier, Judgement
from mailbot.reading.meaning.labels import Question
from mailbot.reading.meaning.sections import DENIED, section_scores
from mailbot.reading.money import sum_of
from mailbot.reading.order_number import Found, order_number
from mailbot.reading.vocabulary import Hit, Vocabulary

LARGE_AMOUNT: Mapping[str, Decimal] = {
    "EUR": Decimal(200), "USD": Decimal(220), "GBP": Decimal(170), "RUB": Decimal(20_000), "IRR": Decimal(120_000_000),
    "SEK": Decimal(2_200), "NOK": Decimal(2_300), "DKK": Decimal(1_500), "CHF": Decimal(200), "PLN": Decimal(850),
}  # fmt: skip
"""From these sums on a complaint is of high severity."""
_LIMIT = 10_000
_LONGEST_SUBJECT = 1_000
_MOST_EVIDENCE = 6
_WORDS_TO_ONE, _OUTRIGHT, _ASKS = 15, 2.0, 0.8
_FEW_WORDS = 12
_DIGIT, _QUESTION = re.compile(r"\d"), re.compile("[?؟]")


def assess(text: str, subject: str, vocabulary: Vocabulary, classifier: Classifier, *, quoted: str = "") -> Assessment:
    """The assessment of a mail by its new text and subject; numbers are looked for in `quoted` too."""
    said = f"{subject[:_LONGEST_SUBJECT]}\n\n{text[:_LIMIT]}"
    words = words_of(said, vocabulary.language)
    hits = vocabulary.find(said, words)
    sections = section_scores(hits)
    judged = classifier.judge(said, vocabulary.language, words, sections)
    model, plain = classifier.model, _plainness(words, sections, asks=bool(_QUESTION.search(said)))
    brief = plain > 0 or len(words) <= _FEW_WORDS
    outright = {section: score * plain for section, score in sections.items()} if plain else {}
    weighed = _Weighed(judged, model.thresholds, model.doubt, _phrases(hits), outright, _denied(sections), brief)
    number = order_number(said, hits) or _number_in(
        quoted[:_LIMIT] if quoted.strip() != text.strip() else "", vocabulary
    )
    money = sum_of(said, hits)
    if number:
        weighed.evidence["order_number"] = (number.words,)
    if money:
        weighed.evidence["amount"] = (money.words,)
    numbers = Assessment(
        order_number=number.number if number else None,
        amount=money.amount if money else None,
        currency=money.currency if money else None,
    )
    about = (
        weighed.complaint(numbers, large=bool(money and is_large(money.amount, money.currency)))
        if words and weighed.holds(labels.IS_COMPLAINT, said=_OUTRIGHT * plain)
        else numbers
    )
    return replace(about, evidence=weighed.evidence, doubts=tuple(dict.fromkeys(weighed.doubts)))


@dataclass(slots=True)
class _Weighed:
    """What the model says about one mail, turned into values. Notes evidence and doubts on the way.

    `outright`: how much the sections of the vocabulary are said in so many words, in a plain mail; `denied`: those of
    which all that is said is denied; `brief`: there are few words, or few others.
    """

    judged: Judgement
    thresholds: Mapping[str, float]
    doubt: float
    phrases: Mapping[str, Sequence[str]]
    outright: Mapping[str, float]
    denied: frozenset[str]
    brief: bool
    evidence: dict[str, tuple[str, ...]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def complaint(self, numbers: Assessment, *, large: bool) -> Assessment:
        """The values of a mail that is a complaint."""
        threat = next((threat for threat in labels.THREATS if self._threatens(threat)), Threat.NONE)
        safety, repeat = self._sounds_so(labels.SAFETY, _DANGER), self.holds(labels.REPEAT)
        return replace(
            numbers,
            is_complaint=True,
            type=ComplaintType(self.choice(labels.TYPE)),
            demanded_remedy=Remedy(self.choice(labels.REMEDY)),
            threat=threat,
            safety=safety,
            repeat=repeat,
            severity=self._severity(safety=safety, severe=bool(threat is not Threat.NONE or repeat or large)),
        )

    def holds(self, question: Question, *, said: float = 0.0) -> bool:
        """Whether the answer is yes; `said`: what speaks for it beside the model."""
        value = question.name.partition(".")[0]
        above = self.judged.scores[question.name] - self.thresholds[question.name] + said
        if abs(above) < self.doubt:
            self.doubts.append(value)
        if above > 0:
            self.evidence[value] = self._words(question.name)
        return above > 0

    def choice(self, question: Question) -> str:
        """The answer for which most speaks: the model and, once more, what is said outright more than the rest."""
        scores = {answer: self.judged.scores[f"{question.name}.{answer}"] for answer in question.answers}
        said = {answer: self.outright.get(f"{_SECTIONS[question.name]}.{answer}", 0.0) for answer in question.answers}
        most = max(said, key=lambda answer: said[answer])
        scores[most] += _OUTRIGHT * max(0.0, 2 * said[most] - sum(said.values()))
        ranked = sorted(scores, key=lambda answer: -scores[answer])
        best, second = (scores[answer] for answer in ranked[:2])
        if best - second < self.doubt:
            self.doubts.append(question.name)
        self.evidence[question.name] = self._words(f"{question.name}.{ranked[0]}")
        return ranked[0]

    def _threatens(self, threat: Threat) -> bool:
        section = f"threats.{threat}"
        return section not in self.denied and self._sounds_so(labels.THREATS[threat], {section})

    def _sounds_so(self, question: Question, sections: Collection[str]) -> bool:
        """Whether the answer is yes; where a brief mail has no phrase for it, only if the model is sure by itself."""
        unsaid = self.brief and self.phrases.keys().isdisjoint(sections)
        return self.holds(question, said=min(0.0, self.thresholds[question.name]) if unsaid else 0.0)

    def _severity(self, *, safety: bool, severe: bool) -> Severity:
        if safety:
            return Severity.CRITICAL
        if severe or self.holds(labels.SEVERITIES[Severity.HIGH]):
            return Severity.HIGH
        return Severity.LOW if self.holds(labels.SEVERITIES[Severity.LOW]) else Severity.NORMAL

    def _words(self, column: str) -> tuple[str, ...]:
        """The phrases of the vocabulary that say so, then the words from which the model has learnt it."""
        question, _, answer = column.partition(".")
        section = _SECTIONS.get(question, question)
        said = self.phrases.get(f"{section}.{answer}" if answer else section, ())
        return tuple(dict.fromkeys((*said, *self.judged.words_for(column))))[:_MOST_EVIDENCE]


_DANGER = frozenset({"safety", "concepts.injury", "concepts.danger"})
_COMPLAINING = ("complaint", "repeat", "safety", "types.", "threats.")
_SECTIONS = {"is_complaint": "complaint", "type": "types", "demanded_remedy": "remedies", "threat": "threats"}
"""What a vocabulary calls the phrases for an answer, where it is not called as the question."""


def _phrases(hits: Sequence[Hit]) -> Mapping[str, Sequence[str]]:
    """The words found, as written, by section."""
    phrases: dict[str, list[str]] = defaultdict(list)
    for hit in hits:
        if not hit.negated:
            phrases[hit.section].append(hit.words)
    return phrases


def _denied(sections: Mapping[str, float]) -> frozenset[str]:
    """Of which sections all that is said is denied: «I will not call a lawyer»."""
    denied = {section.removeprefix(DENIED) for section in sections if section.startswith(DENIED)}
    return frozenset(denied - sections.keys())


def _plainness(words: Sequence[Word], sections: Mapping[str, float], *, asks: bool) -> float:
    """How much of a mail says in so many words what went wrong: 1 and more in a plain one, else 0.

    In a few calm words there is nothing else to know it by. What asks is less plain, what says that it is no complaint
    is not.
    """
    wrong = sum(score for section, score in sections.items() if section.startswith(_COMPLAINING))
    share = wrong / max(1.0, len(words) / _WORDS_TO_ONE)
    share *= _ASKS if asks else 1.0
    return share if share >= 1 and "not_complaint" not in sections else 0.0


def _number_in(quoted: str, vocabulary: Vocabulary) -> Found | None:
    """The order number that only the old mail names."""
    return order_number(quoted, vocabulary.number_labels(quoted)) if _DIGIT.search(quoted) else None


def is_large(amount: Decimal, currency: str) -> bool:
    """Whether a sum alone makes a complaint grave."""
    return amount >= LARGE_AMOUNT.get(currency, Decimal("Infinity"))
