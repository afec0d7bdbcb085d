"""HTML as a flat row of tags, each with the text behind it; every tag that opens is also closed."""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape

_NEVER_SHOWN = r"script|style|iframe|noembed|noframes"
# An end that is missing is the end of the text, as in a browser; that also keeps the search linear.
_UNREAD = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({_NEVER_SHOWN})\b[^<>]*>.*?(?:</\1\b[^<>]*>|\Z)", re.DOTALL | re.IGNORECASE
)  # fmt: skip
_HAS_UNREAD = re.compile(rf"<(?:!--|(?i:{_NEVER_SHOWN})\b)")  # one case of `<` alone is found fast
_LITERAL = re.compile(r"<(xmp|plaintext)\b[^<>]*>(.*?)(?:</\1>|\Z)", re.DOTALL)
_TAG_AND_TEXT = re.compile(r"<([^>]*)>([^<]*)")
_ANY_TAG_AND_TEXT = re.compile(r"<(/?[a-zA-Z][^<>]*|[!?][^<>]*)>([^<]*)|([^<]+|<)")
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
# A tag of the first kind ends an open one of the second kind directly above it.
_ENDED_BY = {"td": ("td", "th"), "th": ("td", "th"), "li": ("li",), "p": ("p",), "tr": ("tr",), "option": ("option",)}

Token = tuple[str, str]


def tokens(html: str) -> list[Token]:
    """The inside of each tag and the text up to the next one, of HTML as a parser writes it."""
    html = _readable(html)
    return [("", html.partition("<")[0]), *_TAG_AND_TEXT.findall(html)]


def unescape_few(text: str) -> str:
    """A text of `tokens`: a parser writes no other entities than these."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def raw_tokens(html: str) -> Iterator[Token]:
    """The same for HTML as it came, too large or too deep for a parser; in linear time."""
    open_tags: list[str] = []
    counts: Counter[str] = Counter()
    for tag, text, words in _ANY_TAG_AND_TEXT.findall(_readable(html)):
        name = name_of(tag)
        if not name:
            yield "", words or text
        elif name[0] == "/":
            yield from _closings(open_tags, counts, name[1:])
            yield "", text
        else:
            if open_tags and open_tags[-1] in _ENDED_BY.get(name, ()):
                yield from _closings(open_tags, counts, open_tags[-1])
            if name not in VOID:
                open_tags.append(name)
                counts[name] += 1
            yield tag.removesuffix("/"), text


def name_of(tag: str) -> str:
    """The name in a tag's inside, in small letters, with its slash if it closes; empty if it is no element."""
    name = tag.partition("/")[0] if tag[:1] != "/" else tag
    words = name.split(None, 1)
    return words[0].lower() if words and words[0][0] not in "!?" else ""


def _closings(open_tags: list[str], counts: Counter[str], name: str) -> Iterator[Token]:
    """Close the innermost element of that name and what is open inside it; nothing if there is none."""
    if not counts[name]:
        return
    while True:
        last = open_tags.pop()
        counts[last] -= 1
        yield f"/{last}", ""
        if last == name:
            return


def without_unread(html: str) -> str:
    """`html` without comments, scripts, style sheets and what is for programs of old."""
    return _UNREAD.sub("", html) if _HAS_UNREAD.search(html) else html


def _readable(html: str) -> str:
    """`html` without comments and what is never shown; what is to be read literally is escaped."""
    html = without_unread(html)
    if "<xmp" in html or "<plaintext" in html:
        html = _LITERAL.sub(lambda match: f"<pre>{escape(match[2], quote=False)}</pre>", html)
    return html
