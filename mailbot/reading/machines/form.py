"""Mail that a web form wrote in a visitor's name: how to tell, and who the visitor is."""

import re
from collections.abc import Iterator

from mailbot.core.message import Address, Message
from mailbot.reading.machines.evidence import Evidence, named_as
from mailbot.reading.words import clients
from mailbot.reading.words.telltales import leading, plain, present

Field = tuple[str, str]

_FIELD = re.compile(
    r"^[\s*_>•\-]{0,6}([^\s:=：|*_][^:=：|\t\n]{0,60}?)\s{0,20}[*_]{0,2}\s{0,5}[:=：|\t]\s{0,40}[*_]{0,2}\s{0,20}(.{0,400})$"
)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_RULE = re.compile(r"[\W_]+")
_ASKS = re.compile(r"\b(?:your|the best) (?:[a-z]+ )?(?:e-?mail|name)(?: address)?$")
_SENTENCE = re.compile(r"[!?,]\s|\w{4}\.\s")
_LINES = 200
_SCRIPTS = (
    "x-php-originating-script",
    "x-php-script",
    "x-source-args",
    "x-wpcf7-content-type",
    "x-form-id",
    "x-formmail",
    "x-mailer-form",
)
_MAILERS = re.compile(r"phpmailer|formmail|php/|swiftmailer|wordpress|drupal|joomla", re.IGNORECASE)
_PROGRAMS = frozenset({
    "wordpress", "www-data", "www", "apache", "httpd", "nobody", "wwwrun", "webform", "formmail", "cgi",
})  # fmt: skip
_MAY_BE_PROGRAMS = frozenset({
    "webmaster", "web", "website", "form", "forms", "contact", "contactform", "contact-form", "kontakt",
    "kontaktformular", "mailer", "info", "site", "admin", "mail",
})  # fmt: skip


def form_sign(evidence: Evidence) -> str | None:
    """Why a mail is that of a web form, or None: fields, a visitor's address, and a program as its sender."""
    if evidence.message.from_ is None or (evidence.says_re and not _is_form_service(evidence.sender)):
        return None
    fields = list(_fields(evidence.message.text))
    visitor = form_sender(evidence.message, evidence.ours)
    if visitor is None or len(fields) < 2:
        return None
    told = f"{len(fields)} form fields, the visitor is {visitor.address}"
    program, mark = _program(evidence), _mark(evidence)
    if visitor.key == evidence.sender:
        return f"{program}, text: {mark}, {told}" if program and mark else None
    if program:
        return f"{program}, {told}"
    enough = 2 if evidence.local_part in _MAY_BE_PROGRAMS else 3
    return f"text: {mark}, {told}" if mark and len(fields) >= enough else None


def _mark(evidence: Evidence) -> str | None:
    text = evidence.message.text
    found = present(plain(f"{evidence.message.subject[:300]}\n{text[:1500]}\n{text[-500:]}"), "form_marks")
    return found[0] if found else None


def form_sender(message: Message, ours: frozenset[str]) -> Address | None:
    """The visitor who filled in a form: from Reply-To, else from the fields; None if nobody is named."""
    sender = message.from_.key if message.from_ else ""
    fields = list(_fields(message.text))
    for address in message.reply_to:
        if address.key not in ours | {sender} and not named_as(address.key.partition("@")[0], "robots"):
            return Address(address.name or _visitor_name(fields), address.address)
    for value in (*_values(fields, "mail_fields"), *_lone_addresses(fields)):
        found = _ADDRESS.search(value)
        if found and found[0].casefold() not in ours and not named_as(found[0].casefold().partition("@")[0], "robots"):
            return Address(_visitor_name(fields), found[0])
    return None


def _program(evidence: Evidence) -> str | None:
    """The sign that no person sent it."""
    headers, sender = evidence.headers, evidence.sender
    if evidence.auto_submitted:
        return f"Auto-Submitted: {evidence.auto_submitted}"
    if sender in evidence.ours or named_as(evidence.local_part, "robots") or evidence.local_part in _PROGRAMS:
        return f"From: {sender}"
    if _is_form_service(sender):
        return f"From: {sender}"
    if script := next((name for name in _SCRIPTS if name in headers), None):
        return script.title()
    mailer = headers.get("x-mailer", ("",))[0]
    return f"X-Mailer: {mailer[:60]}" if _MAILERS.search(mailer) else None


def _is_form_service(sender: str) -> bool:
    domain = sender.rpartition("@")[2]
    return any(domain == service or domain.endswith(f".{service}") for service in clients.words("form_services"))


def _fields(text: str) -> Iterator[Field]:
    """Label and value of each line that looks like a form's field; a value may stand on the line below its label."""
    lines = [line[:600] for line in text[:20_000].split("\n")[:_LINES] if _RULE.sub("", line)]
    for number, line in enumerate(lines):
        below = lines[number + 1].strip() if number + 1 < len(lines) else ""
        field = _FIELD.match(line)
        if field and not _SENTENCE.search(field[1]) and field[1].casefold() not in ("http", "https"):
            if value := field[2].strip() or below:
                yield plain(field[1]), value[:400]
        elif cell := _cells(line):
            yield cell
        elif below and len(line) < 70 and _is_known(plain(line).rstrip(" *?:")):
            yield plain(line).rstrip(" *?:"), below[:400]


def _cells(line: str) -> Field | None:
    """Label and value where a table's row has become a line of words."""
    words = plain(line)[:200]
    if (label := leading(words, "mail_fields")) and _ADDRESS.fullmatch(words[len(label) :].strip()):
        return label, words[len(label) :].strip()
    label = leading(words, "name_fields") or ""
    value = line.strip()[len(label) :]
    named = label and value.startswith(" ") and value.lstrip()[:1].isupper() and len(value.split()) < 5
    return (label, value.strip()) if named else None


def _is_known(label: str) -> bool:
    """Whether a line without a colon is a label: one of an address or a name, or a question for one."""
    phrase = leading(label, "mail_fields", "name_fields")
    return (phrase is not None and len(label) - len(phrase) < 12) or bool(_ASKS.search(label))


def _values(fields: list[Field], section: str) -> Iterator[str]:
    for label, value in fields:
        phrase = leading(label, section)
        asked = _ASKS.search(label) and ("mail" in label) == (section == "mail_fields")
        if asked or (phrase and len(label) - len(phrase) < 25):
            yield value


def _lone_addresses(fields: list[Field]) -> Iterator[str]:
    return (value for _, value in fields if _ADDRESS.fullmatch(value.strip("<>[] ")))


def _visitor_name(fields: list[Field]) -> str:
    names = [value for value in _values(fields, "name_fields") if "@" not in value and len(value) < 80]
    return names[0].strip(" *_") if names else ""
