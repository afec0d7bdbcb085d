"""All parts of a mail in their order, those included that Outlook, S/MIME and uuencode wrap in one (RFC 2046)."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailbot.reading.mime.armour import without_files
from mailbot.reading.mime.entity import Entity, entity_of
from mailbot.reading.mime.parts import Part, clean_name, part_of
from mailbot.reading.mime.rtf import unpacked_rtf
from mailbot.reading.mime.signed import signed_content
from mailbot.reading.mime.tnef import Tnef, TnefFile, unwrap

_SIGNED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the tree an entity stands."""

    alternative: int | None = None
    related: bool = False
    file_only: bool = False
    start: bool = False


def leaves(root: Entity, depth: int = 0) -> Iterator[Part]:
    """Every part that is no container; a forwarded mail (message/rfc822) is one part and never walked into."""
    pending = [(root, _Place())]
    while pending:
        entity, place = pending.pop()
        if entity.children:
            pending.extend(reversed(list(_inside(entity, place))))
            continue
        part = part_of(
            entity,
            alternative=place.alternative,
            related=place.related,
            file_only=place.file_only,
            is_root=entity is root or place.start,
        )
        yield from _unwrapped(part, depth)


def _inside(entity: Entity, place: _Place) -> Iterator[tuple[Entity, _Place]]:
    kind = entity.get_content_type()
    if kind == "multipart/alternative" and place.alternative is None:
        place = replace(place, alternative=id(entity))
    start = _start_of(entity) if kind == "multipart/related" else None
    for number, child in enumerate(entity.children):
        if kind == "multipart/report" and number:
            yield child, replace(place, file_only=True)
        elif start is not None and child is not start:
            has_address = bool(child.named("content-id") or child.named("content-location"))
            yield child, replace(place, related=True, file_only=place.file_only or has_address, start=False)
        else:
            yield child, replace(place, start=child is start)


def _start_of(related: Entity) -> Entity:
    """The part that the others of a multipart/related belong to (RFC 2387 section 3.2)."""
    start = related.parsed("content-type").parameters.get("start", "").strip("<> ")
    named = (child for child in related.children if start and child.named("content-id").strip("<> ") == start)
    return next(named, related.children[0])


def _unwrapped(part: Part, depth: int) -> Iterator[Part]:
    if part.content_type in _TNEF or part.name.casefold() == "winmail.dat":
        yield from _of_tnef(part, unwrap(part.content))
    elif part.content_type in _SIGNED and depth < _DEEPEST and (content := signed_content(part.content)):
        yield from leaves(entity_of(content), depth + 1)
    elif part.content_type == "text/plain" and b"begin" in part.content and part.is_text:
        yield from _of_text(part)
    else:
        yield part


def _of_tnef(part: Part, found: Tnef | None) -> Iterator[Part]:
    words = list(_words_of_tnef(found)) if found else []
    if found is None or not (words or found.files):
        yield part
        return
    for content_type, content in words:
        yield Part(content_type=content_type, content=content, charset="utf-8", alternative=id(found), wrapped=True)
    yield from map(_of_tnef_file, found.files)


def _words_of_tnef(found: Tnef) -> Iterator[tuple[str, bytes]]:
    if found.text.strip():
        yield "text/plain", found.text.encode("utf-8", "replace")
    if found.html:
        yield "text/html", found.html
    elif found.rtf:
        words, is_html = unpacked_rtf(found.rtf)
        if is_html or not found.text.strip():
            yield "text/html" if is_html else "text/plain", words.encode("utf-8", "replace")


def _of_tnef_file(file: TnefFile) -> Part:
    guessed = file.content_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Part(
        content_type=guessed,
        content=file.content,
        name=clean_name(file.name),
        disposition="" if file.content_id else "attachment",
        content_id=file.content_id,
        file_only=True,
    )


def _of_text(part: Part) -> Iterator[Part]:
    text, files = without_files(part.content)
    yield replace(part, content=text) if files else part
    for file in files:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        yield Part(content_type=kind, content=file.content, name=clean_name(file.name), disposition="attachment")
