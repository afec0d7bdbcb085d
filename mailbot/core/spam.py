"""Marks of the mail server's own filter: which mail counts as spam by a header, and which case began with one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailbot.core import actions as a
from mailbot.core.case import Case
from mailbot.core.closing import is_untouched
from mailbot.core.events import Received

SPAM = "spam"
"""The tag of a case that began with marked mail."""


@dataclass(frozen=True, slots=True)
class SpamHeader:
    """A header that the filter writes, and the value (or its first word) with which it marks spam."""

    header: str
    value: str

    def marks(self, found: str) -> bool:
        """Whether a value of the header is such a mark, as `Yes, score=9.1` is for `Yes`; upper case is no matter."""
        said, wanted = " ".join(found.split()).casefold(), self.value.casefold()
        return said.startswith(wanted) and not said[len(wanted) : len(wanted) + 1].isalnum()


def spam_mark(marks: Iterable[SpamHeader], headers: Mapping[str, tuple[str, ...]]) -> str | None:
    """The header by which a mail is marked, as `X-Spam-Flag: YES`; None if it is not.

    Of several headers of one name only the topmost counts: those below it came with the mail.
    """
    for mark in marks:
        found = headers.get(mark.header.casefold(), ())
        if found and mark.marks(found[0]):
            return f"{mark.header}: {mark.value}"
    return None


def tagged(mail: Received) -> Iterable[a.AddTag]:
    """The tag of a case that marked mail begins."""
    if mail.is_spam:
        yield a.AddTag(tag=SPAM, reason=mail.spam_mark or "in the junk folder")


def may_be_spam(case: Case) -> bool:
    """Whether the case began with marked mail and nobody has seen to it: its sender gets nothing unasked."""
    return SPAM in case.tags and is_untouched(case)
