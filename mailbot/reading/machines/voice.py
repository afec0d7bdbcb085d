"""How much a mail's words are a person's own: of himself, a question, a matter, a letter that somebody signed."""

import re
from functools import cache
from itertools import pairwise

from mailbot.reading.words import clients
from mailbot.reading.words.telltales import leading, plain, present, titles

_OFFICE = re.compile(
    r"mail|post|deliver|d(?:a|e)emon|system|admin|serv|virus|filter|gateway|rout|exchange|robot|auto|desk|team|support|scan|"
    r"smtp|notif|bounce|internet|network|shop|store|news|offer|gmbh|boutique|магазин|tienda|negozio|butik|kauppa|pood|trgovina|sklep|obchod|"
    r"magazin|mağaza|فروشگاه|متجر|market|airline|magazine|weekly|daily|online|"
    r"software|company|studio|agency|customer|account|notice|digest|billing|return|error|alert|secur|status|host|center|centre|info|list|web|spam"
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_UNSPACED = "\u2e80"
_QUESTION = re.compile(r"[?؟？;](?=\s|$|[\"')»])")
_LAST_LINES = 12


def signs(opening: str, text: str) -> int:
    """How many of the signs of a person's words there are in `opening`, which is `plain`, the beginning of `text`."""
    asks = any(mark in "?؟？" for mark in _QUESTION.findall(opening))
    return asks + _speaks_of_himself(opening) + names_a_matter(opening) + is_a_signed_letter(text)


def names_a_matter(opening: str) -> bool:
    """Whether the words, which are `plain`, are about goods, as a complaint's are."""
    return bool(present(opening, "matters"))


def is_a_persons_name(name: str) -> bool:
    """Whether `name` is of two or more words, none of which is an office's or a program's."""
    words = plain(name).split()
    return len(words) in (2, 3, 4) and all(word.isalpha() and not _OFFICE.search(word) for word in words)


def is_an_office(name: str) -> bool:
    """Whether `name`, of an address, is that of an office or a program."""
    return bool(_OFFICE.search(name))


def is_a_signed_letter(text: str) -> bool:
    """Whether `text` begins with a greeting and ends with a closing and a name that somebody typed."""
    lines = [line for line in text[:6000].split("\n") if line.strip()]
    if len(lines) < 3 or not leading(plain(lines[0][:100]), "greetings"):
        return False
    tail = lines[-_LAST_LINES:]
    return any(titles_closing(line) and _is_signature(name) for line, name in pairwise(tail))


def titles_closing(line: str) -> bool:
    """Whether `line` is a closing and hardly anything else."""
    words = plain(line[:100]).rstrip(" ,.!")
    return len(words) < 60 and titles(words, "closings") is not None


def _is_signature(line: str) -> bool:
    words = plain(line[:100]).partition(",")[0].replace(".", " ").split()
    return 0 < len(words) < 5 and all(word.isalpha() and not _OFFICE.search(word) for word in words)


def _speaks_of_himself(opening: str) -> bool:
    words = set(_WORD.findall(opening))
    return bool(words & _first_person()) or any(word in opening for word in _first_person() if word >= _UNSPACED)


@cache
def _first_person() -> frozenset[str]:
    return frozenset(map(plain, clients.words("first_person")))
