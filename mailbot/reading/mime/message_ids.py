"""Message ids in References, In-Reply-To and Message-ID, however they were folded or explained (RFC 5322 3.6.4)."""

import re
from collections.abc import Iterable

from mailbot.reading.mime.charsets import one_line

_IN_ANGLES = re.compile(r"<([^<>]{1,998})>")
# MH and exmh: `Message from Mari <mari@…> of "Tue, 3 Nov" <id>`.
_SENDER = re.compile(r"\bfrom\b[^<>;\"]{0,100}<[^<>]{1,300}>", re.IGNORECASE)
# Emacs: `Mari <mari@…>'s message of Tuesday`.
_OWNER = re.compile(r"<[^<>]{1,300}>(?=['’]s\b)")
_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_SPACE = re.compile(r"\s+")
_BETWEEN = re.compile(r"[\s,;<>]+")


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """The msg-ids in header values, without <>, each once, in their order."""
    found: dict[str, None] = {}
    for value in values:
        found.update(dict.fromkeys(_ids(one_line(value))))
    return tuple(found)


def _ids(value: str) -> list[str]:
    value = _OWNER.sub(" ", value)
    without_sender = _SENDER.sub(" ", value)
    for text in (without_sender, value):
        if in_angles := [_SPACE.sub("", written) for written in _IN_ANGLES.findall(text) if _is_id(written)]:
            return in_angles
    return _bare(value)


def _is_id(written: str) -> bool:
    """One word; or several with an @, which is an id that was broken across lines."""
    pieces = written.split()
    return len(pieces) == 1 or (1 < len(pieces) <= 4 and written.count("@") == 1)


def _bare(value: str) -> list[str]:
    """Ids without <>, if the value consists of nothing else: in a sentence an address is no id."""
    words = [word for word in _BETWEEN.split(_COMMENT.sub(" ", value)) if word]
    if len(words) == 1:
        return [word.strip("\"'") for word in words if len(word) <= 998]
    return words if words and all("@" in word[1:-1] for word in words) else []
