"""How well mails are understood: what was right out of how many, with the interval in which the true share lies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from mailbot.core.message import Assessment, ComplaintType, Remedy, Severity, Survey, Threat
from mailbot.learning.corpus import LabelledAnswer, LabelledMail
from mailbot.reading.assessment import is_large

_Z = 1.96
"""Of the normal distribution: 95 of 100 intervals hold the true share."""

Judged = tuple[LabelledMail, Assessment]


@dataclass(frozen=True, slots=True)
class Share:
    """So many right out of so many."""

    right: int
    of: int

    @property
    def value(self) -> float:
        """From 0 to 1; 0 of nothing."""
        return self.right / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval (Wilson 1927)."""
        if not self.of:
            return 0.0, 1.0
        spread = _Z * sqrt(self.value * (1 - self.value) / self.of + _Z**2 / (4 * self.of**2))
        middle, scale = self.value + _Z**2 / (2 * self.of), 1 + _Z**2 / self.of
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.1%} ({low:.0%}-{high:.0%}, n={self.of})"


def shares(judged: Iterable[Judged]) -> dict[str, Share]:
    """Each figure over these mails. Recall and precision of what is said of complaints take in mails that are none."""
    mails = list(judged)
    complaints = [(mail, found) for mail, found in mails if mail.is_complaint]
    hard = [(mail, found) for mail, found in complaints if mail.hard]
    return {
        "complaint or not": _share(mails, lambda mail, found: mail.is_complaint == found.is_complaint),
        "complaints found": _share(complaints, lambda _mail, found: found.is_complaint),
        "taken for complaints": _share(
            [(mail, found) for mail, found in mails if not mail.is_complaint], lambda _mail, found: found.is_complaint
        ),
        "type": _share(complaints, lambda mail, found: mail.type is found.type),
        "type, hard half": _share(hard, lambda mail, found: mail.type is found.type),
        "demanded remedy": _share(complaints, lambda mail, found: mail.remedy is found.demanded_remedy),
        "order number": _share(mails, lambda mail, found: mail.order_number == found.order_number),
        "amount and currency": _share(
            mails, lambda mail, found: (mail.amount, mail.currency) == (found.amount, found.currency)
        ),
        "severity": _share(mails, lambda mail, found: severity_of(mail) is found.severity),
        **_found("threat", mails, lambda mail: mail.threat, lambda found: found.threat, Threat.NONE),
        **_found("safety", mails, lambda mail: mail.safety, lambda found: found.safety, False),
        **_found("repeat", mails, lambda mail: mail.repeat, lambda found: found.repeat, False),
    }


def f_scores(judged: Iterable[Judged]) -> dict[str, float]:
    """The F1 of each label of those that have several, and their means (macro-F1), over complaints."""
    complaints = [(mail, found) for mail, found in judged if mail.is_complaint]
    kinds = {kind.value: [(m.type is kind, f.type is kind) for m, f in complaints] for kind in ComplaintType}
    remedies = {r.value: [(m.remedy is r, f.demanded_remedy is r) for m, f in complaints] for r in Remedy}
    threats = {t.value: [(m.threat is t, f.threat is t) for m, f in complaints] for t in Threat}
    scores: dict[str, float] = {}
    for name, group in (("type", kinds), ("demanded remedy", remedies), ("threat", threats)):
        each = {f"{name}: {label}": _f1(pairs) for label, pairs in group.items()}
        scores |= {f"{name}, macro-F1": sum(each.values()) / len(each), **each}
    return scores


def type_score(judged: Iterable[Judged]) -> float:
    """The macro-F1 of the types that occur in these complaints, or were said to."""
    pairs = [(mail.type, found.type) for mail, found in judged]
    kinds = sorted({kind for pair in pairs for kind in pair if kind})
    scores = [_f1([(wanted is kind, got is kind) for wanted, got in pairs]) for kind in kinds]
    return sum(scores) / len(scores) if scores else 0.0


def survey_shares(judged: Iterable[tuple[LabelledAnswer, Survey]]) -> dict[str, Share]:
    """Each figure over these answers to the follow-up question."""
    answers = list(judged)
    return {
        "rating": Share(sum(a.rating == found.rating for a, found in answers), len(answers)),
        "sentiment": Share(sum(a.sentiment is found.sentiment for a, found in answers), len(answers)),
        "wants reopen": Share(sum(a.reopen == found.wants_reopen for a, found in answers), len(answers)),
    }


def severity_of(mail: LabelledMail) -> Severity:
    """The severity that follows from the labels of a mail."""
    if mail.safety:
        return Severity.CRITICAL
    large = mail.amount is not None and is_large(mail.amount, mail.currency or "")
    if mail.threat is not Threat.NONE or mail.repeat or (mail.is_complaint and large):
        return Severity.HIGH
    return (mail.severity or Severity.NORMAL) if mail.is_complaint else Severity.LOW


def _share(mails: Sequence[Judged], is_right: Callable[[LabelledMail, Assessment], bool]) -> Share:
    return Share(sum(is_right(mail, found) for mail, found in mails), len(mails))


def _found(
    name: str,
    mails: Sequence[Judged],
    wanted: Callable[[LabelledMail], object],
    got: Callable[[Assessment], object],
    nothing: object,
) -> Mapping[str, Share]:
    there = [(mail, found) for mail, found in mails if wanted(mail) != nothing]
    said = [(mail, found) for mail, found in mails if got(found) != nothing]
    return {
        f"{name}, recall": _share(there, lambda mail, found: wanted(mail) == got(found)),
        f"{name}, precision": _share(said, lambda mail, found: wanted(mail) == got(found)),
    }


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    both = sum(wanted and got for wanted, got in pairs)
    either = sum(wanted + got for wanted, got in pairs)
    return 2 * both / either if either else 1.0
