"""How well mails are understood that nothing is learnt from: `python -m tests.reading.unseen [--first] [--misses]`.

The mails stand in unseen/, those of the first set beside the folder `second`. By the scores of the first set it was
chosen how to learn; the second was written later, and is the one by which mailbot is judged.
"""

import argparse
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path

from mailbot.core.message import Reading
from mailbot.learning.corpus import Corpus, LabelledAnswer, LabelledMail, read_corpus
from mailbot.learning.figures import Share, f_scores, shares, survey_shares
from mailbot.reading.hints import Hints
from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.reading.reader import Reader
from mailbot.reading.survey.answer import read_answer
from tests.reading.conftest import LANGUAGES, shipped

FIRST = Path(__file__).parent / "unseen"
SECOND = FIRST / "second"
HINTS = Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
_ENOUGH_WORDS = 10


@cache
def corpus(folder: Path = SECOND) -> Corpus:
    return read_corpus(*sorted(folder.glob("*.yaml")))


@cache
def read_mails(folder: Path = SECOND) -> tuple[tuple[LabelledMail, Reading], ...]:
    """Each mail as the desk would read it, and what is right."""
    reader = Reader(shipped(), LANGUAGES)
    return tuple((mail, reader.read(_raw(mail), HINTS)) for mail in corpus(folder).mails)


@cache
def read_answers(folder: Path = SECOND) -> tuple[tuple[LabelledAnswer, Reading], ...]:
    reader = Reader(shipped(), LANGUAGES)
    return tuple((answer, reader.read(_mail("Re: ", answer.text), HINTS)) for answer in corpus(folder).answers)


def mail_shares(folder: Path = SECOND, language: str | None = None) -> dict[str, Share]:
    """Every figure about mails, over all languages or in one."""
    chosen = [(mail, found) for mail, found in read_mails(folder) if language in (None, mail.language)]
    figures = shares((mail, found.assessment) for mail, found in chosen)
    for name, long in (("language, 10 words and more", True), ("language, shorter", False)):
        part = [(m, f) for m, f in chosen if (len(m.text.split()) >= _ENOUGH_WORDS) is long]
        figures[name] = Share(sum(m.language == f.language for m, f in part), len(part))
    return figures


def answer_shares(folder: Path = SECOND, language: str | None = None) -> dict[str, Share]:
    """Every figure about answers to the follow-up question."""
    classifier = Classifier.load(SHIPPED)
    return survey_shares(
        (answer, read_answer(found.reply_text, answer.language, shipped()[answer.language], classifier))
        for answer, found in read_answers(folder)
        if language in (None, answer.language)
    )


def table(folder: Path = SECOND) -> Iterator[str]:
    """The figures as a table in Markdown."""
    known = corpus(folder)
    yield f"| {len(known.mails)} mails, {len(known.answers)} answers | all | {' | '.join(LANGUAGES)} |"
    yield "|---|" + "---|" * (len(LANGUAGES) + 1)
    for figures in (mail_shares, answer_shares):
        columns = [figures(folder, language) for language in LANGUAGES]
        for name, share in figures(folder).items():
            yield f"| {name} | {share} | {' | '.join(f'{column[name].value:.0%}' for column in columns)} |"
    read = [(mail, found.assessment) for mail, found in read_mails(folder)]
    scores = [f_scores(pair for pair in read if pair[0].language == code) for code in LANGUAGES]
    for name, score in f_scores(read).items():
        yield f"| F1, {name} | {score:.2f} | {' | '.join(f'{column[name]:.2f}' for column in scores)} |"


def _raw(mail: LabelledMail) -> bytes:
    return _mail(mail.subject, mail.text)


def _mail(subject: str, text: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "Kim <kim@mail.example>", "support@acme.example", subject
    message["Message-ID"] = "<1@mail.example>"
    message.set_content(text)
    return message.as_bytes()


def _misses(folder: Path) -> Iterator[str]:
    for mail, found in read_mails(folder):
        got = found.assessment
        wanted = (mail.type or "none", mail.remedy, mail.threat, mail.safety, mail.repeat)
        said = (got.type if got.is_complaint else "none", got.demanded_remedy, got.threat, got.safety, got.repeat)
        if wanted != said:
            yield f"{mail.language} {wanted} {said} {mail.subject} // {mail.text}".replace("\n", " ")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.reading.unseen", description=__doc__)
    parser.add_argument("--first", action="store_true", help="the first set, instead of the second")
    parser.add_argument("--misses", action="store_true", help="show what was not understood: then it is unseen no more")
    asked = parser.parse_args()
    print("\n".join((_misses if asked.misses else table)(FIRST if asked.first else SECOND)))


if __name__ == "__main__":
    main()
