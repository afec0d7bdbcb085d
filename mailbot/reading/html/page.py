"""A page of text while it is laid out: lines, quotes, lists and the rows of tables."""

import re
from dataclasses import dataclass, field

_WORD_BULLET = re.compile(r"^[·§•●▪◦¨ØüoqvØ\uf0b7\uf0a7\uf0d8\uf0fc-](?=[ \t])\s*")
_DEEPEST_QUOTE = 30
_DEEPEST_INDENT = 40
_DEEPEST_TABLE = 30
_LONG_CELL = 80

Line = tuple[int, str]
"""How deep in quotes a line stands, and its text."""


@dataclass(slots=True)
class Numbering:
    """A list that is open: its next number, or None where its items have bullets."""

    next: int | None
    width: int

    def marker(self) -> str:
        """What stands before the next item."""
        if self.next is None:
            return "- "
        self.next += 1
        return f"{self.next - 1}. "


@dataclass(slots=True)
class Page:
    """Takes words and breaks in the order of the HTML, and gives back the text."""

    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    gap: int = 0
    occupied: bool = False
    quotes: int = 0
    indent: int = 0
    marker: str = ""
    word_list: int = 0
    lists: list[Numbering] = field(default_factory=list)
    base: str = ""
    anchor: list[str] | None = None
    choices: list[tuple[list[str], list[tuple[bool, str]]]] = field(default_factory=list)
    rows: list[tuple[int, list[list[Line]]]] = field(default_factory=list)
    """Of each open row the gap above it, and its cells that are not empty."""
    held: list[list[Line]] = field(default_factory=list)
    set_apart: list[bool] = field(default_factory=list)
    after_address: bool = False

    def words(self, text: str) -> None:
        """Add text whose spaces do not count."""
        words = " ".join(text.split())
        if not words:
            self.occupied = self.occupied or "\xa0" in text
            if self.parts:
                self.space()
            return
        if self.parts and (text[0].isspace() or (self.after_address and text[0].isalnum())):
            self.space()
        self.after_address = False
        self.parts.append(f"{words} " if text[-1].isspace() else words)
        if self.anchor is not None:
            self.anchor.append(words)

    def space(self) -> None:
        """Keep the words before and after apart."""
        if self.parts and not self.parts[-1].endswith((" ", "\n")):
            self.parts.append(" ")

    def beside(self, text: str) -> None:
        """Add text to the words before it, even if their line has ended."""
        if not self.parts and self.lines and self.lines[-1][1]:
            quotes, line = self.lines[-1]
            self.lines[-1] = (quotes, f"{line} {text}")
            return
        self.space()
        self.parts.append(text)
        self.after_address = True

    def verbatim(self, text: str) -> None:
        """Add text as it stands, with its spaces and lines."""
        first, *others = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
        if first:
            self.parts.append(first)
        for line in others:
            self.line()
            if line:
                self.parts.append(line)
        if self.anchor is not None:
            self.anchor.append(text)

    def line(self) -> None:
        """End the line, even if it is empty."""
        if self.parts or self.occupied:
            self.flush()
        else:
            self._emit("")

    def block(self, gap: int) -> None:
        """End the line if it has words, and keep at least `gap` empty lines before the next words."""
        if self.parts or self.occupied:
            self.flush()
        if gap > self.gap and not self.marker:  # none between the mark of an item and its first words
            self.gap = gap

    def flush(self) -> None:
        """End the line if it has words."""
        if self.parts:
            text = "".join(self.parts).rstrip()
            self.parts.clear()
            self._emit(text)
        elif self.occupied:
            self._emit("")
        self.occupied = False

    def _emit(self, text: str) -> None:
        if self.gap and self.lines:
            self.lines.append((self.quotes, ""))
        self.gap = 0
        if text and (self.indent or self.marker or self.word_list):
            text = self._margin() + (_WORD_BULLET.sub("- ", text, count=1) if self.word_list else text)
        self.lines.append((min(self.quotes, _DEEPEST_QUOTE), text))

    def _margin(self) -> str:
        indent = min(self.indent + 2 * max(self.word_list - 1, 0), _DEEPEST_INDENT)
        marker, self.marker = self.marker, ""
        return " " * (indent - len(marker)) + marker

    def open_list(self, first: int | None) -> None:
        """Begin a list with bullets, or one that counts from `first`."""
        self.block(0 if self.lists else 1)
        self.lists.append(Numbering(first, 2 if first is None else 3))
        self.indent += self.lists[-1].width

    def close_list(self) -> None:
        """End the innermost list."""
        self.flush()
        self.indent -= self.lists.pop().width
        self.marker = ""
        self.gap = 0 if self.lists else 1

    def item(self, number: int | None, *, marked: bool) -> None:
        """Begin an item of the innermost list; a list that nobody opened has bullets."""
        if self.lists and self.lists[-1].next is not None and number is not None:
            self.lists[-1].next = number
        marker = self.lists[-1].marker() if self.lists else "- "
        self.marker = marker if marked else ""

    def open_row(self) -> None:
        """Begin a row of a table."""
        if self.parts or self.occupied:
            self.flush()
        self.rows.append((self.gap, []))

    def close_row(self) -> None:
        """Write the cells of the row beside each other if each is one line, else below each other."""
        if self.parts or self.occupied:
            self.flush()
        self.gap, cells = self.rows.pop()
        if not cells:
            return
        if self.gap and self.lines:
            self.lines.append((self.quotes, ""))
        self.gap = 0
        self.lines.extend(_row(cells))

    def open_cell(self) -> None:
        """Begin a cell; those of very deep tables, and those outside of rows, are lines like others."""
        if self.parts or self.occupied:
            self.flush()
        self.set_apart.append(bool(self.rows) and len(self.held) < _DEEPEST_TABLE)
        if self.set_apart[-1]:
            self.held.append(self.lines)
            self.lines = []
            self.gap = 0

    def close_cell(self) -> None:
        """End a cell."""
        if self.parts or self.occupied:
            self.flush()
        if self.set_apart.pop():
            if lines := _trimmed(self.lines):
                self.rows[-1][1].append(lines)
            self.lines = self.held.pop()
            self.gap = 0

    def text(self) -> str:
        """What is written so far."""
        self.flush()
        return _joined(self.lines).strip()


