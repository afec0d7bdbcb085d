"""The fields of a web form's mail: label and value of each line that looks like one."""

import re
from collections.abc import Iterable, Iterator

from mailbot.reading.words.telltales import leading, plain

Field = tuple[str, str]

ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_FIELD = re.compile(
    r"^[\s*_>•\-]{0,6}([^\s:=：|*_][^:=：|\t\n]{0,60}?)\s{0,20}[*_]{0,2}\s{0,5}[:=：|\t]\s{0,40}[*_]{0,2}\s{0,20}(.{0,400})$"
)
_SIGNS = re.compile(r"[:=：|\t]")
_RULE = re.compile(r"[\W_]+")
_ASKS = re.compile(r"\b(?:your|the best) (?:[a-z]+ )?(?:e-?mail|name)(?: address)?$")
_SENTENCE = re.compile(r"[!?,]\s|\w{4}\.\s")
_LINES = 200
_LETTERS = 20_000
_LONGEST_LABEL = 70
_LONGEST_ROW = 120


def fields_of(text: str) -> tuple[Field, ...]:
    """Label and value of each field in `text`; a value may stand on the line below its label."""
    lines = [line[:600] for line in text[:_LETTERS].split("\n", _LINES)[:_LINES] if _RULE.sub("", line[:600])]
    below = [*(line.strip() for line in lines[1:]), ""]
    return tuple(field for line, after in zip(lines, below, strict=False) if (field := _field(line, after)))


def _field(line: str, below: str) -> Field | None:
    if _SIGNS.search(line[: _LONGEST_LABEL + 40]) and (found := _FIELD.match(line)):
        value = found[2].strip() or below
        if value and not _SENTENCE.search(found[1]) and found[1].casefold() not in ("http", "https"):
            return plain(found[1].replace("_", " ")), value[:400]
    if len(line) > _LONGEST_ROW:
        return None
    words = plain(line)
    label = words.rstrip(" *?:")
    if below and len(line) < _LONGEST_LABEL and _is_known(label):
        return label, below[:400]
    return _cells(line, words)


def _cells(line: str, words: str) -> Field | None:
    """Label and value where a table's row has become a line of words."""
    if (label := leading(words, "mail_fields")) and ADDRESS.fullmatch(words[len(label) :].strip()):
        return label, words[len(label) :].strip()
    if label := leading(words, "name_fields"):
        value = line.strip()[len(label) :]
        if value.startswith(" ") and value.lstrip()[:1].isupper() and len(value.split()) < 5:
            return label, value.strip()
    return None


def _is_known(label: str) -> bool:
    """Whether a line without a colon is a label: one of an address or a name, or a question for one."""
    phrase = leading(label, "mail_fields", "name_fields", "message_fields")
    return (phrase is not None and len(label) - len(phrase) < 12) or bool(_ASKS.search(label))


def values(fields: Iterable[Field], section: str) -> Iterator[str]:
    """The values of the fields with a label of `section`."""
    for label, value in fields:
        asked = _ASKS.search(label) and ("mail" in label) == (section == "mail_fields")
        if asked or _is_labelled(label, section):
            yield value


def visitors_words(text: str) -> str:
    """What the visitor wrote into the form: its lines without who they are, and without the label of the message."""
    return "\n".join(words for line in text.split("\n") if (words := _words_in(line)) is not None)


def _words_in(line: str) -> str | None:
    label, value = _field(line[:600], "") or ("", "")
    if any(_is_labelled(label, section) for section in ("mail_fields", "name_fields")):
        return None
    return value if _is_labelled(label, "message_fields") else line


def _is_labelled(label: str, section: str) -> bool:
    """Whether `label` is a phrase of `section`, with a few words around it that a form's owner may have added."""
    phrase = leading(label, section)
    if phrase and len(label) - len(phrase) < 25:
        return True
    _, _, last = label.partition(" ")
    return bool(last) and (leading(last, section) or "") == last


def lone_addresses(fields: Iterable[Field]) -> Iterator[str]:
    """The values that are an address and nothing else."""
    return (value for _, value in fields if ADDRESS.fullmatch(value.strip("<>[] ")))


def visitor_name(fields: Iterable[Field]) -> str:
    """The name that the visitor gave; empty if there is none."""
    names = [value for value in values(fields, "name_fields") if "@" not in value and len(value) < 80]
    return names[0].strip(" *_") if names else ""
