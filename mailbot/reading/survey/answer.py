"""What an answer to the follow-up question says: a mark, how content the customer is, and whether the case goes on.

A mark decides how content somebody is; where none is given, the model does, which knows the words of the vocabulary.
What a program writes says nothing of either.
"""

from collections.abc import Sequence

from mailbot.core.message import Sentiment, Survey
from mailbot.reading.inflection import words_of
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.classifier import Classifier, Judgement
from mailbot.reading.meaning.sections import section_scores
from mailbot.reading.survey.pieces import own_words
from mailbot.reading.survey.rating import given
from mailbot.reading.survey.smileys import mood
from mailbot.reading.vocabulary import Hit, Vocabulary
from mailbot.reading.words.telltales import leading, plain, present

_AUTOMATIC = ("absence", "automatic", "undelivered", "delayed")
_DECIDES = 2.0
"""The weight from which on a phrase of the vocabulary needs no second opinion."""
_CONTENT, _NOT_CONTENT = 0.75, 0.4


def read_answer(text: str, language: str, vocabulary: Vocabulary, classifier: Classifier) -> Survey:
    """What `text`, the new words of an answer to a survey, says. `language` is that of the vocabulary used."""
    said = own_words(text)
    words = words_of(said, vocabulary.language)
    hits = vocabulary.find(said, words)
    mark = given(said, language, hits)
    if _is_automatic(said) and not (mark and mark.sure):
        return Survey(None, Sentiment.NEUTRAL, wants_reopen=False)
    judged = classifier.judge(said, vocabulary.language, words, section_scores(hits))
    likely = judged.scores[labels.REOPEN.name] > classifier.model.thresholds[labels.REOPEN.name]
    sentiment = _by_mark(mark.share) if mark else mood(text) or _by_words(judged)
    return Survey(mark.rating if mark else None, sentiment, likely or _asks_to_go_on(hits))


def _asks_to_go_on(hits: Sequence[Hit]) -> bool:
    """Whether a phrase says so that leaves no doubt: «do not close»."""
    return any(hit.section == "reopen" and not hit.negated and hit.weight >= _DECIDES for hit in hits)


def _is_automatic(said: str) -> bool:
    """Whether a program speaks: of an absence, a mailbox or the receipt of a mail."""
    text = plain(said)
    return bool(leading(text, "automatic_subjects") or present(text, *_AUTOMATIC))


def _by_mark(share: float) -> Sentiment:
    if share >= _CONTENT:
        return Sentiment.SATISFIED
    return Sentiment.NEUTRAL if share > _NOT_CONTENT else Sentiment.DISSATISFIED


def _by_words(judged: Judgement) -> Sentiment:
    return max(Sentiment, key=lambda sentiment: judged.scores[f"{labels.SENTIMENT.name}.{sentiment}"])
