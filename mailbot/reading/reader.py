"""Bytes of a mail to a Reading: the one entrance to this room."""

from collections.abc import Mapping
from pathlib import Path

from mailbot.core.message import Assessment, Bounce, MailKind, Reading, SpanKind
from mailbot.reading.assessment import assess
from mailbot.reading.forwards.forward import forwarded
from mailbot.reading.hints import Hints, UnreadableMail
from mailbot.reading.html import html_to_text
from mailbot.reading.language import Languages
from mailbot.reading.machines.bounce import read_bounce
from mailbot.reading.machines.form import form_sender
from mailbot.reading.machines.form_fields import visitors_words
from mailbot.reading.machines.kind import kind_of
from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.reading.mime.parse import Parsed, dissect
from mailbot.reading.replies.html_reply import NewHtml, new_html
from mailbot.reading.replies.reply_text import Split, all_new, split
from mailbot.reading.sketch import sketch_of
from mailbot.reading.vocabulary import Vocabulary

# A report or an absence note quotes or attaches the mail that it answers, which is no forward.
_MAY_PASS_ON = frozenset({MailKind.HUMAN, MailKind.LIST, MailKind.WEB_FORM})


class Reader:
    """Reads mails. Holds the vocabularies and what was learnt, in the file `model`; it is built once per process.

    ConfigurationError if that file holds no model.
    """

    def __init__(
        self, vocabularies: Mapping[str, Vocabulary], languages: tuple[str, ...], model: Path = SHIPPED
    ) -> None:
        self._vocabularies = dict(vocabularies)
        self._classifier = Classifier.load(model)
        self._languages = Languages(languages, self._classifier)

    def read(self, raw: bytes, hints: Hints) -> Reading:
        """Everything that can be read out of `raw`; the same for the same arguments. Raises only UnreadableMail."""
        if not raw.strip():
            raise UnreadableMail("the mail is empty: not even a header")
        try:
            return self._read(raw, hints)
        except MemoryError:
            raise UnreadableMail("reading it takes more memory than `reading.memory` allows") from None
        except Exception as error:
            raise UnreadableMail(f"the mail could not be read: {type(error).__name__}: {error}") from error

    def _read(self, raw: bytes, hints: Hints) -> Reading:
        parsed = dissect(raw)
        message = parsed.message
        kind, reason = kind_of(parsed, hints.our_addresses)
        divided = all_new(message.text) if kind is MailKind.WEB_FORM else split(message.text)
        reply_html = _new_html(message.html, divided) if message.html else None
        reply_text = _reply_text(parsed, divided, reply_html)
        passed_on = forwarded(parsed) if kind in _MAY_PASS_ON else None
        words = reply_text or (passed_on.text if passed_on else message.text)
        if kind is MailKind.WEB_FORM:
            words = visitors_words(split(message.text).reply_text) or words
        language, certain = self._languages.of(
            words or message.subject, known=hints.known_language, default=hints.default_language
        )
        return Reading(
            message=message,
            kind=kind,
            kind_reason=reason,
            reply_text=reply_text,
            reply_html=reply_html.html if reply_html else None,
            spans=divided.spans,
            language=language,
            language_certain=certain,
            assessment=self._assess(words, message.subject, language, quoted=message.text),
            bounce=_bounce(parsed, kind),
            forwarded=passed_on,
            form_sender=form_sender(message, hints.our_addresses) if kind is MailKind.WEB_FORM else None,
            problems=parsed.problems,
            wording=sketch_of(reply_text or message.text),
        )

    def _assess(self, text: str, subject: str, language: str, *, quoted: str) -> Assessment:
        vocabulary = self._vocabularies.get(language)
        return assess(text, subject, vocabulary, self._classifier, quoted=quoted) if vocabulary else Assessment()


def _new_html(html: str, divided: Split) -> NewHtml:
    return new_html(html, text_is_new=all(span.kind is SpanKind.NEW for span in divided.spans))


def _reply_text(parsed: Parsed, divided: Split, reply_html: NewHtml | None) -> str:
    """The new words: of an HTML mail those of its new HTML, where quotes are containers and not only marks."""
    if parsed.text_is_html and reply_html and reply_html.is_divided and reply_html.html and parsed.message.text.strip():
        return split(html_to_text(reply_html.html)).reply_text or divided.reply_text
    return divided.reply_text


def _bounce(parsed: Parsed, kind: MailKind) -> Bounce | None:
    return read_bounce(parsed.root, parsed.headers, parsed.message.text) if kind is MailKind.BOUNCE else None
