"""Mail that goes to many: newsletters, campaigns, and what else offers to unsubscribe."""

from mailbot.reading.machines import headers as machine_headers
from mailbot.reading.machines.evidence import Evidence, named_as
from mailbot.reading.machines.voice import names_a_matter
from mailbot.reading.mime.headers import first
from mailbot.reading.words.telltales import plain, present

_MANY_LINKS = 10
_PERSONAL = 2
_SHORT = 800


def newsletter_sign(evidence: Evidence) -> str | None:
    """Why a mail goes to many, or None. Companies' servers mark people's mail too, so a person's answer is none."""
    if answers_in_person(evidence):
        return None
    signs = (_precedence(evidence), _campaign(evidence), _many_links(evidence), _unsubscribe_field(evidence))
    return next(filter(None, signs), None) or _newsletter_words(evidence)


def _precedence(evidence: Evidence) -> str | None:
    precedence = machine_headers.bulk(evidence.headers)
    of_many = precedence in ("bulk", "list", "first-class-bulk") and not evidence.answers
    return f"Precedence: {precedence}" if of_many and not writes_in_person(evidence) else None


def _campaign(evidence: Evidence) -> str | None:
    return None if evidence.says_re else machine_headers.campaign(evidence.headers)


def _many_links(evidence: Evidence) -> str | None:
    links = _links(evidence)
    plainly = links >= _MANY_LINKS and not (evidence.bears_a_persons_name or evidence.says_re or evidence.quotes)
    return f"an offer to unsubscribe among {links} links" if plainly and _offers_to_unsubscribe(evidence) else None


def _unsubscribe_field(evidence: Evidence) -> str | None:
    if "list-unsubscribe" not in evidence.headers:
        return None
    told = "feedback-id" in evidence.headers or _writes_by_role(evidence) or _offers_to_unsubscribe(evidence)
    return "List-Unsubscribe" if told or _is_impersonal(evidence) else None


def _newsletter_words(evidence: Evidence) -> str | None:
    if not _offers_to_unsubscribe(evidence):
        return None
    if _writes_by_role(evidence):
        return f"From: {evidence.sender}, an offer to unsubscribe"
    own = not evidence.answers and not evidence.forwards
    return "an offer to unsubscribe, and why everybody gets the mail" if own and _is_for_many(evidence) else None


def _writes_by_role(evidence: Evidence) -> bool:
    return any(named_as(evidence.local_part, section) for section in ("newsletters", "robots"))


def answers_in_person(evidence: Evidence) -> bool:
    """Whether it is no mail to many, whatever its headers: it says so, our group brought it, or a person answers."""
    said_so = first(evidence.headers, "auto-submitted").strip().casefold() == "no"
    return (
        said_so
        or evidence.came_through_our_group
        or (evidence.answers and (evidence.quotes or evidence.bears_a_persons_name))
    )


def writes_in_person(evidence: Evidence) -> bool:
    """Whether somebody speaks to us whose server marks whatever it sends."""
    short = not evidence.message.html and len(evidence.message.text) < _SHORT
    speaks = evidence.voice > _PERSONAL or (short and names_a_matter(evidence.opening))
    speaks = speaks or (short and evidence.bears_a_persons_name and _has_a_mail_program(evidence))
    return evidence.writes_to_us and speaks and not _offers_to_unsubscribe(evidence)


def _has_a_mail_program(evidence: Evidence) -> bool:
    """Whether it came from a program in which people write, and no list's field is on it."""
    return machine_headers.mail_program(evidence.headers) and "list-unsubscribe" not in evidence.headers


def _is_impersonal(evidence: Evidence) -> bool:
    """Whether nobody in particular writes: a sender without a person's name, and hardly a sign of a person."""
    most = _PERSONAL if evidence.message.html else 1
    return evidence.voice < most and not evidence.bears_a_persons_name and not evidence.says_re


def _offers_to_unsubscribe(evidence: Evidence) -> bool:
    """Whether the mail itself offers to unsubscribe, as the law asks of newsletters."""
    return bool(present(plain(evidence.message.text[-3000:]), "unsubscribe"))


def _is_for_many(evidence: Evidence) -> bool:
    """Whether it says of itself that it is a newsletter, and nobody in particular speaks in a few words."""
    text = evidence.message.text
    said = present(plain(f"{evidence.subject}\n{text[:1000]}\n{text[-2000:]}"), "newsletter_words")
    spoken = evidence.voice - (evidence.bears_a_persons_name and not evidence.writes_to_us)
    return bool(said) and spoken < (3 if len(text) > _SHORT else 1) and not evidence.quotes


def _links(evidence: Evidence) -> int:
    return (evidence.message.html or "")[:200_000].casefold().count("href=")
