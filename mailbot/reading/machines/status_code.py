"""Enhanced status codes (RFC 3463) out of what servers answer, and what they mean for a mail."""

import re

_ENHANCED = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]*\d)")
_ANY_CLASS = re.compile(r"(?<![\d.])([245])(?:\.\d{1,3}){1,2}(?![\d.]*\d)")
_BASIC = re.compile(r"(?<![\d.:/-])([45])([0-7]\d)(?=[ \-:;,]|$)", re.MULTILINE)
# What a basic code says more exactly than its class (RFC 5321 section 4.2.3, in the terms of RFC 3463).
_DETAILS = {"51": "1.6", "52": "2.2", "53": "1.3", "21": "3.2", "50": "", "54": ""}


def code_in(text: str) -> str:
    """The most telling code in `text`, such as `5.1.1`; empty if it has none. Basic codes give their class at least."""
    found: list[str] = _ENHANCED.findall(text[:5000])
    best = next((code for code in found if not code.endswith(".0.0") and code[0] != "2"), None)
    if best or found:
        return best or found[0]
    basic = _BASIC.search(text[:5000])
    if not basic:
        return ""
    detail = _DETAILS.get(basic[2], "") if basic[1] == "5" else ""
    return f"{basic[1]}.{detail or '0.0'}"


def sharpened(status: str, diagnostic: str) -> str:
    """`status`, or the code in `diagnostic` where that says more about the same class, or status is missing."""
    own = _ANY_CLASS.search(status)
    code = own[0] if own else ""
    told = code_in(diagnostic)
    if not code:
        return told
    vague = code.endswith(".0.0") or code.count(".") < 2
    return told if vague and told[:1] == code[0] and not told.endswith(".0.0") else code


def is_permanent(action: str) -> bool:
    """Whether the server has given up (RFC 3464 section 2.3.3), for a passing reason (a status of class 4) or not."""
    return action == "failed"
