"""The words of text/enriched and text/richtext, without their commands (RFC 1896, RFC 1341 section 7.1.3)."""

import re

_COMMAND = re.compile(r"<(/?)([A-Za-z0-9-]{1,60})>|<<")
_LINE_BREAKS = re.compile("\n+")
_SILENT = ("param", "comment")
_BREAKS = {"nl": "\n", "paragraph": "\n", "np": "\n\n"}


def enriched_to_text(text: str) -> str:
    """The text of text/enriched: one line break there is a space, and of several one is dropped."""
    flowing = _LINE_BREAKS.sub(lambda breaks: "\n" * (len(breaks[0]) - 1) or " ", text)
    return _without_commands(flowing)


def richtext_to_text(text: str) -> str:
    """The text of text/richtext: its line breaks are spaces, and a command breaks lines."""
    return _without_commands(text.replace("\n", " "))


def _without_commands(text: str) -> str:
    shown: list[str] = []
    position = silent = 0
    for command in _COMMAND.finditer(text):
        if not silent:
            shown.append(text[position : command.start()])
        position = command.end()
        name = (command[2] or "").casefold()
        if name in _SILENT:
            silent = max(0, silent + (-1 if command[1] else 1))
        elif not silent:
            shown.append("<" if not name else _BREAKS.get(name, "") if not command[1] or name == "paragraph" else "")
    shown.append(text[position:] if not silent else "")
    return "".join(shown).replace("<lt>", "<")
