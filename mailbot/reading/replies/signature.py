"""Where a signature begins, and with what else a mail ends that its writer did not write."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from mailbot.reading.replies.fine_print import fine_print_start, is_advertisement_head, is_heading, is_row
from mailbot.reading.replies.footer import footer_start, list_tail_start, lone_footers
from mailbot.reading.words.phrases import Phrases, tokens

_DELIMITER = re.compile(r"[ \u200e\u200f]?(?:--|—|–|__|--­|‐‐)[ \t\xa0\r\u200e\u200f]*$")
_STANDARD = re.compile(r"-- \r?$")
_LINK = re.compile(r"https?://|www\.\w|[\w.+-]@[\w-]{1,63}\.\w|mailto:", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\(|\b0)[\d()][\d\s()./-]{5,20}\d")
_SHORT_ROW = re.compile(r"(?:_{3,80}|-{3,80}|={3,80})[ \r]*$")
_MOST_SIGNATURE_LINES = 12
_MOST_CARD_LINES = 8
_MOST_TAIL_LINES = 14


@cache
def _closings() -> Phrases:
    return Phrases("closings")


def signature_lines(lines: Sequence[str], start: int, end: int) -> set[int]:
    """Which lines of `lines[start:end]`, all of them the writer's own, are a signature or a footer."""
    above_tails = _without_tails(lines, start, end)
    cut = _delimiter(lines, start, above_tails)
    cut = _without_tails(lines, start, cut) if cut < above_tails else cut
    return {*range(cut, end), *lone_footers(lines, start, cut)}


def _without_tails(lines: Sequence[str], start: int, end: int) -> int:
    """Where the words end above all that was appended to them, and above the rows of marks over that."""
    while (tail := _tail(lines, start, end)) is not None:
        end = tail
        filled = list(_filled_from_below(lines, start, end))
        if filled and (start > 0 or len(filled) > 1) and _belongs_below(lines[filled[0]]):
            end = filled[0]
    return end


def _belongs_below(line: str) -> bool:
    return is_row(line) or is_advertisement_head(line) or is_heading(line)


def _delimiter(lines: Sequence[str], start: int, end: int) -> int:
    """The line of the first signature delimiter; `end` if there is none.

    Some programs strip the space behind `--`; then it is told from a rule in the text by what follows.
    """
    below = 0
    found = end
    for i in range(end - 1, start - 1, -1):
        line = lines[i]
        if len(line) < 12 and _DELIMITER.match(line):
            found = i if _STANDARD.match(line) or _is_card(lines, i + 1, end, below) else found
        elif 0 < below <= _MOST_CARD_LINES and _SHORT_ROW.match(line):
            found = i if _is_name_card(lines, i, start, end) else found
        below += bool(line.strip())
    return found


def _is_card(lines: Sequence[str], start: int, end: int, count: int) -> bool:
    """Whether lines are few and rather names and addresses than sentences."""
    if count > _MOST_SIGNATURE_LINES:
        return False
    filled = [line[:300] for line in lines[start : min(end, start + 40)] if line.strip()]
    sentences = sum(_ends(line) for line in filled)
    return sentences < 3 or sentences * 2 < len(filled) or any(_is_contact(line) for line in filled)


def _is_name_card(lines: Sequence[str], row: int, start: int, end: int) -> bool:
    """Whether directly below a row, with words and an empty line above it, stand a name, a contact and no sentences.

    A closing above the row does as well as a contact below it.
    """
    if row < start + 2 or lines[row - 1].strip() or row + 1 >= end:
        return False
    name = lines[row + 1].split()
    titled = all(word[:1].isupper() and word.rstrip(".,").isalpha() for word in name)
    below = [line.strip() for line in lines[row + 1 : end] if line.strip()]
    if not 2 <= len(name) <= 4 or not titled or any(len(line) > 60 or _is_sentence(line) for line in below):
        return False
    bears_name = len(below) > 1 and below[1].startswith(f"{name[-1]} ")
    return bears_name or any(_is_contact(line) for line in below) or _is_closed(lines, start, row)


def _is_closed(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether one of the last two lines with words in `lines[start:end]` is a closing."""
    last = islice((line for line in reversed(lines[start:end]) if line.strip()), 2)
    return any(len(line) <= 50 and _closings().are(tokens(line)) for line in last)


def _is_contact(line: str) -> bool:
    return bool(_LINK.search(line) or _PHONE.search(line))


def _tail(lines: Sequence[str], start: int, end: int) -> int | None:
    """Where the last piece begins if it is a footer, a mailing list's tail, a disclaimer or a block of contacts."""
    filled = list(_filled_from_below(lines, start, end))
    if not filled:
        return None
    for tail in (footer_start, list_tail_start, _contacts):
        if (found := tail(lines, filled)) is not None:
            return found
    return fine_print_start(lines, start, end)


def _filled_from_below(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    count = 0
    for i in range(end - 1, start - 1, -1):
        if lines[i].strip():
            yield i
            count += 1
        if count > _MOST_TAIL_LINES:
            return


def _contacts(lines: Sequence[str], filled: Sequence[int]) -> int | None:
    """Phone, address and link below a closing and a name: at least two such lines and nothing but short ones."""
    for at, i in enumerate(filled):
        line = lines[i].strip()
        if at >= 3 and len(line) <= 50 and _closings().are(tokens(line)):
            block = filled[: at - 1]
            contacts = [j for j in block if _is_contact(lines[j][:300])]
            short = all(len(lines[j].strip()) <= 100 and not _is_sentence(lines[j]) for j in block)
            return block[-1] if len(contacts) >= 2 and short else None
    return None


def _ends(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "?"))


def _is_sentence(line: str) -> bool:
    """Whether a line is rather a sentence than a title, a name or a number."""
    small = sum(word.isalpha() and word[0].islower() for word in line.split())
    return _ends(line) or small > 3
