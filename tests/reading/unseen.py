"""How well mails are understood that nobody looked at while building: `python -m tests.reading.unseen [--misses]`.

The mails stand in unseen/; nothing is learnt from them, and no word list was written by them.
"""

import argparse
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path

import yaml

from mailbot.core.message import Reading
from mailbot.learning.corpus import Corpus, LabelledAnswer, LabelledMail, read_corpus
from mailbot.learning.figures import Share, f_scores, shares, survey_shares
from mailbot.reading.hints import Hints
from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.reading.reader import Reader
from mailbot.reading.survey.answer import read_answer
from mailbot.reading.vocabulary import Vocabulary
from tests.reading.conftest import LANGUAGES, VOCABULARIES

FOLDER = Path(__file__).parent / "unseen"
HINTS = Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
_ENOUGH_WORDS = 10


@cache
def vocabularies() -> dict[str, Vocabulary]:
    texts = {code: (VOCABULARIES / f"{code}.yaml").read_text(encoding="utf-8") for code in LANGUAGES}
    return {code: Vocabulary.from_words(code, yaml.safe_load(text)) for code, text in texts.items()}


@cache
def corpus() -> Corpus:
    return read_corpus(*sorted(FOLDER.glob("*.yaml")))


@cache
def read_mails() -> tuple[tuple[LabelledMail, Reading], ...]:
    """Each mail as the desk would read it, and what is right."""
    reader = Reader(vocabularies(), LANGUAGES)
    return tuple((mail, reader.read(_raw(mail), HINTS)) for mail in corpus().mails)


@cache
def read_answers() -> tuple[tuple[LabelledAnswer, Reading], ...]:
    reader = Reader(vocabularies(), LANGUAGES)
    return tuple((answer, reader.read(_mail("Re: ", answer.text), HINTS)) for answer in corpus().answers)


def mail_shares(language: str | None = None) -> dict[str, Share]:
    """Every figure about mails, over all languages or in one."""
    chosen = [(mail, found) for mail, found in read_mails() if language in (None, mail.language)]
    figures = shares((mail, found.assessment) for mail, found in chosen)
    for name, long in (("language, 10 words and more", True), ("language, shorter", False)):
        part = [(m, f) for m, f in chosen if (len(m.text.split()) >= _ENOUGH_WORDS) is long]
        figures[name] = Share(sum(m.language == f.language for m, f in part), len(part))
    return figures


def answer_shares(language: str | None = None) -> dict[str, Share]:
    """Every figure about answers to the follow-up question."""
    classifier = Classifier.load(SHIPPED)
    return survey_shares(
        (answer, read_answer(found.reply_text, answer.language, vocabularies()[answer.language], classifier))
        for answer, found in read_answers()
        if language in (None, answer.language)
    )


def table() -> Iterator[str]:
    """The figures as a table in Markdown."""
    yield f"| {len(corpus().mails)} mails, {len(corpus().answers)} answers | all | {' | '.join(LANGUAGES)} |"
    yield "|---|" + "---|" * (len(LANGUAGES) + 1)
    for figures in (mail_shares, answer_shares):
        columns = [figures(language) for language in LANGUAGES]
        for name, share in figures().items():
            yield f"| {name} | {share} | {' | '.join(f'{column[name].value:.0%}' for column in columns)} |"
    scores = [f_scores((m, f.assessment) for m, f in read_mails() if m.language == code) for code in LANGUAGES]
    for name, score in f_scores((mail, found.assessment) for mail, found in read_mails()).items():
        yield f"| F1, {name} | {score:.2f} | {' | '.join(f'{column[name]:.2f}' for column in scores)} |"


def _raw(mail: LabelledMail) -> bytes:
    return _mail(mail.subject, mail.text)


def _mail(subject: str, text: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "Kim <kim@mail.example>", "support@acme.example", subject
    message["Message-ID"] = "<1@mail.example>"
    message.set_content(text)
    return message.as_bytes()


def _misses() -> Iterator[str]:
    for mail, found in read_mails():
        got = found.assessment
        wanted = (mail.type or "none", mail.remedy, mail.threat, mail.safety, mail.repeat)
        said = (got.type if got.is_complaint else "none", got.demanded_remedy, got.threat, got.safety, got.repeat)
        if wanted != said:
            yield f"{mail.language} {wanted} {said} {mail.subject} // {mail.text}".replace("\n", " ")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.reading.unseen", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show what was not understood: then it is unseen no more")
    print("\n".join(_misses() if parser.parse_args().misses else table()))


if __name__ == "__main__":
    main()
