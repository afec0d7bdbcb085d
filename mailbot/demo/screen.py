"""What the demo shows in a terminal, or prints line by line where there is none. The only user of rich."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mailbot.core.case import Case
from mailbot.demo.news import Callback, News, Overview
from mailbot.demo.writing import attachments_of, person_in, text_of
from mailbot.workflows.verify import Verdict

_ISOLATE, _END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_SHOWN_OF_A_QUOTE = 3
# Rows of the live view; the lines of it that are no rows of either table.
_MOST_CASES, _FEWEST_NEWS, _BORDERS = 10, 3, 10


class Screen:
    """Standard output."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, emoji=False, markup=False)

    @property
    def is_terminal(self) -> bool:
        """Whether a person is watching."""
        return self._console.is_terminal

    def text(self, text: str, style: str = "") -> None:
        """A line or more, unwrapped, without whatever could command a terminal."""
        self._console.print(Text(_harmless(text), style), soft_wrap=True)

    def caption(self, number: int, of: int, says: str) -> None:
        """What has just happened."""
        self.text(f"\n[{number}/{of}] {says}", "bold green")

    def mail(self, mail: EmailMessage, *, sent: bool) -> None:
        """A mail as its reader sees it; of one just `sent`, only the beginning of a long quote."""
        lines = text_of(mail).strip().splitlines()
        head = [_person("From", *person_in(mail, "from")), _person("To", *person_in(mail, "to"))]
        files = attachments_of(mail)
        attached = [f"Attached: {', '.join(files)}"] if files else []
        for line in (*head, f"Subject: {mail['subject']}", *attached, "", *(_folded(lines) if sent else lines)):
            self.text(f"  │ {isolated(line)}".rstrip(), "cyan" if sent else "")

    def case(self, case: Case) -> None:
        """Where a case stands."""
        self.text(f"  {case.number}: {case.state}")

    def time(self, moment: datetime) -> None:
        """What the desk's clock shows."""
        self.text(f"  {moment:%A, %d %B %Y, %H:%M}")

    def summary(self, cases: Iterable[Case], sent: Mapping[str, int], verdict: Verdict, seconds: float) -> None:
        """How the tour ended."""
        self.text("\nSummary", "bold green")
        for line in _lines_of(cases):
            self.text(f"  {line}")
        received = ", ".join(f"{count} {what}" for what, count in sorted(verdict.ledger.items()))
        by_kind = ", ".join(f"{count} {kind}" for kind, count in sorted(sent.items()))
        self.text(f"  mails received: {sum(verdict.ledger.values())} ({received})")
        self.text(f"  mails sent: {sum(sent.values())} ({by_kind})")
        self.text(f"  gaps between mailbox, ledger and outbox: {len(verdict.gaps)}")
        self.text(f"  seconds: {seconds:.1f}")

    def news(self, news: News) -> None:
        """One line of what happened."""
        self.text(_line_of(news))

    @contextmanager
    def live(self) -> Iterator[Callback]:
        """A view that is drawn anew, below what was printed, each time the given function is called."""
        with Live(console=self._console, auto_refresh=False, vertical_overflow="crop") as live:
            yield lambda overview: live.update(_view(overview, self._console.height), refresh=True)


def isolated(line: str) -> str:
    """A line that keeps its own direction, whatever stands before it (Unicode Annex 9, section 2.5)."""
    has_rtl = any(unicodedata.bidirectional(c) in {"R", "AL"} for c in line)
    return f"{_ISOLATE}{line}{_END_OF_ISOLATE}" if has_rtl else line


def _person(header: str, name: str, address: str) -> str:
    return f"{header}: {isolated(name)} <{address}>" if name else f"{header}: {address}"


def _harmless(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def _folded(lines: list[str]) -> Iterator[str]:
    quoted = 0
    for line in lines:
        quoted = quoted + 1 if line.startswith(">") else 0
        if quoted <= _SHOWN_OF_A_QUOTE:
            yield line
        elif quoted == _SHOWN_OF_A_QUOTE + 1:
            yield "> …"


def _lines_of(cases: Iterable[Case]) -> Iterator[str]:
    for case in cases:
        facts = (case.number, f"{case.state:<8}", f"{case.type:<15}", case.language, f"{case.team or '–':<9}")
        yield "  ".join((*facts, f"{case.assignee or '–':<17}", isolated(case.customer.name)))


def _line_of(news: News) -> str:
    mail = f"{news.at:%H:%M:%S}  {news.case:<9}{news.what:<16}{news.way}"
    return f"{mail}  {isolated(news.who)}  {isolated(news.about)}".rstrip()


def _view(overview: Overview, height: int) -> RenderableType:
    cases = Table("case", "state", "priority", "type", "team", "assignee", "customer", "subject", expand=True)
    shown = overview.cases[:_MOST_CASES]
    for case in shown:
        row = (case.number, case.state, case.priority, case.type, case.team or "–", case.assignee or "–")
        cases.add_row(*row, *map(_cell, (case.customer.name or case.customer.address, case.subject)))
    mails = Table("time", "case", "mail", "", "who", "about", expand=True)
    for news in overview.news[-max(_FEWEST_NEWS, height - len(shown) - _BORDERS) :]:
        mails.add_row(f"{news.at:%H:%M:%S}", news.case, news.what, news.way, _cell(news.who), _cell(news.about))
    return Group(cases, mails, Text("Ctrl-C ends the demo"))


def _cell(text: str) -> Text:
    return Text(isolated(_harmless(text)), no_wrap=True, overflow="ellipsis")
