"""The archive in which a case leaves the desk: words to its reader, a page to read, bytes that are always the same."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

_TEXTS = Path(__file__).parent / "bundle_texts"
_OTHERWISE = "en"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_PAGE = Template(
    '<!DOCTYPE html>\n<html lang="$language" dir="$direction">\n<head><meta charset="utf-8"><title>$title</title>\n'
    "<style>body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "pre{white-space:pre-wrap;font:inherit}time{color:#555}</style></head>\n"
    "<body>\n<h1>$title</h1>\n$entries\n</body>\n</html>\n"
)


def readme(language: str, organisation: str) -> str:
    """What is in the archive and how its proof is checked, for people; in English where the language does not ship."""
    file = _TEXTS / f"{language}.txt"
    text = (file if file.is_file() else _TEXTS / f"{_OTHERWISE}.txt").read_text("utf-8")
    return Template(text).substitute(organisation=organisation)


def page(title: str, language: str, entries: Iterable[Mapping[str, object]]) -> str:
    """A page of entries, each with `at`, `head` and `text`; all of it is shown as text, whatever it is."""
    shown = "\n".join(_entry(entry) for entry in entries)
    direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    return _PAGE.substitute(language=escape(language), direction=direction, title=escape(title), entries=shown)


def _entry(entry: Mapping[str, object]) -> str:
    at, head, text = (escape(str(entry[name])) for name in ("at", "head", "text"))
    return f'<section><p><time>{at}</time> <strong>{head}</strong></p><pre dir="auto">{text}</pre></section>'


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of the files in the order of their names; equal files make equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(member, files[name])
    return packed.getvalue()
