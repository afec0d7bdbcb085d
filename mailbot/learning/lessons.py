"""What each labelled text teaches: the questions to which it knows the answer."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from mailbot.core.message import Remedy, Severity, Threat
from mailbot.learning.corpus import Corpus, LabelledAnswer, LabelledMail, Statement
from mailbot.learning.training import NO, YES, Lesson
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.labels import Question
from mailbot.reading.vocabulary import Vocabulary

Answers = dict[Question, str]


def lessons_of(corpus: Corpus, vocabularies: Mapping[str, Vocabulary]) -> tuple[Lesson, ...]:
    """A lesson for each text; statements teach, and are never what a model is measured by."""
    texts = [(text.text, text.language) for part in (corpus.mails, corpus.answers, corpus.statements) for text in part]
    return (
        *(Lesson(f"{mail.subject}\n\n{mail.text}", mail.language, _of_mail(mail)) for mail in corpus.mails),
        *(Lesson(answer.text, answer.language, _of_answer(answer)) for answer in corpus.answers),
        *(
            Lesson(s.text, s.language, _of_statement(s, vocabularies[s.language]), teaches_only=True)
            for s in corpus.statements
        ),
        *compositions(corpus.statements, vocabularies),
        *(Lesson(text, None, {labels.LANGUAGE: language}) for text, language in texts),
    )


def compositions(statements: Sequence[Statement], vocabularies: Mapping[str, Vocabulary]) -> Iterator[Lesson]:
    """Short mails put together of statements: what happened, and now and then a wish, a threat, a danger, a repeat.

    Alone, a statement does not teach what it is not: that a broken lamp and a lawyer are no danger.
    """
    by_language: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for statement in statements:
        by_language[statement.language][statement.shows.partition(".")[0]].append(statement)
    for language, groups in by_language.items():
        for number, mishap in enumerate(groups["type"]):
            added = [*_additions(groups, number)]
            answers = _of_statement(mishap, vocabularies[language])
            for one in added:
                answers = answers | _SHOWN[one.shows]
            # Of what it complains is taught by the statement alone.
            answers = {question: answer for question, answer in answers.items() if question != labels.TYPE}
            yield Lesson(" ".join(one.text for one in (mishap, *added)), language, answers, teaches_only=True)


def _additions(groups: Mapping[str, Sequence[Statement]], number: int) -> Iterator[Statement]:
    """Which statements stand beside the one of this number: each kind in its turn, in combinations that all occur."""
    for group, turn in (("remedy", 2), ("threat", 3), ("safety", 5), ("repeat", 7)):
        if groups[group] and number % turn == 0:
            yield groups[group][number // turn % len(groups[group])]


def lessons_of_own(mails: Iterable[tuple[LabelledMail, float]]) -> tuple[Lesson, ...]:
    """Of an organisation's own mails, with their weights, only this is known: whether they complain, and of what."""
    return tuple(
        Lesson(
            f"{mail.subject}\n\n{mail.text}",
            mail.language,
            {labels.IS_COMPLAINT: _yes(mail.is_complaint)} | ({labels.TYPE: mail.type.value} if mail.type else {}),
            weight=weight,
        )
        for mail, weight in mails
    )


def _of_mail(mail: LabelledMail) -> Answers:
    answers: dict[Question, str] = {
        labels.IS_COMPLAINT: _yes(mail.is_complaint),
        labels.SAFETY: _yes(mail.safety),
        labels.REPEAT: _yes(mail.repeat),
        **_threatens(mail.threat),
    }
    if mail.type is None:
        return answers
    severities = {} if mail.safety else {q: _yes(mail.severity is s) for s, q in labels.SEVERITIES.items()}
    return answers | severities | {labels.TYPE: mail.type.value, labels.REMEDY: mail.remedy.value}


def _threatens(threat: Threat) -> Answers:
    """Of several threats the weightiest is the label: whether a mail makes a lighter one too is not known."""
    weightier = tuple(takewhile(lambda other: other is not threat, labels.THREATS))
    return {labels.THREATS[other]: NO for other in weightier} | (
        {} if threat is Threat.NONE else {labels.THREATS[threat]: YES}
    )


def _of_answer(answer: LabelledAnswer) -> Answers:
    return {labels.SENTIMENT: answer.sentiment.value, labels.REOPEN: _yes(answer.reopen)}


def _of_statement(statement: Statement, vocabulary: Vocabulary) -> Answers:
    """What it was written for and, where it tells only of a mishap, that it says nothing else.

    Who wrote it did not say that nothing else is in it; the vocabulary is asked for words that speak against it.
    """
    shown = _SHOWN[statement.shows]
    if not statement.shows.startswith("type."):
        return shown
    found = {hit.section for hit in vocabulary.find(statement.text)}
    return shown | {
        question: answer for question, (answer, signs) in _NOTHING_ELSE.items() if not found & frozenset(signs)
    }


_NOTHING_ELSE: Mapping[Question, tuple[str, tuple[str, ...]]] = {
    labels.SAFETY: (NO, ("safety", "concepts.injury", "concepts.danger")),
    labels.REPEAT: (NO, ("repeat", "concepts.earlier_contact", "concepts.again")),
    labels.REMEDY: (
        Remedy.NONE.value,
        ("concepts.want", "concepts.money_back", *(f"remedies.{remedy}" for remedy in Remedy)),
    ),
}


def _shown() -> Iterator[tuple[str, Answers]]:
    calm = _threatens(Threat.NONE)
    angry = {labels.IS_COMPLAINT: YES}
    yield "complaint", angry
    yield "no_complaint", {labels.IS_COMPLAINT: NO, labels.SAFETY: NO, **calm}
    for kind in labels.TYPE.answers:
        yield f"type.{kind}", {labels.TYPE: kind, **angry, **calm}
    for remedy in Remedy:
        wish = {} if remedy is Remedy.NONE else angry
        yield f"remedy.{remedy}", {labels.REMEDY: remedy.value, **wish, **calm}
    yield "threat.none", calm
    for threat in labels.THREATS:
        yield f"threat.{threat}", _threatens(threat) | angry
    for name, question in (("safety", labels.SAFETY), ("repeat", labels.REPEAT)):
        yield f"{name}.yes", {question: YES, **angry}
        yield f"{name}.no", {question: NO}
    high, low = (labels.SEVERITIES[severity] for severity in (Severity.HIGH, Severity.LOW))
    yield "severity.high", {high: YES, low: NO, **angry}
    yield "severity.low", {high: NO, low: YES}


def _yes(holds: bool) -> str:
    return YES if holds else NO


_SHOWN: Mapping[str, Answers] = dict(_shown())
