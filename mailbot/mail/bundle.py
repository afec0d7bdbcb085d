"""The archive in which a case leaves the desk: words to its reader, a page to read, bytes that are always the same."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from mailbot.mail.wording import Wording
from mailbot.mail.words import Words
from mailbot.yaml_file import read_yaml

_TEXTS = Path(__file__).parent / "bundle_texts"
_WORDS = Path(__file__).parent / "bundle_words.yaml"
_OTHERWISE = "en"
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


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, what or who, and in which words. All of it is shown as text, whatever it is."""

    at: datetime
    head: str
    text: str


def page(title: str, language: str, wording: Wording, entries: Iterable[Entry]) -> str:
    """A page of entries in their order in time; `wording` says how its readers write a moment."""
    in_order = sorted(entries, key=lambda entry: entry.at)
    shown = "\n".join(_section(entry, wording) for entry in in_order)
    direction = "rtl" if wording.right_to_left else "ltr"
    return _PAGE.substitute(language=escape(language), direction=direction, title=escape(title), entries=shown)


def _section(entry: Entry, wording: Wording) -> str:
    at, head, text = (escape(part) for part in (wording.moment(entry.at), entry.head, entry.text))
    return f'<section><p><time>{at}</time><br><strong>{head}</strong></p><pre dir="auto">{text}</pre></section>'


def wording_of(templates: Path, language: str, zone: str) -> Wording:
    """How the desk's templates write moments in a language, or in English where they do not speak it."""
    about = Words.load(templates / language / "words.yaml").sections.get("about")
    return Wording.of(about or {"locale": _OTHERWISE}, zone)


def who_wrote(language: str) -> Mapping[str, str]:
    """What stands above the words of the `customer` and of the `desk`."""
    words = _who_wrote()
    return words.get(language, words[_OTHERWISE])


@cache
def _who_wrote() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = read_yaml(_WORDS).data
    return found


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of the files in the order of their names; equal files make equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(member, files[name])
    return packed.getvalue()
