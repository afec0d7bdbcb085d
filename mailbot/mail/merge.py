"""Letters that differ in nothing but their readers' own keys: put into words once, and filled in for each reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

from mailbot.core.errors import PermanentError
from mailbot.core.letters import CommandAddress, Ltr
from mailbot.mail.slots import sealed
from mailbot.mail.templates import Rendered, Templates

Keys = Mapping[str, Ltr | CommandAddress | None]
"""The values of a letter in which the token of its reader stands."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A letter but for its reader."""

    template: str
    language: str
    values: Mapping[str, object]

    def rendered(self, templates: Templates, keys: Keys) -> Rendered:
        """The letter for the reader with these keys; PermanentError as `Templates.render` has it."""
        return templates.render(self.template, self.language, {**self.values, **keys})


class Merge:
    """The words of the letters of one mailing."""

    def __init__(self, stand_in: str) -> None:
        """`stand_in` is a random id, made as those of the readers are, and for nothing else."""
        self._stand_in = stand_in
        self._written: list[tuple[Wanted, Rendered | None]] = []

    def words(
        self, templates: Templates, wanted: Wanted, keys_of: Callable[[str | None], Keys], token: str | None
    ) -> Rendered:
        """The letter for the reader whose token this is, as if it were rendered for that reader alone."""
        keys = keys_of(self._stand_in)
        if token and keys and (words := self._with_stand_in(templates, wanted, keys)):
            return _for_reader(words, self._stand_in, token)
        return wanted.rendered(templates, keys_of(token))

    def _with_stand_in(self, templates: Templates, wanted: Wanted, keys: Keys) -> Rendered | None:
        """The letter for nobody; None if its template asks more of a key than to be printed."""
        for other, words in self._written:
            if alike(other, wanted):
                return words
        try:
            written = wanted.rendered(templates, {name: _sealed(key) for name, key in keys.items()})
        except PermanentError:  # if the template is to blame, the reader's own keys will show that as well
            written = None
        self._written.append((wanted, written))
        return written


def alike(one: Any, other: Any) -> bool:
    """Whether no template can tell the two apart. Equal is not enough: 1 and True are written differently."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return _all_alike(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and _all_alike(tuple(one.values()), tuple(other.values()))
    if is_dataclass(one):
        return all(alike(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)
    return repr(one) == repr(other)


def _all_alike(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(some) == len(others) and all(map(alike, some, others))


def _sealed(key: Ltr | CommandAddress | None) -> Ltr | CommandAddress | None:
    if isinstance(key, CommandAddress):
        return replace(key, address=sealed(key.address), subject=sealed(key.subject))
    return key and sealed(key)


def _for_reader(words: Rendered, stand_in: str, token: str) -> Rendered:
    """The letter with the token; being of letters and digits, it stands in every part, and in a link, as it is."""
    return Rendered(*(part.replace(stand_in, token) for part in (words.subject, words.text, words.html)))
