"""The MIME tree of a mail, found in one pass over its bytes (RFC 2045 section 2.4, RFC 2046 section 5.1)."""

import re
from collections.abc import Iterator
from email.message import Message as MimeMessage
from typing import Any

from mailbot.reading.mime import header_block
from mailbot.reading.mime.parameters import Parameterised, parameterised

MAX_PARTS = 10_100
_LONGEST_CONTENT_FIELD = 50_000
_LONGEST_BORDER = 1000
_GUESSED_BORDER = re.compile(rb"(?:\A|[\r\n])--([^\r\n]{1,200}?)[ \t]*(?:\r{0,2}\n|\r)content-", re.IGNORECASE)
_GUESS_WITHIN = 4000
_BORDER_WITHIN = 60_000
_TYPE = re.compile(r"([a-z0-9!#$&^_.+*'-]{1,80})/([a-z0-9!#$&^_.+*'-]{1,80})")
_LONE_CR = re.compile(rb"\r(?!\n)")
_MISNAMED = {"text": "text/plain", "plain": "text/plain", "plain/text": "text/plain", "html": "text/html",
             "html/text": "text/html", "text/htm": "text/html", "application/html": "text/html",
             "multipart": "multipart/mixed", "message": "message/rfc822",
             "application": "application/octet-stream", "image/jpg": "image/jpeg"}  # fmt: skip


class Entity(MimeMessage):
    """A mail or one of its parts: its headers, and its content as it stands in the raw mail.

    It is a message of the standard library for those who read delivery reports with it, but for them alone is its
    content copied and a mail inside it taken apart.
    """

    def __init__(self, raw: bytes, fields: header_block.Fields, start: int) -> None:
        super().__init__()
        for name, value in fields:
            # The standard library's time for parameters grows with the square of their number.
            self.set_raw(name, value[:_LONGEST_CONTENT_FIELD] if name[:8].lower() == "content-" else value)
        self._raw = raw
        self._start = start
        self.end = len(raw)
        self.children: list[Entity] = []
        self.is_whole = True  # all parts were taken apart, not only the first thousands
        self._copied = False
        self._named: dict[str, str] | None = None
        self._type = ""
        self._parsed: dict[str, Parameterised] = {}

    @property
    def start(self) -> int:
        """Where the content begins in the raw mail."""
        return self._start

    @property
    def content(self) -> bytes:
        """The content as it was sent, with its transfer encoding."""
        return self._raw[self._start : self.end]

    def named(self, name: str) -> str:
        """The first value of a header that says anything, as it was sent; empty if there is none."""
        if self._named is None:
            self._named = {k.lower(): v for k, v in reversed(list(self.raw_items())) if not v.isspace() and v}
        return self._named.get(name, "")

    def parsed(self, name: str) -> Parameterised:
        """A header with its parameters."""
        if name not in self._parsed:
            self._parsed[name] = parameterised(self.named(name))
        return self._parsed[name]

    def get_content_type(self) -> str:
        """The media type, casefolded; what stands where none is given or it is no type (RFC 2045 section 5.2)."""
        if not self._type:
            written = self.parsed("content-type").value
            found = _TYPE.match(written)
            named = _MISNAMED.get(found[0] if found else written.split("/")[0].strip())
            self._type = named or (found[0] if found else self.get_default_type())
        return self._type

    def get_payload(self, i: Any = None, decode: Any = False) -> Any:
        """As the standard library: the parts, or the content as text."""
        self._copy_content()
        return super().get_payload(i, decode)

    def is_multipart(self) -> bool:
        """As the standard library: whether the payload is a list of messages."""
        self._copy_content()
        return super().is_multipart()

    def _copy_content(self) -> None:
        if not self._copied:
            self._copied = True
            self.set_payload(self._for_standard_library())

    def _for_standard_library(self) -> Any:
        kind = self.get_content_type()
        if self.children:
            return self.children
        if kind in ("message/rfc822", "message/global") and not self.named("content-transfer-encoding").startswith("b"):
            return [entity_of(self.content)]
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            return list(_blocks(self.content))
        return self.content.decode("ascii", "surrogateescape")


