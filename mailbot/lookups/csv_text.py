"""The rows of a CSV file, whatever its encoding and delimiter; owns its share of chardet."""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import chardet

from mailbot.core.lookup import CsvSource
from mailbot.lookups.source import LookupFailed, no_column

_DELIMITERS = (";", ",", "\t", "|")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PIECE = 1 << 20
_SAMPLE = 20_000
_LONGEST_HEADER = 100_000


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its key, the values that are wanted (None where the row ends before), and its line in the file."""

    key: str
    values: Sequence[str | None]
    line: int


class Table:
    """One file to be read from top to bottom; `said` tells afterwards what was seen."""

    def __init__(self, source: CsvSource, wanted: tuple[str, ...]) -> None:
        self._source, self._wanted = source, wanted
        self._encoding = source.encoding or encoding_of(source.path)
        self._ragged, self._first_ragged, self._rows = 0, 0, 0

    @property
    def said(self) -> Mapping[str, object]:
        """How many rows there were, in which encoding, and how many ended too early."""
        return {
            "rows": self._rows,
            "encoding": self._encoding,
            "ragged": self._ragged,
            "first_ragged": self._first_ragged,
        }

    def rows(self) -> Iterator[CsvRow]:
        """Every row that has a key; LookupFailed names what cannot be read, with its line."""
        name, line = self._source.path.name, 0
        try:
            with self._source.path.open(encoding=self._encoding, newline="") as file:
                reader = csv.reader(file, delimiter=self._delimiter(name))
                places, length = self._places(next(reader, []), name)
                for cells in reader:
                    line = reader.line_num
                    if row := self._row(cells, places, length, line):
                        yield row
        except (UnicodeError, LookupError) as error:
            raise LookupFailed(f"{name}, after line {line}: {error}; say its `encoding`") from None
        except csv.Error as error:
            raise LookupFailed(f"{name}, after line {line}: {error}") from None

    def _row(self, cells: list[str], places: list[int], length: int, line: int) -> CsvRow | None:
        if not cells or places[0] >= len(cells) or not cells[places[0]].strip():
            return None
        self._rows += 1
        if len(cells) < length:
            self._ragged += 1
            self._first_ragged = self._first_ragged or line
        values = [cells[place] if place < len(cells) else None for place in places[1:]]
        return CsvRow(cells[places[0]], values, line)

    def _places(self, header: list[str], name: str) -> tuple[list[int], int]:
        """Where the key and each wanted column stand, and how many columns there are."""
        at = {_plain(cell): place for place, cell in reversed([*enumerate(header)])}
        names = (self._source.key, *self._wanted)
        for wanted in names:
            if _plain(wanted) not in at:
                raise LookupFailed(no_column(wanted, dict.fromkeys(map(str.strip, header)), name))
        return [at[_plain(wanted)] for wanted in names], len(header)

    def _delimiter(self, name: str) -> str:
        """The one by which the header has most of the columns that are wanted."""
        if self._source.delimiter:
            return self._source.delimiter
        with self._source.path.open(encoding=self._encoding, newline="") as file:
            header = file.readline(_LONGEST_HEADER)
        if not header.strip():
            raise LookupFailed(f"{name} is empty, expected a first row with the names of its columns")
        wanted = {_plain(column) for column in (self._source.key, *self._wanted)}
        cells = {sign: next(csv.reader([header], delimiter=sign)) for sign in _DELIMITERS}
        return max(_DELIMITERS, key=lambda sign: (len(wanted & set(map(_plain, cells[sign]))), len(cells[sign])))


def _plain(name: str) -> str:
    return name.strip().strip("\ufeff").casefold()


def encoding_of(path: Path) -> str:
    """By the mark at its beginning; UTF-8 if all of it is; else what its first letters look like."""
    try:
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
            marked = next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)
            file.seek(0)
            return marked or _guessed(iter(lambda: file.read(_PIECE), b""))
    except OSError as error:
        raise LookupFailed(f"{path} cannot be read: {error.strerror}") from None


def _guessed(pieces: Iterator[bytes]) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in pieces:
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            start = max(0, error.start - _SAMPLE // 2)
            return str(chardet.detect(piece[start : start + _SAMPLE])["encoding"] or "windows-1252")
    return "utf-8"