def _trimmed(lines: list[Line]) -> list[Line]:
    """`lines` without empty ones at both ends."""
    if lines and lines[0][1] and lines[-1][1]:
        return lines
    first, last = 0, len(lines)
    while first < last and not lines[first][1]:
        first += 1
    while last > first and not lines[last - 1][1]:
        last -= 1
    return lines[first:last]


def _row(cells: list[list[Line]]) -> list[Line]:
    if len(cells) == 1:
        return cells[0]
    quotes, margin = cells[0][0]
    texts = [cell[0][1].strip() for cell in cells if len(cell) == 1 and cell[0][0] == quotes]
    if len(texts) < len(cells) or len([text for text in texts if len(text) > _LONG_CELL]) > 1:
        return [line for cell in cells for line in cell]
    line = margin[: len(margin) - len(margin.lstrip())] + texts[0]
    for text in texts[1:]:
        # Two numbers with only a space between them would read as one.
        line += (" | " if len(texts) > 2 or (line[-1].isdigit() and text[0].isdigit()) else " ") + text
    return [(quotes, line)]


def _joined(lines: list[Line]) -> str:
    """The lines with their quote marks; never two empty ones, and none between a quote and what introduces it."""
    out: list[str] = []
    before, ending = 0, ""
    empty = False
    for quotes, text in lines:
        if not text:
            empty = True
            continue
        if empty and out and not (quotes > before and ending.endswith(":")):
            out.append("> " * min(quotes, before))
        out.append("> " * quotes + text)
        before, ending, empty = quotes, text, False
    return "\n".join(line.rstrip() for line in out)
