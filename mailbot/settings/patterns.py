"""Regular expressions that cannot be made to run for ever by a customer's text. The only user of `re2`."""

from dataclasses import dataclass, field
from typing import Any

import re2


@dataclass(frozen=True)
class LinearPattern:
    """An expression of RE2's syntax (no look-around, no back-references), found in any letter case."""

    source: str
    _compiled: Any = field(repr=False, compare=False)

    def find(self, text: str) -> str | None:
        """The first stretch of the text that matches."""
        match = self._compiled.search(text)
        return None if match is None else match[0]


def compile_pattern(source: str) -> LinearPattern:
    """The compiled expression; ValueError with what is wrong with it."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        return LinearPattern(source, re2.compile(source, options=options))
    except re2.error as error:
        reason = error.args[0]
        shown = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(f"expected a regular expression as RE2 reads it ({shown})") from None
