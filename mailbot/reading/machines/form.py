"""Mail that a web form wrote in a visitor's name: how to tell, and who the visitor is."""

import re
from dataclasses import dataclass

from mailbot.core.message import Address, Message
from mailbot.reading.machines.evidence import Evidence, named_as
from mailbot.reading.machines.form_fields import ADDRESS, Field, fields_of, lone_addresses, values, visitor_name
from mailbot.reading.words import clients
from mailbot.reading.words.telltales import may_stand, plain, present

_ENOUGH = 3
_LONGEST_SUBJECT, _BEGINNING = 300, 1500
_WORDS = ("form_openings", "form_marks")
_SECTIONS = ("mail_fields", "name_fields", "message_fields")
_SCRIPTS = (
    "x-php-originating-script",
    "x-php-script",
    "x-source-args",
    "x-wpcf7-content-type",
    "x-form-id",
    "x-formmail",
    "x-mailer-form",
)
_MAILERS = re.compile(
    r"phpmailer|formmail|php/|^php\b|swiftmailer|symfony|wordpress|drupal|joomla|phpbb|typo3|contao|cgi|aspmail|jmail|"
    r"cdosys|cdonts|django|rails|laravel|nodemailer|form",
    re.IGNORECASE,
)
_PROGRAMS = frozenset({
    "wordpress", "www-data", "www", "apache", "httpd", "nobody", "wwwrun", "webform", "formmail", "cgi", "root",
    "typo3", "joomla", "drupal", "form-submission", "formsubmission", "phpmailer", "webapp",
})  # fmt: skip
_MAY_BE_PROGRAMS = frozenset({
    "webmaster", "web", "website", "form", "forms", "contact", "contactform", "contact-form", "kontakt",
    "kontaktformular", "mailer", "info", "site", "admin", "mail", "email", "formular", "formulaire", "formulario",
    "forum", "webserver", "server", "anfrage", "contacto", "contatto", "contato", "online", "shop", "feedback",
    "enquiry", "enquiries", "inquiry", "webadmin", "obrazec", "vorm", "lomake", "skjema", "formularz", "office",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for a form. `sentence`: it says so; `mark`: a word for it; `elsewhere`: answers go to a visitor."""

    program: str | None
    sentence: str | None
    mark: str | None
    usual: bool
    elsewhere: bool

    @property
    def are_any(self) -> bool:
        return bool(self.program or self.sentence or self.mark or self.elsewhere)

    @property
    def weight(self) -> int:
        return 2 * bool(self.sentence) + bool(self.mark) + bool(self.program) + self.usual + self.elsewhere

    @property
    def told(self) -> str:
        return self.program or f"text: {self.sentence or self.mark or 'the fields of a program'}"


def form_sign(evidence: Evidence) -> str | None:
    """Why a mail is that of a web form, or None: fields, a visitor's address, and a program as its sender."""
    message = evidence.message
    if message.from_ is None or (evidence.says_re and not _is_no_person(evidence)):
        return None
    signs = _signs(evidence)
    if not signs.are_any:
        return None
    fields = fields_of(message.text)
    visitor = _visitor(message, evidence.ours, fields) or (message.from_ if signs.sentence else None)
    if visitor is None or not _is_enough(signs, fields, is_the_sender=visitor.key == evidence.sender):
        return None
    return f"{signs.told}, {len(fields)} form fields, the visitor is {visitor.address}"


def form_sender(message: Message, ours: frozenset[str]) -> Address | None:
    """The visitor who filled in a form: from Reply-To, else from the fields; None if nobody is named."""
    return _visitor(message, ours, fields_of(message.text))


def _visitor(message: Message, ours: frozenset[str], fields: tuple[Field, ...]) -> Address | None:
    if answered := _answered(message, ours):
        return Address(answered.name or visitor_name(fields), answered.address)
    for value in (*values(fields, "mail_fields"), *lone_addresses(fields), *_named_in_sentence(message.text)):
        found = ADDRESS.search(value)
        if found and found[0].casefold() not in ours and not named_as(found[0].casefold().partition("@")[0], "robots"):
            return Address(visitor_name(fields), found[0])
    return None


def _answered(message: Message, ours: frozenset[str]) -> Address | None:
    """Whom an answer goes to, if that is neither the sender nor we nor a robot."""
    sender = message.from_.key if message.from_ else ""
    for address in message.reply_to:
        if address.key not in ours | {sender} and not named_as(address.key.partition("@")[0], "robots"):
            return address
    return None


def _named_in_sentence(text: str) -> list[str]:
    """The addresses near the sentence by which a form says that it is one."""
    if not present(plain(text[:1500]), "form_openings"):
        return []
    return ADDRESS.findall(text[:1000])[:3]


def _is_enough(signs: _Signs, fields: tuple[Field, ...], *, is_the_sender: bool) -> bool:
    kinds = {section for section in _SECTIONS if next(values(fields, section), None)}
    trailers = any(label in _trailers() for label, _ in fields) and len(fields) > 2
    said = signs.sentence or signs.mark
    if is_the_sender and not (signs.sentence or (said and (signs.program or trailers))):
        return False  # whoever names a form may have typed its fields
    if not (said or trailers or signs.program or signs.usual) and not {"mail_fields", "message_fields"} <= kinds:
        return False
    if not (said or trailers or signs.elsewhere or "message_fields" in kinds):
        return False
    return signs.weight + 2 * trailers + min(2, len(kinds)) + (len(fields) > 1) >= _ENOUGH


def _trailers() -> tuple[str, ...]:
    return clients.words("form_trailers")


def _signs(evidence: Evidence) -> _Signs:
    edges = _edges(evidence)
    answered = _answered(evidence.message, evidence.ours)
    own = evidence.sender in evidence.ours
    program = _program(evidence)
    by_office = bool(program) or not evidence.bears_a_persons_name
    return _Signs(
        program=program,
        sentence=next(iter(present(edges, "form_openings")), None),
        mark=next(iter(present(edges, "form_marks")), None),
        usual=evidence.local_part in _MAY_BE_PROGRAMS,
        elsewhere=answered is not None and by_office and (own or _domain(answered.key) != _domain(evidence.sender)),
    )


def _edges(evidence: Evidence) -> str:
    """The subject with the beginning and the end of the text, `plain`; empty if no form's words can stand there."""
    subject, text = evidence.message.subject, evidence.message.text
    is_whole = len(subject) <= _LONGEST_SUBJECT and len(text) <= _BEGINNING
    if is_whole and not may_stand(_WORDS, evidence.subject, plain(text)):
        return ""
    end = text[-500:] if len(text) > _BEGINNING else ""
    return plain(f"{subject[:_LONGEST_SUBJECT]}\n{text[:_BEGINNING]}\n{end}")


def _program(evidence: Evidence) -> str | None:
    """The sign that no person sent it."""
    headers, sender = evidence.headers, evidence.sender
    if evidence.auto_submitted:
        return f"Auto-Submitted: {evidence.auto_submitted}"
    if sender in evidence.ours or evidence.local_part in _PROGRAMS or _is_no_person(evidence):
        return f"From: {sender}"
    if script := next((name for name in _SCRIPTS if name in headers), None):
        return script.title()
    mailer = headers.get("x-mailer", ("",))[0]
    return f"X-Mailer: {mailer[:60]}" if _MAILERS.search(mailer) else None


def _is_no_person(evidence: Evidence) -> bool:
    return bool(named_as(evidence.local_part, "robots")) or _is_form_service(evidence.sender)


def _is_form_service(sender: str) -> bool:
    domain = _domain(sender)
    return any(domain == service or domain.endswith(f".{service}") for service in clients.words("form_services"))


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
