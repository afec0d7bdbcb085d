"""The classes and ids that a mail's own style sheet hides, such as the preview text above a newsletter."""

import re

from mailbot.reading.html.style import hides

_SHEET = re.compile(r"<style\b[^<>]*>(.*?)(?:</style|\Z)", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_PIECE = re.compile(r"([^{}]*)([{}])")
_NAME = re.compile(r"[a-z]*([.#][\w-]+)", re.IGNORECASE)
_LONGEST = 300_000


def hidden_names(html: str) -> frozenset[str]:
    """The selectors of one class or id whose elements are not shown on any screen; linear in the length."""
    if "<style" not in html and "<STYLE" not in html:
        return frozenset()
    sheet = "\n".join(_SHEET.findall(html))[:_LONGEST]
    hidden: set[str] = set()
    for selectors, declarations in _rules(_COMMENT.sub("", sheet)):
        verdict = hides(declarations)
        if verdict is not None:
            names = {match[1] for part in selectors.split(",") if (match := _NAME.fullmatch(part.strip()))}
            (hidden.update if verdict else hidden.difference_update)(names)
    return frozenset(hidden)


def _rules(sheet: str) -> list[tuple[str, str]]:
    """Selectors and declarations of the rules that hold everywhere: not those of an @media block."""
    rules: list[tuple[str, str]] = []
    selectors, depth = "", 0
    for text, brace in _PIECE.findall(sheet):
        if brace == "{":
            selectors = text if depth == 0 else ""
            depth += 1
        else:
            if depth == 1 and not selectors.lstrip().startswith("@"):
                rules.append((selectors, text))
            depth = max(depth - 1, 0)
            selectors = ""
    return rules
