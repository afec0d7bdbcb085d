"""What the style of an element does to its text: hides it, breaks its line, keeps its spaces."""

import re
from dataclasses import dataclass
from functools import lru_cache

# What an element can do to the text inside it; each can be undone by an element further in.
TINY, INVISIBLE, TRANSPARENT, VERBATIM = 1, 2, 4, 8
UNSEEN = TINY | INVISIBLE | TRANSPARENT

_LONGEST_REMEMBERED = 300
_NUMBER = re.compile(r"([+-]?\d*\.?\d+)\s*([a-z%]*)")
_SHORTHAND_SIZE = re.compile(r"(?:^|\s)(\d*\.?\d+[a-z%]*)(?:\s*/|\s+[a-z\"'])")
_FAR_AWAY = re.compile(r"-\d{4,}(?:\.\d+)?(?:px|pt|em)")
_INLINE = frozenset({"inline", "contents"})
_BLOCK = frozenset({"block", "flex", "grid", "table", "list-item", "table-row", "flow-root", "-webkit-box"})


@dataclass(frozen=True, slots=True)
class Style:
    """Whether an element is hidden, which of the effects above it sets and undoes, and its place in the lines."""

    hidden: bool = False
    hidden_in_word: bool = False
    sets: int = 0
    undoes: int = 0
    is_block: bool | None = None
    tight_above: bool = False
    tight_below: bool = False
    word_list: int = 0
    unmarked: bool = False
    unframed: bool = False


PLAIN = Style()


def style_of(source: str) -> Style:
    """What the declarations of a `style` attribute mean."""
    return (_remembered if len(source) < _LONGEST_REMEMBERED else _read)(source)


def _read(source: str) -> Style:
    declared = _declarations(source)
    sets, undoes = _effects(declared)
    above, below = _margins(declared)
    return Style(
        hidden=_is_hidden(declared),
        hidden_in_word=declared.get("mso-hide") == "all",
        sets=sets,
        undoes=undoes,
        is_block=_is_block(declared.get("display", "")),
        tight_above=above,
        tight_below=below,
        word_list=_word_list(declared.get("mso-list", "")),
        unmarked=declared.get("list-style-type", declared.get("list-style", "")).startswith("none"),
        unframed=_is_unframed(declared),
    )


_remembered = lru_cache(maxsize=2_000)(_read)


def hides(declarations: str) -> bool | None:
    """Whether a rule's declarations take an element off the page; None if they say nothing of it."""
    declared = _declarations(declarations)
    return True if _is_hidden(declared) else False if "display" in declared else None


def _declarations(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for declaration in source.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def _is_hidden(declared: dict[str, str]) -> bool:
    get = declared.get
    if get("display") == "none":
        return True
    if "opacity" in declared and _size(get("opacity", ""))[0] == 0:
        return True
    if any(_FAR_AWAY.match(get(side, "")) for side in ("text-indent", "left", "top")):
        return True
    clipped = get("overflow", "").startswith("hidden")
    return clipped and any(_size(get(name, "1px"))[0] == 0 for name in ("max-height", "height"))


def _effects(declared: dict[str, str]) -> tuple[int, int]:
    sets = undoes = 0
    for effect, holds in (
        (TINY, _is_tiny(declared)),
        (INVISIBLE, _is_invisible(declared.get("visibility", ""))),
        (TRANSPARENT, _is_transparent(declared)),
        (VERBATIM, _is_verbatim(declared.get("white-space", ""))),
    ):
        if holds is not None:
            sets, undoes = (sets | effect, undoes) if holds else (sets, undoes | effect)
    return sets, undoes


def _is_tiny(declared: dict[str, str]) -> bool | None:
    size = declared.get("font-size")
    if size is None and (match := _SHORTHAND_SIZE.search(declared.get("font", ""))):
        size = match[1]
    if size is None:
        return None
    number, unit = _size(size)
    if unit in ("em", "%", "rem") and number > 0:
        return False if unit == "rem" else None  # a part of nothing is nothing
    return number <= 1


def _is_invisible(visibility: str) -> bool | None:
    return None if visibility in ("", "inherit") else visibility in ("hidden", "collapse")


def _is_transparent(declared: dict[str, str]) -> bool | None:
    color = declared.get("color")
    if color is None or color == "inherit":
        return None
    ground = declared.get("background-color") or declared.get("background")
    return color in ("transparent", ground)


def _is_verbatim(space: str) -> bool | None:
    return None if space in ("", "inherit") else space.startswith(("pre", "break-spaces"))


def _is_block(display: str) -> bool | None:
    return True if display in _BLOCK else False if display in _INLINE else None


def _margins(declared: dict[str, str]) -> tuple[bool, bool]:
    """Whether there is no empty line above, and none below."""
    sides = declared.get("margin", "").split()
    above = declared.get("margin-top", sides[0] if sides else "")
    below = declared.get("margin-bottom", sides[2] if len(sides) > 2 else sides[0] if sides else "")
    return _is_small(above), _is_small(below)


def _is_small(length: str) -> bool:
    number, unit = _size(length)
    return number == 0 or (number <= 1 and unit in ("px", "pt", "in", "cm") and length[:1] in "0.")


def _word_list(value: str) -> int:
    """The level of a paragraph that Word shows as an item of a list; 0 if it is none."""
    _, found, level = value.partition("level")
    return int(level[0]) if found and level[:1].isdecimal() and level[:1].isascii() else 0


def _is_unframed(declared: dict[str, str]) -> bool:
    """Whether a block quote has no line at its side: mail programs indent so what is no quote."""
    frame = declared.get("border", declared.get("border-style", ""))
    return ("none" in frame or frame.startswith("0")) and not any(
        name in declared for name in ("border-left", "border-right", "border-inline-start")
    )


def _size(value: str) -> tuple[float, str]:
    match = _NUMBER.match(value[:40])
    return (float(match[1]), match[2]) if match else (100.0, "")