def entity_of(raw: bytes) -> Entity:
    """The whole mail with its parts. Neither deep nesting nor a missing or doubled border stops it."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # a file that an editor saved as UTF-16
        raw = raw.decode("utf-16", "replace").encode()
    returns, feeds = raw.count(b"\r"), raw.count(b"\n")
    if returns > feeds and returns - raw.count(b"\r\n") > feeds:  # line ends of an old Macintosh
        raw = _LONE_CR.sub(b"\n", raw)
    return _Splitter(raw).split()


def _blocks(content: bytes) -> Iterator[Entity]:
    """The blocks of fields in a delivery report (RFC 3464 section 2.1)."""
    position = 0
    for _ in range(1000):
        if position >= len(content):
            return
        fields, end = header_block.read_block(content, position, lambda _: False)
        if fields:
            block = Entity(content, fields, end)
            block.end = end
            yield block
        position = max(end, position + 1)


class _Splitter:
    """Finds the parts: one look at each line that may be a border, whatever number of multiparts is open."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._open: list[tuple[Entity, bytes]] = []
        self._levels: dict[bytes, list[int]] = {}
        self._leaf: Entity | None = None

    def split(self) -> Entity:
        root = self._begin(header_block.beginning(self._raw))
        position, parts = root.start - 1, 1
        while self._open and parts < MAX_PARTS and (border := self._raw.find(b"\n--", position)) >= 0:
            position = self._line_end(border + 3)
            level, closes = self._level(self._raw[border + 3 : min(position, border + _LONGEST_BORDER)])
            if level < 0:
                continue
            self._finish(level + (not closes), self._before(border))
            if not closes:
                part = self._begin(min(position + 1, len(self._raw)), self._open[level][0])
                position, parts = part.start - 1, parts + 1
        root.is_whole = parts < MAX_PARTS
        return root

    def _begin(self, position: int, parent: Entity | None = None) -> Entity:
        fields, start = header_block.read_block(self._raw, position, lambda line: self._level(line[2:])[0] >= 0)
        entity = Entity(self._raw, fields, start)
        if parent is not None:
            parent.children.append(entity)
            if parent.get_content_type() == "multipart/digest":
                entity.set_default_type("message/rfc822")
        self._leaf = entity
        if entity.get_content_type().startswith("multipart/") and (border := self._border_of(entity)):
            self._levels.setdefault(border, []).append(len(self._open))
            self._open.append((entity, border))
            self._leaf = None
        return entity

    def _border_of(self, entity: Entity) -> bytes:
        written = entity.parsed("content-type").parameters.get("boundary", "")
        border = written.encode("utf-8", "surrogateescape").strip()
        if border and self._raw.find(b"--" + border, entity.start, entity.start + _BORDER_WITHIN) >= 0:
            return border
        guessed = _GUESSED_BORDER.search(self._raw[entity.start : entity.start + _GUESS_WITHIN])
        return border if guessed is None or guessed[1] in self._levels else guessed[1]

    def _level(self, line: bytes) -> tuple[int, bool]:
        """The multipart whose border the line is, and whether it closes it; -1 if it is none."""
        border = line.rstrip()
        if levels := self._levels.get(border):
            return levels[-1], False
        if border.endswith(b"--") and (levels := self._levels.get(border[:-2].rstrip())):
            return levels[-1], True
        return -1, False

    def _finish(self, keep: int, end: int) -> None:
        if self._leaf is not None:
            self._leaf.end = max(self._leaf.start, end)
            self._leaf = None
        while len(self._open) > keep:
            entity, border = self._open.pop()
            entity.end = max(entity.start, end)
            levels = self._levels[border]
            levels.pop()
            if not levels:
                del self._levels[border]

    def _line_end(self, position: int) -> int:
        end = self._raw.find(b"\n", position)
        return end if end >= 0 else len(self._raw)

    def _before(self, border: int) -> int:
        """The end of the content above a border: the line end before it belongs to the border."""
        while border > 0 and self._raw[border - 1] == 0x0D:
            border -= 1
        return border
