"""Learns from what became of an organisation's own cases, and keeps what was learnt only where it is better.

A member's word is a label: `#type` says what a case is about, and a case that a member has resolved without it was
understood. One fifth of the mails, always the same by their content, is never learnt from, and measures every model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailbot.core.case import Case, State
from mailbot.core.message import ComplaintType, Reading
from mailbot.core.rules.incoming import MailEvent
from mailbot.learning.corpus import Corpus, LabelledMail, corpus_files, read_corpus
from mailbot.learning.figures import Share, type_score
from mailbot.learning.lessons import lessons_of, lessons_of_own
from mailbot.learning.making import model_of
from mailbot.reading.assessment import assess
from mailbot.reading.hints import UnreadableMail
from mailbot.reading.meaning.classifier import Classifier
from mailbot.reading.vocabulary import Vocabulary
from mailbot.store.database import Transaction
from mailbot.workflows.past import PastMail, corrected_type, past_mails, read_again
from mailbot.workflows.runtime import Runtime, learnt_file, model_file
from mailbot.workflows.shadow import cases_since

FEWEST = 50
"""With fewer mails of one's own, what is measured is chance."""
_CORRECTION = 3.0
_AT_REST = frozenset({State.RESOLVED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class OwnMail:
    """A mail that opened a case, with what it was said to be; `held_out` from learning."""

    mail: LabelledMail
    weight: float
    held_out: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How a model does on the mails that are held out."""

    complaint: Share
    type: Share
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of it: how many mails there were, the figures before and after, and whether the model is now in use."""

    mails: int
    corrected: int
    held_out: int
    before: Figures
    after: Figures
    adopted: bool


class TooFewError(Exception):
    """There are not enough mails to learn from."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


def learn(runtime: Runtime, corpus: Corpus, *, since: datetime) -> Learnt:
    """Train on `corpus` and on the cases opened since then, compare, and write the model where it is better.

    Raises TooFewError. The desk takes the new model up by itself.
    """
    vocabularies = runtime.behaviour.rule_book.vocabularies
    own = list(own_mails(runtime, since))
    if len(own) < FEWEST:
        raise TooFewError(len(own))
    taught = lessons_of_own((mail.mail, mail.weight) for mail in own if not mail.held_out)
    model = model_of((*lessons_of(corpus, vocabularies), *taught), vocabularies)
    tests = [mail.mail for mail in own if mail.held_out]
    before = _figures(Classifier.load(model_file(runtime.config)), tests, vocabularies)
    after = _figures(Classifier(model), tests, vocabularies)
    adopted = _is_better(after, before)
    if adopted:
        learnt = learnt_file(runtime.config)
        learnt.parent.mkdir(parents=True, exist_ok=True)
        model.save(learnt)
    corrected = sum(mail.weight == _CORRECTION for mail in own)
    return Learnt(len(own), corrected, len(tests), before, after, adopted)


def texts_in(folder: Path) -> Corpus:
    """The corpus in this folder; ConfigurationError for what is wrong in it."""
    return read_corpus(*corpus_files(folder))


def own_mails(runtime: Runtime, since: datetime) -> Iterator[OwnMail]:
    """The mails that opened cases since then, as far as a member's word or work says what they are."""
    for tx, case in cases_since(runtime.database, since):
        for past in past_mails(tx, case):
            if past.event is MailEvent.OPENED and (found := _own_mail(tx, runtime, case, past)):
                yield found


def _own_mail(tx: Transaction, runtime: Runtime, case: Case, past: PastMail) -> OwnMail | None:
    corrected = corrected_type(tx, past)
    if corrected is None and case.state not in _AT_REST:
        return None
    try:
        reading = read_again(tx, runtime, past)
    except UnreadableMail:
        return None
    if reading.language not in runtime.behaviour.rule_book.vocabularies:
        return None
    kind = corrected or (case.type if case.is_complaint else None)
    digest = past.message.raw_sha256 or ""
    return OwnMail(_labelled(reading, kind), _CORRECTION if corrected else 1.0, int(digest[:8], 16) % 5 == 0)


def _labelled(reading: Reading, kind: ComplaintType | None) -> LabelledMail:
    passed_on = reading.forwarded.text if reading.forwarded else ""
    words = reading.reply_text or passed_on or reading.message.text
    return LabelledMail(language=reading.language, subject=reading.message.subject, text=words, type=kind)


def _figures(classifier: Classifier, mails: Sequence[LabelledMail], vocabularies: Mapping[str, Vocabulary]) -> Figures:
    judged = [(mail, assess(mail.text, mail.subject, vocabularies[mail.language], classifier)) for mail in mails]
    complaints = [(mail, found) for mail, found in judged if mail.is_complaint]
    return Figures(
        complaint=Share(sum(mail.is_complaint == found.is_complaint for mail, found in judged), len(judged)),
        type=Share(sum(mail.type is found.type for mail, found in complaints), len(complaints)),
        macro_f1=type_score(complaints),
    )


def _is_better(after: Figures, before: Figures) -> bool:
    """Better at one thing, and worse at none."""
    new, old = ((f.complaint.right, f.macro_f1) for f in (after, before))
    return new != old and all(a >= b for a, b in zip(new, old, strict=True))
