"""The elements in which mail programs put the old mail and signatures, as CSS selectors; which of them a page has."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

ATTRIBUTIONS = ("div.gmail_attr", "div.moz-cite-prefix", "#reply-intro", ".-x-evo-attribution")
"""What introduces a quote."""

QUOTES = (
    "blockquote", "div.moz-forward-container",
    'div[name="quote"]', 'div[name="quoted-content"]', 'div[name="messageReplySection"]',
    'div[name="message_reply_section"]', '[data-marker="__HEADERS__"]', '[data-marker="__QUOTED_TEXT__"]',
    "#mail-editor-reference-message-container", "div.ms-outlook-mobile-reference-message", "div.mail-quote-collapse",
    ".tutanota_quote", ".front-blockquote", ".freshdesk_quote", ".missive_quote", ".sh-quoted-content",
    ".history_container", "#isReplyContent", ".ntes_not_fresh_outer", "#edo-original",
    "#edo-meta", ".zmail_extra", "#AppleOriginalContents", ".hs_reply", ".OutlookMessageHeader", "#replybody1",
    "#forwardbody1", ".skiff_quote", ".mailbird-quote", ".reply-quote", ".quotedText", "#quoted_header",
    ".airmail_ext_on",
)  # fmt: skip
"""What is the old mail from end to end."""

WRAPPERS = (
    "div.gmail_quote", "div.gmail_quote_container", "div.yahoo_quoted", '[id^="yahoo_quoted"]',
    ".protonmail_quote", ".ymail_quote", ".yahoo-quoted", "#aol-quoted", ".qmbox", ".zoho_quote",
)  # fmt: skip
"""What holds an attribution and a quote, and words below them where the writer answered there."""

PROGRAMS = (*ATTRIBUTIONS, *WRAPPERS, 'blockquote[type="cite"]', "blockquote.gmail_quote", *QUOTES[1:])
"""What only mail programs write: a `blockquote` without their marks may be of the writer's own choice."""

SIGNATURES = (
    "div.gmail_signature", '[data-smartmail="gmail_signature"]', ".gmail_signature_prefix", ".moz-signature",
    "#Signature", "#signature", "#ms-outlook-mobile-signature", "#AppleMailSignature", ".protonmail_signature_block",
    'div[name="messageSignatureSection"]', ".front-signature", ".missive_signature", ".sh-signature",
    '[data-signature-widget="container"]', "#mail-app-auto-default-signature", '[data-marker="__SIG_PRE__"]',
    '[data-marker="__SIG_POST__"]', "#composer_signature", "#edo-signature", "#ymail_android_signature",
    "#yahoo_android_signature", ".tutanota_signature", ".hs_signature", ".freshdesk_signature", "#_rc_sig",
    'div[id^="ydp"][class*="signature"]', ".nylas-signature", ".mailbird-signature", "#bluemail_signature",
)  # fmt: skip

LAST = (
    ("#divRplyFwdMsg", False), ("#appendonsend", False), ("#zwchr", False), ("#stopSpelling", False),
    ("#OLK_SRC_BODY_SECTION", False), ("#ms-outlook-mobile-body-separator-line", False),
    ('div[style*="border-top:solid #E1E1E1"]', True), ('div[style*="border-top:solid #B5C4DF"]', True),
    ('div[style*="border-top: 1pt solid rgb(225, 225, 225)"]', True),
    ('div[style*="border-top: 1pt solid rgb(181, 196, 223)"]', True),
    ('div[style*="border-top: 1px solid rgb(181, 196, 223)"]', True),
)  # fmt: skip
"""Marks behind which everything is the old mail; whether they count only where header lines follow."""

_ATTRIBUTE = re.compile(r"(?:class|id|name|type|data-[a-z-]+)=\"([^\"]+)\"")
_NAME = re.compile(r"[.#]([\w-]+)|[\w-]=\"([\w-]+)\"")
_BEGINNING = re.compile(r"\[\w+[*^]=\"([\w-]+)")


@dataclass(frozen=True, slots=True)
class Containers:
    """The selectors above by which something can be found in a page, of each kind in one; empty if there is none."""

    attributions: str
    quotes: str
    wrappers: str
    programs: str
    signatures: str
    last: tuple[tuple[str, bool], ...]

    @property
    def any(self) -> str:
        """Everything by which an old mail or a signature is known."""
        last = (selector for selector, _ in self.last)
        return ", ".join(filter(None, (self.attributions, self.quotes, self.wrappers, self.signatures, *last)))


def containers_in(html: str) -> Containers:
    """The selectors whose names stand in the tags of a page as a parser writes it, which is far sooner told than what
    they find: a page repeats its tags, and has few of these names or none."""
    tags = "\n".join({piece.partition(">")[0] for piece in set(html.split("<"))}).lower()
    names = frozenset(" ".join(_ATTRIBUTE.findall(tags)).split())
    return Containers(
        attributions=_joined(ATTRIBUTIONS, names, tags),
        quotes=_joined(QUOTES, names, tags),
        wrappers=_joined(WRAPPERS, names, tags),
        programs=_joined(PROGRAMS, names, tags),
        signatures=_joined(SIGNATURES, names, tags),
        last=tuple(one for one in LAST if _may_match(one[0], names, tags)),
    )


def _joined(selectors: Iterable[str], names: frozenset[str], tags: str) -> str:
    return ", ".join(selector for selector in selectors if _may_match(selector, names, tags))


def _may_match(selector: str, names: frozenset[str], tags: str) -> bool:
    name, piece = _SIGNS[selector]
    return name in names or (bool(piece) and piece in tags)


def _sign(selector: str) -> tuple[str, str]:
    """The name that an element has for which `selector` holds, or what else stands in its tag; in small letters."""
    if begins := _BEGINNING.search(selector):
        return "", begins[1].lower()
    named = _NAME.search(selector)
    return ((named[1] or named[2]).lower(), "") if named else ("", selector)


_SIGNS = {
    selector: _sign(selector)
    for selector in (*ATTRIBUTIONS, *QUOTES, *WRAPPERS, *PROGRAMS, *SIGNATURES, *(selector for selector, _ in LAST))
}
