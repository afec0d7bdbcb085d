"""The address of a link where it tells a reader more than the link's words."""

import re
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

_SHOWN = ("http://", "https://", "mailto:", "ftp://")
_HEAD = re.compile(r"^(?:https?://|mailto:|ftp://)?(?:www\.)?")
# Services that put their own address before the one that the writer meant, and where they keep it.
_WRAPPERS = {"safelinks.protection.outlook.com": "url", "www.google.com/url": "q", "l.facebook.com/l.php": "u"}
_LONGEST = 2_000


def address_beside(href: str, words: str, base: str = "") -> str:
    """The address of a link that reads `words`, unless they say it already or it leads nowhere from a mail."""
    address = "".join(href[:_LONGEST].split())
    if base and ":" not in address.partition("/")[0]:
        address = _joined(base, address)
    if not words.strip() or not address.lower().startswith(_SHOWN):
        return ""
    address = _unwrapped(address)
    if address.lower().startswith("mailto:"):
        address = unquote(address[7:].partition("?")[0])
    bare = _bare(address)
    return "" if not bare or bare in _bare(words) else address


def _bare(text: str) -> str:
    """`text` without what differs between an address and how it is written out."""
    lowered = "".join(unquote(text).lower().split())
    return _HEAD.sub("", lowered).rstrip("/")


def _unwrapped(address: str) -> str:
    for wrapper, key in _WRAPPERS.items():
        if wrapper in address and (inner := _query(address).get(key, [""])[0]).startswith(("http://", "https://")):
            return inner
    return address


def _query(address: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(address).query)
    except ValueError:
        return {}


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""
